using System.Runtime.Intrinsics;

namespace Batchwise.Kernels;

/// <summary>
/// Float64 matrices of up to 16 x 16 that belong to a group of channels. They are stored with 16 doubles a row whatever
/// their size, and hold zeros outside it, so that no kernel has a tail.
/// </summary>
internal static unsafe class GroupMatrix
{
    /// <summary>Doubles from row to row, and the most channels of a group.</summary>
    public const int Width = 16;

    /// <summary>Doubles of a matrix.</summary>
    public const int Length = Width * Width;

    /// <summary>Rows and columns that a product takes together.</summary>
    private const int Tile = 4;

    /// <summary>c = a b.</summary>
    /// <param name="a">The left factor.</param>
    /// <param name="b">The right one.</param>
    /// <param name="c">Receives the product; neither of the two.</param>
    /// <param name="size">Rows and columns of all three.</param>
    public static void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c, int size)
    {
        Require(a, b, c);
        fixed (double* pa = a, pb = b, pc = c)
            Product(size, size, size, pa, Width, 1, pb, pc, accumulate: false);
    }

    /// <summary>c = aT b.</summary>
    /// <inheritdoc cref="Multiply"/>
    public static void MultiplyTransposed(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c, int size)
    {
        Require(a, b, c);
        fixed (double* pa = a, pb = b, pc = c)
            Product(size, size, size, pa, 1, Width, pb, pc, accumulate: false);
    }

    /// <summary>target = sourceT.</summary>
    public static void Transpose(ReadOnlySpan<double> source, Span<double> target)
    {
        for (var i = 0; i < Width; i++)
        {
            for (var j = 0; j < Width; j++)
                target[j * Width + i] = source[i * Width + j];
        }
    }

    /// <summary>a = (a + aT) / 2.</summary>
    public static void Symmetrize(Span<double> a)
    {
        for (var i = 1; i < Width; i++)
        {
            for (var j = 0; j < i; j++)
                a[i * Width + j] = a[j * Width + i] = (a[i * Width + j] + a[j * Width + i]) / 2;
        }
    }

    /// <summary>The sum of the products of all elements.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var i = 0; i < Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    /// <summary>
    /// C (+)= A B with up to 16 columns. Rows and columns are taken four at a time: C has room for the rows rounded up to
    /// that, and where A stands for the rows behind the last one it may hold anything.
    /// </summary>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="inner">Columns of A, rows of B.</param>
    /// <param name="columns">Columns of B and C that are not zero.</param>
    /// <param name="a">A: element (i, k) at <c>a[i * aRow + k * aColumn]</c>.</param>
    /// <param name="aRow">Doubles from row to row of A.</param>
    /// <param name="aColumn">Doubles from column to column of A.</param>
    /// <param name="b">B: rows of 16.</param>
    /// <param name="c">C: rows of 16; columns behind <paramref name="columns"/> rounded up to four are left as they are.</param>
    /// <param name="accumulate">Whether the sums start from what C holds.</param>
    public static void Product(int rows, int inner, int columns, double* a, nint aRow, nint aColumn, double* b, double* c, bool accumulate)
    {
        for (var row = 0; row < rows; row += Tile)
        {
            for (var column = 0; column < columns; column += Tile)
                ProductTile(inner, a + row * aRow, aRow, aColumn, b + column, c + row * Width + column, accumulate);
        }
    }

    private static void ProductTile(int inner, double* a, nint aRow, nint aColumn, double* b, double* c, bool accumulate)
    {
        Vector128<double> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        if (accumulate)
        {
            (c00, c01) = (Vector128.Load(c), Vector128.Load(c + 2));
            (c10, c11) = (Vector128.Load(c + Width), Vector128.Load(c + Width + 2));
            (c20, c21) = (Vector128.Load(c + 2 * Width), Vector128.Load(c + 2 * Width + 2));
            (c30, c31) = (Vector128.Load(c + 3 * Width), Vector128.Load(c + 3 * Width + 2));
        }
        for (var k = 0; k < inner; k++, a += aColumn, b += Width)
        {
            var b0 = Vector128.Load(b);
            var b1 = Vector128.Load(b + 2);
            var a0 = Vector128.Create(a[0]);
            var a1 = Vector128.Create(a[aRow]);
            var a2 = Vector128.Create(a[2 * aRow]);
            var a3 = Vector128.Create(a[3 * aRow]);
            c00 = Vector128.MultiplyAddEstimate(a0, b0, c00);
            c01 = Vector128.MultiplyAddEstimate(a0, b1, c01);
            c10 = Vector128.MultiplyAddEstimate(a1, b0, c10);
            c11 = Vector128.MultiplyAddEstimate(a1, b1, c11);
            c20 = Vector128.MultiplyAddEstimate(a2, b0, c20);
            c21 = Vector128.MultiplyAddEstimate(a2, b1, c21);
            c30 = Vector128.MultiplyAddEstimate(a3, b0, c30);
            c31 = Vector128.MultiplyAddEstimate(a3, b1, c31);
        }
        c00.Store(c);
        c01.Store(c + 2);
        c10.Store(c + Width);
        c11.Store(c + Width + 2);
        c20.Store(c + 2 * Width);
        c21.Store(c + 2 * Width + 2);
        c30.Store(c + 3 * Width);
        c31.Store(c + 3 * Width + 2);
    }

    private static void Require(ReadOnlySpan<double> a, ReadOnlySpan<double> b, ReadOnlySpan<double> c)
    {
        if (a.Length < Length || b.Length < Length || c.Length < Length)
            throw new ArgumentException("A matrix is too short.");
    }
}
