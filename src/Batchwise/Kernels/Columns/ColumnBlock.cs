using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>
/// A block of columns over all rows of a batch: the unit in which vector layers are worked on, since a task that owns its
/// columns has all it needs to normalize them.
/// </summary>
internal static unsafe class ColumnBlock
{
    /// <summary>Rows whose sums are kept in float32 before they go to float64.</summary>
    public const int RowsInSingle = 1024;

    /// <summary>Columns of a block: two vectors, as wide as the tiles of the matrix product.</summary>
    public static int Width => InstructionSet.Current switch
    {
        KernelKind.Vector512 => 32,
        KernelKind.Vector256 => 16,
        _ => 8,
    };

    /// <summary>How many blocks cover so many columns.</summary>
    public static int Count(int columns) => (columns + Width - 1) / Width;

    /// <summary>Reads a vector's worth of the columns that are left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load<TOperations, TVector>(float* source, int left)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct =>
        left >= TOperations.Width ? TOperations.Load(source) : TOperations.LoadPartial(source, left);

    /// <summary>Writes a vector's worth of the columns that are left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TOperations, TVector>(TVector value, float* target, int left)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        if (left >= TOperations.Width)
            TOperations.Store(value, target);
        else
            TOperations.StorePartial(value, target, left);
    }

    /// <summary>Adds to a vector's worth of the columns that are left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Increase<TOperations, TVector>(TVector value, float* target, int left)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct => Store<TOperations, TVector>(TOperations.Add(Load<TOperations, TVector>(target, left), value), target, left);
}
