using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Batchwise;

/// <summary>
/// A tensor as it stands in a file: a name, a shape, and elements in row-major order (the last extent varies fastest).
/// It never changes; what it is made from is copied.
/// </summary>
public sealed class NamedTensor
{
    /// <summary>The one name that the file format keeps for itself.</summary>
    internal const string MetadataName = "__metadata__";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Takes bytes whose number fits the shape, and which nobody else writes.</summary>
    internal NamedTensor(string name, ImmutableArray<int> shape, ElementType elementType, byte[] bytes)
    {
        Name = name;
        Shape = shape;
        ElementType = elementType;
        Bytes = bytes;
    }

    /// <summary>The name, by which a <see cref="SafeTensorFile"/> finds it.</summary>
    public string Name { get; }

    /// <summary>The extents, outermost first. Empty for a single number; an extent may be 0.</summary>
    public ImmutableArray<int> Shape { get; }

    /// <summary>What the elements are.</summary>
    public ElementType ElementType { get; }

    /// <summary>The number of elements: the product of the extents, 1 if there are none.</summary>
    public int Count => Bytes.Length / ElementType.Size();

    /// <summary>The elements as little-endian bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>A tensor of <see cref="ElementType.Float32"/>.</summary>
    /// <param name="name">Any text but <c>__metadata__</c>, which the file format keeps for itself.</param>
    /// <param name="shape">The extents, outermost first, none negative; empty for a single number.</param>
    /// <param name="values">The elements in row-major order, as many as the product of the extents.</param>
    /// <exception cref="ArgumentException">The name is reserved or no valid Unicode, or shape and values do not agree.</exception>
    /// <exception cref="PlatformNotSupportedException">The machine is big-endian.</exception>
    public static NamedTensor From(string name, ImmutableArray<int> shape, ReadOnlySpan<float> values) => Make(name, shape, values, ElementType.Float32);

    /// <summary>A tensor of <see cref="ElementType.Float64"/>.</summary>
    /// <inheritdoc cref="From(string, ImmutableArray{int}, ReadOnlySpan{float})"/>
    public static NamedTensor From(string name, ImmutableArray<int> shape, ReadOnlySpan<double> values) => Make(name, shape, values, ElementType.Float64);

    /// <summary>A tensor of <see cref="ElementType.Int64"/>.</summary>
    /// <inheritdoc cref="From(string, ImmutableArray{int}, ReadOnlySpan{float})"/>
    public static NamedTensor From(string name, ImmutableArray<int> shape, ReadOnlySpan<long> values) => Make(name, shape, values, ElementType.Int64);

    /// <summary>A tensor of <see cref="ElementType.Int32"/>.</summary>
    /// <inheritdoc cref="From(string, ImmutableArray{int}, ReadOnlySpan{float})"/>
    public static NamedTensor From(string name, ImmutableArray<int> shape, ReadOnlySpan<int> values) => Make(name, shape, values, ElementType.Int32);

    /// <summary>A tensor of <see cref="ElementType.UInt8"/>.</summary>
    /// <inheritdoc cref="From(string, ImmutableArray{int}, ReadOnlySpan{float})"/>
    public static NamedTensor From(string name, ImmutableArray<int> shape, ReadOnlySpan<byte> values) => Make(name, shape, values, ElementType.UInt8);

    /// <summary>The elements as float32, in row-major order; float64 is rounded to the nearest, half and bfloat16 are widened exactly.</summary>
    /// <returns>A new array of <see cref="Count"/> values.</returns>
    /// <exception cref="InvalidDataException">The elements are integers, or a finite one is too large for float32.</exception>
    /// <exception cref="PlatformNotSupportedException">The machine is big-endian.</exception>
    public float[] ToSingle() => ElementType switch
    {
        ElementType.Float32 => Decode<float>(),
        ElementType.Float64 => Array.ConvertAll(Decode<double>(), Narrow),
        ElementType.Float16 => Array.ConvertAll(Decode<Half>(), value => (float)value),
        ElementType.BFloat16 => Array.ConvertAll(Decode<ushort>(), bits => BitConverter.Int32BitsToSingle(bits << 16)),
        _ => throw Mismatch("floating-point numbers"),
    };

    /// <summary>The elements as float64, in row-major order; narrower ones are widened exactly.</summary>
    /// <returns>A new array of <see cref="Count"/> values.</returns>
    /// <exception cref="InvalidDataException">The elements are integers.</exception>
    /// <exception cref="PlatformNotSupportedException">The machine is big-endian.</exception>
    public double[] ToDouble() => ElementType switch
    {
        ElementType.Float32 => Array.ConvertAll(Decode<float>(), value => (double)value),
        ElementType.Float64 => Decode<double>(),
        ElementType.Float16 or ElementType.BFloat16 => Array.ConvertAll(ToSingle(), value => (double)value),
        _ => throw Mismatch("floating-point numbers"),
    };

    /// <summary>The elements as 64-bit integers, in row-major order; narrower integers are widened exactly.</summary>
    /// <returns>A new array of <see cref="Count"/> values.</returns>
    /// <exception cref="InvalidDataException">The elements are floating-point numbers.</exception>
    /// <exception cref="PlatformNotSupportedException">The machine is big-endian.</exception>
    public long[] ToInt64() => ElementType switch
    {
        ElementType.Int64 => Decode<long>(),
        ElementType.Int32 => Array.ConvertAll(Decode<int>(), value => (long)value),
        ElementType.UInt8 => Array.ConvertAll(Decode<byte>(), value => (long)value),
        _ => throw Mismatch("integers"),
    };

    /// <summary>Name, type and shape: <c>layer.weight: Float32 [100, 784]</c>.</summary>
    public override string ToString() => $"{Name}: {ElementType} {Text(Shape)}";

    /// <summary>The number of elements of a shape; false where it exceeds a 64-bit integer or an extent is negative.</summary>
    internal static bool TryCount(ImmutableArray<int> shape, out long count)
    {
        // A zero anywhere empties the tensor, however large the other extents are.
        count = shape.Contains(0) ? 0 : 1;
        foreach (var extent in shape)
        {
            if (extent < 0 || (extent > 0 && count > long.MaxValue / extent))
                return false;
            count *= extent;
        }
        return true;
    }

    /// <summary>The extents in brackets.</summary>
    internal static string Text(ImmutableArray<int> shape) =>
        $"[{string.Join(", ", shape.Select(extent => extent.ToString(CultureInfo.InvariantCulture)))}]";

    /// <summary>Whether a text can be written as UTF-8: a lone half of a surrogate pair can not.</summary>
    internal static bool IsUnicode(string text)
    {
        try
        {
            return Strict.GetByteCount(text) >= 0;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    private static NamedTensor Make<T>(string name, ImmutableArray<int> shape, ReadOnlySpan<T> values, ElementType type)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name == MetadataName)
            throw new ArgumentException($"A tensor cannot be named '{MetadataName}', which the file format keeps for its metadata: choose another name.", nameof(name));
        if (!IsUnicode(name))
            throw new ArgumentException($"The tensor name {Quotation.Of(name)} holds half of a surrogate pair: use valid Unicode.", nameof(name));
        if (shape.IsDefault)
            throw new ArgumentException($"The shape of tensor {Quotation.Of(name)} is a default array: give its extents, or [] for a single number.", nameof(shape));
        if (!TryCount(shape, out var count) || count != values.Length)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Tensor {Quotation.Of(name)} of shape {Text(shape)} was given {values.Length} values: their number must be the product of the extents, none of them negative."), nameof(shape));
        RequireLittleEndian();
        return new(name, shape, type, MemoryMarshal.AsBytes(values).ToArray());
    }

    private T[] Decode<T>()
        where T : unmanaged
    {
        RequireLittleEndian();
        var values = new T[Count];
        Bytes.Span.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    private float Narrow(double value)
    {
        var narrow = (float)value;
        if (float.IsInfinity(narrow) && double.IsFinite(value))
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"Tensor {Quotation.Of(Name)} holds {value:R}, which exceeds float32: read it as double, or rescale it."));
        return narrow;
    }

    private InvalidDataException Mismatch(string wanted) =>
        new($"Tensor {Quotation.Of(Name)} holds {ElementType}, where {wanted} are needed: check that the file is the one meant, or convert the tensor.");

    private static void RequireLittleEndian()
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Tensor files hold little-endian numbers, and this machine is big-endian: use a little-endian machine.");
    }
}
