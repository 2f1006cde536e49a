using System.Text.Json.Serialization;

namespace Batchwise.Benchmarks.Fuzzing;

/// <summary>How strings of JSON are read and written.</summary>
[JsonSerializable(typeof(string))]
sealed partial class FuzzJson : JsonSerializerContext;
