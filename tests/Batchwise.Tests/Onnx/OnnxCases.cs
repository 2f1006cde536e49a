using Batchwise.Tests.Execution;
using Batchwise.Tests.Networks;

namespace Batchwise.Tests.Onnx;

/// <summary>Every network whose gradients or plans are tested, but those with a layer that ONNX cannot know.</summary>
internal static class OnnxCases
{
    public static IReadOnlyDictionary<string, Network> All { get; } = GradientCases.All.Select(entry => (Name: $"layer: {entry.Key}", entry.Value))
        .Concat(PlanTests.Cases.Select(entry => (Name: $"plan: {entry.Key}", entry.Value)))
        .Where(entry => !entry.Value.Nodes.Any(node => node.Layer is Swish))
        .ToDictionary(entry => entry.Name, entry => entry.Value);
}
