namespace Batchwise.Tests.Networks;

public class LayerRegistryTests
{
    [Fact]
    public void A_kind_is_read_by_the_function_that_was_given_for_it() =>
        Assert.Equal(new LeakyRelu(0.25), StandardLayers.Registry.Read("leakyRelu", new LeakyRelu(0.25).Attributes));

    [Fact]
    public void A_registry_never_changes()
    {
        var longer = StandardLayers.Registry.With("swish", _ => new Swish());
        Assert.Equal(new Swish(), longer.Read("swish", LayerAttributes.Empty));
        Assert.Throws<InvalidDataException>(() => StandardLayers.Registry.Read("swish", LayerAttributes.Empty));
    }

    [Fact]
    public void A_kind_that_is_there_is_replaced() =>
        Assert.Equal(new Swish(), StandardLayers.Registry.With("tanh", _ => new Swish()).Read("tanh", LayerAttributes.Empty));

    [Fact]
    public void A_setting_that_the_layer_refuses_is_bad_data() => Assert.StartsWith(
        "A dropout probability lies in [0, 1), 2 does not.",
        Assert.Throws<InvalidDataException>(() => StandardLayers.Registry.Read("dropout", LayerAttributes.Empty.With("probability", 2))).Message,
        StringComparison.Ordinal);

    /// <summary>A setting that came later is left out where it has no effect, so that older files are read and older readers read ours.</summary>
    [Fact]
    public void Files_from_before_a_setting_are_read()
    {
        Assert.DoesNotContain("perActivation", new BatchNormalization().Attributes.ToString(), StringComparison.Ordinal);
        Assert.Equal(LayerAttributes.Empty.ToString(), new ChannelAffine().Attributes.ToString());
        Assert.True(LayerAttributes.Empty.With("a", true).Flag("a", otherwise: false));
        Assert.True(LayerAttributes.Empty.Flag("a", otherwise: true));
        Assert.Throws<InvalidDataException>(() => LayerAttributes.Empty.With("a", "perhaps").Flag("a", otherwise: true));
    }

    /// <summary>A layer that could be written and not be read would cost someone a trained model.</summary>
    [Fact]
    public void Every_layer_of_the_library_can_be_read_from_its_own_settings()
    {
        Layer[] layers =
        [
            new Input(new Shape(2, 3)), new Flatten(), new Dense(3), new Sigmoid(), new Tanh(), new Relu(), new LeakyRelu(), new Prelu(),
            new Elu(0.3), new Gelu { Approximate = true }, new Silu(), new HardSigmoid(0.2), new HardSwish(), new Clip(double.NegativeInfinity, 6),
            new Dropout(0.5), new Sum(), new Concatenation(),
            new Convolution(6, new(3, 2) { StrideX = 2, DilationY = 3, Padding = new(1, 2, 3, 4) }) { Groups = 2, Bias = false },
            new MaxPool(Window.Square(3, 2, Padding.Same)) { CeilMode = true }, new AveragePool(Window.Square(2)) { CountPadding = true },
            new GlobalAveragePool(), new GlobalMaxPool(), new LocalResponseNormalization { Size = 7, Alpha = 0.1, Beta = 0.5, Offset = 2 }, new BatchNormalization(), new ChannelAffine(),
            new BatchRenormalization(), new GhostBatchNormalization(), new MeanOnlyNormalization(), new VarianceOnlyNormalization(),
            new DetachedNormalization(), new MovingAverageNormalization(), new AffineOnly(), new ActivationNoise(),
            new ZcaWhitening(), new IterativeNormalization { Iterations = 3 },
            new LayerNormalization { Epsilon = 1e-3 }, new GroupNormalization(8), new InstanceNormalization { Epsilon = 1e-3 },
        ];
        Assert.All(layers, layer => Assert.Equal(layer, StandardLayers.Registry.Read(layer.Kind, layer.Attributes)));
        var all = typeof(Layer).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Layer)) && !type.IsAbstract);
        Assert.Empty(all.Except(layers.Select(layer => layer.GetType())));
        Assert.Equal(layers.Length, layers.Select(layer => layer.Kind).Distinct().Count());
    }
}
