namespace Batchwise;

/// <summary>
/// Random draws by addition and multiplication only. IEEE arithmetic gives these the same bits on every platform; a
/// logarithm or a cosine comes from the platform's own library and need not agree in the last bit.
/// </summary>
static class PortableRandom
{
    /// <summary>A number in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public static double Between(ref Philox random, double low, double high) => low + (high - low) * random.NextSingle();

    /// <summary>Mean 0, deviation 1, nearly normal, within 3.47: four uniform numbers summed.</summary>
    public static double Bell(ref Philox random)
    {
        var sum = (double)random.NextSingle() + random.NextSingle() + random.NextSingle() + random.NextSingle();
        return (sum - 2) * 1.7320508075688772;
    }
}
