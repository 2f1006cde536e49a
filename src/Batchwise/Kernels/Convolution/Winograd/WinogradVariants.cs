using System.Runtime.Intrinsics;

namespace Batchwise.Kernels;

/// <summary>When a convolution is computed by Winograd, and how.</summary>
internal static class WinogradVariants
{
    /// <summary>The fewest channels and outputs that pay for the transforms: measured.</summary>
    private const int FewestChannels = 8;

    /// <summary>Tiles' worth of places, the fewest that pay for bringing the weight to frequencies: measured.</summary>
    private const int FewestTiles = 10;

    /// <summary>The same for a prepared weight: the fewest that pay for reading its frequencies, of which there are more.</summary>
    private const int FewestTilesWhenPrepared = 4;

    /// <summary>Whether it is a convolution that Winograd computes: 3 x 3 at stride 1.</summary>
    public static bool Can(ConvolutionTask task) =>
        task.Kind != KernelKind.Reference
        && task.Shape is { KernelHeight: 3, KernelWidth: 3, StrideY: 1, StrideX: 1, DilationY: 1, DilationX: 1, Groups: 1, Top: >= 0 and <= 2, Left: >= 0 and <= 2 };

    /// <summary>Whether it is fast by these tiles. Where all are halves, smaller ones have as many products, of fewer weights.</summary>
    public static bool Fits<TTile>(ConvolutionTask task)
        where TTile : struct, IWinogradTile
    {
        var shape = task.Shape;
        var fewest = task.IsPrepared ? FewestTilesWhenPrepared : FewestTiles;
        return Math.Min(shape.Channels, shape.Outputs) >= FewestChannels
            && (long)task.Capacity * shape.OutPositions >= fewest * TTile.Size * TTile.Size
            && !TTile.IsHalf(shape.OutHeight) && !TTile.IsHalf(shape.OutWidth);
    }

    /// <summary>The plan.</summary>
    public static ConvolutionPlan Make<TTile>(ConvolutionTask task)
        where TTile : struct, IWinogradTile =>
        Make<TTile>(task, WinogradBlocking.IsStaged(WinogradGrid.OfOutput(task.Shape, TTile.Size), task,
            TTile.Edge * TTile.Edge));

    /// <summary>The plan, of y or dx by stages or not.</summary>
    public static ConvolutionPlan Make<TTile>(ConvolutionTask task, bool staged)
        where TTile : struct, IWinogradTile => task.Kind switch
        {
            KernelKind.Vector512 => Make<TTile, Vector512Operations, Vector512<float>>(task, staged),
            KernelKind.Vector256 => Make<TTile, Vector256Operations, Vector256<float>>(task, staged),
            _ => Make<TTile, Vector128Operations, Vector128<float>>(task, staged),
        };

    private static ConvolutionPlan Make<TTile, TOperations, TVector>(ConvolutionTask task, bool staged)
        where TTile : struct, IWinogradTile
        where TOperations : struct, IVectorOperations<TVector>, IQuadOperations<TVector>
        where TVector : struct =>
        task.Direction == ConvolutionDirection.WeightGradient ? new WinogradWeightGradient<TTile, TOperations, TVector>(task)
        : staged ? new WinogradStaged<TTile, TOperations, TVector>(task)
        : new WinogradFused<TTile, TOperations, TVector>(task);
}
