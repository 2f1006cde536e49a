namespace Batchwise.Tests.Architecture;

/// <summary>The floors of the core: a file uses its own folder's types and those of lower floors, nothing else.</summary>
internal static class Floors
{
    /// <summary>The folders and the floor of each.</summary>
    public static readonly IReadOnlyDictionary<string, int> Number = new Dictionary<string, int>
    {
        ["Tensors"] = 0,
        ["Kernels"] = 1,
        ["Formats"] = 1,
        ["Networks"] = 2,
        ["Execution"] = 3,
        ["Normalization"] = 4,
        ["Training"] = 5,
        ["Data"] = 5,
        ["Models"] = 6,
    };

    /// <summary>Which other folders a folder may use.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Allowed = new Dictionary<string, string[]>
    {
        ["Tensors"] = [],
        ["Kernels"] = ["Tensors"],
        ["Formats"] = ["Tensors"],
        ["Networks"] = ["Tensors", "Kernels", "Formats"],
        ["Execution"] = ["Tensors", "Kernels", "Formats", "Networks"],
        ["Normalization"] = ["Tensors", "Kernels", "Formats", "Networks", "Execution"],
        ["Training"] = ["Tensors", "Kernels", "Formats", "Networks", "Execution", "Normalization"],
        ["Data"] = ["Tensors", "Kernels", "Formats", "Networks", "Execution", "Normalization"],
        ["Models"] = ["Tensors", "Kernels", "Formats", "Networks", "Execution", "Normalization", "Training", "Data"],
    };

    /// <summary>The names that a folder may use although their floor is not beneath it, each for a reason.</summary>
    public static readonly IReadOnlySet<(string Folder, string Name)> Exceptions = new HashSet<(string, string)>
    {
        // The port through which data reaches a trainer belongs to the trainer; data sets implement it, and say through it what was done
        // to their inputs and what their classes are called.
        ("Data", "IExamples"),
        ("Data", "ExamplesView"),
        ("Data", "Preprocessing"),
        ("Data", "ClassLabels"),
    };

    public static IEnumerable<string> Violations(IReadOnlyList<SourceFile> core)
    {
        var onFloors = core.Where(file => Number.ContainsKey(file.Floor)).ToList();
        foreach (var file in core.Except(onFloors))
            yield return $"{file} lies on no floor: the core's folders are {string.Join(", ", Number.Keys)}.";

        var floorsOfType = Declared(onFloors, file => Names.Types(file).Select(type => type.Name));
        var floorsOfExtension = Declared(onFloors, Names.Extensions);
        var floorsOfMember = Declared(onFloors, Names.Members);

        foreach (var split in onFloors.SelectMany(file => Names.Types(file).Where(type => type.Partial)).Select(type => type.Name).Distinct())
            if (floorsOfType[split].Count > 1)
                yield return $"The partial type {split} is spread over {string.Join(" and ", floorsOfType[split])}: a type lives on one floor.";

        foreach (var file in onFloors)
        {
            var types = Unreachable(file.Floor, floorsOfType);
            foreach (var name in Names.UsedTypes(file, types).Order(StringComparer.Ordinal))
                yield return Sentence(file, name, floorsOfType[name]);

            var extensions = Unreachable(file.Floor, floorsOfExtension);
            extensions.ExceptWith(floorsOfMember.Where(member => member.Value.Any(floor => Reaches(file.Floor, floor))).Select(member => member.Key));
            foreach (var name in Names.UsedMembers(file, extensions).Order(StringComparer.Ordinal))
                yield return Sentence(file, name, floorsOfExtension[name]);
        }
    }

    private static string Sentence(SourceFile file, string name, IEnumerable<string> floors) =>
        $"{file} ({file.Floor}, floor {Number[file.Floor]}) uses {name} of "
        + $"{string.Join(" and ", floors.Select(floor => $"{floor} (floor {Number[floor]})"))}: only lower floors are beneath it.";

    private static HashSet<string> Unreachable(string folder, Dictionary<string, HashSet<string>> floorsOf) =>
    [
        .. floorsOf.Where(name => !name.Value.Any(floor => Reaches(folder, floor)) && !Exceptions.Contains((folder, name.Key)))
            .Select(name => name.Key),
    ];

    private static bool Reaches(string folder, string other) => folder == other || Allowed[folder].Contains(other);

    private static Dictionary<string, HashSet<string>> Declared(List<SourceFile> files, Func<SourceFile, IEnumerable<string>> names) =>
        files.SelectMany(file => names(file).Select(name => (name, file.Floor)))
            .GroupBy(pair => pair.name)
            .ToDictionary(group => group.Key, group => group.Select(pair => pair.Floor).ToHashSet());
}
