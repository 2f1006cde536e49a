using static System.FormattableString;

namespace Batchwise;

/// <summary>A weight of new batches that looks like the momentum of libraries in which it means the weight of the old.</summary>
sealed class InvertedBatchWeight : HealthCheck
{
    /// <summary>Above a half the last batch weighs more than all before it together: no average any more.</summary>
    private const double MostlyTheLast = 0.5;

    private const double UsualWeight = 0.1;

    public override string Name => "inverted-batch-weight";

    public override Evidence Needs => Evidence.Log;

    public override IEnumerable<Finding> Examine(Patient patient)
    {
        foreach (var node in patient.Normalizations.Where(Normalizations.TracksRun))
        {
            if (Normalizations.NewBatchWeight(node) is not { } w || w <= MostlyTheLast)
                continue;
            var batch = patient.Log!.BatchSize;
            // A weight of 1 keeps nothing at all, and its inverse would never learn: then the default was meant.
            var meant = w < 1 ? 1 - w : UsualWeight;
            yield return new()
            {
                Check = Name,
                Severity = FindingSeverity.Warning,
                Suspect = true,
                Layer = patient.NameOf(node),
                What = Invariant($"NewBatchWeight is {w}: the moving averages follow the last batch, and rest on {RestsOn(batch, w):0} examples instead of {RestsOn(batch, meant):0} as with {meant:0.###}."),
                Where = "the moving averages of all channels",
                Why = "Keras, TensorFlow and ONNX call the weight of the old average momentum (0.9, 0.99); here, as in PyTorch, it is the weight of the new batch (0.1, 0.01).",
                Remedy = Invariant($"Use NewBatchWeight = {meant:0.###} if {w} was meant as such a momentum; the population statistics do not depend on it."),
            };
        }
    }

    /// <summary>The examples whose plain average strays as much: the weights' sum squared over the sum of their squares.</summary>
    private static double RestsOn(int batch, double weight) => batch * (2 - weight) / weight;
}
