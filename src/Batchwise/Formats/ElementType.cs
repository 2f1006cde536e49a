using System.Diagnostics.CodeAnalysis;

namespace Batchwise;

/// <summary>What the elements of a <see cref="NamedTensor"/> are.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "The names of number types are what this enumeration is about.")]
public enum ElementType
{
    /// <summary>IEEE 754 binary32, 4 bytes; <c>F32</c> in the file.</summary>
    Float32,

    /// <summary>IEEE 754 binary64, 8 bytes; <c>F64</c> in the file.</summary>
    Float64,

    /// <summary>Signed integer of 8 bytes; <c>I64</c> in the file.</summary>
    Int64,

    /// <summary>Signed integer of 4 bytes; <c>I32</c> in the file.</summary>
    Int32,

    /// <summary>Unsigned integer of 1 byte; <c>U8</c> in the file.</summary>
    UInt8,

    /// <summary>IEEE 754 binary16, 2 bytes; <c>F16</c> in the file. Read, not written.</summary>
    Float16,

    /// <summary>The upper half of a binary32, 2 bytes; <c>BF16</c> in the file. Read, not written.</summary>
    BFloat16,
}

/// <summary>The names and sizes of element types as the safetensors format has them.</summary>
internal static class ElementTypes
{
    private static readonly (string Name, int Size)[] Table = [("F32", 4), ("F64", 8), ("I64", 8), ("I32", 4), ("U8", 1), ("F16", 2), ("BF16", 2)];

    /// <summary>The names that can be read, for messages.</summary>
    public const string Names = "F32, F64, F16, BF16, I64, I32 or U8";

    /// <summary>The bytes of one element.</summary>
    public static int Size(this ElementType type) => Table[(int)type].Size;

    /// <summary>The type's name in the file.</summary>
    public static string FileName(this ElementType type) => Table[(int)type].Name;

    /// <summary>The type of a name in the file; false if it is none of <see cref="Names"/>.</summary>
    public static bool TryParse(string name, out ElementType type)
    {
        var index = Array.FindIndex(Table, row => row.Name == name);
        type = (ElementType)Math.Max(index, 0);
        return index >= 0;
    }
}
