using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// Local response normalization across channels: y = x / (Offset + Alpha / Size x sum of squares over the Size channels about
/// it)^Beta (Krizhevsky et al. 2012, section 3.3, in the scaling of Caffe, PyTorch and ONNX). What the paper's Inception had,
/// and batch normalization lets go (section 4.2.1).
/// </summary>
public sealed record LocalResponseNormalization : Layer
{
    /// <summary>The largest window, but for layers of so many channels that not all would be in it.</summary>
    private const int UsualMost = 1023;

    /// <summary>Channels of the window, odd, so that it has a middle; what lies beyond the channels counts as zero. Default: 5.</summary>
    public int Size { get; init; } = 5;

    /// <summary>The factor of the mean square. Default: 1e-4.</summary>
    public double Alpha { get; init; } = 1e-4;

    /// <summary>The exponent. Default: 0.75.</summary>
    public double Beta { get; init; } = 0.75;

    /// <summary>What is added to the mean square. Default: 1.</summary>
    public double Offset { get; init; } = 1;

    /// <inheritdoc/>
    public override string Kind => "localResponseNorm";

    /// <inheritdoc/>
    public override LayerAttributes Attributes =>
        LayerAttributes.Empty.With("size", Size).With("alpha", Alpha).With("beta", Beta).With("offset", Offset);

    /// <inheritdoc/>
    public override Shape OutputShape(ReadOnlySpan<Shape> inputs)
    {
        if (Size < 1 || Size % 2 == 0)
            throw new ArgumentException(Invariant($"The window of local response normalization has an odd number of channels, not {Size}."));
        if (!(Offset > 0 && Alpha >= 0 && double.IsFinite(Offset) && double.IsFinite(Alpha) && double.IsFinite(Beta)))
            throw new ArgumentException(Invariant($"Local response normalization takes a positive offset, an alpha of 0 or more and a finite beta, not {Offset}, {Alpha} and {Beta}."));
        var input = OnlyInput(inputs);
        var most = Math.Max(UsualMost, 2L * input.Channels - 1);
        return Size <= most
            ? input
            : throw new ArgumentException(Invariant($"The window of local response normalization has {Size} channels, more than it can need: of {input.Channels} channels take at most {most}."));
    }

    /// <inheritdoc/>
    public override void Forward(ReferencePass pass)
    {
        for (var i = 0; i < pass.Output.Length; i++)
            pass.Output[i] = pass.Input()[i] * Math.Pow(Scale(pass, i), -Beta);
    }

    /// <inheritdoc/>
    public override void Backward(ReferencePass pass)
    {
        var x = pass.Input();
        var dx = pass.InputGradient();
        var dy = pass.OutputGradient;
        for (var i = 0; i < dy.Length; i++)
        {
            var scale = Scale(pass, i);
            dx[i] += dy[i] * Math.Pow(scale, -Beta);
            var common = -2 * Beta * Alpha / Size * dy[i] * x[i] * Math.Pow(scale, -Beta - 1);
            var (first, last) = Neighbours(pass.OutputShape.Channels, i);
            for (var j = first; j <= last; j++)
                dx[j] += common * x[j];
        }
    }

    internal static LocalResponseNormalization Read(LayerAttributes settings) => new()
    {
        Size = settings.Integer("size"),
        Alpha = settings.Number("alpha"),
        Beta = settings.Number("beta"),
        Offset = settings.Number("offset"),
    };

    private double Scale(ReferencePass pass, int index)
    {
        var (first, last) = Neighbours(pass.OutputShape.Channels, index);
        double squares = 0;
        for (var j = first; j <= last; j++)
            squares += pass.Input()[j] * pass.Input()[j];
        return Offset + Alpha / Size * squares;
    }

    private (int First, int Last) Neighbours(int channels, int index)
    {
        var start = index - index % channels;
        return (Math.Max(start, index - Size / 2), Math.Min(start + channels - 1, index + Size / 2));
    }
}
