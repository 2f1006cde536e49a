namespace Batchwise.Benchmarks.Fuzzing;

/// <summary>Numbers at which code that reads a file goes wrong: borders of types, and one beyond.</summary>
static class ExtremeNumbers
{
    /// <summary>As 64-bit numbers.</summary>
    public static IReadOnlyList<long> Whole { get; } =
    [
        0, 1, -1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 32, 63, 64, 127, 128, 255, 256, 1000, 4095, 4096, 32767, 32768, 65535, 65536,
            1 << 20, 1 << 24, 1 << 30,
        int.MaxValue - 1, int.MaxValue, 1L + int.MaxValue, uint.MaxValue, 1L + uint.MaxValue, 1L << 40, 1L << 62,
            long.MaxValue - 1, long.MaxValue,
        -2, -128, short.MinValue, int.MinValue, int.MinValue - 1L, long.MinValue,
    ];

    /// <summary>As texts that JSON and decimal fields may hold.</summary>
    public static IReadOnlyList<string> Texts { get; } =
        [.. Whole.Select(value => value.ToString(System.Globalization.CultureInfo.InvariantCulture)), "18446744073709551615",
            "18446744073709551616",
        "1e308", "-1e308", "1e39", "1e-320", "-0.0", "0.5", "1.5", "1e400", "99999999999999999999999999"];
}
