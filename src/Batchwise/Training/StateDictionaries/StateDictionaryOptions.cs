namespace Batchwise;

/// <summary>How a state dictionary's names differ from the network's, and what may be missing.</summary>
public sealed record StateDictionaryOptions
{
    /// <summary>
    /// Gives the file's name of a tensor from the network's, <c>convolution1.weight</c>: a method, or <see cref="NameMapping.Map"/> of rules
    /// from a file. Null, the default, where both are the same.
    /// </summary>
    public Func<string, string>? Names { get; init; }

    /// <summary>
    /// Whether every tensor of the network must be in the file with its shape, and nothing else. If not, what fits is taken, and the report
    /// says what did not. Default: yes.
    /// </summary>
    public bool Strict { get; init; } = true;
}
