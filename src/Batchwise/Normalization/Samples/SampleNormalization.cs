using System.Collections.Immutable;
using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// A normalization of each sample by itself: y = gamma (x - mean) / sqrt(variance + epsilon) + beta, with mean and
/// <i>biased</i> variance of a group of the sample's own values. It depends on no other sample, so that it has no state, does
/// the same in every mode, and takes batches of one.
/// </summary>
/// <remarks>
/// What the groups are, and whether gamma and beta belong to channels or to single values, is what distinguishes
/// <see cref="LayerNormalization"/>, <see cref="GroupNormalization"/> and <see cref="InstanceNormalization"/>.
/// Parameters: gamma (1 at the start), beta (0).
/// </remarks>
public abstract record SampleNormalization : Layer
{
    /// <summary>Added to the variance inside the square root. Default: 1e-5.</summary>
    public double Epsilon { get; init; } = 1e-5;

    /// <inheritdoc/>
    public override LayerAttributes Attributes => LayerAttributes.Empty.With("epsilon", Epsilon);

    /// <summary>What error messages call it.</summary>
    internal abstract string Title { get; }

    /// <summary>Groups of one sample; each holds as many neighbouring channels, in all positions.</summary>
    /// <exception cref="ArgumentException">It cannot take samples of this shape; the message says what it needs.</exception>
    internal abstract int GroupsOf(Shape sample);

    /// <summary>The shape of gamma and beta: the channels', or the sample's.</summary>
    internal abstract Shape AffineShape(Shape sample);

    /// <inheritdoc/>
    public sealed override Shape OutputShape(ReadOnlySpan<Shape> inputs)
    {
        var input = OnlyInput(inputs);
        if (!(Epsilon > 0 && double.IsFinite(Epsilon)))
            throw new ArgumentException(Invariant($"{Title}'s epsilon is a positive number, not {Epsilon}: it keeps a constant group from dividing by zero."));
        if (GroupsOf(input) == input.Size)
        {
            throw new ArgumentException(
                $"{Title} would normalize each value of a sample of shape {input} by itself, which leaves nothing of it: give it groups of two values or more.");
        }
        return input;
    }

    /// <inheritdoc/>
    public sealed override ImmutableArray<ParameterSpec> Parameters(ReadOnlySpan<Shape> inputs)
    {
        var shape = AffineShape(OnlyInput(inputs));
        return [new("gamma", shape, ParameterRole.Gamma, Initializer.Ones), new("beta", shape, ParameterRole.Beta, Initializer.Zeros)];
    }

    /// <inheritdoc/>
    public sealed override void Forward(ReferencePass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        var x = pass.Input();
        var gamma = pass.Parameter(0);
        var beta = pass.Parameter(1);
        var groups = new Groups(this, pass.OutputShape);
        var (mean, invStd) = groups.Statistics(x, Epsilon);
        for (var i = 0; i < x.Length; i++)
        {
            var (group, a) = (groups.Of(i), i % gamma.Length);
            pass.Output[i] = gamma[a] * (x[i] - mean[group]) * invStd[group] + beta[a];
        }
    }

    /// <inheritdoc/>
    public sealed override void Backward(ReferencePass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        var x = pass.Input();
        var dx = pass.InputGradient();
        var dy = pass.OutputGradient;
        var gamma = pass.Parameter(0);
        var dGamma = pass.ParameterGradient(0);
        var dBeta = pass.ParameterGradient(1);
        var groups = new Groups(this, pass.OutputShape);
        var (mean, invStd) = groups.Statistics(x, Epsilon);
        // Of gamma dy, the parts along 1 and along xHat.
        var (sum, sumXHat) = (new double[mean.Length], new double[mean.Length]);
        for (var i = 0; i < x.Length; i++)
        {
            var (group, a) = (groups.Of(i), i % gamma.Length);
            var xHat = (x[i] - mean[group]) * invStd[group];
            dGamma[a] += dy[i] * xHat;
            dBeta[a] += dy[i];
            sum[group] += gamma[a] * dy[i];
            sumXHat[group] += gamma[a] * dy[i] * xHat;
        }
        for (var i = 0; i < x.Length; i++)
        {
            var (group, a) = (groups.Of(i), i % gamma.Length);
            var xHat = (x[i] - mean[group]) * invStd[group];
            dx[i] += invStd[group] * (gamma[a] * dy[i] - sum[group] / groups.Values - xHat * sumXHat[group] / groups.Values);
        }
    }

    /// <summary>Which group of the batch a value belongs to.</summary>
    private readonly struct Groups(SampleNormalization layer, Shape sample)
    {
        private readonly int perSample = layer.GroupsOf(sample);

        /// <summary>Values of one group.</summary>
        public int Values => sample.Size / perSample;

        public int Of(int element) => element / sample.Size * perSample + element % sample.Channels / (sample.Channels / perSample);

        public (double[] Mean, double[] InvStd) Statistics(ReadOnlySpan<double> x, double epsilon)
        {
            var (mean, invStd) = (new double[x.Length / Values], new double[x.Length / Values]);
            for (var i = 0; i < x.Length; i++)
                mean[Of(i)] += x[i] / Values;
            for (var i = 0; i < x.Length; i++)
                invStd[Of(i)] += (x[i] - mean[Of(i)]) * (x[i] - mean[Of(i)]) / Values;
            foreach (ref var value in invStd.AsSpan())
                value = 1 / Math.Sqrt(value + epsilon);
            return (mean, invStd);
        }
    }
}
