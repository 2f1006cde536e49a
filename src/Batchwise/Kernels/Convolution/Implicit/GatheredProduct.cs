namespace Batchwise.Kernels;

/// <summary>
/// The product that a <see cref="PlaceMap"/> is: gathered rows [places, taps x channels] times the weight, group by group. The weight
/// is packed once into panels as wide as a tile, in shared scratch; rows are gathered part by part into a worker's scratch, or read where
/// they lie if every place is its own source. Every element is one sum over taps and channels in ascending order.
/// </summary>
internal sealed unsafe class GatheredProduct<TOperations, TVector>
    where TOperations : struct, IVectorOperations<TVector>, IQuadOperations<TVector>
    where TVector : struct
{
    private readonly PlaceMap map;
    private readonly ConvolutionShape shape;
    private readonly bool transposed;
    private readonly int channels;
    private readonly int columns;
    private readonly long panelStart;
    private readonly int panelWidth = 2 * TOperations.Width;
    private readonly int panels;
    private readonly Pieces steps;

    /// <param name="map">The places.</param>
    /// <param name="shape">The convolution.</param>
    /// <param name="transposed">Whether from outputs to channels: the weight is multiplied transposed.</param>
    /// <param name="panelStart">Where in the shared scratch its panels start.</param>
    public GatheredProduct(PlaceMap map, ConvolutionShape shape, bool transposed, long panelStart)
    {
        (this.map, this.shape, this.transposed, this.panelStart) = (map, shape, transposed, panelStart);
        (channels, columns) = transposed ? (shape.GroupOutputs, shape.GroupChannels) : (shape.GroupChannels, shape.GroupOutputs);
        panels = (columns + panelWidth - 1) / panelWidth;
        steps = GemmBlocking.Steps(map.Taps.Length * channels);
        PanelFloats = (long)shape.Groups * panels * panelWidth * map.Taps.Length * channels;
    }

    /// <summary>The places.</summary>
    public PlaceMap Map => map;

    /// <summary>Floats of all panels.</summary>
    public long PanelFloats { get; }

    /// <summary>Panels of all groups and parts of the inner dimension: what packing is cut into.</summary>
    public int PackingUnits => map.Taps.Length == 0 ? 0 : shape.Groups * steps.Count * panels;

    /// <summary>Floats of a gathered row, as far apart as they lie in scratch; none where rows are read in place.</summary>
    public int GatheredRow => map.IsIdentity ? 0 : (steps.Longest + 15) / 16 * 16;

    /// <summary>Packs some panels.</summary>
    public void Pack(int firstUnit, int units, float* weight, float* sharedScratch)
    {
        for (var unit = firstUnit; unit < firstUnit + units; unit++)
        {
            var (rest, panel) = Math.DivRem(unit, panels);
            var (group, step) = Math.DivRem(rest, steps.Count);
            var target = Panel(sharedScratch, group, step, panel);
            var lane = panel * panelWidth;
            var lanes = Math.Min(panelWidth, columns - lane);
            var end = steps.Start(step + 1);
            for (var k = steps.Start(step); k < end;)
            {
                var (tap, channel) = Math.DivRem(k, channels);
                var count = Math.Min(end - k, channels - channel);
                var place = weight + ((nint)map.Taps[tap].U * shape.KernelWidth + map.Taps[tap].V) * shape.GroupChannels * shape.Outputs + group * shape.GroupOutputs;
                if (transposed)
                    Packing<TOperations, TVector>.Pack(place + (nint)lane * shape.Outputs + channel, shape.Outputs, 1, lanes, count, target, panelWidth);
                else
                    Packing<TOperations, TVector>.Pack(place + (nint)channel * shape.Outputs + lane, 1, shape.Outputs, lanes, count, target, panelWidth);
                target += count * panelWidth;
                k += count;
            }
        }
    }

    /// <summary>Computes rows and columns of the target.</summary>
    /// <param name="source">The source's first place.</param>
    /// <param name="sourceStride">Floats from one place of it to the next.</param>
    /// <param name="row">The first place of the grid, through all samples.</param>
    /// <param name="rows">How many.</param>
    /// <param name="group">The group.</param>
    /// <param name="column">The first column of the group: a multiple of a panel's width.</param>
    /// <param name="count">How many columns.</param>
    /// <param name="target">The first row and column of the group.</param>
    /// <param name="targetStride">Floats from one row of the target to the next.</param>
    /// <param name="accumulate">Whether the target is added to.</param>
    /// <param name="panelScratch">The shared scratch, packed.</param>
    /// <param name="rowScratch">[rows, <see cref="GatheredRow"/>].</param>
    public void Multiply(
        float* source, int sourceStride, int row, int rows, int group, int column, int count, float* target, nint targetStride, bool accumulate,
        float* panelScratch, float* rowScratch)
    {
        source += group * channels;
        for (var step = 0; step < steps.Count; step++)
        {
            var a = source + (nint)row * sourceStride + steps.Start(step);
            nint aRow = sourceStride;
            if (!map.IsIdentity)
            {
                a = rowScratch;
                aRow = GatheredRow;
                RowGather<TOperations, TVector>.Run(map, source, sourceStride, channels, row, rows, steps.Start(step), steps.Length(step), a, aRow);
            }
            for (var j = column; j < column + count; j += panelWidth)
            {
                BlockSweep<TOperations, TVector>.Run(new BlockProduct
                {
                    Rows = rows,
                    Columns = Math.Min(panelWidth, column + count - j),
                    Inner = steps.Length(step),
                    A = a,
                    ARow = aRow,
                    AColumn = 1,
                    B = Panel(panelScratch, group, step, j / panelWidth),
                    BRow = panelWidth,
                    C = target + (j - column),
                    CRow = targetStride,
                    Accumulate = accumulate || step > 0,
                });
            }
        }
    }

    /// <summary>Where a panel lies: groups, in each the parts of the inner dimension, in each all panels [depth, panelWidth].</summary>
    private float* Panel(float* scratch, int group, int step, int panel) =>
        scratch + panelStart + ((long)(group * map.Taps.Length * channels + steps.Start(step)) * panels + (long)panel * steps.Length(step)) * panelWidth;
}
