using Batchwise.Kernels;

namespace Batchwise;

/// <summary>y = f(x + bias) on blocks of a map, from one buffer to another or in place.</summary>
sealed class ActivateBlocks(PlanBuffer x, PlanBuffer? bias, PlanBuffer y, ActivationFunction function)
    : BlockOperation(bias is null ? function.Kind.ToString() : function.Kind == ActivationKind.Identity ? "bias" : $"bias + {function.Kind}",
        bias is null ? [x] : [x, bias], [y])
{
    public override void Run(int slot, ConvolutionBlock block, PlanRun run, Span<float> scratch) => ActivateRows.Forward(
        run[x][(block.FirstRow * x.Stride + block.FirstChannel)..], x.Stride, bias is null ? default : run[bias].Slice(block.FirstChannel, block.Channels),
        run[y][(block.FirstRow * y.Stride + block.FirstChannel)..], y.Stride, block.Rows, block.Channels, function);
}

/// <summary>dx = dy f', told from what forward kept, on blocks of a map; the block's part of the bias's gradient into its slot.</summary>
sealed class ActivateBlocksBackward(PlanBuffer kept, PlanBuffer dy, PlanBuffer dx, ActivationFunction function, BlockSums? sums, PlanBuffer slots)
    : BlockOperation($"{function.Kind} backward", [kept, dy], sums is null ? [dx] : [dx, slots])
{
    public override long WorkerScratch => dx.Channels;

    public override void Run(int slot, ConvolutionBlock block, PlanRun run, Span<float> scratch)
    {
        var part = sums is null ? default : scratch[..block.Channels];
        var totals = sums is null ? default : sums.Of(slot, block);
        totals.Clear();
        for (var done = 0; done < block.Rows; done += ColumnBlock.RowsInSingle)
        {
            var row = block.FirstRow + done;
            ActivateRows.Backward(
                run[kept][(row * kept.Stride + block.FirstChannel)..], kept.Stride, run[dy][(row * dy.Stride + block.FirstChannel)..], dy.Stride,
                run[dx][(row * dx.Stride + block.FirstChannel)..], dx.Stride, part, Math.Min(ColumnBlock.RowsInSingle, block.Rows - done), block.Channels, function);
            for (var c = 0; c < totals.Length; c++)
                totals[c] += part[c];
        }
    }
}

/// <summary>The gradient of a map's bias: the blocks' sums, in their order.</summary>
sealed class BiasFinish(string layer, IBlocks blocks, BlockSums sums, PlanBuffer slots, PlanBuffer dBias) : Step("bias gradient", layer, [slots], [dBias])
{
    public override int Tasks(int phase, int count) => 1;

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        const int together = 64;
        var gradient = run[dBias];
        Span<double> totals = stackalloc double[together];
        for (var first = 0; first < gradient.Length; first += together)
        {
            var part = totals[..Math.Min(together, gradient.Length - first)];
            sums.Add(blocks, run.Count, first, part);
            for (var c = 0; c < part.Length; c++)
                gradient[first + c] = (float)part[c];
        }
    }
}
