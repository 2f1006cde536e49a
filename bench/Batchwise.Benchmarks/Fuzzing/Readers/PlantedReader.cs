namespace Batchwise.Benchmarks.Fuzzing;

/// <summary>Has a fault on purpose in two of its seeds, to show that both are counted and that reading goes on.</summary>
sealed class PlantedReader(string kind) : FuzzReader
{
    public const string Crashing = "planted-crash", Throwing = "planted-exception", Hanging = "planted-hang",
        Hungry = "planted-allocation";

    public override string Name => kind;

    // The first inputs are the seeds as they are, so that exactly two of eight have the fault.
    public override IReadOnlyList<byte[]> Seeds { get; } = [[0], [1], [2], [3], [4], [5], [6], [7]];

    public override IReadOnlyList<Mutation> Mutations { get; } = [(_, _) => [0, 0]];

    public override void Read(byte[] input, string folder)
    {
        if (input is not [3 or 6])
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
