using Batchwise.Tests.Networks;
using CsCheck;

namespace Batchwise.Tests.Execution;

/// <summary>Whatever the network, a plan computes what the layers' references compute.</summary>
public class PlanPropertyTests
{
    // What is worse than this tells how badly a network is conditioned, not how well it is computed.
    private const double MostAmplified = 10;

    private static readonly int[] Counts = [3, 4, 5, 8, 17, 33, 60];

    [Fact]
    public void A_plan_agrees_with_the_references_on_any_network() => Agrees(StandardLayers.Catalogue, NetworkMode.Training, count: 600);

    [Fact]
    public void A_plan_of_references_alone_agrees_on_any_network() => Agrees(Catalogue.Reference, NetworkMode.Training, count: 150);

    [Theory]
    [InlineData(NetworkMode.Statistics)]
    [InlineData(NetworkMode.Inference)]
    public void A_plan_that_only_goes_forward_agrees_on_any_network(NetworkMode mode) => Agrees(StandardLayers.Catalogue, mode, count: 150);

    private static void Agrees(Catalogue catalogue, NetworkMode mode, int count)
    {
        var compared = 0;
        Property.Holds(Gen.ULong, seed =>
        {
            var network = RandomNetwork.Of(seed);
            var run = RunCase.Of(network, Counts[seed % (ulong)Counts.Length], mode, seed % 1000) with
            {
                Source = (StatisticsSource)(seed / 7 % 3),
            };
            var expected = run.ByReference(out var reference);
            var amplification = Agreement.Amplification(reference);
            if (Agreement.IsNearKink(reference) || amplification > MostAmplified)
                return;
            compared++;
            try
            {
                var actual = run.ByPlan(catalogue, new SerialExecutor(3, seed), capacity: run.Count + (int)(seed % 3));
                Agreement.Verify(expected, actual, network, Agreement.Bound * amplification, unavoidable: catalogue == Catalogue.Reference ? null : run.ByPlan(Catalogue.Reference));
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"{error.Message}\nBatch of {run.Count}\n{network}", error);
            }
        }, count);
        Assert.InRange(compared, count * 4 / 5, count);
    }
}
