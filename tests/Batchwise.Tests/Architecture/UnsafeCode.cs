using System.Text.RegularExpressions;

namespace Batchwise.Tests.Architecture;

/// <summary>Code that the runtime does not check stays in the kernels and in the memory they work on.</summary>
internal static partial class UnsafeCode
{
    public static IEnumerable<string> Violations(IEnumerable<SourceFile> core) =>
        from file in core
        where file.Floor != "Kernels" && file.Path != "src/Batchwise/Tensors/AlignedMemory.cs"
        from found in Unchecked().Matches(file.Code).Select(match => match.Value).Distinct()
        select $"{file} uses '{found}': unsafe code belongs in Kernels and Tensors/AlignedMemory.cs only.";

    [GeneratedRegex(@"\bunsafe\b|\bUnsafe\s*\.|\bMemoryMarshal\s*\.\s*(?:GetReference|GetArrayDataReference|Create(?:ReadOnly)?Span)\b|\bNativeMemory\b|\bfixed\s*\(|\b(?:Dll|Library)Import\b")]
    private static partial Regex Unchecked();
}
