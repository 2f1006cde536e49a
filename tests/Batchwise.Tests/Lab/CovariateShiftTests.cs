using Batchwise.Lab;

namespace Batchwise.Tests.Lab;

public sealed class CovariateShiftTests : IDisposable
{
    private const int Size = 5;

    private static readonly Network Deep = Network.Input(28, 28, 1).Flatten().Dense(8).Tanh().Dense(6).Sigmoid().Dense(10);

    private readonly LabBench lab = new();

    public void Dispose() => lab.Dispose();

    [Fact]
    public void Eigenvalues_are_those_of_the_second_difference_matrix()
    {
        var matrix = new double[Size * Size];
        for (var i = 0; i < Size; i++)
        {
            matrix[i * Size + i] = 2;
            if (i > 0)
                matrix[i * Size + i - 1] = matrix[(i - 1) * Size + i] = -1;
        }
        var values = SymmetricEigenvalues.Of(matrix, Size);
        for (var k = 1; k <= Size; k++)
            Assert.Equal(2 - 2 * Math.Cos(k * Math.PI / (Size + 1)), values[k - 1], 1e-12);
    }

    [Fact]
    public void Eigenvalues_refuse_what_is_no_number() =>
        Assert.Contains("finite", Assert.Throws<ArgumentException>(() => SymmetricEigenvalues.Of([1, double.NaN, double.NaN, 1], 2)).Message, StringComparison.Ordinal);

    /// <summary>Trace and largest value of J J^T, J by the differences of the layer's own output.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Singular_values_are_those_of_the_numerical_jacobian(bool normalized)
    {
        var network = normalized ? Deep.WithBatchNormalization() : Deep;
        using var trainer = new Trainer(network, new Sgd(0.5f), 3, threads: 1);
        trainer.Fit(LabBench.Data.Train, 20, 20L);
        var layer = HiddenLayer.Of(network)[1];
        var points = LabBench.Data.Validation.Slice(0, 1);
        var values = Assert.Single(new LayerJacobian(trainer.State, layer).SingularValues(points));
        Assert.Equal(6, values.Length);

        // The reference in float64, from the first hidden activation on.
        var reference = new ReferenceNetwork(network.Until(network.NameOf(layer.Nonlinearity)), 1, NetworkMode.Inference);
        reference.Load(trainer.State);
        var image = new float[784];
        points.CopyInput(0, image);
        reference.Forward([.. image.Select(value => (double)value)], 1);
        var nodes = reference.Network.Nodes;
        var from = nodes.First(node => node.Layer is Tanh);
        var behind = nodes.SkipWhile(node => node != from).Skip(1).ToArray();
        var center = reference.Pass(from).Output.ToArray();
        double[] At(int input, double change)
        {
            var value = center.ToArray();
            value[input] += change;
            foreach (var node in behind)
            {
                value.CopyTo(reference.Pass(node).Input(0));
                reference.Pass(node).RunForward();
                value = reference.Pass(node).Output.ToArray();
            }
            return value;
        }
        const double h = 1e-5;
        var jacobian = Enumerable.Range(0, 8).Select(i => At(i, h).Zip(At(i, -h), (up, down) => (up - down) / (2 * h)).ToArray()).ToArray();
        var square = new double[36];
        for (var i = 0; i < 36; i++)
            square[i] = jacobian.Sum(column => column[i / 6] * column[i % 6]);
        var expected = SymmetricEigenvalues.Of(square, 6).Select(Math.Sqrt).ToArray();
        for (var i = 0; i < 6; i++)
            Assert.Equal(expected[i], values[i], 1e-4 * expected[^1]);
    }

    [Fact]
    public void Gradients_do_not_change_without_a_step_and_the_state_stays_as_it_is()
    {
        var state = NetworkState.Create(Arms.Noisy.Apply(Deep), 3);
        var before = state.Parameter("dense2.weight").ToArray();
        var look = new GradientLook(state, LabBench.Data.Validation, 20, 2);
        var (still, flat) = look.Look(state, 0, 7);
        Assert.Equal(2, still.Length);
        Assert.All(still, change => Assert.Equal((0, 0), (change.Distance, change.Relative)));
        Assert.All(still, change => Assert.Equal(1, change.Cosine, 1e-9));
        Assert.Equal((0, 0), (flat.Variation, flat.Predictiveness));

        var (moved, landscape) = look.Look(state, 0.5, 7);
        Assert.All(moved, change => Assert.True(change.Relative > 0 && change.Cosine < 1, $"{change}"));
        Assert.True(landscape is { Variation: > 0, Predictiveness: > 0, Smoothness: > 0 }, $"{landscape}");
        Assert.Equal(before, state.Parameter("dense2.weight").ToArray());
    }

    /// <summary>Of one hidden layer G' is the gradient behind a network whose first layer alone was trained.</summary>
    [Fact]
    public void The_change_is_that_of_a_network_whose_earlier_layers_took_their_step()
    {
        const float rate = 0.5f;
        var network = LabBench.Network;
        var state = NetworkState.Create(network, 3);
        int[] batch = [.. Enumerable.Range(0, 20)];
        var moved = state.Clone();
        var probe = new GradientProbe(state, 20);
        probe.Run(LabBench.Data.Validation, batch);
        foreach (var name in new[] { "dense1.weight", "dense1.bias" })
        {
            for (var i = 0; i < moved.Parameter(name).Length; i++)
                moved.Parameter(name)[i] -= rate * probe.Gradient(name)[i];
        }
        var after = new GradientProbe(moved, 20);
        after.Run(LabBench.Data.Validation, batch);
        var distance = Math.Sqrt(probe.Gradient("dense2.weight").ToArray().Zip(after.Gradient("dense2.weight").ToArray(), (one, other) => Math.Pow(one - other, 2)).Sum());
        var change = Assert.Single(new GradientLook(state, LabBench.Data.Validation, 20, 1).Look(state, rate, 0).Changes);
        Assert.Equal(distance, change.Distance, 1e-5 * distance);
    }

    [Fact]
    public void A_network_without_hidden_layers_or_of_other_layers_is_refused()
    {
        foreach (var network in new[] { Network.Input(28, 28, 1).Flatten().Dense(10), Network.Input(28, 28, 1).Flatten().Dense(8).Prelu().Dense(10) })
        {
            var result = new CovariateShift().Run(lab.Open(network: network));
            Assert.Contains("choose a network", Assert.Single(result.Refused).Reason, StringComparison.Ordinal);
            Assert.Null(result.Answer);
            HtmlReport.Write([result], Path.Combine(lab.Folder, "report.html"));
        }
    }

    [Fact]
    public void Noise_brings_drift_back()
    {
        var network = Arms.Noisy.Apply(Deep);
        double Drift(Network watched)
        {
            var state = NetworkState.Create(watched, 3);
            var watch = new ActivationWatch(state, HiddenLayer.Of(watched), LabBench.Data.Validation);
            var (units, none) = watch.Look(1);
            Assert.Equal(2, units.Length);
            Assert.Empty(none);
            return watch.Look(2).Drifts.Average();
        }
        Assert.Equal(0, Drift(Deep.WithBatchNormalization()));
        Assert.InRange(Drift(network), 0.05, 1);
    }
}
