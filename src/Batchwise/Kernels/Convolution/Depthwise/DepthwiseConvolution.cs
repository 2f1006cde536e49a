using System.Runtime.Intrinsics;

namespace Batchwise.Kernels;

/// <summary>Convolutions whose groups have one channel: the plan of a task, with its vectors.</summary>
internal static class DepthwiseConvolution
{
    /// <summary>The plan.</summary>
    public static ConvolutionPlan Plan(ConvolutionTask task) => task.Kind switch
    {
        KernelKind.Vector512 => Plan<Vector512Operations, Vector512<float>>(task),
        KernelKind.Vector256 => Plan<Vector256Operations, Vector256<float>>(task),
        _ => Plan<Vector128Operations, Vector128<float>>(task),
    };

    private static ConvolutionPlan Plan<TOperations, TVector>(ConvolutionTask task)
        where TOperations : struct, IVectorOperations<TVector>
        where TVector : struct =>
        task.Direction == ConvolutionDirection.WeightGradient
            ? new DepthwiseWeightGradient<TOperations, TVector>(task.Shape, task.Capacity)
            : new DepthwiseProduct<TOperations, TVector>(task.Shape, task.Direction, task.Capacity);
}
