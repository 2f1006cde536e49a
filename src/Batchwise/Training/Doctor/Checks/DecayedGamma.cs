using static System.FormattableString;

namespace Batchwise;

/// <summary>A run whose weight decay also pulled at gamma and beta.</summary>
sealed class DecayedGamma : HealthCheck
{
    public override string Name => "decayed-gamma";

    public override Evidence Needs => Evidence.Log;

    public override string? MissingIn(Patient patient) =>
        patient.Normalizations.Any(Normalizations.TrainsAffine) ? null : "a normalization whose gamma and beta are trained";

    public override IEnumerable<Finding> Examine(Patient patient)
    {
        var optimizer = patient.Log!.Optimizer;
        if (!optimizer.DecayAll || optimizer.WeightDecay == 0)
            yield break;
        yield return new()
        {
            Check = Name,
            Severity = FindingSeverity.Warning,
            Layer = patient.NameOf(patient.Normalizations.First(Normalizations.TrainsAffine)),
            What = Invariant($"The run's weight decay of {optimizer.WeightDecay} applied to gamma and beta too (DecayAll)."),
            Where = string.Join(", ", patient.Normalizations.Where(Normalizations.TrainsAffine).Select(node => $"'{patient.NameOf(node)}'")),
            Why = "Decay pulls gamma to 0, where a channel is a constant; it is common to leave gamma, beta and biases out (Goyal et al., arXiv 1706.02677, section 5.1).",
            Remedy = "Train with DecayAll = false, the default: the decay then applies to weights alone.",
        };
    }
}
