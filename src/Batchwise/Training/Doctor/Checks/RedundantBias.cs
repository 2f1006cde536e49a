namespace Batchwise;

/// <summary>A bias whose layer goes to normalizations alone: they subtract it again.</summary>
sealed class RedundantBias : HealthCheck
{
    public override string Name => "redundant-bias";

    public override Evidence Needs => Evidence.Network;

    public override IEnumerable<Finding> Examine(Patient patient)
    {
        foreach (var node in patient.Network.Nodes.Where(node => node.Parameters.Any(spec => spec.Role == ParameterRole.Bias)))
        {
            var consumers = patient.Network.ConsumersOf(node);
            if (node == patient.Network.Output || consumers.IsEmpty || !consumers.All(next => Normalizations.Is(next) && Normalizations.SubtractsBias(next)))
                continue;
            yield return new()
            {
                Check = Name,
                Severity = FindingSeverity.Info,
                Layer = patient.NameOf(node),
                What = "The layer adds a bias that the normalization behind it subtracts with the mean.",
                Where = $"between '{patient.NameOf(node)}' and {string.Join(" and ", consumers.Select(next => $"'{patient.NameOf(next)}'"))}",
                Why = "The bias has no effect and no gradient; beta does its work (paper, section 3.2). It costs memory and time.",
                Remedy = "Make the layer without a bias, or let WithBatchNormalization insert the normalizations: it drops such biases.",
            };
        }
    }
}
