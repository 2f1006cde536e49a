using System.Text.Json;
using static System.FormattableString;

namespace Batchwise.Lab;

/// <summary>Why a JSON file could not be read, as the end of a sentence.</summary>
static class JsonFault
{
    /// <summary>Where a value is missing, null or of another kind, or where the text is no JSON at all.</summary>
    public static string Of(JsonException error) => Invariant($"what stands at '{error.Path ?? "$"}' in line {(error.LineNumber ?? 0) + 1} is no JSON, or not what belongs there");
}
