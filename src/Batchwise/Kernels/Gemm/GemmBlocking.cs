using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;

namespace Batchwise.Kernels;

/// <summary>The sizes by which products are cut, and why: the only place that knows them.</summary>
internal static class GemmBlocking
{
    /// <summary>
    /// The longest part of K for which B is packed. A panel of it, 256 x 32 floats (AVX-512) or 256 x 16, is at most 32 KB:
    /// it stays in a first-level cache of 48 KB or nearly so, and C is read and written only once in 256 steps.
    /// </summary>
    private const int LongestStep = 256;

    /// <summary>The most floats of packed B: 16 MB, which a shared cache may hold.</summary>
    private const long LargestPackedB = 4 << 20;

    /// <summary>Rows of A packed at a time: 96 x 256 floats are 96 KB, a part of any second-level cache.</summary>
    private const int PackedRows = 96;

    /// <summary>Multiply-adds worth a task: about a microsecond.</summary>
    private const long WorkOfTask = 100_000;

    /// <summary>So many tasks keep 16 workers evenly busy.</summary>
    private const int MostTasks = 64;

    /// <summary>
    /// Rows of the tile of two vectors of columns. Its accumulators, two vectors of B and one of A fill the registers:
    /// 16 with AVX2, 32 with AVX-512 and on Arm.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int TileRows<TOperations, TVector>()
        where TOperations : struct, IVectorOperations<TVector>
        where TVector : struct =>
        TOperations.Width == 16 || AdvSimd.Arm64.IsSupported ? 12 : 6;

    /// <summary>
    /// Blocks of C for operands in place. Columns are cut first: a worker then reads a part of B only, which is the larger
    /// operand in a dense layer. A narrow remainder of columns goes to the last block.
    /// </summary>
    public static (Pieces Rows, Pieces Columns) Tasks<TOperations, TVector>(GemmShape shape, int rowUnit)
        where TOperations : struct, IVectorOperations<TVector>
        where TVector : struct
    {
        var unit = 2 * TOperations.Width;
        var wanted = (int)Math.Clamp(shape.Work / WorkOfTask, 1, MostTasks);
        var columns = new Pieces(shape.N, unit, Math.Min(wanted, (shape.N + unit - 1 - unit / 4) / unit));
        var rows = new Pieces(shape.M, rowUnit, (wanted + columns.Count - 1) / columns.Count);
        return (rows, columns);
    }

    /// <summary>Blocks of C for packed operands: of rows, and of columns too only where there are few rows.</summary>
    public static (Pieces Rows, Pieces Columns) PackedTasks<TOperations, TVector>(GemmShape shape)
        where TOperations : struct, IVectorOperations<TVector>
        where TVector : struct
    {
        var blocks = (shape.M + PackedRows - 1) / PackedRows;
        // An even number, so that two or four workers end together.
        var rows = new Pieces(shape.M, TileRows<TOperations, TVector>(), (blocks + 3) / 4 * 4);
        var columns = new Pieces(shape.N, 2 * TOperations.Width, MostTasks / 4 / rows.Count);
        return (rows, columns);
    }

    /// <summary>The parts of K for which B is packed.</summary>
    public static Pieces Steps(int inner) => new(inner, 8, (inner + LongestStep - 1) / LongestStep);

    /// <summary>How many parts of K are packed before they are multiplied.</summary>
    public static int StepsPerPass(Pieces steps, long columns) =>
        (int)Math.Clamp(LargestPackedB / Math.Max(1, steps.Longest * columns), 1, steps.Count);

    /// <summary>Tasks that pack one part of K.</summary>
    public static int PackingTasks(GemmShape shape) => (int)Math.Clamp((long)shape.N * shape.K / 4096, 1, 16);
}
