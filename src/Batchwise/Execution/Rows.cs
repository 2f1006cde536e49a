namespace Batchwise;

/// <summary>Copies between tensors without gaps and buffers whose rows have a stride.</summary>
static class Rows
{
    public static void Write(ReadOnlySpan<float> source, Span<float> target, PlanBuffer layout, int count)
    {
        for (var row = 0; row < layout.Rows(count); row++)
            source.Slice(row * layout.Channels, layout.Channels).CopyTo(target.Slice(row * layout.Stride, layout.Channels));
    }

    public static void Read(ReadOnlySpan<float> source, Span<float> target, PlanBuffer layout, int count)
    {
        for (var row = 0; row < layout.Rows(count); row++)
            source.Slice(row * layout.Stride, layout.Channels).CopyTo(target[(row * layout.Channels)..]);
    }

    public static void Read(ReadOnlySpan<float> source, Span<double> target, PlanBuffer layout, int count)
    {
        for (var row = 0; row < layout.Rows(count); row++)
        {
            for (var column = 0; column < layout.Channels; column++)
                target[row * layout.Channels + column] = source[row * layout.Stride + column];
        }
    }

    public static void Write(ReadOnlySpan<double> source, Span<float> target, PlanBuffer layout, int count, bool accumulate = false)
    {
        for (var row = 0; row < layout.Rows(count); row++)
        {
            for (var column = 0; column < layout.Channels; column++)
            {
                ref var value = ref target[row * layout.Stride + column];
                value = (float)(source[row * layout.Channels + column] + (accumulate ? value : 0));
            }
        }
    }
}
