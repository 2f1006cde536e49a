using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Batchwise.Lab;

/// <summary>How results become JSON and come back; generated at build time, so that it works without reflection.</summary>
[JsonSerializable(typeof(ExperimentResult))]
[JsonSerializable(typeof(RunResult))]
[JsonSerializable(typeof(ShiftRun))]
[JsonSerializable(typeof(Measurement))]
[JsonSerializable(typeof(RecipeRun))]
[JsonSerializable(typeof(KeptVariant))]
[JsonSerializable(typeof(UnfinishedRun<RunPoint>))]
[JsonSerializable(typeof(UnfinishedRun<ShiftLook>))]
[JsonSerializable(typeof(UnfinishedRun<RecipePoint>))]
[JsonSerializable(typeof(UnfinishedRun<Moment>))]
sealed partial class ResultJson : JsonSerializerContext
{
    /// <summary>Leaves quotes and brackets of drawings and sentences readable: the files stand alone, never inside HTML.</summary>
    public static ResultJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        // Files that anyone may have written are read: what must not be null or missing is refused here.
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    });
}
