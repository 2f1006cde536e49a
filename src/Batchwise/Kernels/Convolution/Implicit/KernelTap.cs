namespace Batchwise.Kernels;

/// <summary>A place of the kernel, and which place of the source it multiplies, seen from where a place of the grid lies in the source.</summary>
/// <param name="U">Its row in the kernel.</param>
/// <param name="V">Its column in the kernel.</param>
/// <param name="Y">Rows of the source down from there.</param>
/// <param name="X">Columns of the source to the right from there.</param>
internal readonly record struct KernelTap(int U, int V, int Y, int X);
