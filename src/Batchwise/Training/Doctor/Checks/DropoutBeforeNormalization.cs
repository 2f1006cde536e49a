using static System.FormattableString;

namespace Batchwise;

/// <summary>Dropout somewhere before a normalization: training and inference see other variances.</summary>
sealed class DropoutBeforeNormalization : HealthCheck
{
    public override string Name => "dropout-before-norm";

    public override Evidence Needs => Evidence.Network;

    public override IEnumerable<Finding> Examine(Patient patient)
    {
        foreach (var node in patient.Network.Nodes)
        {
            if (node.Layer is not Dropout { Probability: > 0 } dropout || First(patient, node) is not { } normalization)
                continue;
            // The statistics pass runs without dropout, so population statistics are those of inference.
            var estimated = patient.State is { } state && Normalizations.HasPopulation(state, normalization);
            yield return new()
            {
                Check = Name,
                Severity = estimated ? FindingSeverity.Info : FindingSeverity.Warning,
                Layer = patient.NameOf(node),
                What = Invariant($"Dropout of {dropout.Probability:0.##} comes before a normalization: with it the second moment of its values is {1 / (1 - dropout.Probability):0.##} times that without."),
                Where = $"'{patient.NameOf(node)}' before '{patient.NameOf(normalization)}'",
                Why = "Dropout is off in inference, so variances that were gathered with it on are too large then (Li et al., arXiv 1801.05134)."
                    + (estimated ? " The population statistics were estimated without dropout and are right; the moving averages, and what the weights were trained for, are not." : ""),
                Remedy = "Put dropout behind the last normalization, or make it small; estimate population statistics, which here are taken without dropout, rather than use moving averages.",
            };
        }
    }

    /// <summary>The first normalization that a node's output reaches, in the network's order.</summary>
    private static Node? First(Patient patient, Node start)
    {
        var reached = new HashSet<Node> { start };
        foreach (var node in patient.Network.Nodes)
        {
            if (!node.Inputs.Any(reached.Contains))
                continue;
            if (Normalizations.Is(node) && Normalizations.UsesBatch(node))
                return node;
            reached.Add(node);
        }
        return null;
    }
}
