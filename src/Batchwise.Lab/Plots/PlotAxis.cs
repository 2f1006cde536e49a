using System.Globalization;
using OxyPlot;
using OxyPlot.Axes;

namespace Batchwise.Lab;

/// <summary>An axis with a scale.</summary>
/// <param name="Title">What it shows, with its unit.</param>
sealed record PlotAxis(string Title)
{
    /// <summary>The base of a logarithmic axis, 2 or 10; null for a linear one. What is not positive has no place on it.</summary>
    public int? LogBase { get; init; }

    /// <summary>Where the axis begins; null for a little before the first value.</summary>
    public double? Minimum { get; init; }

    /// <summary>Where it ends; null for a little behind the last value.</summary>
    public double? Maximum { get; init; }

    /// <summary>How numbers on it are written; null for as few digits as tell them apart.</summary>
    public string? Format { get; init; }

    /// <summary>Where a value lies on the axis; not a number if nowhere.</summary>
    public double Place(double value)
    {
        if (LogBase is not { } logBase)
            return double.IsFinite(value) ? value : double.NaN;
        return value > 0 && double.IsFinite(value) ? Math.Log(value) / Math.Log(logBase) : double.NaN;
    }

    /// <summary>The places between which the axis runs.</summary>
    /// <param name="values">All that it has to show.</param>
    public (double Low, double High) Range(IEnumerable<double> values)
    {
        double[] places = [.. values.Select(Place).Where(double.IsFinite)];
        var (low, high) = places.Length == 0 ? (0, 1) : (places.Min(), places.Max());
        // A single value lies in the middle of something.
        var room = high > low ? (high - low) * 0.04 : LogBase is not null ? 0.5 : Math.Max(Math.Abs(low) * 0.1, 1e-3);
        (low, high) = (Minimum is { } minimum ? Place(minimum) : low - room, Maximum is { } maximum ? Place(maximum) : high + room);
        return high > low ? (low, high) : (low, low + 1);
    }

    /// <summary>The axis for the exporter.</summary>
    public Axis Create(AxisPosition position, (double Low, double High) range)
    {
        var axis = LogBase is { } logBase
            ? new TickAxis(LogTicks.Of(logBase, range.Low, range.High), place => LogTicks.Text(logBase, place, Format))
            : new LinearAxis { StringFormat = Format ?? "#,0.######" };
        axis.Position = position;
        axis.Title = Title;
        axis.Minimum = range.Low;
        axis.Maximum = range.High;
        return Dress(axis, position);
    }

    /// <summary>An axis with a label at every whole number.</summary>
    public static Axis Create(AxisPosition position, string title, IReadOnlyList<string> labels) => Dress(
        new TickAxis(([.. Enumerable.Range(0, labels.Count).Select(index => (double)index)], []), place => labels[(int)Math.Round(place)])
        {
            Position = position,
            Title = title,
            Minimum = -0.5,
            Maximum = labels.Count - 0.5,
        },
        position);

    private static LinearAxis Dress(LinearAxis axis, AxisPosition position)
    {
        axis.AxisTitleDistance = 10;
        axis.TicklineColor = PlotColor.Muted.Oxy;
        axis.MajorGridlineStyle = LineStyle.Solid;
        axis.MajorGridlineColor = PlotColor.Grid.Oxy;
        axis.MinorTickSize = position == AxisPosition.Bottom ? 3 : 0;
        axis.MajorTickSize = 5;
        axis.IntervalLength = position == AxisPosition.Bottom ? 80 : 50;
        return axis;
    }

    /// <summary>An axis whose ticks are told.</summary>
    private sealed class TickAxis : LinearAxis
    {
        private readonly (double[] Major, double[] Minor) _ticks;

        public TickAxis((double[] Major, double[] Minor) ticks, Func<double, string> text)
        {
            _ticks = ticks;
            LabelFormatter = text;
        }

        public override void GetTickValues(out IList<double> majorLabelValues, out IList<double> majorTickValues, out IList<double> minorTickValues) =>
            (majorLabelValues, majorTickValues, minorTickValues) = (_ticks.Major, _ticks.Major, _ticks.Minor);
    }
}

/// <summary>The ticks of a logarithmic axis, as logarithms.</summary>
static class LogTicks
{
    /// <summary>Whole powers, thinned to ten at most; between powers of ten that lie close, 2 and 5 as well.</summary>
    public static (double[] Major, double[] Minor) Of(int logBase, double low, double high)
    {
        var (first, last) = ((int)Math.Floor(low), (int)Math.Ceiling(high));
        var step = Math.Max(1, (last - first + 9) / 10);
        double[] factors = logBase == 10 && high - low < 2.2 ? [1, 2, 5] : [1];
        var powers = Enumerable.Range(first, last - first + 1);
        double[] Inside(IEnumerable<double> places) => [.. places.Where(place => place >= low - 1e-9 && place <= high + 1e-9)];
        var major = Inside(powers.Where(power => power % step == 0).SelectMany(power => factors.Select(factor => power + Math.Log(factor) / Math.Log(logBase))));
        var minor = logBase == 10 && step == 1
            ? Inside(powers.SelectMany(power => Enumerable.Range(2, 8).Select(factor => power + Math.Log10(factor))))
            : Inside(powers.Select(power => (double)power));
        return (major, minor);
    }

    /// <summary>The number at a place.</summary>
    public static string Text(int logBase, double place, string? format)
    {
        var value = Math.Pow(logBase, place);
        if (format is not null)
            return value.ToString(format, CultureInfo.InvariantCulture);
        if (logBase == 2 && (place < -6.5 || place > 16.5))
            return FormattableString.Invariant($"2^{Math.Round(place)}");
        if (value is < 0.9e-3 or > 1.1e6)
            return value.ToString("0.#e0", CultureInfo.InvariantCulture);
        return value.ToString(value < 1 ? "0.######" : "#,0.##", CultureInfo.InvariantCulture);
    }
}
