using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>
/// Forward and gradient by x of a depthwise convolution, each output of one channel: vectors hold outputs. A task computes a band of rows
/// of one sample, for a block of channels. Where a channel has several outputs, its gradient is their sum, in their order.
/// </summary>
internal sealed unsafe class DepthwiseProduct<TOperations, TVector> : ConvolutionPlan
    where TOperations : struct, IVectorOperations<TVector>
    where TVector : struct
{
    private readonly bool forward;
    private readonly DepthwiseBlocking blocking;
    private readonly Pieces bands;
    private readonly int targetWidth;
    private readonly int targetHeight;
    private readonly ImmutableArray<DepthwiseSource<TOperations, TVector>> sources;
    private readonly long sourceFloats;
    private readonly long weightFloats;

    public DepthwiseProduct(ConvolutionShape shape, ConvolutionDirection direction, int capacity)
        : base(shape, capacity)
    {
        forward = direction == ConvolutionDirection.Forward;
        (targetHeight, targetWidth) = forward ? (shape.OutHeight, shape.OutWidth) : (shape.Height, shape.Width);
        blocking = new(shape, TOperations.Width);
        bands = blocking.Bands(targetHeight, forward ? 1 : shape.StrideY);
        var lanes = blocking.Lanes;
        sources = forward
            ? [new(PlaceMap.Forward(shape), Multiplier, lanes)]
            : [.. PlaceMap.InputGradient(shape).Select(map => new DepthwiseSource<TOperations, TVector>(map, 1, lanes))];
        sourceFloats = sources.Max(source => source.Floats((bands.Longest + source.Map.TargetStepY - 1) / source.Map.TargetStepY));
        weightFloats = sources.Max(source => source.Offsets.Length) * (long)lanes;
    }

    public override long WorkerScratch => sourceFloats + weightFloats + (SumsOutputs ? (long)targetWidth * blocking.Lanes : 0);

    public override int Tasks(int phase, int count) => count * bands.Count * blocking.Channels.Count;

    public override ConvolutionBlock Completes(int task, int count)
    {
        var (rest, block) = Math.DivRem(task, blocking.Channels.Count);
        var (sample, band) = Math.DivRem(rest, bands.Count);
        var multiplier = forward ? Multiplier : 1;
        return new(
            (sample * targetHeight + bands.Start(band)) * targetWidth, bands.Length(band) * targetWidth,
            blocking.Channels.Start(block) * multiplier, blocking.Channels.Length(block) * multiplier);
    }

    protected override void RunTask(int phase, int task, in ConvolutionOperands operands)
    {
        var (rest, block) = Math.DivRem(task, blocking.Channels.Count);
        var (sample, band) = Math.DivRem(rest, bands.Count);
        fixed (float* x = operands.X, weight = operands.Weight, y = operands.Y, worker = operands.WorkerScratch)
        {
            var (channel, channels) = (blocking.Channels.Start(block), blocking.Channels.Length(block));
            var (output, outputs) = (channel * Multiplier, channels * Multiplier);
            var inX = x + (nint)sample * Shape.Positions * operands.XStride + channel;
            var inY = y + (nint)sample * Shape.OutPositions * operands.YStride + output;
            var weights = worker + sourceFloats;
            foreach (var source in sources)
            {
                var first = source.Map.FirstRowFrom(bands.Start(band));
                var rows = source.Map.FirstRowFrom(bands.Start(band + 1)) - first;
                if (forward)
                    source.Fill(inX, operands.XStride, channels, first, rows, worker);
                else
                    source.Fill(inY, operands.YStride, outputs, first, rows, worker);
                CopyWeights(source.Map, weight + output, outputs, weights);
                for (var row = 0; row < rows; row++)
                {
                    var from = worker + row * source.Row;
                    var place = ((nint)(first + row) * source.Map.TargetStepY + source.Map.TargetY) * targetWidth + source.Map.TargetX;
                    if (forward)
                    {
                        ComputeRow(source, from, weights, inY + place * operands.YStride, operands.YStride, outputs, false);
                    }
                    else if (!SumsOutputs)
                    {
                        ComputeRow(source, from, weights, inX + place * operands.XStride, (nint)source.Map.TargetStepX * operands.XStride, outputs, operands.Accumulate);
                    }
                    else
                    {
                        var sums = weights + weightFloats;
                        ComputeRow(source, from, weights, sums, blocking.Lanes, outputs, false);
                        SumOutputs(sums, source.Map.Width, channels, inX + place * operands.XStride, (nint)source.Map.TargetStepX * operands.XStride, operands.Accumulate);
                    }
                }
            }
        }
    }

    private int Multiplier => Shape.GroupOutputs;

    private bool SumsOutputs => !forward && Multiplier > 1;

    /// <summary>The weights of a block, tap by tap, with zeros behind them.</summary>
    private void CopyWeights(PlaceMap map, float* weight, int outputs, float* target)
    {
        foreach (var tap in map.Taps)
        {
            var from = weight + ((nint)tap.U * Shape.KernelWidth + tap.V) * Shape.Outputs;
            new Span<float>(from, outputs).CopyTo(new(target, outputs));
            new Span<float>(target + outputs, blocking.Lanes - outputs).Clear();
            target += blocking.Lanes;
        }
    }

    private void ComputeRow(DepthwiseSource<TOperations, TVector> source, float* from, float* weights, float* target, nint stride, int outputs, bool accumulate)
    {
        var (taps, places, column, lanes) = (source.Offsets.Length, source.Map.Width, source.Column, blocking.Lanes);
        fixed (int* offsets = source.Offsets.AsSpan())
        {
            for (var lane = 0; lane < outputs; lane += TOperations.Width)
            {
                var left = outputs - lane;
                var done = DepthwiseTile<TOperations, TVector, EightRows>.Run(
                    from + lane, column, offsets, taps, weights + lane, lanes, target + lane, stride, left, places, accumulate);
                done += DepthwiseTile<TOperations, TVector, FourRows>.Run(
                    from + lane + (nint)done * column, column, offsets, taps, weights + lane, lanes, target + lane + done * stride, stride, left, places - done, accumulate);
                DepthwiseTile<TOperations, TVector, OneRow>.Run(
                    from + lane + (nint)done * column, column, offsets, taps, weights + lane, lanes, target + lane + done * stride, stride, left, places - done, accumulate);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumOutputs(float* sums, int places, int channels, float* target, nint stride, bool accumulate)
    {
        for (var place = 0; place < places; place++, sums += blocking.Lanes, target += stride)
        {
            for (var channel = 0; channel < channels; channel++)
            {
                var sum = 0f;
                for (var output = 0; output < Multiplier; output++)
                    sum += sums[channel * Multiplier + output];
                target[channel] = accumulate ? target[channel] + sum : sum;
            }
        }
    }
}
