namespace Batchwise.Kernels;

/// <summary>How a depthwise convolution is cut: channels into blocks of a few vectors of outputs, rows into bands whose source fits a cache.</summary>
internal readonly struct DepthwiseBlocking
{
    /// <summary>Outputs of a block, where their source fits.</summary>
    private const int MostLanes = 64;

    /// <summary>Floats of a source, 192 KB: a part of any second-level cache.</summary>
    private const int TileFloats = 48 * 1024;

    /// <summary>The cut of a convolution.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="vector">Floats of a vector.</param>
    public DepthwiseBlocking(ConvolutionShape shape, int vector)
    {
        // The wider of both sources, x and dy, with what the kernel reads beyond it; eight rows of outputs at least, if a vector's do fit.
        var width = Math.Max(shape.Width, shape.OutWidth * shape.StrideX) + shape.KernelWidth * shape.DilationX;
        var rows = (shape.KernelHeight - 1) * shape.DilationY + 1;
        var lanes = MostLanes;
        while (lanes > vector && (long)width * (rows + 7 * shape.StrideY) * lanes > TileFloats)
            lanes /= 2;
        Channels = new(shape.Channels, 1, Ceiling(shape.Channels, Math.Max(1, lanes / shape.GroupOutputs)));
        Lanes = Ceiling(Channels.Longest * shape.GroupOutputs, vector) * vector;
        var fit = (int)(TileFloats / ((long)width * Lanes));
        RowsAtATime = Math.Max(1, (fit - rows) / shape.StrideY + 1);
    }

    /// <summary>Blocks of channels.</summary>
    public Pieces Channels { get; }

    /// <summary>Outputs of the largest block, in whole vectors.</summary>
    public int Lanes { get; }

    /// <summary>Rows of y whose source is in the cache at a time.</summary>
    public int RowsAtATime { get; }

    /// <summary>Bands of a tensor's rows, of one sample.</summary>
    /// <param name="height">Its rows.</param>
    /// <param name="phases">Its rows for each row of y.</param>
    public Pieces Bands(int height, int phases) => new(height, phases, Ceiling(height, RowsAtATime * phases));

    private static int Ceiling(int value, int divisor) => (value + divisor - 1) / divisor;
}
