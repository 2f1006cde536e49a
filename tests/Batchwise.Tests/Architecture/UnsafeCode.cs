using System.Text.RegularExpressions;

namespace Batchwise.Tests.Architecture;

/// <summary>
/// Code that the runtime does not check stays in the kernels, in the memory they work on, and where the system is called.
/// </summary>
internal static partial class UnsafeCode
{
    private static readonly string[] Allowed =
        ["src/Batchwise/Tensors/AlignedMemory.cs", "src/Batchwise/Formats/DiskSync.cs", "src/Batchwise/Execution/Processors.cs"];

    public static IEnumerable<string> Violations(IEnumerable<SourceFile> core) =>
        from file in core
        where file.Floor != "Kernels" && !Allowed.Contains(file.Path)
        from found in Unchecked().Matches(file.Code).Select(match => match.Value).Distinct()
        select $"{file} uses '{found}': unsafe code belongs in Kernels and in {string.Join(", ", Allowed)} only.";

    [GeneratedRegex(@"\bunsafe\b|\bUnsafe\s*\.|\bMemoryMarshal\s*\.\s*(?:GetReference|GetArrayDataReference|Create(?:ReadOnly)?Span)\b|\bNativeMemory\b|\bfixed\s*\(|\b(?:Dll|Library)Import\b")]
    private static partial Regex Unchecked();
}
