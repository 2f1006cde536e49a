namespace Batchwise;

/// <summary>What random numbers are for. Streams of different purposes never overlap.</summary>
public enum RandomPurpose
{
    /// <summary>Initial weights.</summary>
    Weights = 1,

    /// <summary>The order of the training examples.</summary>
    DataOrder = 2,

    /// <summary>Dropout masks.</summary>
    Dropout = 3,

    /// <summary>Data that is made rather than read.</summary>
    GeneratedData = 4,

    /// <summary>Random changes to training examples.</summary>
    Augmentation = 5,

    /// <summary>Whatever else an experiment draws.</summary>
    Experiment = 6,

    /// <summary>Noise that training adds to activations.</summary>
    ActivationNoise = 7,
}

/// <summary>
/// A counter-based stream of random numbers: Philox 4x32 with ten rounds (Salmon et al., <i>Parallel Random Numbers: As
/// Easy as 1, 2, 3</i>, 2011). The stream is fixed by seed, purpose and index alone, so it depends on no thread, no order of
/// calls elsewhere and no platform, and any place of it can be reached at once.
/// </summary>
/// <param name="seed">The run's seed.</param>
/// <param name="purpose">What the numbers are for.</param>
/// <param name="index">Which stream of that purpose: the step, the epoch, the sample.</param>
public struct Philox(ulong seed, RandomPurpose purpose, ulong index)
{
    private readonly ulong index = index;
    private readonly uint purpose = (uint)purpose;
    private uint block;
    private int left;
    private (uint A, uint B, uint C, uint D) words;

    /// <summary>The next 32 random bits.</summary>
    public uint NextBits()
    {
        if (left == 0)
        {
            words = Block(seed, purpose, index, block++);
            left = 4;
        }
        return left-- switch { 4 => words.A, 3 => words.B, 2 => words.C, _ => words.D };
    }

    /// <summary>A number in [0, 1), of 24 random bits: every value is exact in float32.</summary>
    public float NextSingle() => (NextBits() >> 8) * (1f / (1 << 24));

    /// <summary>A number in [0, 1), of 53 random bits.</summary>
    public double NextDouble() => (((ulong)NextBits() << 21) ^ (NextBits() >> 11)) * (1.0 / (1L << 53));

    /// <summary>An integer in [0, <paramref name="bound"/>), each equally likely.</summary>
    /// <param name="bound">The first integer that is too large, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bound is below 1.</exception>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        // Lemire's method: multiply, and reject the few low products that would favour small results.
        var threshold = (uint)(-bound) % (uint)bound;
        while (true)
        {
            var product = (ulong)NextBits() * (uint)bound;
            if ((uint)product >= threshold)
                return (int)(product >> 32);
        }
    }

    /// <summary>A number from the normal distribution with mean 0 and deviation 1 (Box and Muller 1958).</summary>
    public double NextNormal()
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        return radius * Math.Cos(2 * Math.PI * NextDouble());
    }

    /// <summary>Puts the items into a random order, each order equally likely (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>Four random words at any place of a stream, without a state.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="purpose">What the numbers are for.</param>
    /// <param name="index">Which stream of that purpose.</param>
    /// <param name="block">Which four words of the stream.</param>
    public static (uint A, uint B, uint C, uint D) Block(ulong seed, RandomPurpose purpose, ulong index, uint block) =>
        Block(seed, (uint)purpose, index, block);

    private static (uint A, uint B, uint C, uint D) Block(ulong seed, uint purpose, ulong index, uint block)
    {
        const uint multiplierA = 0xD2511F53, multiplierC = 0xCD9E8D57;
        const uint weylA = 0x9E3779B9, weylB = 0xBB67AE85;
        uint a = block, b = purpose, c = (uint)index, d = (uint)(index >> 32);
        uint keyA = (uint)seed, keyB = (uint)(seed >> 32);
        for (var round = 0; round < 10; round++)
        {
            var productA = (ulong)multiplierA * a;
            var productC = (ulong)multiplierC * c;
            (a, b, c, d) = ((uint)(productC >> 32) ^ b ^ keyA, (uint)productC, (uint)(productA >> 32) ^ d ^ keyB, (uint)productA);
            keyA += weylA;
            keyB += weylB;
        }
        return (a, b, c, d);
    }
}
