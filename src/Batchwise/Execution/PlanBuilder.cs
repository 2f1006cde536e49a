using System.Collections.Immutable;
using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// A plan under construction: lowerings ask it for buffers and give it steps. Forward steps come in the network's order;
/// backward ones are emitted afterwards, in the reverse order of their registration.
/// </summary>
sealed class PlanBuilder
{
    private readonly Dictionary<Node, PlanBuffer> values = [];
    private readonly Dictionary<Node, (PlanBuffer Buffer, bool Written)> gradients = [];
    private readonly Dictionary<Node, (Node Whole, int First)> joined = [];
    private readonly Dictionary<Node, ColumnOperation> epilogues = [];
    private readonly Dictionary<ParameterEntry, (PlanBuffer Value, PlanBuffer Gradient)> parameters = [];
    private readonly Dictionary<(Node Node, Type What), object> kept = [];
    private readonly Dictionary<Node, Action<PlanBuffer>> recipes = [];
    private readonly Dictionary<Node, PlanBuffer> again = [];
    private readonly HashSet<PlanBuffer> shared = [];
    private readonly Dictionary<Node, int> takers = [];
    private readonly Dictionary<Node, int> firstChannels = [];
    private readonly HashSet<Node> claimed = [];
    private readonly HashSet<Node> differentiable = [];
    private readonly Stack<Action> backward = new();
    private readonly List<Step> steps = [];
    private readonly TouchedBuffers touched = new();
    private readonly List<StagedStatistic> staged = [];
    private readonly List<PlanBuffer> lasting = [];

    public PlanBuilder(NetworkState state, NetworkMode mode, int capacity, bool inputGradient = false, bool backward = true, bool lowMemory = false, bool keepAll = false)
    {
        LowMemory = lowMemory;
        KeepsAll = keepAll;
        State = state;
        Network = state.Network;
        Mode = mode;
        Capacity = capacity;
        IsTraining = backward && mode == NetworkMode.Training;
        foreach (var node in Network.Nodes)
        {
            if ((inputGradient && node == Network.InputNode) || node.Parameters.Length > 0 || node.Inputs.Any(differentiable.Contains))
                differentiable.Add(node);
            foreach (var input in node.Inputs)
                takers[input] = takers.GetValueOrDefault(input) + 1;
        }
        foreach (var entry in state.Parameters)
        {
            var shape = entry.Spec.Shape;
            parameters.Add(entry, (Parameter(entry, BufferRegion.Parameters, shape), Parameter(entry, BufferRegion.Gradients, shape)));
        }
    }

    public Network Network { get; }

    public NetworkState State { get; }

    public NetworkMode Mode { get; }

    public int Capacity { get; }

    /// <summary>Whether somebody looks at every buffer after a run, so that none is done without.</summary>
    public bool KeepsAll { get; }

    /// <summary>
    /// Where weights are kept that are prepared once, because the state does not change any more; null where it may.
    /// </summary>
    public PreparedWeights? Prepared { get; init; }

    /// <summary>Whether what can be computed again for the backward steps is, so that it need not be kept.</summary>
    public bool LowMemory { get; }

    /// <summary>Whether the plan goes backward too.</summary>
    public bool IsTraining { get; }

    public IReadOnlyList<Step> Steps => steps;

    public IReadOnlyList<StagedStatistic> Staged => staged;

    /// <summary>The values that nodes were given, for whoever looks for the first that went bad.</summary>
    public IEnumerable<(Node Node, PlanBuffer Buffer)> Values => values.Select(entry => (entry.Key, entry.Value));

    /// <summary>Buffers that hold their values from the start of a run to its end.</summary>
    public IReadOnlyList<PlanBuffer> Lasting => lasting;

    public string NameOf(Node node) => Network.NameOf(node);

    /// <summary>The one node that takes a node's output, or null where several do or it is the network's output.</summary>
    public Node? SoleConsumer(Node node) =>
        node != Network.Output && takers.GetValueOrDefault(node) == 1 ? Network.ConsumersOf(node)[0] : null;

    /// <summary>Takes a node, so that no other rule lowers it.</summary>
    public void Claim(Node node) => claimed.Add(node);

    public bool IsClaimed(Node node) => claimed.Contains(node);

    /// <summary>The buffer that holds a node's output.</summary>
    public PlanBuffer Value(Node node) => values[node];

    /// <summary>Makes the buffer for a node's output: a vector's rows are padded to whole cache lines, a map is dense.</summary>
    public PlanBuffer CreateValue(Node node) => values[node] = Like(NameOf(node), node.Shape);

    /// <summary>
    /// Makes the buffer for a node's output for whoever can write rows that lie apart and, backward, read their gradient so: where
    /// a concatenation of maps is all that takes it, it is the node's part of the joint buffer, and nothing is copied.
    /// </summary>
    public PlanBuffer CreateJoinedValue(Node node)
    {
        if (node.Shape.Rank != 3 || SoleConsumer(node) is not { Layer: Concatenation } join)
            return CreateValue(node);
        if (!values.TryGetValue(join, out var whole))
        {
            whole = CreateJoinedValue(join);
            var channels = 0;
            foreach (var input in join.Inputs)
            {
                firstChannels[input] = channels;
                channels += input.Shape.Channels;
            }
        }
        var first = firstChannels[node];
        joined[node] = (join, first);
        return values[node] = new PlanBuffer(NameOf(node), whole, first, node.Shape.Channels);
    }

    /// <summary>The number of the last step that wrote to a node's output so far; -1 where none did.</summary>
    public int LastWrite(Node node) => touched.LastWrite(Value(node));

    /// <summary>Whether a node's output has a buffer already.</summary>
    public bool HasValue(Node node) => values.ContainsKey(node);

    /// <summary>Whether a node's output is a part of the buffer of the concatenation that takes it, and its gradient likewise.</summary>
    public bool IsJoined(Node node) => joined.ContainsKey(node);

    /// <summary>Lets a node's output be a buffer that is there already.</summary>
    public void SetValue(Node node, PlanBuffer buffer)
    {
        values[node] = buffer;
        shared.Add(buffer.Root);
    }

    /// <summary>Whether a node's output has a buffer that no other node's output shares.</summary>
    public bool OwnsValue(Node node) => !Value(node).IsSlice && !shared.Contains(Value(node).Root);

    /// <summary>Says how a node's output is computed once more, into another buffer, from what backward steps keep anyway.</summary>
    public void Recomputable(Node node, Action<PlanBuffer> emit) => recipes[node] = emit;

    /// <summary>Whether a node's output can be computed once more.</summary>
    public bool CanRecompute(Node node) => recipes.ContainsKey(node);

    /// <summary>Emits the steps that compute a node's output once more.</summary>
    public void Recompute(Node node, PlanBuffer target) => recipes[node](target);

    /// <summary>
    /// The buffer in which a backward step finds a node's output: the one that forward wrote, or, to save memory, another that is
    /// computed once more before the first that asks for it.
    /// </summary>
    public PlanBuffer BackwardValue(Node node)
    {
        if (!LowMemory || !CanRecompute(node))
            return Value(node);
        if (!again.TryGetValue(node, out var buffer))
        {
            again[node] = buffer = Like($"{NameOf(node)} again", node.Shape);
            Recompute(node, buffer);
        }
        return buffer;
    }

    /// <summary>A buffer per sample for a shape.</summary>
    public static PlanBuffer Like(string name, Shape shape) => new(name, BufferRegion.Arena, shape.Positions, shape.Channels,
        shape.Rank == 1 ? (int)AlignedMemory.RoundUp(shape.Channels) : shape.Channels, perSample: true);

    /// <summary>A buffer that does not grow with the batch.</summary>
    /// <exception cref="ArgumentException">It would be larger than any tensor may be.</exception>
    public static PlanBuffer Fixed(string name, int rows, long columns)
    {
        var stride = AlignedMemory.RoundUp(columns);
        Require(name, rows * stride);
        return new(name, BufferRegion.Arena, rows, (int)columns, (int)stride, perSample: false);
    }

    /// <summary>A row of floats, for each sample of a batch or for all of it.</summary>
    /// <exception cref="ArgumentException">It would be longer than any tensor may be.</exception>
    public static PlanBuffer Row(string name, long floats, bool perSample)
    {
        Require(name, floats);
        return new(name, BufferRegion.Arena, 1, (int)floats, (int)floats, perSample);
    }

    private static void Require(string name, long floats)
    {
        if (floats > Shape.MaxSize)
            throw new ArgumentException(Invariant($"The plan would need {floats} floats for '{name}', and {Shape.MaxSize} are the most: choose a smaller batch, or a network with smaller layers."));
    }

    /// <summary>A parameter of a node, and its gradient.</summary>
    public (PlanBuffer Value, PlanBuffer Gradient) Parameter(Node node, int index) => parameters[State.Entry(node, index)];

    /// <summary>The values of a parameter of a node, as they are now.</summary>
    public Span<float> ParameterValues(Node node, int index) => State.Values(State.Entry(node, index));

    /// <summary>Whether the loss's gradient with respect to a node's output is wanted.</summary>
    public bool NeedsGradient(Node node) => IsTraining && differentiable.Contains(node);

    public void Emit(Step step)
    {
        touched.Add(step.Reads, step.Writes, steps.Count);
        steps.Add(step);
    }

    /// <summary>
    /// Lets an operation follow the step that completes a buffer, block by block; emits it as a step of its own where that step
    /// does not work so, or where something that the operation needs is written after it.
    /// </summary>
    /// <returns>The blocks that it will be given.</returns>
    public IBlocks Follow(string layer, PlanBuffer buffer, BlockOperation operation)
    {
        if (FollowLast(buffer, operation) is { } blocks)
            return blocks;
        var rows = new RowBlocks(buffer);
        Emit(new OwnBlockStep(layer, operation, rows));
        return rows;
    }

    private IBlocks? FollowLast(PlanBuffer buffer, BlockOperation operation)
    {
        var last = touched.LastWrite(buffer);
        if (last < 0 || steps[last] is not BlockStep step || !step.Completed.Covers(buffer) || touched.Conflict(operation.Reads, operation.Writes, after: last))
            return null;
        touched.Add(operation.Reads, operation.Writes, last);
        return step.Add(operation, buffer);
    }

    /// <summary>Remembers what a node's forward steps leave for its backward ones: one thing of each type.</summary>
    public void Keep<T>(Node node, T what) where T : class => kept[(node, typeof(T))] = what;

    /// <summary>What was remembered.</summary>
    public T Kept<T>(Node node) where T : class => (T)kept[(node, typeof(T))];

    /// <summary>What was remembered, or null.</summary>
    public T? KeptOrNull<T>(Node node) where T : class => kept.TryGetValue((node, typeof(T)), out var what) ? (T)what : null;

    /// <summary>Gives a buffer memory of its own, for whoever looks at it after a run.</summary>
    public void Last(PlanBuffer buffer) => lasting.Add(buffer);

    /// <summary>Registers what emits a layer's backward steps.</summary>
    public void OnBackward(Action emit)
    {
        if (IsTraining)
            backward.Push(emit);
    }

    /// <summary>The buffer of a node's gradient, whoever writes it; complete when the node's backward steps are emitted.</summary>
    public PlanBuffer Gradient(Node node)
    {
        if (gradients.TryGetValue(node, out var gradient))
            return gradient.Buffer;
        var (value, name) = (Value(node), $"d {NameOf(node)}");
        var buffer = joined.TryGetValue(node, out var part)
            ? new PlanBuffer(name, Gradient(part.Whole), part.First, value.Channels)
            : new PlanBuffer(name, BufferRegion.Arena, value.Positions, value.Channels, value.IsSlice ? value.Channels : value.Stride, value.PerSample);
        gradients[node] = (buffer, false);
        return buffer;
    }

    /// <summary>Where a consumer's backward step leaves its part of a node's gradient, and whether it adds to what is there.</summary>
    public (PlanBuffer Buffer, bool Accumulate) GradientTarget(Node node)
    {
        var buffer = Gradient(node);
        var written = gradients[node].Written;
        gradients[node] = (buffer, true);
        return (buffer, written);
    }

    /// <summary>Lets a node's gradient be a view of another's.</summary>
    public void SetGradient(Node node, PlanBuffer buffer) => gradients[node] = (buffer, false);

    /// <summary>Offers work on a vector node's gradient to whichever step completes it, a block of columns at a time.</summary>
    public void OfferEpilogue(Node node, ColumnOperation operation) => epilogues[node] = operation;

    /// <summary>
    /// Takes the work that a node's gradient waits for, if the taker is the only one to write that gradient; it must then
    /// run it on every block of columns it completes.
    /// </summary>
    public ColumnOperation? TakeEpilogue(Node node) =>
        SoleConsumer(node) is not null && epilogues.Remove(node, out var operation) ? operation : null;

    /// <summary>Whether offered work is still nobody's: the offerer must then emit a step for it.</summary>
    public bool EpilogueIsLeft(Node node) => epilogues.Remove(node);

    /// <summary>Staged values that replace a statistic when the step is committed.</summary>
    public double[] Stage(Node node, string statistic)
    {
        var target = State.StatisticValues(node, statistic);
        var entry = new StagedStatistic($"{NameOf(node)}.{statistic}", target, new double[target.Length]);
        staged.Add(entry);
        return entry.Next;
    }

    /// <summary>The gradients of trainable parameters that the step which completes them does not check.</summary>
    public ImmutableArray<PlanBuffer> UncheckedGradients()
    {
        var open = ImmutableArray.CreateBuilder<PlanBuffer>();
        foreach (var (entry, (_, gradient)) in parameters)
        {
            if (entry.Spec.Trainable && (touched.LastWrite(gradient) is not (>= 0 and var last) || !steps[last].Checked.Contains(gradient)))
                open.Add(gradient);
        }
        return open.ToImmutable();
    }

    /// <summary>Emits all backward steps.</summary>
    public void EmitBackward()
    {
        while (backward.TryPop(out var emit))
            emit();
    }

    private static PlanBuffer Parameter(ParameterEntry entry, BufferRegion region, Shape shape)
    {
        var name = region == BufferRegion.Gradients ? $"d {entry.Name}" : entry.Name;
        return new PlanBuffer(name, region, shape.Positions, shape.Channels, shape.Channels, perSample: false) { Offset = entry.Offset };
    }
}

/// <summary>A statistic's next values, waiting to be committed.</summary>
sealed record StagedStatistic(string Name, double[] Target, double[] Next)
{
    /// <summary>Whether all of its next values are finite.</summary>
    public bool IsFinite
    {
        get
        {
            foreach (var value in Next)
            {
                if (!double.IsFinite(value))
                    return false;
            }
            return true;
        }
    }
}
