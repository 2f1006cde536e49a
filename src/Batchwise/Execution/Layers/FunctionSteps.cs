using Batchwise.Kernels;

namespace Batchwise;

/// <summary>y = f(x), a run of floats per task; the padding of rows is worked on along with them.</summary>
sealed class FunctionForward(string layer, PlanBuffer x, PlanBuffer y, ActivationFunction function)
    : Step(function.Kind.ToString(), layer, [x], [y])
{
    /// <summary>Floats of one task.</summary>
    public const int PerTask = 1 << 13;

    public override int Tasks(int phase, int count) => (y.Length(count) + PerTask - 1) / PerTask;

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var first = task * PerTask;
        var length = Math.Min(PerTask, y.Length(run.Count) - first);
        Activate.Forward(run[x].Slice(first, length), run[y].Slice(first, length), function, new RowTasks(y).IsLarge(run.Count));
    }
}

/// <summary>dx = dy f', told from y, or from x where f needs its argument, or dx increased by it; a run of floats per task.</summary>
sealed class FunctionBackward(string layer, PlanBuffer kept, PlanBuffer dy, PlanBuffer dx, bool accumulate, ActivationFunction function)
    : Step($"{function.Kind} backward", layer, accumulate ? [kept, dy, dx] : [kept, dy], [dx])
{
    public override int Tasks(int phase, int count) => (dy.Length(count) + FunctionForward.PerTask - 1) / FunctionForward.PerTask;

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var first = task * FunctionForward.PerTask;
        var length = Math.Min(FunctionForward.PerTask, dy.Length(run.Count) - first);
        Activate.Backward(
            run[kept].Slice(first, length), run[dy].Slice(first, length), run[dx].Slice(first, length), function, accumulate, new RowTasks(dy).IsLarge(run.Count));
    }
}
