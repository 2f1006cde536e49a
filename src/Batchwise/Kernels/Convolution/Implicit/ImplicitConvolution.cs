using System.Runtime.Intrinsics;

namespace Batchwise.Kernels;

/// <summary>Convolutions as products: the plan of a task, with its vectors.</summary>
internal static class ImplicitConvolution
{
    /// <summary>The plan.</summary>
    public static ConvolutionPlan Plan(ConvolutionTask task) => task.Kind switch
    {
        KernelKind.Vector512 => Plan<Vector512Operations, Vector512<float>>(task),
        KernelKind.Vector256 => Plan<Vector256Operations, Vector256<float>>(task),
        _ => Plan<Vector128Operations, Vector128<float>>(task),
    };

    private static ConvolutionPlan Plan<TOperations, TVector>(ConvolutionTask task)
        where TOperations : struct, IVectorOperations<TVector>, IQuadOperations<TVector>
        where TVector : struct => task.Direction switch
        {
            ConvolutionDirection.WeightGradient => new ImplicitWeightGradient<TOperations, TVector>(task.Shape, task.Capacity),
            ConvolutionDirection.InputGradient when task.Shape.StrideY > 1 || task.Shape.StrideX > 1 => new PhasedInputGradient<TOperations, TVector>(task.Shape, task.Capacity),
            _ => new ImplicitProduct<TOperations, TVector>(task.Shape, task.Direction, task.Capacity),
        };
}
