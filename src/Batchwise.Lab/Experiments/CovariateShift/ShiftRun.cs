using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Batchwise.Lab;

/// <summary>How the inputs of a unit's nonlinearity lie: their 15th, 50th and 85th percentile.</summary>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
sealed record UnitSpread(double Low, double Median, double High);

/// <summary>How the gradient of a layer's weights changes once the layers before it have taken their step.</summary>
/// <param name="Distance">||G - G'||.</param>
/// <param name="Relative">The same over ||G||.</param>
/// <param name="Cosine">Of the angle between the two.</param>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
sealed record GradientChange(double Distance, double Relative, double Cosine);

/// <summary>The singular values of a hidden layer's Jacobian, at some inputs.</summary>
/// <param name="Low">Their 10th percentile.</param>
/// <param name="Median">Their median.</param>
/// <param name="High">Their 90th percentile.</param>
/// <param name="Condition">The largest over the least, the median of the inputs.</param>
/// <param name="FromOne">The mean of |ln s|: how far they are from 1.</param>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
sealed record SingularSpread(double Low, double Median, double High, double Condition, double FromOne);

/// <summary>What the loss does along a batch's gradient.</summary>
/// <param name="Variation">The largest loss less the least.</param>
/// <param name="Predictiveness">The largest distance between the gradient there and here.</param>
/// <param name="Smoothness">The largest such distance over the distance moved.</param>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
sealed record LandscapeLook(double Variation, double Predictiveness, double Smoothness);

/// <summary>A look at a network in training.</summary>
/// <param name="Step">Steps taken.</param>
/// <param name="Units">The followed unit of each hidden layer.</param>
/// <param name="Drifts">Of each hidden layer; empty in the first look.</param>
/// <param name="Gradients">Of each layer of weights but the first.</param>
/// <param name="Landscape">Along the gradient.</param>
/// <param name="Jacobians">Of each hidden layer.</param>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
sealed record ShiftLook(
    long Step, ImmutableArray<UnitSpread> Units, ImmutableArray<double> Drifts, ImmutableArray<GradientChange> Gradients, LandscapeLook Landscape, ImmutableArray<SingularSpread> Jacobians) : IRunPoint
{
    // What cannot be measured is not a number, which is no fault.
    string? IRunPoint.Fault =>
        Impossible.Unless(!(Units.IsDefault || Units.Contains(null!) || Drifts.IsDefault || Gradients.IsDefault || Gradients.Contains(null!) || Jacobians.IsDefault || Jacobians.Contains(null!)), "a list of a look is null or has an item that is null")
        ?? Impossible.Unless(!Sizes.Any(size => size < 0), "a distance, drift or singular value is negative")
        ?? Impossible.Unless(!Gradients.Any(change => Math.Abs(change.Cosine) > 1 + 1e-6), "a cosine is more than 1");

    private IEnumerable<double> Sizes =>
    [
        .. Drifts,
        .. Gradients.SelectMany(change => new[] { change.Distance, change.Relative }),
        Landscape.Variation, Landscape.Predictiveness, Landscape.Smoothness,
        .. Jacobians.SelectMany(spread => new[] { spread.Low, spread.Median, spread.High, spread.Condition, spread.FromOne }),
    ];
}


/// <summary>A finished run of <see cref="CovariateShift"/>, as it is kept in a file.</summary>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
sealed record ShiftRun : IKeptRun
{
    /// <summary>What determined it.</summary>
    public required string Spec { get; init; }

    /// <summary>The method's name.</summary>
    public required string Arm { get; init; }

    /// <summary>The learning rate.</summary>
    public required float Rate { get; init; }

    /// <summary>The seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The looks, those before it diverged if it did.</summary>
    public required ImmutableArray<ShiftLook> Looks { get; init; }

    /// <summary>What made it diverge; null if nothing did.</summary>
    public string? Diverged { get; init; }

    /// <summary>Test accuracy at the end with population statistics; chance if it diverged.</summary>
    public required double Test { get; init; }

    /// <summary>Seconds with all evaluations.</summary>
    public required double SecondsInAll { get; init; }

    /// <summary>The processor and kernels it ran on.</summary>
    public required string Machine { get; init; }

    /// <summary>What in it cannot be of a request, as the end of a sentence; null if nothing.</summary>
    /// <param name="request">The request.</param>
    /// <param name="looks">The steps at which it is looked at.</param>
    public string? FaultOf(RunRequest request, IEnumerable<long> looks) =>
        Impossible.Unless(Arm == request.Arm.Name && Rate == request.Setting.Rate && Seed == request.Seed, "its method, rate or seed is another")
        ?? Impossible.Points(Looks, looks, all: Diverged is null)
        ?? Impossible.Accuracy("its test accuracy", Test)
        ?? Impossible.Seconds("the run", SecondsInAll);
}
