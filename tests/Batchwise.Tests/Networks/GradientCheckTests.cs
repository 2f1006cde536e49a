namespace Batchwise.Tests.Networks;

public class GradientCheckTests
{
    public static TheoryData<string> Names => [.. GradientCases.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_gradients_are_those_of_the_function(string name)
    {
        var (reference, x, count) = GradientCases.At(GradientCases.All[name]);
        GradientCheck.Verify(reference, x, count);
    }

    public static TheoryData<bool, bool, bool, bool> Switches
    {
        get
        {
            var data = new TheoryData<bool, bool, bool, bool>();
            foreach (var layer in GradientCases.NormalizationSwitches)
            {
                data.Add(layer.TrainAffine, layer.UpdateStatistics, layer.UseBatchStatistics, false);
                data.Add(layer.TrainAffine, layer.UpdateStatistics, layer.UseBatchStatistics, true);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Switches))]
    public void The_gradients_of_batch_normalization_are_those_of_the_function_whatever_its_switches(
        bool trainAffine, bool updateStatistics, bool useBatchStatistics, bool maps)
    {
        var layer = new BatchNormalization { TrainAffine = trainAffine, UpdateStatistics = updateStatistics, UseBatchStatistics = useBatchStatistics };
        var (reference, x, count) = GradientCases.At(GradientCases.Over(layer, maps));
        GradientCheck.Verify(reference, x, count);
    }

    [Fact]
    public void No_layer_of_the_library_goes_unchecked()
    {
        var layers = typeof(Layer).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Layer)) && !type.IsAbstract);
        var seen = GradientCases.All.Values.SelectMany(network => network.Nodes).Select(node => node.Layer.GetType()).ToHashSet();
        Assert.DoesNotContain(layers, layer => !seen.Contains(layer));
    }

    /// <summary>A check that finds nothing wrong proves something only if it would find what is wrong.</summary>
    [Theory]
    [InlineData(Flaw.None, null)]
    [InlineData(Flaw.InputGradientOff, "the input")]
    [InlineData(Flaw.ParameterGradientOff, "flawed1.scale")]
    [InlineData(Flaw.NoGradient, "would test nothing")]
    public void The_check_finds_a_gradient_that_is_wrong(Flaw flaw, string? expected)
    {
        var (reference, x, count) = GradientCases.At(Network.Input(5).Then(new Flawed(flaw)));
        var error = Record.Exception(() => GradientCheck.Verify(reference, x, count));
        if (expected is null)
            Assert.Null(error);
        else
            Assert.Contains(expected, Assert.IsAssignableFrom<Xunit.Sdk.XunitException>(error).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_gradient_of_a_plain_sum_behind_batch_normalization_is_zero_and_would_test_nothing()
    {
        var (reference, x, count) = GradientCases.At(GradientCases.Over(new BatchNormalization(), maps: true));
        reference.Forward(x, count);
        var ones = new double[count * reference.Network.OutputShape.Size];
        ones.AsSpan().Fill(1);
        Assert.InRange(Numbers.Norm(reference.Backward(ones)), 0, 1e-12);
        Assert.InRange(Numbers.Norm(reference.Backward(Numbers.Normal(ones.Length, stream: 1))), 1, 1e3);
    }

    public enum Flaw
    {
        None,
        InputGradientOff,
        ParameterGradientOff,
        NoGradient,
    }

    /// <summary>y = scale x, differentiated wrongly: by a hundred-thousandth, or not at all.</summary>
    private sealed record Flawed(Flaw Flaw) : Layer
    {
        private const double Slightly = 1.00001;

        public override string Kind => "flawed";

        public override Shape OutputShape(ReadOnlySpan<Shape> inputs) => OnlyInput(inputs);

        public override System.Collections.Immutable.ImmutableArray<ParameterSpec> Parameters(ReadOnlySpan<Shape> inputs) =>
            [new("scale", new Shape(1), ParameterRole.Weight, Initializer.Ones)];

        public override void Forward(ReferencePass pass)
        {
            for (var i = 0; i < pass.Output.Length; i++)
                pass.Output[i] = pass.Parameter(0)[0] * pass.Input()[i];
        }

        public override void Backward(ReferencePass pass)
        {
            if (Flaw == Flaw.NoGradient)
                return;
            for (var i = 0; i < pass.Output.Length; i++)
            {
                var gradient = pass.Parameter(0)[0] * pass.OutputGradient[i] * (Flaw == Flaw.InputGradientOff ? Slightly : 1);
                pass.InputGradient()[i] += gradient;
                pass.ParameterGradient(0)[0] += pass.Input()[i] * pass.OutputGradient[i] * (Flaw == Flaw.ParameterGradientOff ? Slightly : 1);
            }
        }
    }
}
