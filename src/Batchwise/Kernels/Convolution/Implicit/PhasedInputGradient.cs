using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>
/// The gradient by x where the stride is not one: every phase of the stride is a product of its own, of those taps that reach it. A task
/// computes a band of rows of dx, all phases of it.
/// </summary>
internal sealed unsafe class PhasedInputGradient<TOperations, TVector> : ConvolutionPlan
    where TOperations : struct, IVectorOperations<TVector>, IQuadOperations<TVector>
    where TVector : struct
{
    private readonly int tileRows = GemmBlocking.TileRows<TOperations, TVector>();
    private readonly int rowFloats;
    private readonly ImmutableArray<GatheredProduct<TOperations, TVector>> phases;
    private readonly ImmutableArray<Pieces> packing;

    public PhasedInputGradient(ConvolutionShape shape, int capacity)
        : base(shape, capacity)
    {
        var products = ImmutableArray.CreateBuilder<GatheredProduct<TOperations, TVector>>();
        foreach (var map in PlaceMap.InputGradient(shape))
        {
            products.Add(new(map, shape, transposed: true, SharedScratch));
            SharedScratch += products[^1].PanelFloats;
        }
        phases = products.ToImmutable();
        packing = [.. phases.Select(product => ConvolutionBlocking.Packing(product.PackingUnits, product.PanelFloats))];
        rowFloats = phases.Max(product => product.GatheredRow);
    }

    public override int Phases => 2;

    public override long SharedScratch { get; }

    public override long WorkerScratch => (long)ConvolutionBlocking.LongestRows(tileRows) * (rowFloats + Shape.GroupChannels);

    public override int Tasks(int phase, int count)
    {
        if (phase == 1)
            return Bands(count).Count;
        var tasks = 0;
        foreach (var pieces in packing)
            tasks += pieces.Count;
        return tasks;
    }

    public override ConvolutionBlock Completes(int task, int count)
    {
        var bands = Bands(count);
        return new(bands.Start(task) * Shape.Width, bands.Length(task) * Shape.Width, 0, Shape.Channels);
    }

    protected override void RunTask(int phase, int task, in ConvolutionOperands operands)
    {
        fixed (float* weight = operands.Weight, shared = operands.SharedScratch)
        {
            if (phase == 1)
            {
                var bands = Bands(operands.Count);
                foreach (var product in phases)
                    Band(product, bands.Start(task), bands.Start(task + 1), operands, shared);
                return;
            }
            var index = 0;
            for (; task >= packing[index].Count; index++)
                task -= packing[index].Count;
            phases[index].Pack(packing[index].Start(task), packing[index].Length(task), weight, shared);
        }
    }

    /// <summary>One phase of rows of dx.</summary>
    private void Band(GatheredProduct<TOperations, TVector> product, int firstRow, int endRow, in ConvolutionOperands operands, float* panels)
    {
        var first = GridRow(product.Map, firstRow) * product.Map.Width;
        var blocks = ConvolutionBlocking.RowBlocks(GridRow(product.Map, endRow) * product.Map.Width - first, tileRows);
        fixed (float* dx = operands.X, dy = operands.Y, worker = operands.WorkerScratch)
        {
            var sums = worker + (nint)ConvolutionBlocking.LongestRows(tileRows) * rowFloats;
            for (var block = 0; block < blocks.Count; block++)
            {
                var (place, places) = (first + blocks.Start(block), blocks.Length(block));
                for (var group = 0; group < Shape.Groups; group++)
                {
                    if (product.Map.Taps.Length > 0)
                        product.Multiply(dy, operands.YStride, place, places, group, 0, Shape.GroupChannels, sums, Shape.GroupChannels, false, panels, worker);
                    else
                        new Span<float>(sums, places * Shape.GroupChannels).Clear();
                    Scatter(product.Map, sums, place, places, dx + group * Shape.GroupChannels, operands.XStride, operands.Accumulate);
                }
            }
        }
    }

    /// <summary>Sums of consecutive places of the grid to where these lie in dx.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scatter(PlaceMap map, float* sums, int place, int places, float* dx, int stride, bool accumulate)
    {
        var (row, column) = Math.DivRem(place, map.Width);
        for (; places > 0; row++, column = 0)
        {
            var (sample, i) = Math.DivRem(row, map.Height);
            var segment = Math.Min(places, map.Width - column);
            places -= segment;
            var to = dx + (((nint)sample * Shape.Height + i * map.TargetStepY + map.TargetY) * Shape.Width + column * map.TargetStepX + map.TargetX) * stride;
            for (; segment > 0; segment--, sums += Shape.GroupChannels, to += (nint)map.TargetStepX * stride)
            {
                for (var c = 0; c < Shape.GroupChannels; c += TOperations.Width)
                {
                    var left = Shape.GroupChannels - c;
                    var sum = ColumnBlock.Load<TOperations, TVector>(sums + c, left);
                    if (accumulate)
                        sum = TOperations.Add(sum, ColumnBlock.Load<TOperations, TVector>(to + c, left));
                    ColumnBlock.Store<TOperations, TVector>(sum, to + c, left);
                }
            }
        }
    }

    /// <summary>The first row of the grid that lies in or below a row of dx, both counted through all samples.</summary>
    private int GridRow(PlaceMap map, int row)
    {
        var (sample, i) = Math.DivRem(row, Shape.Height);
        return sample * map.Height + map.FirstRowFrom(i);
    }

    private Pieces Bands(int count) => ConvolutionBlocking.Bands(count * Shape.Height, Shape.Width, Shape.StrideY, Shape.StrideX);
}
