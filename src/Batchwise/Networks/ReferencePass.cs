namespace Batchwise;

/// <summary>
/// All that a layer's reference reads and writes, in float64: one batch of <see cref="Count"/> samples, each tensor stored
/// sample after sample, channels last. Gradients are accumulated: a reference adds to them, it never assigns.
/// </summary>
public sealed class ReferencePass
{
    private readonly double[][] inputs;
    private readonly double[][] inputGradients;
    private readonly double[][] parameters;
    private readonly double[][] parameterGradients;
    private readonly double[][] statistics;
    private readonly double[][] newStatistics;
    private readonly double[] output;
    private readonly double[] outputGradient;
    private readonly Layer layer;

    internal ReferencePass(Node node, string name, int capacity, NetworkMode mode, bool backward)
    {
        layer = node.Layer;
        Name = name;
        InputShapes = [.. node.Inputs.Select(input => input.Shape)];
        OutputShape = node.Shape;
        Mode = mode;
        Count = capacity;
        inputs = [.. InputShapes.Select(shape => new double[(long)capacity * shape.Size])];
        output = new double[(long)capacity * node.Shape.Size];
        var specs = layer.Parameters(InputShapes);
        parameters = [.. specs.Select(spec => new double[spec.Shape.Size])];
        statistics = [.. layer.Statistics(InputShapes).Select(spec => Filled(spec))];
        newStatistics = [.. statistics.Select(values => new double[values.Length])];
        inputGradients = backward ? [.. inputs.Select(values => new double[values.Length])] : [];
        parameterGradients = backward ? [.. parameters.Select(values => new double[values.Length])] : [];
        outputGradient = backward ? new double[output.Length] : [];
    }

    /// <summary>The layer's name in its network, for error messages.</summary>
    public string Name { get; }

    /// <summary>What the network is run for.</summary>
    public NetworkMode Mode { get; }

    /// <summary>Which stored statistics to use where the batch's are not used.</summary>
    public StatisticsSource Source { get; internal set; }

    /// <summary>How many samples this batch has.</summary>
    public int Count { get; internal set; }

    /// <summary>The shapes of one sample's inputs.</summary>
    public Shape[] InputShapes { get; }

    /// <summary>The shape of one sample's output.</summary>
    public Shape OutputShape { get; }

    /// <summary>The seed of this layer's random numbers, and the step they belong to.</summary>
    public RandomKey Random { get; internal set; }

    /// <summary>The output: [Count, output shape]. Forward writes it, backward may read it.</summary>
    public Span<double> Output => output.AsSpan(0, Count * OutputShape.Size);

    /// <summary>The gradient of the loss with respect to the output.</summary>
    public Span<double> OutputGradient => outputGradient.AsSpan(0, Count * OutputShape.Size);

    /// <summary>One input: [Count, its shape].</summary>
    /// <param name="index">Which input. Default: the first.</param>
    public Span<double> Input(int index = 0) => inputs[index].AsSpan(0, Count * InputShapes[index].Size);

    /// <summary>Where backward adds the gradient with respect to one input.</summary>
    /// <param name="index">Which input. Default: the first.</param>
    public Span<double> InputGradient(int index = 0) => inputGradients[index].AsSpan(0, Count * InputShapes[index].Size);

    /// <summary>One parameter's values, in the order of <see cref="Layer.Parameters"/>.</summary>
    /// <param name="index">Which parameter.</param>
    public Span<double> Parameter(int index) => parameters[index];

    /// <summary>Where backward adds the gradient with respect to one parameter.</summary>
    /// <param name="index">Which parameter.</param>
    public Span<double> ParameterGradient(int index) => parameterGradients[index];

    /// <summary>One stored statistic, in the order of <see cref="Layer.Statistics"/>.</summary>
    /// <param name="index">Which statistic.</param>
    public Span<double> Statistic(int index) => statistics[index];

    /// <summary>
    /// Where forward writes the statistic's next value: in training the moving ones after this batch, in a statistics
    /// pass the population ones as this batch alone would estimate them. Both are committed by whoever runs the pass.
    /// </summary>
    /// <param name="index">Which statistic.</param>
    public Span<double> NewStatistic(int index) => newStatistics[index];

    /// <summary>The number of inputs.</summary>
    public int InputCount => inputs.Length;

    /// <summary>The number of parameters.</summary>
    public int ParameterCount => parameters.Length;

    /// <summary>The number of statistics.</summary>
    public int StatisticCount => statistics.Length;

    internal void RunForward() => layer.Forward(this);

    internal void RunBackward() => layer.Backward(this);

    internal void ClearGradients()
    {
        foreach (var gradient in inputGradients)
            gradient.AsSpan().Clear();
        foreach (var gradient in parameterGradients)
            gradient.AsSpan().Clear();
    }

    private static double[] Filled(StatisticSpec spec)
    {
        var values = new double[spec.Length];
        values.AsSpan().Fill(spec.Initial);
        return values;
    }
}

/// <summary>Names a layer's random numbers of one step.</summary>
/// <param name="Seed">The run's seed.</param>
/// <param name="Step">The training step.</param>
/// <param name="Layer">The layer's place in its network.</param>
public readonly record struct RandomKey(ulong Seed, long Step, int Layer)
{
    /// <summary>The index of the stream that belongs to this step and layer.</summary>
    public ulong Index => ((ulong)Step << 16) | (uint)Layer;
}
