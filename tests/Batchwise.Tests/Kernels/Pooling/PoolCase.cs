using Batchwise.Kernels;

namespace Batchwise.Tests.Kernels;

/// <summary>A pool on maps of a batch, its values with a stride of their own, and what the float64 reference makes of them.</summary>
internal sealed class PoolCase
{
    public const int Count = 3;

    private readonly Pool layer;
    private readonly Shape input;

    /// <summary>A pool on random values.</summary>
    /// <param name="layer">The pool.</param>
    /// <param name="height">Lines of the maps.</param>
    /// <param name="width">Places of a line.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="value">From a normal value and its number to the one that is taken; null takes it as it is.</param>
    public PoolCase(Pool layer, int height, int width, int channels, Func<float, int, float>? value = null)
    {
        (this.layer, input) = (layer, new Shape(height, width, channels));
        Shape = layer.ShapeOn(input);
        var extra = channels % 4 + 1;
        X = new GuardedMatrix(Count * input.Positions, channels, channels + extra, 1);
        var number = 0;
        if (value is not null)
        {
            var normal = X.Copy();
            X.Fill((row, channel) => value(normal[row, channel], number++));
        }
        Dy = new GuardedMatrix(Count * Shape.OutHeight * Shape.OutWidth, channels, channels + 2 * extra, 2);
        var network = Network.Input(height, width, channels).Then(layer);
        var reference = new ReferenceNetwork(network, Count, NetworkMode.Training);
        Y = reference.Forward(Dense(X), Count).ToArray();
        Dx = reference.Backward(Dense(Dy)).ToArray();
    }

    public PoolShape Shape { get; }

    public GuardedMatrix X { get; }

    public GuardedMatrix Dy { get; }

    /// <summary>The reference's output, dense.</summary>
    public double[] Y { get; }

    /// <summary>The reference's gradient, dense.</summary>
    public double[] Dx { get; }

    /// <summary>y by the kernel, in tasks of some lines, the last first, each with scratch full of NaN.</summary>
    public GuardedMatrix Forward(int linesPerTask, float[]? winners)
    {
        var y = new GuardedMatrix(Dy.Rows, Shape.Channels, Dy.Stride);
        var factors = (layer as AveragePool)?.FactorsOn(input);
        Tasks(Count * Shape.OutHeight, linesPerTask, (first, lines) =>
        {
            if (factors is null)
                MaxPooling.Run(Shape, X.Span, X.Stride, y.Span, y.Stride, winners, first, lines, Scratch(MaxPooling.Scratch(Shape)));
            else
                AveragePooling.Forward(Shape, factors, X.Span, X.Stride, y.Span, y.Stride, first, lines, Scratch(AveragePooling.Scratch(Shape)));
        });
        y.AssertGuardsHold();
        return y;
    }

    /// <summary>dx by the kernel, likewise, into what is there.</summary>
    public void Backward(GuardedMatrix dx, int linesPerTask, float[]? winners, bool accumulate)
    {
        var factors = (layer as AveragePool)?.FactorsOn(input);
        Tasks(Count * Shape.Height, linesPerTask, (first, lines) =>
        {
            if (factors is null)
                MaxPoolingBackward.Run(Shape, Dy.Span, Dy.Stride, winners, dx.Span, dx.Stride, accumulate, first, lines);
            else
                AveragePooling.Backward(Shape, factors, Dy.Span, Dy.Stride, dx.Span, dx.Stride, accumulate, first, lines, Scratch(AveragePooling.Scratch(Shape)));
        });
        dx.AssertGuardsHold();
    }

    /// <summary>Room for the winners, full of NaN.</summary>
    public float[] Winners() => Scratch((long)Dy.Rows * MaxPooling.WinnerStride(Shape));

    /// <summary>A value of a dense tensor.</summary>
    public double At(double[] dense, int row, int channel) => dense[row * Shape.Channels + channel];

    private static void Tasks(int lines, int perTask, Action<int, int> run)
    {
        for (var task = (lines + perTask - 1) / perTask - 1; task >= 0; task--)
            run(task * perTask, Math.Min(perTask, lines - task * perTask));
    }

    private static float[] Scratch(long length)
    {
        var scratch = new float[length];
        scratch.AsSpan().Fill(float.NaN);
        return scratch;
    }

    private static double[] Dense(GuardedMatrix matrix) =>
        [.. Enumerable.Range(0, matrix.Rows).SelectMany(row => Enumerable.Range(0, matrix.Columns).Select(column => (double)matrix[row, column]))];
}
