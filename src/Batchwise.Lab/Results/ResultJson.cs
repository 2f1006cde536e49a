using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Batchwise.Lab;

/// <summary>How results become JSON and come back; generated at build time, so that it works without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ExperimentResult))]
sealed partial class ResultJson : JsonSerializerContext
{
    /// <summary>Leaves quotes and brackets of drawings and sentences readable; the files are never embedded in HTML as they are.</summary>
    public static ResultJson Readable { get; } = new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
