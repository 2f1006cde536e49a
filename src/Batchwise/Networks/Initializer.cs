using System.Globalization;
using static System.FormattableString;

namespace Batchwise;

/// <summary>How the first values of a parameter are drawn.</summary>
public abstract record Initializer
{
    // None from outside: a model file could be written with it, and not be read again.
    private protected Initializer()
    {
    }

    /// <summary>Every value zero.</summary>
    public static Initializer Zeros { get; } = new ConstantInitializer(0);

    /// <summary>Every value one.</summary>
    public static Initializer Ones { get; } = new ConstantInitializer(1);

    /// <summary>Normal values with mean 0 and a stated deviation ("small random Gaussian", paper section 4.1).</summary>
    /// <param name="deviation">The standard deviation, positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive and finite.</exception>
    public static Initializer Gaussian(double deviation) => new GaussianInitializer(deviation);

    /// <summary>Normal values of variance 2 / (fan-in + fan-out) (Glorot and Bengio 2010).</summary>
    public static Initializer Xavier { get; } = new XavierInitializer();

    /// <summary>Normal values of variance 2 / ((1 + slope^2) fan-in), for rectifiers (He et al., arXiv 1502.01852).</summary>
    /// <param name="slope">The rectifier's slope below zero: 0 for ReLU, PReLU's initial slope for PReLU.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not finite.</exception>
    public static Initializer He(double slope = 0) => new HeInitializer(slope);

    /// <summary>Every value the same.</summary>
    /// <param name="value">That value.</param>
    public static Initializer Constant(double value) => new ConstantInitializer(value);

    /// <summary>Whether it draws random numbers.</summary>
    public abstract bool IsRandom { get; }

    /// <summary>Draws the values of one parameter.</summary>
    /// <param name="values">Receives them.</param>
    /// <param name="fanIn">Inputs of one output.</param>
    /// <param name="fanOut">Outputs that one input reaches.</param>
    /// <param name="random">The parameter's own random stream.</param>
    public abstract void Fill(Span<float> values, int fanIn, int fanOut, ref Philox random);

    /// <summary>Reads what <see cref="object.ToString"/> of an initializer wrote.</summary>
    /// <param name="text"><c>xavier</c>, <c>he(0.25)</c>, <c>gaussian(0.1)</c> or <c>constant(1)</c>.</param>
    /// <exception cref="FormatException">It is none of these.</exception>
    /// <exception cref="ArgumentOutOfRangeException">It is one of these with a number that it cannot have.</exception>
    public static Initializer Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text == "xavier")
            return Xavier;
        var open = text.IndexOf('(', StringComparison.Ordinal);
        if (open > 0 && text[^1] == ')'
            && double.TryParse(text.AsSpan(open + 1, text.Length - open - 2), NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
        {
            switch (text[..open])
            {
                case "gaussian":
                    return Gaussian(value);
                case "he":
                    return He(value);
                case "constant":
                    return Constant(value);
            }
        }
        throw new FormatException($"'{text}' is no initializer: expected xavier, he(SLOPE), gaussian(DEVIATION) or constant(VALUE).");
    }

    private protected static void Normal(Span<float> values, double deviation, ref Philox random)
    {
        foreach (ref var value in values)
            value = (float)(deviation * random.NextNormal());
    }

    private protected static string Text(string name, double value) => string.Create(CultureInfo.InvariantCulture, $"{name}({value:R})");

    private sealed record GaussianInitializer : Initializer
    {
        public GaussianInitializer(double deviation)
        {
            if (!(deviation > 0 && double.IsFinite(deviation)))
                throw new ArgumentOutOfRangeException(nameof(deviation), Invariant($"A Gaussian's deviation is a positive number, not {deviation}."));
            Deviation = deviation;
        }

        public double Deviation { get; }
        public override bool IsRandom => true;
        public override void Fill(Span<float> values, int fanIn, int fanOut, ref Philox random) => Normal(values, Deviation, ref random);
        public override string ToString() => Text("gaussian", Deviation);
    }

    private sealed record XavierInitializer : Initializer
    {
        public override bool IsRandom => true;
        public override void Fill(Span<float> values, int fanIn, int fanOut, ref Philox random) =>
            Normal(values, Math.Sqrt(2.0 / ((double)fanIn + fanOut)), ref random);
        public override string ToString() => "xavier";
    }

    private sealed record HeInitializer : Initializer
    {
        public HeInitializer(double slope)
        {
            if (!double.IsFinite(slope))
                throw new ArgumentOutOfRangeException(nameof(slope), Invariant($"A rectifier's slope is a finite number, not {slope}."));
            Slope = slope;
        }

        public double Slope { get; }
        public override bool IsRandom => true;
        public override void Fill(Span<float> values, int fanIn, int fanOut, ref Philox random) =>
            Normal(values, Math.Sqrt(2.0 / ((1 + Slope * Slope) * fanIn)), ref random);
        public override string ToString() => Text("he", Slope);
    }

    private sealed record ConstantInitializer(double Value) : Initializer
    {
        public override bool IsRandom => false;
        public override void Fill(Span<float> values, int fanIn, int fanOut, ref Philox random) => values.Fill((float)Value);
        public override string ToString() => Text("constant", Value);
    }
}
