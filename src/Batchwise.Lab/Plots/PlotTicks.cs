using System.Globalization;

namespace Batchwise.Lab;

/// <summary>Where an axis has ticks, and how their labels read.</summary>
static class PlotTicks
{
    private const int MostLabels = 8;

    /// <summary>Multiples of 1, 2 or 5 times a power of ten, all written with as many digits as the step needs.</summary>
    public static (double[] Major, double[] Minor, Func<double, string> Text) Linear(double low, double high, string? format)
    {
        var raw = (high - low) / MostLabels;
        var power = Math.Floor(Math.Log10(raw));
        var unit = Math.Pow(10, power);
        var step = new[] { 1.0, 2, 5, 10 }.First(factor => factor * unit >= raw * (1 - 1e-9)) * unit;
        var digits = (int)Math.Clamp(-Math.Floor(Math.Log10(step) + 1e-9), 0, 12);
        var first = Math.Ceiling(low / step - 1e-9);
        var count = (int)(Math.Floor(high / step + 1e-9) - first) + 1;
        // A tick at zero must not read "-0".
        double[] major = [.. Enumerable.Range(0, count).Select(index => (first + index) * step + 0.0)];
        return (major, [], place => place.ToString(format ?? $"N{digits}", CultureInfo.InvariantCulture));
    }

    /// <summary>Whole powers, thinned to ten or so; between powers of ten that lie close, 2 and 5 as well.</summary>
    public static (double[] Major, double[] Minor, Func<double, string> Text) Logarithmic(int logBase, double low, double high, string? format)
    {
        var (first, last) = ((int)Math.Floor(low), (int)Math.Ceiling(high));
        var step = Math.Max(1, (last - first + 10) / 11);
        double[] factors = logBase == 10 && high - low < 2.4 ? [1, 2, 5] : [1];
        var powers = Enumerable.Range(first, last - first + 1);
        double[] Inside(IEnumerable<double> places) => [.. places.Where(place => place >= low - 1e-9 && place <= high + 1e-9)];
        var major = Inside(powers.Where(power => power % step == 0).SelectMany(power => factors.Select(factor => power + Math.Log(factor) / Math.Log(logBase))));
        var minor = logBase == 10 && step == 1
            ? Inside(powers.SelectMany(power => Enumerable.Range(2, 8).Select(factor => power + Math.Log10(factor))))
            : Inside(powers.Select(power => (double)power));
        return (major, minor, place => Text(logBase, place, format));
    }

    private static string Text(int logBase, double place, string? format)
    {
        var value = Math.Pow(logBase, place);
        if (format is not null)
            return value.ToString(format, CultureInfo.InvariantCulture);
        if (logBase == 2 && (place < -6.5 || place > 16.5))
            return string.Create(CultureInfo.InvariantCulture, $"2^{Math.Round(place)}");
        if (value is < 0.9e-3 or > 1.1e6)
            return value.ToString("0.#e0", CultureInfo.InvariantCulture);
        return value.ToString(value < 1 ? "0.######" : "#,0.##", CultureInfo.InvariantCulture);
    }
}
