using System.Runtime.Intrinsics;

namespace Batchwise.Kernels;

/// <summary>When a convolution is computed by Winograd, and how.</summary>
internal static class WinogradVariants
{
    /// <summary>Whether it is a convolution that Winograd computes: 3 x 3 at stride 1.</summary>
    public static bool Can(ConvolutionTask task) =>
        task.Kind != KernelKind.Reference
        && task.Shape is { KernelHeight: 3, KernelWidth: 3, StrideY: 1, StrideX: 1, DilationY: 1, DilationX: 1, Groups: 1, Top: >= 0 and <= 2, Left: >= 0 and <= 2 };

    /// <summary>The plan.</summary>
    public static ConvolutionPlan Make<TTile>(ConvolutionTask task)
        where TTile : struct, IWinogradTile => task.Kind switch
        {
            KernelKind.Vector512 => Make<TTile, Vector512Operations, Vector512<float>>(task),
            KernelKind.Vector256 => Make<TTile, Vector256Operations, Vector256<float>>(task),
            _ => Make<TTile, Vector128Operations, Vector128<float>>(task),
        };

    private static ConvolutionPlan Make<TTile, TOperations, TVector>(ConvolutionTask task)
        where TTile : struct, IWinogradTile
        where TOperations : struct, IVectorOperations<TVector>, IQuadOperations<TVector>
        where TVector : struct
    {
        if (task.Direction == ConvolutionDirection.WeightGradient)
            return new WinogradWeightGradient<TTile, TOperations, TVector>(task);
        var problem = new WinogradProblem<TTile, TOperations, TVector>(task.Shape, task.Direction);
        return WinogradBlocking.IsStaged(problem.Out, task.Capacity, TTile.Edge * TTile.Edge, task.Shape)
            ? new WinogradStaged<TTile, TOperations, TVector>(task, problem)
            : new WinogradFused<TTile, TOperations, TVector>(task, problem);
    }
}
