namespace Batchwise.Lab;

/// <summary>The kind of network that a question is put to; the same question can be put to either.</summary>
sealed class Subject
{
    private Subject(bool onMaps) => OnMaps = onMaps;

    /// <summary>The paper's dense network, or whatever network the user names.</summary>
    public static Subject Vectors { get; } = new(onMaps: false);

    /// <summary>A small convolutional network, or one with maps that the user names.</summary>
    public static Subject Maps { get; } = new(onMaps: true);

    /// <summary>Whether maps are normalized.</summary>
    public bool OnMaps { get; }

    /// <summary>The network where the user names none.</summary>
    public Network CreateNetwork(Shape input, int classes) => OnMaps ? ConvolutionalNetwork.Create(input, classes) : BaseNetwork.Standard(input, classes);

    /// <summary>The experiment's name.</summary>
    public string Name(string question) => OnMaps ? $"convolutional-{question}" : question;

    /// <summary>Its heading.</summary>
    public string Title(string title) => OnMaps ? $"{title}, on maps" : title;

    /// <summary>What it asks.</summary>
    public string Question(string question) => OnMaps ? $"In a convolutional network, {char.ToLowerInvariant(question[0])}{question[1..]}" : question;

    /// <summary>What the literature says.</summary>
    public string Literature(string literature) => OnMaps
        ? literature + " On maps, statistics run over the batch and all p x q places, an effective batch of m p q (Ioffe and Szegedy 2015, section 3.2); instance normalization takes each image by itself (Ulyanov et al. 2016, arXiv 1607.08022)."
        : literature;

    /// <summary>Why a network is not of this kind; null if it is.</summary>
    /// <param name="network">The network.</param>
    /// <param name="question">The experiment's name where it is put to vectors.</param>
    public string? Refusal(Network network, string question) => OnMaps && NormalizedValues.Shapes(network).All(shape => shape.Rank == 1)
        ? $"{NetworkWords.Of(network)} has no map before a nonlinearity: lab {question} puts the question to it, and without --model this experiment takes a convolutional network of its own."
        : null;

    /// <summary>The methods as they suit the kind.</summary>
    /// <param name="arms">The methods.</param>
    /// <param name="steps">Steps of a run.</param>
    public IEnumerable<Arm> Fit(IEnumerable<Arm> arms, long steps) => OnMaps ? arms.Select(arm => MapArms.Of(arm, steps)) : arms;
}
