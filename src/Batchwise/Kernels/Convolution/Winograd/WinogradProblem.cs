namespace Batchwise.Kernels;

/// <summary>
/// y of a convolution, or dx, which is the convolution of dy by the weight turned by half a turn and transposed: what the ways to
/// compute it by Winograd share. Immutable.
/// </summary>
internal sealed unsafe class WinogradProblem<TTile, TOperations, TVector>
    where TTile : struct, IWinogradTile
    where TOperations : struct, IVectorOperations<TVector>, IQuadOperations<TVector>
    where TVector : struct
{
    /// <summary>Rows of the weight that a task transforms: a multiple of all vectors.</summary>
    private const int WeightRows = 32;

    private readonly ConvolutionShape shape;
    private readonly bool forward;
    private readonly Pieces weightRows;
    private readonly Pieces steps;

    public WinogradProblem(ConvolutionShape shape, ConvolutionDirection direction)
    {
        this.shape = shape;
        forward = direction == ConvolutionDirection.Forward;
        var (from, to) = (WinogradGrid.OfInput(forward ? shape : Turned(shape), TTile.Size), WinogradGrid.OfOutput(forward ? shape : Turned(shape), TTile.Size));
        (In, Out) = (from, to);
        steps = GemmBlocking.Steps(Inner);
        weightRows = new Pieces(Inner, WeightRows, (Inner + WeightRows - 1) / WeightRows);
    }

    /// <summary>The number of frequencies.</summary>
    public static int Frequencies => TTile.Edge * TTile.Edge;

    /// <summary>Channels of a panel of the weight's frequencies: the width of the products' tiles.</summary>
    public static int PanelWidth => 2 * TOperations.Width;

    /// <summary>What is read.</summary>
    public WinogradGrid In { get; }

    /// <summary>What is written.</summary>
    public WinogradGrid Out { get; }

    /// <summary>The length of the products' sums.</summary>
    public int Inner => In.Channels;

    /// <summary>Columns of the products.</summary>
    public int Columns => Out.Channels;

    /// <summary>Panels of the weight.</summary>
    public int Panels => (Columns + PanelWidth - 1) / PanelWidth;

    /// <summary>Floats of the weight's frequencies.</summary>
    public long Weights => Frequencies * WeightFrequency;

    /// <summary>Tasks that transform the weight.</summary>
    public int WeightTasks => Panels * weightRows.Count;

    /// <summary>Floats of scratch that these need.</summary>
    public long WeightScratch => forward
        ? WinogradWeights<TTile, TOperations, TVector>.PlainScratch
        : WinogradWeights<TTile, TOperations, TVector>.Scratch(weightRows.Longest);

    // An odd number of lines apart: the frequencies of an element then share no set of a cache.
    private long WeightFrequency => WinogradScratch.OddLines((long)Panels * PanelWidth * Inner);

    /// <summary>Where the weight's frequencies lie: panels of [Inner, PanelWidth].</summary>
    public FrequencyLayout<TOperations, TVector> Weight(float* data) => new()
    {
        Data = data,
        Frequency = (nint)WeightFrequency,
        Row = PanelWidth,
        Panel = (nint)Inner * PanelWidth,
    };

    /// <summary>Transforms a part of the weight.</summary>
    public void TransformWeight(int task, float* weight, in FrequencyLayout<TOperations, TVector> target, float* scratch)
    {
        var (panel, piece) = Math.DivRem(task, weightRows.Count);
        if (forward)
            WinogradWeights<TTile, TOperations, TVector>.Plain(shape, weight, panel, weightRows.Start(piece), weightRows.Length(piece), target, scratch);
        else
            WinogradWeights<TTile, TOperations, TVector>.Transposed(shape, weight, panel, weightRows.Start(piece), weightRows.Length(piece), target, scratch);
    }

    /// <summary>One frequency of some tiles times one panel of the weight.</summary>
    public void Multiply(int rows, float* v, nint vRow, in FrequencyLayout<TOperations, TVector> weight, int frequency, int panel, float* m, nint mRow)
    {
        var product = new BlockProduct
        {
            Rows = rows,
            Columns = Math.Min(PanelWidth, Columns - panel * PanelWidth),
            Inner = Inner,
            A = v,
            ARow = vRow,
            AColumn = 1,
            B = weight.Data + frequency * weight.Frequency + panel * weight.Panel,
            BRow = PanelWidth,
            C = m,
            CRow = mRow,
        };
        if (steps.Count == 1)
        {
            BlockSweep<TOperations, TVector>.Run(product);
            return;
        }
        for (var step = 0; step < steps.Count; step++)
            BlockSweep<TOperations, TVector>.Run(product.TakeInner(steps.Start(step), steps.Length(step)));
    }

    /// <summary>Which places are complete when some rows of tiles are.</summary>
    public ConvolutionBlock Completes(int firstRow, int rows)
    {
        var first = Out.FirstPlace(firstRow, TTile.Size);
        return new(first, Out.FirstPlace(firstRow + rows, TTile.Size) - first, 0, Columns);
    }

    private static ConvolutionShape Turned(ConvolutionShape shape) => shape with
    {
        Height = shape.OutHeight,
        Width = shape.OutWidth,
        Channels = shape.Outputs,
        OutHeight = shape.Height,
        OutWidth = shape.Width,
        Outputs = shape.Channels,
        Top = 2 - shape.Top,
        Left = 2 - shape.Left,
    };
}
