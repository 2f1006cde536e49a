using System.Collections.Immutable;

namespace Batchwise.Kernels;

/// <summary>What decides how a convolution is computed.</summary>
/// <param name="Shape">The convolution.</param>
/// <param name="Direction">What of it.</param>
/// <param name="Kind">The vectors in use.</param>
/// <param name="Capacity">The largest batch.</param>
/// <param name="IsPrepared">Whether the weight is prepared once, and not in every run.</param>
internal readonly record struct ConvolutionTask(ConvolutionShape Shape, ConvolutionDirection Direction, KernelKind Kind,
    int Capacity, bool IsPrepared = false)
{
    // Strides of 64 x 64; every phase has a map of its taps, whose memory a larger stride would not be worth.
    private const long MostPhases = 4096;

    /// <summary>Whether it has kernels with vectors: not where the gradient by x falls into more phases of the stride than are worth a product each.</summary>
    public bool HasVectors => Kind != KernelKind.Reference
        && (Direction != ConvolutionDirection.InputGradient || (long)Math.Min(Shape.StrideY, Shape.Height) * Math.Min(Shape.StrideX, Shape.Width) <= MostPhases);
}

/// <summary>One way to compute a convolution, and when to take it.</summary>
/// <param name="Name">Its name in printed plans, by which it is forced.</param>
/// <param name="Reason">Why it is taken where the table takes it.</param>
/// <param name="Can">What it is able to compute.</param>
/// <param name="Fits">What the table takes it for, of that, if none above it was taken.</param>
/// <param name="Make">The plan.</param>
internal sealed record ConvolutionVariant(
    string Name, string Reason, Func<ConvolutionTask, bool> Can, Func<ConvolutionTask, bool> Fits, Func<ConvolutionTask, ConvolutionPlan> Make);

/// <summary>The ways to compute convolutions, in order: the first that can and fits is taken. Limits are measured.</summary>
internal static class ConvolutionVariants
{
    /// <summary>The name of the environment variable that forces a way, wherever it can.</summary>
    public const string Variable = "BATCHWISE_CONVOLUTION";

    /// <summary>The table.</summary>
    public static readonly ImmutableArray<ConvolutionVariant> All =
    [
        new("winograd 4x4", "a quarter of the products",
            WinogradVariants.Can,
            WinogradVariants.Fits<WinogradFour>,
            WinogradVariants.Make<WinogradFour>),
        new("winograd 2x2", "four ninths of the products, and less of a weight to transform than by 4x4, for few places",
            WinogradVariants.Can,
            WinogradVariants.Fits<WinogradTwo>,
            WinogradVariants.Make<WinogradTwo>),
        new("pointwise", "a product of matrices as they lie",
            task => task.Kind != KernelKind.Reference && task.Shape.IsPointwise,
            _ => true,
            ImplicitConvolution.Plan),
        new("implicit gemm", "a product whose rows are gathered part by part",
            task => task.HasVectors && task.Shape.Groups == 1,
            _ => true,
            ImplicitConvolution.Plan),
        new("depthwise", "every output is of one channel: vectors hold outputs",
            task => task.HasVectors && task.Shape.GroupChannels == 1 && task.Shape.Groups > 1,
            _ => true,
            DepthwiseConvolution.Plan),
        new("grouped", "a product for every group",
            task => task.HasVectors && task.Shape.Groups > 1,
            _ => true,
            ImplicitConvolution.Plan),
        new("reference", "no vectors here, too large a stride for them, or asked for by name",
            _ => true,
            _ => true,
            task => new ReferenceConvolution(task.Shape, task.Direction, task.Capacity)),
    ];

    private static readonly string? Forced = Environment.GetEnvironmentVariable(Variable);

    /// <summary>The way for a task: the one that the environment names, where it can; else the table's.</summary>
    /// <exception cref="InvalidOperationException">The environment names none.</exception>
    public static ConvolutionVariant Choose(ConvolutionTask task) => Choose(task, Forced);

    /// <summary>The way for a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="forced">The name of the way to take where it can; null or empty leaves the choice to the table.</param>
    public static ConvolutionVariant Choose(ConvolutionTask task, string? forced)
    {
        if (!string.IsNullOrWhiteSpace(forced))
        {
            var named = All.FirstOrDefault(variant => variant.Name == forced.Trim())
                ?? throw new InvalidOperationException($"{Variable}={forced} names no way to compute a convolution: use {string.Join(", ", All.Select(variant => variant.Name))}, or leave it unset.");
            if (named.Can(task))
                return named;
        }
        return All.First(variant => variant.Can(task) && variant.Fits(task));
    }
}
