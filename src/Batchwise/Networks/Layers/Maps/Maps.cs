namespace Batchwise;

/// <summary>What layers on maps ask of their inputs.</summary>
static class Maps
{
    /// <summary>A shape that is a map.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static Shape Require(Shape input, string layer) => input.Rank == 3
        ? input
        : throw new ArgumentException($"A {layer} layer takes maps of height x width x channels, not samples of shape {input}.");
}
