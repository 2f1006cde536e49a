using Batchwise.Kernels;
using Batchwise.Tests.Networks;

namespace Batchwise.Tests.Normalization;

/// <summary>What whitening promises, on the float64 reference.</summary>
public class WhiteningTests
{
    private const int Count = 60;
    private const int Channels = 20;
    private const int Width = GroupMatrix.Width;

    private static readonly double[] X = Correlated(Count, Channels, 1);

    public static TheoryData<string> Kinds => ["zca", "newton"];

    [Theory]
    [InlineData(1e-5)]
    [InlineData(0.3)]
    public void The_whitened_batch_has_the_covariance_lambda_over_lambda_plus_epsilon(double epsilon)
    {
        var y = Forward(new ZcaWhitening { Epsilon = epsilon }, X);
        var groups = new WhiteningGroups(Channels, 16);
        for (var group = 0; group < groups.Count; group++)
        {
            var size = groups.Size(group);
            var (lambda, vectors) = (new double[size], new double[GroupMatrix.Length]);
            SymmetricEigen.Run(Covariance(X, groups, group), size, lambda, vectors);
            var whitened = Covariance(y, groups, group);
            for (var k = 0; k < size; k++)
            {
                for (var l = 0; l < size; l++)
                {
                    var inBasis = 0.0;
                    for (var i = 0; i < size; i++)
                    {
                        for (var j = 0; j < size; j++)
                            inBasis += vectors[k * Width + i] * whitened[i * Width + j] * vectors[l * Width + j];
                    }
                    Assert.Equal(k == l ? lambda[k] / (lambda[k] + epsilon) : 0, inBasis, 1e-10);
                }
            }
        }
    }

    [Fact]
    public void The_matrix_is_the_inverse_root()
    {
        var (covariance, size) = (Covariance(X, new WhiteningGroups(Channels, 16), 0), Width);
        var layer = new ZcaWhitening { Epsilon = 1e-3 };
        var matrix = InverseRoot(layer, covariance, size);
        for (var i = 0; i < size; i++)
            covariance[i * Width + i] += 1e-3;
        var (left, product) = (new double[GroupMatrix.Length], new double[GroupMatrix.Length]);
        GroupMatrix.Multiply(matrix, covariance, left, size);
        GroupMatrix.Multiply(left, matrix, product, size);
        for (var i = 0; i < GroupMatrix.Length; i++)
            Assert.Equal(i % (Width + 1) == 0 ? 1 : 0, product[i], 1e-10);
    }

    [Fact]
    public void Newtons_iteration_approaches_the_inverse_root_and_stays_there()
    {
        var covariance = Covariance(X, new WhiteningGroups(Channels, 16), 0);
        var exact = InverseRoot(new ZcaWhitening(), covariance, Width);
        var before = double.PositiveInfinity;
        for (var iterations = 1; iterations <= 30; iterations++)
        {
            var error = Numbers.RelativeError(exact, InverseRoot(new IterativeNormalization { Iterations = iterations }, covariance, Width));
            // Until it is down to rounding.
            Assert.True(error < before || error < 1e-9, $"{iterations} iterations: {error:E2} after {before:E2}");
            before = error;
        }
        Assert.InRange(before, 0, 1e-9);
    }

    [Fact]
    public void Newtons_iteration_is_the_papers()
    {
        // P = (3 P - P^3 S) / 2 as printed, on the covariance divided by its trace.
        var covariance = Covariance(X, new WhiteningGroups(Channels, 16), 0);
        var (trace, s) = (0.0, (double[])covariance.Clone());
        for (var i = 0; i < Width; i++)
            trace += s[i * Width + i] += 1e-5;
        var p = new double[GroupMatrix.Length];
        for (var i = 0; i < GroupMatrix.Length; i++)
            (s[i], p[i]) = (s[i] / trace, i % (Width + 1) == 0 ? 1 : 0);
        static double[] Times(double[] a, double[] b)
        {
            var product = new double[GroupMatrix.Length];
            GroupMatrix.Multiply(a, b, product, Width);
            return product;
        }
        for (var step = 0; step < 5; step++)
        {
            var cubed = Times(Times(Times(p, p), p), s);
            p = [.. p.Zip(cubed, (one, three) => (3 * one - three) / 2)];
        }
        Numbers.AssertClose([.. p.Select(value => value / Math.Sqrt(trace))], InverseRoot(new IterativeNormalization(), covariance, Width), 1e-12);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_shift_and_a_scale_of_the_input_change_nothing(string kind)
    {
        var layer = Layer(kind) with { Epsilon = 1e-30 };
        double[] moved = [.. X.Select((value, i) => 7 * value + i % Channels)];
        Numbers.AssertClose(Forward(layer, X), Forward(layer, moved), 1e-9);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_rotation_within_a_group_rotates_the_output(string kind)
    {
        // In the plane of channels 2 and 9, both of the first group.
        static double[] Rotated(double[] x)
        {
            var result = (double[])x.Clone();
            for (var n = 0; n < Count; n++)
            {
                var (p, q) = (x[n * Channels + 2], x[n * Channels + 9]);
                (result[n * Channels + 2], result[n * Channels + 9]) = (0.6 * p - 0.8 * q, 0.8 * p + 0.6 * q);
            }
            return result;
        }
        Numbers.AssertClose(Rotated(Forward(Layer(kind), X)), Forward(Layer(kind), Rotated(X)), 1e-9);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_gradient_has_no_part_along_one_and_none_along_the_input(string kind)
    {
        // What a shift or a scale of a group does not change, the gradient does not ask for.
        var network = Network.Input(Channels).Then(Layer(kind) with { Epsilon = 1e-30 });
        var reference = References.Random(network, Count);
        reference.Forward(X, Count);
        var dx = reference.Backward(Numbers.Normal(X.Length, 2)).ToArray();
        Assert.True(Numbers.Norm(dx) > 0.1);
        double along = 0;
        for (var c = 0; c < Channels; c++)
        {
            var values = Enumerable.Range(0, Count).ToArray();
            var mean = values.Average(n => X[n * Channels + c]);
            Assert.Equal(0, values.Sum(n => dx[n * Channels + c]), 1e-9 * Numbers.Norm(dx));
            along += c < 16 ? values.Sum(n => dx[n * Channels + c] * (X[n * Channels + c] - mean)) : 0;
        }
        Assert.Equal(0, along, 1e-8 * Numbers.Norm(dx));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Groups_of_one_are_batch_normalization(bool maps)
    {
        var input = maps ? Network.Input(3, 2, 5) : Network.Input(30);
        var (whitening, batch) = (input.Then(new ZcaWhitening { GroupSize = 1 }), input.BatchNormalization());
        Assert.DoesNotContain(whitening.Output.Statistics, statistic => statistic.Name.EndsWith("Covariance", StringComparison.Ordinal));
        var (one, other) = (References.Random(whitening, 12), References.Random(batch, 12));
        var (x, dy) = (Numbers.Normal(360, 1, mean: 2), Numbers.Normal(360, 2));
        Numbers.AssertClose(other.Forward(x, 12), one.Forward(x, 12), 1e-12, "The output");
        Numbers.AssertClose(other.Backward(dy), one.Backward(dy), 1e-12, "The gradient");
        var (mine, its) = (one.Pass(whitening.Output), other.Pass(batch.Output));
        for (var i = 0; i < 2; i++)
            Numbers.AssertClose(its.ParameterGradient(i), mine.ParameterGradient(i), 1e-12, $"Parameter {i}'s gradient");
        foreach (var i in new[] { 0, 1, 4 })
            Numbers.AssertClose(its.NewStatistic(i), mine.NewStatistic(i), 1e-12, $"Statistic {i}");
    }

    /// <summary>Batches whose covariance has eigenvalues that are equal, nearly equal, or both.</summary>
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 1, 2)]
    [InlineData(1, 1.0000001, 2)]
    [InlineData(1, 1.001, 1.002)]
    public void The_gradient_is_right_where_eigenvalues_meet(double first, double second, double third)
    {
        double[] sizes = [first, second, third];
        var x = new double[6 * 3];
        for (var i = 0; i < 3; i++)
            (x[2 * i * 3 + i], x[(2 * i + 1) * 3 + i]) = (sizes[i], -sizes[i]);
        foreach (var kind in new[] { "zca", "newton" })
            GradientCheck.Verify(References.Random(Network.Input(3).Then(Layer(kind)), 6), x, 6);
    }

    [Fact]
    public void Whitening_goes_before_nonlinearities_and_takes_the_biases_place()
    {
        var network = Network.Input(9).Dense(8).Sigmoid().Dense(3).WithNormalization(new ZcaWhitening { GroupSize = 4 });
        NetworkVerifier.Verify(network);
        Assert.IsType<ZcaWhitening>(network["sigmoid1"].Inputs[0].Layer);
        Assert.False(network.Nodes.Select(node => node.Layer).OfType<Dense>().First().Bias);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_batch_no_larger_than_a_group_is_refused(string kind)
    {
        var network = Network.Input(20).Then(Layer(kind), "white");
        var reference = new ReferenceNetwork(network, 16, NetworkMode.Training);
        var message = Assert.Throws<InvalidOperationException>(() => reference.Forward(new double[320], 16)).Message;
        Assert.Equal("Layer 'white' would whiten groups of 16 channels over 16 values per channel (batch of 16, shape [20]), which leaves nothing of them: "
            + "use a batch of more than 16 values per channel, a GroupSize below 16, or freeze the layer with UseBatchStatistics = false.", message);
        var plan = Plan.Compile(NetworkState.Create(network, 1), NetworkMode.Training, 17, StandardLayers.Catalogue);
        Assert.Equal(message, Assert.Throws<InvalidOperationException>(() => plan.Run(new SerialExecutor(), 16)).Message);
        plan.Run(new SerialExecutor(), 17);
        Plan.Compile(NetworkState.Create(network, 1), NetworkMode.Inference, 1, StandardLayers.Catalogue).Run(new SerialExecutor(), 1);
    }

    public static Whitening Layer(string kind) => kind == "zca" ? new ZcaWhitening() : new IterativeNormalization();

    /// <summary>Values whose channels are correlated and of different deviations.</summary>
    public static double[] Correlated(int count, int channels, ulong stream)
    {
        var (noise, mixing) = (Numbers.Normal(count * channels, stream), Numbers.Normal(channels * channels, stream + 1000));
        var x = new double[noise.Length];
        for (var n = 0; n < count; n++)
        {
            for (var c = 0; c < channels; c++)
            {
                x[n * channels + c] = 3 + noise[n * channels + c];
                for (var i = 0; i < channels; i++)
                    x[n * channels + c] += 0.5 * noise[n * channels + i] * mixing[i * channels + c];
            }
        }
        return x;
    }

    /// <summary>A group's biased covariance, by its definition.</summary>
    internal static double[] Covariance(double[] x, WhiteningGroups groups, int group)
    {
        var (rows, first) = (x.Length / groups.Channels, groups.First(group));
        var covariance = new double[GroupMatrix.Length];
        double[] Deviations(int c)
        {
            var values = Enumerable.Range(0, rows).Select(n => x[n * groups.Channels + first + c]).ToArray();
            return [.. values.Select(value => value - values.Average())];
        }
        var columns = Enumerable.Range(0, groups.Size(group)).Select(Deviations).ToArray();
        for (var i = 0; i < columns.Length; i++)
        {
            for (var j = 0; j < columns.Length; j++)
                covariance[i * Width + j] = Numbers.Dot(columns[i], columns[j]) / rows;
        }
        return covariance;
    }

    private static double[] InverseRoot(Whitening layer, double[] covariance, int size)
    {
        var matrix = new double[GroupMatrix.Length];
        layer.InverseRoot(covariance, size, matrix, new double[layer.KeptLength]);
        return matrix;
    }

    private static double[] Forward(Whitening layer, double[] x)
    {
        var reference = new ReferenceNetwork(Network.Input(Channels).Then(layer), Count, NetworkMode.Training);
        foreach (ref var gamma in reference.Pass(reference.Network.Output).Parameter(0))
            gamma = 1;
        return reference.Forward(x, Count).ToArray();
    }
}
