namespace Batchwise;

/// <summary>
/// A rule that turns a node of a network, and perhaps those behind it, into steps of a plan. It emits the forward steps at
/// once and registers what emits the backward ones.
/// </summary>
abstract class Lowering
{
    /// <summary>The rule's name, as a plan prints it.</summary>
    public abstract string Name { get; }

    /// <summary>Lowers a node, or declines.</summary>
    /// <param name="node">The first node in the network's order that no rule has taken yet.</param>
    /// <param name="builder">The plan being built.</param>
    /// <returns>Whether it took the node (and whatever else it claimed).</returns>
    public abstract bool TryLower(Node node, PlanBuilder builder);
}
