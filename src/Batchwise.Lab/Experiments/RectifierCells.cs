using System.Collections.Immutable;
using System.Globalization;

namespace Batchwise.Lab;

/// <summary>A nonlinearity between the layers of a deep network.</summary>
/// <param name="Name">Its name in tables and keys.</param>
/// <param name="Slope">Its slope below zero at the start, which He's initialization takes into account; 0 where it has none.</param>
/// <param name="Add">Puts it at the end of a network.</param>
sealed record RectifierFunction(string Name, double Slope, Func<Network, Network> Add)
{
    /// <summary>Those compared, in the order of tables.</summary>
    public static ImmutableArray<RectifierFunction> All { get; } =
    [
        new("sigmoid", 0, network => network.Sigmoid()),
        new("tanh", 0, network => network.Tanh()),
        new("relu", 0, network => network.Relu()),
        new("leaky-relu", 0.01, network => network.LeakyRelu(0.01)),
        new("prelu", 0.25, network => network.Prelu(0.25)),
    ];
}

/// <summary>How the weights of a deep network are drawn.</summary>
/// <param name="Name">Its name in tables and keys.</param>
/// <param name="Of">The initializer before a nonlinearity.</param>
sealed record RectifierStart(string Name, Func<RectifierFunction, Initializer> Of)
{
    /// <summary>The fixed deviation, before Xavier's paper the custom for deep networks.</summary>
    public const double Deviation = 0.01;

    /// <summary>Those compared, in the order of tables.</summary>
    public static ImmutableArray<RectifierStart> All { get; } =
    [
        new("gaussian", _ => Initializer.Gaussian(Deviation)),
        new("xavier", _ => Initializer.Xavier),
        new("he", function => Initializer.He(function.Slope)),
    ];
}

/// <summary>A network of the experiment: what stands between its layers, how it starts, how deep it is, and whether it is normalized.</summary>
sealed record RectifierCell(RectifierFunction Function, RectifierStart Start, int Depth, bool Normalized)
{
    /// <summary>Its name in keys: <c>relu-he-30-batch-norm</c>.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Function.Name}-{Start.Name}-{Depth}-{(Normalized ? Arms.BatchNorm : Arms.Plain).Name}");

    /// <summary>The cell as a method: it makes its own network for the shapes of the bench's.</summary>
    /// <param name="width">Units of each hidden layer.</param>
    public Arm ToArm(int width) => new()
    {
        Name = Name,
        Title = Name,
        Family = Normalized ? ArmFamily.Parts : ArmFamily.Reference,
        Apply = network => Build(network.InputShape, network.OutputShape.Size, width),
    };

    private Network Build(Shape input, int outputs, int width)
    {
        var weights = Start.Of(Function);
        var network = Network.Input([.. input.Dimensions]).Flatten();
        for (var layer = 0; layer < Depth; layer++)
            network = Function.Add(network.Dense(width, weights));
        network = network.Dense(outputs, weights);
        return Normalized ? network.WithBatchNormalization() : network;
    }
}
