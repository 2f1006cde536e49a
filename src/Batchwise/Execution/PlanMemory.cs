namespace Batchwise;

/// <summary>The memory that a plan works in: its arena, the state's parameters, and their gradients.</summary>
sealed class PlanMemory(NetworkState state, long arenaLength, long gradientLength)
{
    public NetworkState State { get; } = state;

    public AlignedMemory Arena { get; } = new(arenaLength);

    public AlignedMemory Gradients { get; } = new(gradientLength);

    public Span<float> Span(PlanBuffer buffer, int count)
    {
        var region = buffer.Region switch
        {
            BufferRegion.Arena => Arena,
            BufferRegion.Parameters => State.Memory,
            BufferRegion.Constant => buffer.Constant!,
            _ => Gradients,
        };
        return region.Span(buffer.Offset, buffer.Length(count));
    }
}
