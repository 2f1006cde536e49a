using Batchwise.Tests.Networks;
using CsCheck;

namespace Batchwise.Tests.Normalization;

/// <summary>
/// Whatever the network, the folded one computes the same: to 1e-12 in float64, to the bound of docs/conventions.md in float32.
/// </summary>
public class FoldingPropertyTests
{
    private static readonly string[] Reasons =
    [
        "another layer reads", "is no layer that could take it", "is the network's output", "pads with zeros", "counts the zeros",
            "a scale is negative", "each place has numbers of its own",
    ];

    [Fact]
    public void Any_network_computes_the_same_when_it_is_folded()
    {
        var (rules, reasons) = (new HashSet<string>(), new HashSet<string>());
        Property.Holds(Gen.ULong, seed =>
        {
            var state = FoldingNetwork.Of(seed);
            try
            {
                var report = FoldingCheck.ComputesTheSame(state).Report;
                rules.UnionWith(report.Normalizations.Where(one => one.IsFolded).Select(one => one.Rule!));
                reasons.UnionWith(report.Normalizations.Where(one => !one.IsFolded)
                    .SelectMany(one => Reasons.Where(reason => one.Reason!.Contains(reason, StringComparison.Ordinal))));
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"{error.Message}\n{state.Network}", error);
            }
        }, count: 600);

        // The networks are such that every rule and every refusal is among them.
        var all = FoldingTable.Behind.Concat(FoldingTable.Before).Select(rule => rule.Name)
            .Concat(["a whitening behind a convolution or dense layer", "branches of a sum joined into one convolution"]);
        Assert.Empty(all.Except(rules));
        Assert.Empty(Reasons.Except(reasons));
    }
}
