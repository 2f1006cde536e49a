using System.Collections.Immutable;
using static System.FormattableString;

namespace Batchwise;

/// <summary>What the names of classes are held to, and how two lists of them are compared.</summary>
static class ClassLabels
{
    /// <summary>What stands between the names in a model file.</summary>
    public const char Separator = '\n';

    /// <summary>Checks that there is a name for each class, or none at all, and that a model file can keep them.</summary>
    public static void RequireNames(ImmutableArray<string> names, int classes)
    {
        if (names.IsEmpty)
            return;
        if (names.Length != classes)
            throw new ArgumentException(Invariant($"There are {names.Length} class names for {classes} classes: give one for each, or none."));
        if (names.Any(name => name is null || name.Contains(Separator, StringComparison.Ordinal)))
            throw new ArgumentException("A class name is null or holds a line break, which a model file cannot keep: give each class a name of one line.");
    }

    /// <summary>Checks that class i of the examples is class i of the network. The examples may leave out the network's last classes.</summary>
    public static void RequireSame(ImmutableArray<string> examples, ImmutableArray<string> network)
    {
        for (var i = 0; i < examples.Length; i++)
        {
            var known = i < network.Length ? $"'{network[i]}'" : "not there";
            if (i >= network.Length || !ClassNameComparer.Instance.Equals(examples[i], network[i]))
                throw new ArgumentException(Invariant($"Class {i} of the examples is '{examples[i]}', and class {i} of the network is {known}: number the examples' classes as the network does (for folders of images: ImageFolderOptions.ClassNames = model.ClassNames)."));
        }
    }
}
