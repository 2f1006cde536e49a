namespace Batchwise.Benchmarks.Fuzzing;

/// <summary>Has a fault on purpose, in one input of its seeds: what fuzzing counts is seen to be counted.</summary>
sealed class PlantedReader(string kind) : FuzzReader
{
    public const string Crashing = "planted-crash", Throwing = "planted-exception", Hanging = "planted-hang",
        Hungry = "planted-allocation";

    private const byte Fault = 3;

    public override string Name => kind;

    // The first inputs are the seeds as they are, so that exactly one of eight has the fault.
    public override IReadOnlyList<byte[]> Seeds { get; } = [[0], [1], [2], [Fault], [4], [5], [6], [7]];

    public override IReadOnlyList<Mutation> Mutations { get; } = [(_, _) => [0, 0]];

    public override void Read(byte[] input, string folder)
    {
        if (input is not [Fault])
            return;
        switch (kind)
        {
            case Crashing:
                Environment.FailFast("A planted crash.");
                break;
            case Throwing:
                throw new InvalidCastException("A planted exception.");
            case Hanging:
                Thread.Sleep(Timeout.Infinite);
                break;
            default:
                for (var i = 0; i <= FuzzChild.MostAllocated >> 24; i++)
                    _ = GC.AllocateUninitializedArray<byte>(1 << 24);
                break;
        }
    }
}
