namespace Batchwise;

/// <summary>
/// How one of the networks of section 4.2 differs from the paper's Inception: what is done to the network, and what the values of its
/// training are multiplied by. The named ones are in <see cref="Recipes"/>.
/// </summary>
/// <param name="Name">Its name: <c>BN-x5</c>.</param>
public sealed record Recipe(string Name)
{
    /// <summary>Whether each nonlinearity's input is batch normalized. Default: no.</summary>
    public bool BatchNormalized { get; init; }

    /// <summary>Whether sigmoids take the place of the rectifiers. Default: no.</summary>
    public bool Sigmoid { get; init; }

    /// <summary>The probability of the dropout layers that the network has; 0 removes them. Default: 40 %.</summary>
    public double Dropout { get; init; } = 0.4;

    /// <summary>Whether the network keeps its local response normalization. Default: yes.</summary>
    public bool LocalResponseNormalization { get; init; } = true;

    /// <summary>
    /// Whether the last hidden layers, those that reach the output through no other nonlinearity, have statistics per activation instead
    /// of per feature map. Default: no.
    /// </summary>
    public bool PerActivationAtTheEnd { get; init; }

    /// <summary>What the first weights of convolutions are multiplied by. Default: 1.</summary>
    public double InitialWeightFactor { get; init; } = 1;

    /// <summary>What the learning rate is multiplied by. Default: 1.</summary>
    public double LearningRateFactor { get; init; } = 1;

    /// <summary>How many times faster the learning rate decays. Default: 1.</summary>
    public double DecaySpeedFactor { get; init; } = 1;

    /// <summary>What the weight of L2 regularization is multiplied by. Default: 1.</summary>
    public double WeightDecayFactor { get; init; } = 1;

    /// <summary>
    /// Whether the training examples are shuffled all together, so that the same ones do not always meet in a batch; without, within
    /// fixed shards. Default: no.
    /// </summary>
    public bool ThoroughShuffling { get; init; }

    /// <summary>Whether the photometric distortions of training images are reduced, "to let the trainer focus on more real images". Default: no.</summary>
    public bool ReducedDistortions { get; init; }

    /// <summary>The recipe's network, made of the paper's Inception or of a network like it by passes.</summary>
    /// <param name="network">
    /// The network before any normalization, with local response normalization and dropout: <see cref="Batchwise.Inception"/>, or
    /// <see cref="InceptionSmall.CreateBase"/>. It is left as it is.
    /// </param>
    public Network NetworkOf(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var changed = LocalResponseNormalization ? network : network.WithoutLocalResponseNormalization();
        changed = Dropout == 0 ? changed.WithoutDropout() : RecipePasses.WithDropoutOf(changed, Dropout);
        if (Sigmoid)
            changed = RecipePasses.WithSigmoids(changed);
        if (!BatchNormalized)
            return changed;
        if (!PerActivationAtTheEnd)
            return changed.WithBatchNormalization();
        var last = RecipePasses.LastNonlinearities(changed);
        return changed.WithBatchNormalization(new BatchNormalization { PerActivation = true }, last.Contains)
            .WithBatchNormalization(where: name => !last.Contains(name));
    }

    /// <summary>A state to start from.</summary>
    /// <param name="network">What <see cref="NetworkOf"/> gave.</param>
    /// <param name="seed">The run's seed.</param>
    public NetworkState StateOf(Network network, ulong seed)
    {
        var state = NetworkState.Create(network, seed);
        foreach (var entry in state.Parameters)
        {
            if (entry.Node.Layer is not Convolution || entry.Spec.Role != ParameterRole.Weight || InitialWeightFactor == 1)
                continue;
            foreach (ref var weight in state.Values(entry))
                weight *= (float)InitialWeightFactor;
        }
        return state;
    }

    /// <summary>Gradient descent with the recipe's rate, decay and regularization.</summary>
    /// <param name="values">What Inception trains with.</param>
    public Sgd OptimizerOf(RecipeBase values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new((float)(values.LearningRate * LearningRateFactor), values.Momentum)
        {
            WeightDecay = (float)(values.WeightDecay * WeightDecayFactor),
            // Falling n times faster, the rate falls by the n-th power over the same steps.
            Schedule = LearningRateSchedule.Exponential(values.DecaySteps, Math.Pow(values.DecayFactor, DecaySpeedFactor)),
        };
    }
}
