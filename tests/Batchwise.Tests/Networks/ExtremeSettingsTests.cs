using System.Globalization;
using Batchwise.Tests.Execution;
using static System.FormattableString;

namespace Batchwise.Tests.Networks;

/// <summary>
/// Every setting of every layer at its extremes, and those of windows in any company: a layer is refused, or its plans agree with
/// its reference. In a child process, because a kernel that believed a wrong size would end it.
/// </summary>
[Collection(Dotnet.Collection)]
public class ExtremeSettingsTests(ITestOutputHelper output)
{
    private const string Leg = "extremes";
    private const int Mixtures = 600;
    private const int MostShown = 40;

    // Beyond this much work a layer that was not refused is left alone: it would take too long.
    private const long MostValues = 1 << 16;
    private const long MostWork = 1 << 22;

    private static readonly int[] Whole = [int.MinValue, -1, 0, 1, 2, 3, 4, 9, 1000, 46_341, 65_536, (1 << 24) - 1, 1 << 24, (1 << 24) + 1, 1 << 30, int.MaxValue - 1, int.MaxValue];
    private static readonly int[] Small = [0, 1, 1, 2, 2, 3, 4, 7];
    private static readonly double[] Real = [0, -1, 1, 1e-320, 1e-45, 1e-300, 1e38, 1e300, double.MaxValue, double.NaN, double.PositiveInfinity, double.NegativeInfinity];

    private static readonly Shape[] Vectors = [new(2), new(4), new(40)];
    private static readonly Shape[] MapShapes = [new(6, 9, 2), new(4, 1, 4), new(1, 1, 1), new(9, 8, 16)];

    private static readonly Layer[] OnVectors =
    [
        new Dense(3), new Dense(3) { Reparameterization = new WeightNormalization() }, new LeakyRelu(), new Prelu(), new Dropout(0.5),
        new LocalResponseNormalization { Size = 3 }, new BatchNormalization(), new ChannelAffine(), new BatchRenormalization(),
        new GhostBatchNormalization { GhostSize = 4 }, new MeanOnlyNormalization(), new VarianceOnlyNormalization(), new DetachedNormalization(),
        new MovingAverageNormalization(), new AffineOnly(), new ActivationNoise(), new ZcaWhitening { GroupSize = 4 },
        new IterativeNormalization { Iterations = 3 }, new LayerNormalization(), new GroupNormalization(2),
        new Elu(1.5), new Gelu(), new HardSigmoid(), new Clip(-0.5, 5.5),
    ];

    private static readonly Layer[] OnMaps =
    [
        new Convolution(4, Window.Square(2)), new Convolution(16, Window.Square(3, 1, Padding.Same)), new Convolution(16, Window.Square(1)),
        new Convolution(32, Window.Square(3, 2, Padding.All(1))) { Groups = 16 }, new Convolution(8, Window.Square(3, 1, Padding.All(2))) { Groups = 2 },
        new MaxPool(Window.Square(2)), new MaxPool(Window.Square(3, 2, Padding.All(1))) { CeilMode = true },
        new AveragePool(Window.Square(2)), new AveragePool(Window.Square(3, 2, Padding.Same)) { CountPadding = true },
        new LocalResponseNormalization { Size = 3 }, new Prelu(), new Dropout(0.5), new BatchNormalization(), new GhostBatchNormalization { GhostSize = 2 },
        new BatchRenormalization(), new ZcaWhitening { GroupSize = 4 }, new LayerNormalization(), new GroupNormalization(2), new InstanceNormalization(), new ChannelAffine(),
        new Elu(1.5), new Gelu(), new HardSigmoid(), new Clip(-0.5, 5.5), new LeakyRelu(),
    ];

    private readonly List<string> faults = [];
    private int refused, compared, ran;

    [Fact]
    public Task Every_layer_is_refused_or_agrees_with_its_reference() =>
        ChildTests.Run(output, Leg, Leg, new Dictionary<string, string>(), TimeSpan.FromMinutes(8));

    [Fact]
    [Trait("leg", Leg)]
    public void Sweep()
    {
        ChildTests.SkipUnlessIn(Leg);
        foreach (var (layers, shapes) in new[] { (OnVectors, Vectors), (OnMaps, MapShapes) })
        {
            foreach (var layer in layers)
            {
                foreach (var (name, value) in layer.Attributes.Values)
                {
                    foreach (var other in Extremes(value))
                        Check(layer.Kind, Changed(layer.Attributes, name, other), shapes, compares: IsWhole(value));
                }
            }
        }
        var random = new Philox(3, RandomPurpose.Experiment, 0);
        foreach (var layer in OnMaps.Where(layer => layer is Convolution or Pool))
        {
            for (var i = 0; i < Mixtures; i++)
                Check(layer.Kind, Mixed(layer.Attributes, ref random), MapShapes, compares: true);
        }
        output.WriteLine(Invariant($"{refused} refused, {compared} compared, {ran} only run"));
        Assert.True(faults.Count == 0, string.Join(Environment.NewLine, faults.Take(MostShown).Prepend(Invariant($"{faults.Count} faults"))));
        Assert.True(refused > 1000 && compared > 1000 && ran > 100, Invariant($"Too few: {refused} refused, {compared} compared, {ran} run."));
    }

    /// <summary>But for the input, whose shape is the network's own.</summary>
    [Fact]
    public void Every_layer_of_the_library_that_has_settings_is_swept()
    {
        var swept = OnVectors.Concat(OnMaps).Select(layer => layer.GetType()).ToHashSet();
        var layers = typeof(Layer).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Layer)) && !type.IsAbstract && type != typeof(Input));
        var settings = GradientCases.All.Values.SelectMany(network => network.Nodes)
            .Where(node => node.Layer.Attributes.Values.Length > 0).Select(node => node.Layer.GetType()).ToHashSet();
        Assert.DoesNotContain(layers, layer => settings.Contains(layer) && !swept.Contains(layer));
    }

    private void Check(string kind, LayerAttributes settings, Shape[] shapes, bool compares)
    {
        foreach (var shape in shapes)
        {
            try
            {
                Check(kind, settings, shape, compares);
            }
            catch (Exception error)
            {
                faults.Add($"{kind} on {shape} with {settings}: {error.GetType().Name}, {error.Message}");
            }
        }
    }

    private void Check(string kind, LayerAttributes settings, Shape shape, bool compares)
    {
        Network network;
        try
        {
            var layer = StandardLayers.Registry.Read(kind, settings);
            network = Network.Input([.. shape.Dimensions]).Then(layer);
        }
        catch (Exception error) when (error is InvalidDataException or ArgumentException)
        {
            refused++;
            return;
        }
        if (network.OutputShape.Size > MostValues || network.ParameterCount > MostValues || network.MultiplyAdds > MostWork)
            return;
        // More values per channel than the largest whitened group has channels.
        var count = shape.Positions > 20 ? 3 : 24;
        if (compares)
        {
            PlanCheck.TrainingAgrees(network, count);
            PlanCheck.InferenceAgrees(network, count, NetworkMode.Inference);
            compared++;
        }
        else
        {
            Run(network, count);
            ran++;
        }
    }

    /// <summary>Runs what rounding alone keeps from agreeing, such as an epsilon of 1e300, for the errors it could end in.</summary>
    private static void Run(Network network, int count)
    {
        var state = RandomState.Of(network);
        foreach (var mode in new[] { NetworkMode.Training, NetworkMode.Inference })
        {
            var plan = Plan.Compile(state, mode, count, StandardLayers.Catalogue, after: builder =>
            {
                if (mode == NetworkMode.Training)
                    builder.GradientTarget(builder.Network.Output);
                return null;
            }, keepAll: true, inputGradient: mode == NetworkMode.Training);
            plan.SetInput(PlanCheck.Random(count * network.InputShape.Size, 1), count);
            plan.Run(new SerialExecutor(), count);
        }
    }

    private static LayerAttributes Changed(LayerAttributes settings, string name, string value)
    {
        var changed = LayerAttributes.Empty;
        foreach (var (key, old) in settings.Values)
            changed = changed.With(key, key == name ? value : old);
        return changed;
    }

    /// <summary>All numbers of a window drawn anew: most of them small, some of them extreme.</summary>
    private static LayerAttributes Mixed(LayerAttributes settings, ref Philox random)
    {
        var mixed = LayerAttributes.Empty;
        foreach (var (key, value) in settings.Values)
        {
            mixed = mixed.With(key, key switch
            {
                "kernel" or "stride" or "dilation" => Invariant($"{Draw(ref random)}x{Draw(ref random)}"),
                "padding" => random.NextInt(3) == 0 ? "same" : Invariant($"{Draw(ref random)},{Draw(ref random)},{Draw(ref random)},{Draw(ref random)}"),
                "ceilMode" or "countPadding" => random.NextInt(2) == 0 ? "true" : "false",
                _ => value,
            });
        }
        return mixed;
    }

    private static int Draw(ref Philox random) => random.NextInt(6) == 0 ? Whole[3 + random.NextInt(Whole.Length - 3)] : Small[random.NextInt(Small.Length)];

    private static bool IsWhole(string value) => value.All(character => char.IsAsciiDigit(character) || character is 'x' or ',');

    private static IEnumerable<string> Extremes(string value)
    {
        if (value.Contains(',', StringComparison.Ordinal) || value == "same")
        {
            foreach (var v in Whole)
            {
                yield return Invariant($"{v},0,0,0");
                yield return Invariant($"0,{v},0,0");
                yield return Invariant($"0,0,{v},0");
                yield return Invariant($"0,0,0,{v}");
                yield return Invariant($"{v},{v},{v},{v}");
            }
        }
        else if (value.Split('x') is [var first, var second] && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            foreach (var v in Whole)
            {
                yield return Invariant($"{v}x{second}");
                yield return Invariant($"{first}x{v}");
                yield return Invariant($"{v}x{v}");
            }
        }
        else if (double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
        {
            foreach (var v in Whole)
                yield return v.ToString(CultureInfo.InvariantCulture);
            foreach (var v in Real)
                yield return v.ToString("R", CultureInfo.InvariantCulture);
        }
        else if (value is "true" or "false")
        {
            yield return value == "true" ? "false" : "true";
        }
        else
        {
            foreach (var v in Real)
            {
                yield return Invariant($"gaussian({v:R})");
                yield return Invariant($"constant({v:R})");
                yield return Invariant($"he({v:R})");
                yield return Invariant($"weightStandardization({v:R})");
            }
        }
    }
}
