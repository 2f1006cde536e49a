using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Batchwise.Kernels;

/// <summary>Transposes a matrix, eight rows by eight columns at a time where AVX is there.</summary>
internal static unsafe class Transpose
{
    private const int Side = 8;

    /// <summary>target[c, r] = source[r, c].</summary>
    /// <param name="source">Rows of <paramref name="sourceStride"/> floats.</param>
    /// <param name="sourceStride">Floats from row to row of the source.</param>
    /// <param name="target">Rows of <paramref name="targetStride"/> floats.</param>
    /// <param name="targetStride">Floats from row to row of the target.</param>
    /// <param name="rows">Rows of the source.</param>
    /// <param name="columns">Columns of the source.</param>
    public static void Run(ReadOnlySpan<float> source, int sourceStride, Span<float> target, int targetStride, int rows, int columns)
    {
        if (source.Length < (long)(rows - 1) * sourceStride + columns || target.Length < (long)(columns - 1) * targetStride + rows)
            throw new ArgumentException("The matrices are larger than their spans.");
        fixed (float* from = source, to = target)
        {
            var fullRows = Avx.IsSupported && InstructionSet.Current >= KernelKind.Vector256 ? rows / Side * Side : 0;
            var fullColumns = fullRows == 0 ? 0 : columns / Side * Side;
            for (var row = 0; row < fullRows; row += Side)
            {
                for (var column = 0; column < fullColumns; column += Side)
                    Block(from + (long)row * sourceStride + column, sourceStride, to + (long)column * targetStride + row, targetStride);
            }
            Scalar(from, sourceStride, to, targetStride, 0, fullRows, fullColumns, columns);
            Scalar(from, sourceStride, to, targetStride, fullRows, rows, 0, columns);
        }
    }

    private static void Scalar(float* from, int fromStride, float* to, int toStride, int firstRow, int endRow, int firstColumn, int endColumn)
    {
        for (var row = firstRow; row < endRow; row++)
        {
            for (var column = firstColumn; column < endColumn; column++)
                to[(long)column * toStride + row] = from[(long)row * fromStride + column];
        }
    }

    [SkipLocalsInit]
    private static void Block(float* from, nint fromStride, float* to, nint toStride)
    {
        var r0 = Vector256.Load(from);
        var r1 = Vector256.Load(from + fromStride);
        var r2 = Vector256.Load(from + 2 * fromStride);
        var r3 = Vector256.Load(from + 3 * fromStride);
        var r4 = Vector256.Load(from + 4 * fromStride);
        var r5 = Vector256.Load(from + 5 * fromStride);
        var r6 = Vector256.Load(from + 6 * fromStride);
        var r7 = Vector256.Load(from + 7 * fromStride);
        // Pairs, then quadruples within each half, then the halves.
        var (p0, p1) = (Avx.UnpackLow(r0, r1), Avx.UnpackHigh(r0, r1));
        var (p2, p3) = (Avx.UnpackLow(r2, r3), Avx.UnpackHigh(r2, r3));
        var (p4, p5) = (Avx.UnpackLow(r4, r5), Avx.UnpackHigh(r4, r5));
        var (p6, p7) = (Avx.UnpackLow(r6, r7), Avx.UnpackHigh(r6, r7));
        const byte low = 0x44, high = 0xEE;
        var (q0, q1) = (Avx.Shuffle(p0, p2, low), Avx.Shuffle(p0, p2, high));
        var (q2, q3) = (Avx.Shuffle(p1, p3, low), Avx.Shuffle(p1, p3, high));
        var (q4, q5) = (Avx.Shuffle(p4, p6, low), Avx.Shuffle(p4, p6, high));
        var (q6, q7) = (Avx.Shuffle(p5, p7, low), Avx.Shuffle(p5, p7, high));
        const byte lowHalves = 0x20, highHalves = 0x31;
        Avx.Permute2x128(q0, q4, lowHalves).Store(to);
        Avx.Permute2x128(q1, q5, lowHalves).Store(to + toStride);
        Avx.Permute2x128(q2, q6, lowHalves).Store(to + 2 * toStride);
        Avx.Permute2x128(q3, q7, lowHalves).Store(to + 3 * toStride);
        Avx.Permute2x128(q0, q4, highHalves).Store(to + 4 * toStride);
        Avx.Permute2x128(q1, q5, highHalves).Store(to + 5 * toStride);
        Avx.Permute2x128(q2, q6, highHalves).Store(to + 6 * toStride);
        Avx.Permute2x128(q3, q7, highHalves).Store(to + 7 * toStride);
    }
}
