using Batchwise.Kernels;
using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// A two-dimensional convolution, y = x * W + b, channels last: x [N, H, W, Cin], W [kernel height, kernel width, Cin / groups, Cout],
/// b [Cout], y [N, H', W', Cout]. As usual in the field the kernel is not flipped. Group g takes the g-th part of the channels
/// and gives the g-th part of the outputs; with as many groups as channels it is depthwise, its multiplier Cout / Cin.
/// </summary>
/// <param name="Outputs">How many channels it gives: Cout.</param>
/// <param name="Window">The kernel's size, strides, dilations and padding.</param>
public sealed record Convolution(int Outputs, Window Window) : LinearLayer(Outputs)
{
    /// <summary>The most multiply-adds of one sample, 2^46: hours of work, and sums over all layers of a network still fit in 64 bits.</summary>
    private const long MostWork = 1L << 46;

    /// <summary>How W is drawn; fan-in is kernel height x kernel width x Cin / groups. Default: He, for rectifiers.</summary>
    public override Initializer Weights { get; init; } = Initializer.He();

    /// <summary>Parts that channels and outputs are cut into. Default: 1.</summary>
    public int Groups { get; init; } = 1;

    /// <inheritdoc/>
    public override string Kind => "convolution";

    /// <inheritdoc/>
    public override LayerAttributes Attributes =>
        WithLinearSettings(Window.AddTo(LayerAttributes.Empty.With("outputs", Outputs)).With("groups", Groups));

    /// <inheritdoc/>
    public override Shape OutputShape(ReadOnlySpan<Shape> inputs)
    {
        var input = Maps.Require(OnlyInput(inputs), Kind);
        if (Outputs < 1)
            throw new ArgumentException(Invariant($"A convolution gives at least one channel, not {Outputs}."));
        if (Groups < 1 || input.Channels % Groups != 0 || Outputs % Groups != 0)
            throw new ArgumentException(Invariant($"A convolution's groups divide its channels and its outputs: {Groups} does not divide {input.Channels} and {Outputs}."));
        var place = Window.Place(input, Kind);
        var output = new Shape(place.Height, place.Width, Outputs);
        // Of a weight that is too large nothing else may be computed.
        WeightShape(input);
        return ShapeOn(input).Work <= MostWork
            ? output
            : throw new ArgumentException(Invariant($"A convolution of {ShapeOn(input)} takes {ShapeOn(input).Work} multiply-adds for one sample, of which there may be {MostWork}: take a smaller kernel or a larger stride."));
    }

    /// <inheritdoc/>
    public override long MultiplyAdds(ReadOnlySpan<Shape> inputs) => ShapeOn(OnlyInput(inputs)).Work;

    /// <inheritdoc/>
    public override void Forward(ReferencePass pass)
    {
        var shape = ShapeOn(pass.InputShapes[0]);
        var weight = Reparameterization.Weight(pass);
        var y = pass.Output;
        for (var i = 0; i < y.Length; i++)
            y[i] = Bias ? pass.Parameter(BiasIndex)[i % Outputs] : 0;
        foreach (var tap in new ConvolutionTaps(shape, pass.Count))
        {
            for (var o = 0; o < shape.Outputs; o++)
            {
                for (var c = 0; c < shape.GroupChannels; c++)
                    y[tap.Output + o] += pass.Input()[tap.Input + Channel(shape, o, c)] * weight[tap.Weight + c * shape.Outputs + o];
            }
        }
    }

    /// <inheritdoc/>
    public override void Backward(ReferencePass pass)
    {
        var shape = ShapeOn(pass.InputShapes[0]);
        var weight = Reparameterization.Weight(pass);
        var dWeight = new double[weight.Length];
        var x = pass.Input();
        var dx = pass.InputGradient();
        var dy = pass.OutputGradient;
        for (var i = 0; Bias && i < dy.Length; i++)
            pass.ParameterGradient(BiasIndex)[i % Outputs] += dy[i];
        foreach (var tap in new ConvolutionTaps(shape, pass.Count))
        {
            for (var o = 0; o < shape.Outputs; o++)
            {
                for (var c = 0; c < shape.GroupChannels; c++)
                {
                    dWeight[tap.Weight + c * shape.Outputs + o] += x[tap.Input + Channel(shape, o, c)] * dy[tap.Output + o];
                    dx[tap.Input + Channel(shape, o, c)] += weight[tap.Weight + c * shape.Outputs + o] * dy[tap.Output + o];
                }
            }
        }
        Reparameterization.AddGradients(pass, dWeight);
    }

    /// <inheritdoc/>
    internal override bool LeavesItsGradient => true;

    /// <summary>The convolution's shape on an input.</summary>
    internal ConvolutionShape ShapeOn(Shape input)
    {
        var place = Window.Place(input, Kind);
        return new()
        {
            Height = input[0],
            Width = input[1],
            Channels = input.Channels,
            OutHeight = place.Height,
            OutWidth = place.Width,
            Outputs = Outputs,
            KernelHeight = Window.Height,
            KernelWidth = Window.Width,
            StrideY = Window.StrideY,
            StrideX = Window.StrideX,
            DilationY = Window.DilationY,
            DilationX = Window.DilationX,
            Top = place.Top,
            Left = place.Left,
            Groups = Groups,
        };
    }

    /// <inheritdoc/>
    internal override (Shape Shape, int FanIn, int FanOut) WeightShape(Shape input)
    {
        var places = Window.Height * Window.Width;
        return (new Shape(Window.Height, Window.Width, input.Channels / Groups, Outputs), places * (input.Channels / Groups), places * (Outputs / Groups));
    }

    internal static Convolution Read(LayerAttributes attributes) => ReadLinear(
        new Convolution(attributes.Integer("outputs"), Window.Read(attributes)) { Groups = attributes.Integer("groups") }, attributes);

    private static int Channel(in ConvolutionShape shape, int output, int c) => output / shape.GroupOutputs * shape.GroupChannels + c;
}
