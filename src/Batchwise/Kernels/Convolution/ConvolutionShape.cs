namespace Batchwise.Kernels;

/// <summary>
/// The shape of a two-dimensional convolution of one sample, channels last: x [Height, Width, Channels], weight [KernelHeight,
/// KernelWidth, Channels / Groups, Outputs], y [OutHeight, OutWidth, Outputs]. Output (i, j) takes input
/// (i StrideY - Top + u DilationY, j StrideX - Left + v DilationX) by weight (u, v); what lies outside the input is zero. Group g
/// takes the g-th part of the channels and gives the g-th part of the outputs.
/// </summary>
internal readonly record struct ConvolutionShape
{
    /// <summary>Rows of the input.</summary>
    public required int Height { get; init; }

    /// <summary>Columns of the input.</summary>
    public required int Width { get; init; }

    /// <summary>Channels of the input.</summary>
    public required int Channels { get; init; }

    /// <summary>Rows of the output.</summary>
    public required int OutHeight { get; init; }

    /// <summary>Columns of the output.</summary>
    public required int OutWidth { get; init; }

    /// <summary>Channels of the output.</summary>
    public required int Outputs { get; init; }

    /// <summary>Rows of the kernel.</summary>
    public required int KernelHeight { get; init; }

    /// <summary>Columns of the kernel.</summary>
    public required int KernelWidth { get; init; }

    /// <summary>Rows from one output to the next.</summary>
    public int StrideY { get; init; } = 1;

    /// <summary>Columns from one output to the next.</summary>
    public int StrideX { get; init; } = 1;

    /// <summary>Rows from one weight to the next.</summary>
    public int DilationY { get; init; } = 1;

    /// <summary>Columns from one weight to the next.</summary>
    public int DilationX { get; init; } = 1;

    /// <summary>Rows of padding above.</summary>
    public int Top { get; init; }

    /// <summary>Columns of padding on the left.</summary>
    public int Left { get; init; }

    /// <summary>Parts that channels and outputs are cut into.</summary>
    public int Groups { get; init; } = 1;

    public ConvolutionShape()
    {
    }

    /// <summary>Places of the input.</summary>
    public int Positions => Height * Width;

    /// <summary>Places of the output.</summary>
    public int OutPositions => OutHeight * OutWidth;

    /// <summary>Channels of one group.</summary>
    public int GroupChannels => Channels / Groups;

    /// <summary>Outputs of one group.</summary>
    public int GroupOutputs => Outputs / Groups;

    /// <summary>Floats of the weight.</summary>
    public long Weights => (long)KernelHeight * KernelWidth * GroupChannels * Outputs;

    /// <summary>Multiply-adds of one sample, in any of the three directions.</summary>
    public long Work => OutPositions * Weights;

    /// <summary>Whether it is a product of matrices as it stands: one weight per channel and output, every place kept.</summary>
    public bool IsPointwise =>
        KernelHeight == 1 && KernelWidth == 1 && StrideY == 1 && StrideX == 1 && Top == 0 && Left == 0 && Groups == 1
        && OutHeight == Height && OutWidth == Width;

    public override string ToString() => FormattableString.Invariant(
        $"{Height}x{Width}x{Channels} -> {OutHeight}x{OutWidth}x{Outputs}, {KernelHeight}x{KernelWidth}/{StrideY}{(StrideX == StrideY ? "" : $"x{StrideX}")}{(Groups == 1 ? "" : $", {Groups} groups")}");
}

/// <summary>What is computed of a convolution.</summary>
internal enum ConvolutionDirection
{
    /// <summary>y from x and the weight.</summary>
    Forward,

    /// <summary>dx from dy and the weight.</summary>
    InputGradient,

    /// <summary>dWeight from x and dy.</summary>
    WeightGradient,
}
