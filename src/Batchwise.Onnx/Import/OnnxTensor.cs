using System.Collections.Immutable;

namespace Batchwise.Onnx;

/// <summary>A constant of an ONNX graph: extents, and values as floats or as integers.</summary>
/// <param name="Dims">The extents; none for a single value.</param>
/// <param name="Floats">The values where they are floats, else null.</param>
/// <param name="Integers">The values where they are integers, else null.</param>
sealed record OnnxTensor(ImmutableArray<int> Dims, float[]? Floats, long[]? Integers)
{
    /// <summary>Stands for the number of samples in a shape that a graph computes: it is not known before the graph runs.</summary>
    public const long Batch = long.MinValue;

    /// <summary>The number of values.</summary>
    public int Length => Floats?.Length ?? Integers!.Length;

    public static OnnxTensor Of(ImmutableArray<int> dims, float[] values) => new(dims, values, null);

    /// <summary>A vector of integers.</summary>
    public static OnnxTensor Vector(long[] values) => new([values.Length], null, values);

    /// <summary>
    /// The values spread over larger extents, as NumPy broadcasts: extents are compared from the last one on, and an extent of 1
    /// is repeated.
    /// </summary>
    /// <returns>One value per element of the extents; null where the tensor does not fit them.</returns>
    public float[]? Broadcast(ReadOnlySpan<int> extents)
    {
        var extra = Dims.Length - extents.Length;
        for (var axis = 0; axis < Dims.Length; axis++)
        {
            if (Dims[axis] != 1 && (axis < extra || Dims[axis] != extents[axis - extra]))
                return null;
        }
        var strides = new int[extents.Length];
        for (var (axis, stride) = (Dims.Length - 1, 1); axis >= Math.Max(extra, 0); stride *= Dims[axis], axis--)
            strides[axis - extra] = Dims[axis] == 1 ? 0 : stride;
        var size = 1;
        foreach (var extent in extents)
            size *= extent;
        var result = new float[size];
        for (var i = 0; i < size; i++)
        {
            var (rest, source) = (i, 0);
            for (var axis = extents.Length - 1; axis >= 0; axis--)
            {
                (rest, var place) = Math.DivRem(rest, extents[axis]);
                source += place * strides[axis];
            }
            result[i] = Floats![source];
        }
        return result;
    }
}
