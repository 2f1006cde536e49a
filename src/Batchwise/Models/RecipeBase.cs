namespace Batchwise;

/// <summary>
/// What <see cref="Recipes.Inception"/> trains with, and what every other recipe multiplies. Of these the paper gives only its
/// learning rate, 0.0015, for ImageNet and many machines.
/// </summary>
/// <param name="LearningRate">The learning rate.</param>
/// <param name="Momentum">How much of the velocity is kept from step to step.</param>
/// <param name="WeightDecay">The weight of L2 regularization.</param>
/// <param name="DecaySteps">Steps over which the rate falls by <paramref name="DecayFactor"/>, smoothly.</param>
/// <param name="DecayFactor">What the rate falls by over them, in (0, 1]; 1 leaves it as it is.</param>
public sealed record RecipeBase(float LearningRate, float Momentum, float WeightDecay, long DecaySteps, double DecayFactor);
