using Batchwise.Kernels;

namespace Batchwise;

/// <summary>The buffers of one map of channels and the function behind it.</summary>
sealed record ChannelAffineBuffers(
    string Name, PlanBuffer X, PlanBuffer Y, PlanBuffer Center, PlanBuffer Scale, PlanBuffer Shift, ActivationFunction Function)
{
    private const int Vectors = 3;

    public RowTasks Rows => new(X);

    /// <summary>Floats from row to row: the kernels take dense rows, so that the padding of rows is worked on along with them.</summary>
    public int Width => X.Stride;

    /// <summary>Floats of scratch that the parameters take.</summary>
    public int Room => Vectors * Width;

    /// <summary>The parameters side by side, as the kernels take them, zero where there is padding.</summary>
    public NormalizationVectors VectorsOf(PlanRun run, Span<float> scratch)
    {
        var room = scratch[..Room];
        room.Clear();
        run[Center].CopyTo(room);
        run[Scale].CopyTo(room[Width..]);
        run[Shift].CopyTo(room[(2 * Width)..]);
        return new NormalizationVectors(room, Width, 0, Width);
    }
}

/// <summary>y = f((x - center) scale + shift), a block of rows per task.</summary>
sealed class ChannelAffineForward(ChannelAffineBuffers affine)
    : Step("channel affine", affine.Name, [affine.X, affine.Center, affine.Scale, affine.Shift], [affine.Y])
{
    public override string Detail => $"then {affine.Function.Kind}";

    public override long WorkerScratch => affine.Room;

    public override int Tasks(int phase, int count) => affine.Rows.Count(count);

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var (first, rows) = affine.Rows.Of(task, run.Count);
        var (start, length) = (first * affine.Width, rows * affine.Width);
        NormalizeRows.Run(
            run[affine.X].Slice(start, length), affine.Width, run[affine.Y].Slice(start, length), affine.Width, affine.VectorsOf(run, scratch), rows, affine.Width,
            affine.Function, affine.Rows.IsLarge(run.Count));
    }
}

/// <summary>dx = scale g of a block of rows, and the block's sums of g and g (x - center) in its slot.</summary>
sealed class ChannelAffineBackward(ChannelAffineBuffers affine, PlanBuffer dy, PlanBuffer? dx, bool accumulate, PlanBuffer slots)
    : Step(
        "channel affine backward", affine.Name,
        dx is not null && accumulate
            ? [affine.X, affine.Center, affine.Scale, affine.Shift, dy, dx]
            : [affine.X, affine.Center, affine.Scale, affine.Shift, dy],
        dx is null ? [slots] : [slots, dx])
{
    public override long WorkerScratch => affine.Room + 2 * affine.Width;

    public override int Tasks(int phase, int count) => affine.Rows.Count(count);

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var (first, rows) = affine.Rows.Of(task, run.Count);
        var (start, length, width) = (first * affine.Width, rows * affine.Width, affine.Width);
        var (x, gradient) = (affine.X, dy);
        var vectors = affine.VectorsOf(run, scratch);
        // The two rows of a slot lie one behind the other, each as wide as the kernel's.
        NormalizeRowsBackward.Reduce(
            run[x].Slice(start, length), width, run[gradient].Slice(start, length), width, vectors, run[slots].Slice(2 * task * slots.Stride, 2 * width), rows, width,
            affine.Function, affine.Rows.IsLarge(run.Count));
        if (dx is null)
            return;
        var none = scratch.Slice(affine.Room, 2 * width);
        none.Clear();
        NormalizeRowsBackward.Correct(
            run[x].Slice(start, length), width, run[gradient].Slice(start, length), width, run[dx].Slice(start, length), width, vectors, none[..width], none[width..],
            rows, width, affine.Function, accumulate, affine.Rows.IsLarge(run.Count));
    }
}

/// <summary>The gradients of all three parameters from the slots, summed in the blocks' order.</summary>
sealed class ChannelAffineFinish(ChannelAffineBuffers affine, PlanBuffer slots, PlanBuffer dCenter, PlanBuffer dScale, PlanBuffer dShift)
    : Step("merge gradients", affine.Name, [slots, affine.Scale], [dCenter, dScale, dShift])
{
    public override int Tasks(int phase, int count) => 1;

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var center = run[dCenter];
        var scale = run[dScale];
        var shift = run[dShift];
        var factors = run[affine.Scale];
        var blocks = affine.Rows.Count(run.Count);
        SumColumns.Run(run[slots], shift, 2 * slots.Stride, blocks);
        SumColumns.Run(run[slots][affine.Width..], scale, 2 * slots.Stride, blocks);
        for (var c = 0; c < center.Length; c++)
            center[c] = -factors[c] * shift[c];
    }
}
