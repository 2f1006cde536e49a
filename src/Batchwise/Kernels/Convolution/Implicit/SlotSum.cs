using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>Adds slots of equal length in their order: a task adds a run of floats.</summary>
internal static unsafe class SlotSum
{
    private const int FloatsOfTask = 4096;

    /// <summary>The number of tasks for slots of so many floats.</summary>
    public static int Tasks(long floats) => (int)((floats + FloatsOfTask - 1) / FloatsOfTask);

    /// <summary>The run of floats that a task completes.</summary>
    public static WeightBlock Completes(long floats, int task)
    {
        var first = task * FloatsOfTask;
        return new(first, 1, 0, (int)Math.Min(FloatsOfTask, floats - first));
    }

    /// <summary>target[i] = slots[0][i] + slots[1][i] + ..., for the i of a task.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TOperations, TVector>(float* slots, long floats, int count, float* target, int task)
        where TOperations : struct, IVectorOperations<TVector>
        where TVector : struct
    {
        var end = Math.Min((task + 1L) * FloatsOfTask, floats);
        for (var i = (long)task * FloatsOfTask; i < end; i += TOperations.Width)
        {
            var left = (int)(end - i);
            var sum = ColumnBlock.Load<TOperations, TVector>(slots + i, left);
            for (var slot = 1; slot < count; slot++)
                sum = TOperations.Add(sum, ColumnBlock.Load<TOperations, TVector>(slots + slot * floats + i, left));
            ColumnBlock.Store<TOperations, TVector>(sum, target + i, left);
        }
    }
}
