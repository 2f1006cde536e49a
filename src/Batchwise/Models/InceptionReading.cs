namespace Batchwise;

/// <summary>
/// How Figure 5 is read where it contradicts itself: in modules 4c and 4d the filters of its columns add up to 608, not to the
/// 576 of its column of outputs; in 4e, which passes its input through, to 1056, not 1024.
/// </summary>
public enum InceptionReading
{
    /// <summary>As the columns of filters say: pool projections of 128 in 4c and 4d. 11.29 M parameters at 1000 classes.</summary>
    Columns,

    /// <summary>As the outputs say: pool projections of 96 in 4c and 4d. 11.19 M parameters.</summary>
    Outputs,
}

/// <summary>The first convolution of the paper's network, 7x7 with stride 2 to 64 channels.</summary>
public enum InceptionStem
{
    /// <summary>An ordinary convolution, as in most ports.</summary>
    Plain,

    /// <summary>Depthwise with multiplier 8, then 1x1: the "separable convolution with depth multiplier 8" of the figure's caption.</summary>
    Separable,
}
