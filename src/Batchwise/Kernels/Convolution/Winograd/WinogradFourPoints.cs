namespace Batchwise.Kernels;

/// <summary>The points of F(4 x 4, 3 x 3), 0, +-A, +-B and infinity, and what its matrices make of them.</summary>
internal static class WinogradFourPoints
{
    public const float A = 0.625f;
    public const float B = 1.5f;
    public const float AA = A * A;
    public const float BB = B * B;

    /// <summary>By how much the weight is scaled at 0.</summary>
    public const float Scale0 = 1 / (AA * BB);

    /// <summary>By how much at +-A.</summary>
    public const float ScaleA = 1 / (2 * AA * (AA - BB));

    /// <summary>By how much at +-B.</summary>
    public const float ScaleB = 1 / (2 * BB * (BB - AA));
}
