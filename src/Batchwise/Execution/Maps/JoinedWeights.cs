using System.Collections.Immutable;

namespace Batchwise;

/// <summary>Lays the columns of several weights side by side, or takes the gradient of the joint one apart; a weight per task.</summary>
sealed class JoinedWeights(string operation, string layer, PlanBuffer[] parts, PlanBuffer whole, bool apart)
    : Step(operation, layer, apart ? [whole] : [.. parts], apart ? [.. parts] : [whole])
{
    private readonly int[] first = [.. parts.Select((_, i) => parts[..i].Sum(part => part.Channels))];

    public override ImmutableArray<PlanBuffer> Checked { get; } = apart ? [.. parts] : [];

    public override int Tasks(int phase, int count) => parts.Length;

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var part = parts[task];
        var one = run[part];
        var all = run[whole];
        for (var row = 0; row < part.Positions; row++)
        {
            var mine = one.Slice(row * part.Stride, part.Channels);
            var columns = all.Slice(row * whole.Stride + first[task], part.Channels);
            if (apart)
                columns.CopyTo(mine);
            else
                mine.CopyTo(columns);
        }
        if (apart)
            run.RequireFinite(one);
    }
}
