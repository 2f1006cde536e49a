using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>
/// A tile of at most four columns: where they are the last columns of a matrix, a vector of columns would be mostly empty.
/// Here a vector holds four columns of several rows, one quad per row, and <typeparamref name="TVectors"/> counts vectors,
/// up to eight. The sums run in the same order as in <see cref="Tile{TOperations, TVector, TRows, TColumns}"/>: same bits.
/// </summary>
internal static unsafe class NarrowTile<TOperations, TVector, TVectors>
    where TOperations : struct, IVectorOperations<TVector>, IQuadOperations<TVector>
    where TVector : struct
    where TVectors : struct, ITileRows
{
    /// <summary>Rows of C in one tile.</summary>
    public static int Rows => TVectors.Count * TOperations.Quads;

    /// <summary>Computes as many whole tiles, one under another, as the product has rows for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in BlockProduct product)
    {
        Debug.Assert(product.Columns is > 0 and <= 4);
        Debug.Assert(product.APanelRows == 0, "A packed panel is lower than a narrow tile.");

        var columns = product.Columns;
        var accumulate = product.Accumulate;
        nint inner = product.Inner, aRow = product.ARow, aColumn = product.AColumn, bRow = product.BRow, cRow = product.CRow;
        var a = product.A;
        var c = product.C;
        for (var tiles = product.Rows / Rows; tiles > 0; tiles--)
        {
            TVector v0, v1, v2, v3, v4, v5, v6, v7;
            v0 = v1 = v2 = v3 = v4 = v5 = v6 = v7 = TOperations.Zero;
            if (accumulate)
            {
                var row = c;
                Load(ref row, cRow, columns, ref v0);
                if (TVectors.Count > 1) Load(ref row, cRow, columns, ref v1);
                if (TVectors.Count > 2) Load(ref row, cRow, columns, ref v2);
                if (TVectors.Count > 3) Load(ref row, cRow, columns, ref v3);
                if (TVectors.Count > 4) Load(ref row, cRow, columns, ref v4);
                if (TVectors.Count > 5) Load(ref row, cRow, columns, ref v5);
                if (TVectors.Count > 6) Load(ref row, cRow, columns, ref v6);
                if (TVectors.Count > 7) Load(ref row, cRow, columns, ref v7);
            }

            var b = product.B;
            var ak = a;
            var k = inner;
            for (; aColumn == 1 && k >= 4; k -= 4)
            {
                var b0 = LoadB(b, columns);
                var b1 = LoadB(b + bRow, columns);
                var b2 = LoadB(b + 2 * bRow, columns);
                var b3 = LoadB(b + 3 * bRow, columns);
                var row = ak;
                FourSteps(ref row, aRow, b0, b1, b2, b3, ref v0);
                if (TVectors.Count > 1) FourSteps(ref row, aRow, b0, b1, b2, b3, ref v1);
                if (TVectors.Count > 2) FourSteps(ref row, aRow, b0, b1, b2, b3, ref v2);
                if (TVectors.Count > 3) FourSteps(ref row, aRow, b0, b1, b2, b3, ref v3);
                if (TVectors.Count > 4) FourSteps(ref row, aRow, b0, b1, b2, b3, ref v4);
                if (TVectors.Count > 5) FourSteps(ref row, aRow, b0, b1, b2, b3, ref v5);
                if (TVectors.Count > 6) FourSteps(ref row, aRow, b0, b1, b2, b3, ref v6);
                if (TVectors.Count > 7) FourSteps(ref row, aRow, b0, b1, b2, b3, ref v7);
                ak += 4;
                b += 4 * bRow;
            }
            for (; aRow == 1 && k > 0; k--)
            {
                var b0 = LoadB(b, columns);
                var row = ak;
                StepAlongRows(ref row, b0, ref v0);
                if (TVectors.Count > 1) StepAlongRows(ref row, b0, ref v1);
                if (TVectors.Count > 2) StepAlongRows(ref row, b0, ref v2);
                if (TVectors.Count > 3) StepAlongRows(ref row, b0, ref v3);
                if (TVectors.Count > 4) StepAlongRows(ref row, b0, ref v4);
                if (TVectors.Count > 5) StepAlongRows(ref row, b0, ref v5);
                if (TVectors.Count > 6) StepAlongRows(ref row, b0, ref v6);
                if (TVectors.Count > 7) StepAlongRows(ref row, b0, ref v7);
                ak += aColumn;
                b += bRow;
            }
            for (; k > 0; k--)
            {
                var b0 = LoadB(b, columns);
                var row = ak;
                Step(ref row, aRow, b0, ref v0);
                if (TVectors.Count > 1) Step(ref row, aRow, b0, ref v1);
                if (TVectors.Count > 2) Step(ref row, aRow, b0, ref v2);
                if (TVectors.Count > 3) Step(ref row, aRow, b0, ref v3);
                if (TVectors.Count > 4) Step(ref row, aRow, b0, ref v4);
                if (TVectors.Count > 5) Step(ref row, aRow, b0, ref v5);
                if (TVectors.Count > 6) Step(ref row, aRow, b0, ref v6);
                if (TVectors.Count > 7) Step(ref row, aRow, b0, ref v7);
                ak += aColumn;
                b += bRow;
            }

            Store(v0, ref c, cRow, columns);
            if (TVectors.Count > 1) Store(v1, ref c, cRow, columns);
            if (TVectors.Count > 2) Store(v2, ref c, cRow, columns);
            if (TVectors.Count > 3) Store(v3, ref c, cRow, columns);
            if (TVectors.Count > 4) Store(v4, ref c, cRow, columns);
            if (TVectors.Count > 5) Store(v5, ref c, cRow, columns);
            if (TVectors.Count > 6) Store(v6, ref c, cRow, columns);
            if (TVectors.Count > 7) Store(v7, ref c, cRow, columns);
            a += Rows * aRow;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector LoadB(float* b, int columns) => TOperations.RepeatQuad(Vector128Operations.LoadPartial(b, columns));

    /// <summary>A row-major: four elements of each row at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourSteps(ref float* row, nint aRow, TVector b0, TVector b1, TVector b2, TVector b3, ref TVector v)
    {
        var x = TOperations.LoadQuads(row, aRow);
        v = TOperations.MultiplyAdd(TOperations.SpreadLane0(x), b0, v);
        v = TOperations.MultiplyAdd(TOperations.SpreadLane1(x), b1, v);
        v = TOperations.MultiplyAdd(TOperations.SpreadLane2(x), b2, v);
        v = TOperations.MultiplyAdd(TOperations.SpreadLane3(x), b3, v);
        row += TOperations.Quads * aRow;
    }

    /// <summary>A column-major: one element of each row, which lie side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StepAlongRows(ref float* row, TVector b, ref TVector v)
    {
        v = TOperations.MultiplyAdd(TOperations.LoadSpread(row), b, v);
        row += TOperations.Quads;
    }

    /// <summary>One element of each row, wherever they lie.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(ref float* row, nint aRow, TVector b, ref TVector v)
    {
        v = TOperations.MultiplyAdd(TOperations.SpreadLane0(TOperations.LoadPartialQuads(row, aRow, 1)), b, v);
        row += TOperations.Quads * aRow;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load(ref float* row, nint stride, int columns, ref TVector v)
    {
        v = TOperations.LoadPartialQuads(row, stride, columns);
        row += TOperations.Quads * stride;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TVector v, ref float* row, nint stride, int columns)
    {
        TOperations.StorePartialQuads(v, row, stride, columns);
        row += TOperations.Quads * stride;
    }
}
