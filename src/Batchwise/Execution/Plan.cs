using System.Collections.Immutable;
using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// A network compiled for one mode and batches of up to <see cref="Capacity"/> samples: steps, buffers and their memory,
/// bound to a state whose parameters it reads. Running it allocates nothing.
/// </summary>
sealed class Plan
{
    private readonly Schedule schedule;

    private Plan(PlanBuilder builder, PlanBuffer input, PlanBuffer output, Schedule schedule, PlanMemory memory)
    {
        Network = builder.Network;
        Mode = builder.Mode;
        Capacity = builder.Capacity;
        Steps = [.. builder.Steps];
        Staged = [.. builder.Staged];
        Values = [.. builder.Values];
        Input = input;
        Output = output;
        Memory = memory;
        this.schedule = schedule;
        CurrentRun = new PlanRun(memory) { Labels = new int[Capacity] };
    }

    public Network Network { get; }

    public NetworkMode Mode { get; }

    /// <summary>The largest batch.</summary>
    public int Capacity { get; }

    public ImmutableArray<Step> Steps { get; }

    /// <summary>Statistics that a training run commits, and that a statistics pass averages.</summary>
    public ImmutableArray<StagedStatistic> Staged { get; }

    /// <summary>Which buffer holds which node's output.</summary>
    public ImmutableArray<(Node Node, PlanBuffer Buffer)> Values { get; }

    /// <summary>Where a batch is put before a run.</summary>
    public PlanBuffer Input { get; }

    /// <summary>Where the network's output is after a run.</summary>
    public PlanBuffer Output { get; }

    /// <summary>Where the loss's gradient with respect to the output is; null where it is not computed.</summary>
    public PlanBuffer? OutputGradient { get; private init; }

    /// <summary>Where the gradient with respect to the input is after a run; null where it was not asked for.</summary>
    public PlanBuffer? InputGradient { get; private init; }

    public PlanMemory Memory { get; }

    /// <summary>The batch that runs next, or ran last.</summary>
    public PlanRun CurrentRun { get; }

    /// <summary>Barriers of one run.</summary>
    public int Groups => schedule.Groups;

    /// <summary>The arena's size.</summary>
    public long ArenaBytes => Memory.Arena.Length * sizeof(float);

    /// <summary>Bytes that a run of the largest batch moves between memory and the processor, by what steps read and write.</summary>
    /// <param name="largerThan">Counts buffers of more bytes than this alone: those that no cache keeps from one step to the next.</param>
    public long Traffic(long largerThan = 0) => Steps.Sum(step => step.Traffic(Capacity, largerThan));

    /// <summary>Compiles a network.</summary>
    /// <param name="state">The state whose parameters and statistics it uses.</param>
    /// <param name="mode">What it is for.</param>
    /// <param name="capacity">The largest batch.</param>
    /// <param name="catalogue">The rules.</param>
    /// <param name="before">Adds steps that come first, such as those that fill the input.</param>
    /// <param name="after">Adds steps behind the forward ones, such as a loss, and says what comes behind the backward ones.</param>
    /// <param name="keepAll">Whether every buffer keeps its values to the end.</param>
    /// <param name="inputGradient">Whether training also computes the gradient with respect to the input.</param>
    /// <param name="backward">Whether training goes backward; without, it is only looked at.</param>
    /// <param name="lowMemory">Whether outputs that are cheap to compute are computed once more for the backward steps, not kept.</param>
    /// <param name="prepared">
    /// Where prepared weights are kept, if the state does not change any more; null prepares them in every run.
    /// </param>
    /// <exception cref="ArgumentException">A tensor, or the number of tasks, would exceed its limit; the message says which.</exception>
    /// <exception cref="InsufficientMemoryException">The machine has not the memory that the plan needs.</exception>
    public static Plan Compile(
        NetworkState state, NetworkMode mode, int capacity, Catalogue catalogue,
        Action<PlanBuilder>? before = null, Func<PlanBuilder, Action?>? after = null, bool keepAll = false, bool inputGradient = false,
        bool backward = true, bool lowMemory = false, PreparedWeights? prepared = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        var network = state.Network;
        // Before any kernel counts its tasks.
        foreach (var node in network.Nodes.Prepend(network.InputNode))
            MemoryPlan.RequireAddressable(PlanBuilder.Like(network.NameOf(node), node.Shape), capacity);
        var builder = new PlanBuilder(state, mode, capacity, inputGradient, backward, lowMemory, keepAll) { Prepared = prepared };
        var input = builder.CreateValue(network.InputNode);
        builder.Claim(network.InputNode);
        before?.Invoke(builder);
        foreach (var node in network.Nodes)
        {
            if (!builder.IsClaimed(node))
                catalogue.Lower(node, builder);
        }
        var last = after?.Invoke(builder);
        builder.EmitBackward();
        last?.Invoke();

        var output = builder.Value(network.Output);
        var schedule = new Schedule(builder.Steps);
        schedule.RequireRunnable(capacity);
        var outputGradient = builder.NeedsGradient(network.Output) ? builder.Gradient(network.Output) : null;
        var arena = MemoryPlan.Place(schedule, [input, output, .. builder.Lasting], capacity, keepAll);
        var memory = Allocate(state, arena, builder.IsTraining ? state.Memory.Length : 0, capacity);
        return new Plan(builder, input, output, schedule, memory) { OutputGradient = outputGradient, InputGradient = inputGradient ? builder.Gradient(network.InputNode) : null };
    }

    private static PlanMemory Allocate(NetworkState state, long arena, long gradients, int capacity)
    {
        try
        {
            return new PlanMemory(state, arena, gradients);
        }
        catch (OutOfMemoryException error)
        {
            throw new InsufficientMemoryException(
                Invariant($"A plan for batches of {capacity} needs {(arena + gradients) * sizeof(float) / 1e9:0.0} GB, which this machine does not have: {MemoryPlan.WayOut(capacity)}."), error);
        }
    }

    /// <summary>Runs a batch that lies in <see cref="Input"/>.</summary>
    /// <param name="executor">Who runs it.</param>
    /// <param name="count">Its samples.</param>
    public void Run(IExecutor executor, int count)
    {
        if (count < 1 || count > Capacity)
            throw new ArgumentOutOfRangeException(nameof(count), Invariant($"This plan runs batches of 1 to {Capacity} samples, not {count}."));
        CurrentRun.Count = count;
        CurrentRun.Reset();
        executor.Run(schedule, CurrentRun);
    }

    /// <summary>Copies samples into the input, one after another without gaps.</summary>
    public void SetInput(ReadOnlySpan<float> samples, int count) => Rows.Write(samples, Memory.Span(Input, count), Input, count);

    /// <summary>Copies samples of a buffer out, one after another without gaps.</summary>
    public void Read(PlanBuffer buffer, Span<float> samples, int count) => Rows.Read(Memory.Span(buffer, count), samples, buffer, count);

    /// <summary>A table of the steps, group by group, and the memory they need.</summary>
    public override string ToString() => PlanPrinter.Print(this, schedule);
}
