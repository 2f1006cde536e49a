using System.Globalization;

namespace Batchwise.Tests.Architecture;

/// <summary>Files stay small: their number of lines has a hard limit, and the tree as a whole keeps well beneath it.</summary>
internal static class SizeBudget
{
    public const int Hard = 600;
    public const int NinetyPercent = 400;
    public const int Median = 200;

    public static IEnumerable<string> Violations(IReadOnlyList<SourceFile> files)
    {
        foreach (var file in files.Where(file => file.Lines > Hard))
            yield return $"{file} has {file.Lines} lines, more than {Hard}: it holds more than one idea.";
        var lines = Sorted(files);
        if (lines.Count > 0 && At(lines, 0.9) > NinetyPercent)
            yield return $"A tenth of the files have {At(lines, 0.9)} lines or more; nine in ten may have at most {NinetyPercent}.";
        if (lines.Count > 0 && At(lines, 0.5) > Median)
            yield return $"The median file has {At(lines, 0.5)} lines, more than {Median}.";
    }

    /// <summary>Lines per floor of the core and per other project.</summary>
    public static IEnumerable<string> Report(IReadOnlyList<SourceFile> files)
    {
        foreach (var part in files.GroupBy(Part).OrderBy(part => Floors.Number.GetValueOrDefault(part.Key, 99)).ThenBy(part => part.Key, StringComparer.Ordinal))
            yield return Row(part.Key, [.. part]);
        yield return Row("all", files);
    }

    private static string Row(string name, IReadOnlyList<SourceFile> files)
    {
        var lines = Sorted(files);
        return string.Create(CultureInfo.InvariantCulture,
            $"{name,-20} {lines.Count,4} files {lines.Sum(),6} lines  median {At(lines, 0.5),4}  90 % {At(lines, 0.9),4}  largest {lines[^1],4}");
    }

    private static string Part(SourceFile file) => file.Floor.Length > 0 ? file.Floor : file.Path.Split('/')[1];

    private static List<int> Sorted(IReadOnlyList<SourceFile> files) => [.. files.Select(file => file.Lines).Order()];

    // The smallest value that at least this share of the files does not exceed.
    private static int At(List<int> sorted, double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Count) - 1)];
}
