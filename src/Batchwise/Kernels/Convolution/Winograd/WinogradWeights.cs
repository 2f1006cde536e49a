using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>The transforms between a weight [3, 3, Channels, Outputs] and its frequencies.</summary>
internal static unsafe class WinogradWeights<TTile, TOperations, TVector>
    where TTile : struct, IWinogradTile
    where TOperations : struct, IVectorOperations<TVector>
    where TVector : struct
{
    private const int Places = 9;

    /// <summary>Floats of scratch for <see cref="Transposed"/> of so many outputs.</summary>
    public static long Scratch(int outputs) => (long)Places * outputs * 2 * TOperations.Width + Square;

    private static int Square => TTile.Edge * TTile.Edge * TOperations.Width;

    /// <summary>A panel of outputs to frequencies: row r of the layout is input channel r.</summary>
    public static void Plain(ConvolutionShape shape, float* weight, int panel, int firstRow, int rows, in FrequencyLayout<TOperations, TVector> target, float* scratch)
    {
        var first = panel * FrequencyLayout<TOperations, TVector>.Width;
        var place = (nint)shape.Channels * shape.Outputs;
        Transform(
            weight + (nint)firstRow * shape.Outputs + first, 3 * place, place, shape.Outputs, Math.Min(FrequencyLayout<TOperations, TVector>.Width, shape.Outputs - first), firstRow, rows,
            first, target, scratch);
    }

    /// <summary>
    /// A panel of input channels of the weight turned round by half a turn and transposed, by which dx is a convolution of dy: row r
    /// of the layout is output r.
    /// </summary>
    public static void Transposed(ConvolutionShape shape, float* weight, int panel, int firstRow, int rows, in FrequencyLayout<TOperations, TVector> target, float* scratch)
    {
        var (first, width) = (panel * FrequencyLayout<TOperations, TVector>.Width, FrequencyLayout<TOperations, TVector>.Width);
        var channels = Math.Min(width, shape.Channels - first);
        var packed = scratch + Square;
        var place = (nint)rows * width;
        for (var p = 0; p < Places; p++)
        {
            Packing<TOperations, TVector>.Pack(
                weight + ((nint)p * shape.Channels + first) * shape.Outputs + firstRow, shape.Outputs, 1, channels, rows, packed + p * place, width);
        }
        // The lanes that no channel fills hold anything, and give what nobody reads.
        Transform(packed + (Places - 1) * place, -3 * place, -place, width, width, firstRow, rows, first, target, scratch);
    }

    /// <summary>Frequencies to the weight's gradient, for one input channel: the row of the layout.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gradient(ConvolutionShape shape, in FrequencyLayout<TOperations, TVector> source, int channel, float* dWeight, float* scratch)
    {
        var width = TOperations.Width;
        var half = scratch;
        var copy = scratch + Square;
        var place = (nint)shape.Channels * shape.Outputs;
        for (var o = 0; o < shape.Outputs; o += width)
        {
            var to = dWeight + (nint)channel * shape.Outputs + o;
            TTile.WeightGradient<TOperations, TVector>(source.At(channel, o), TTile.Edge * source.Frequency, source.Frequency, copy, 3 * width, width, half);
            for (var p = 0; p < Places; p++)
                ColumnBlock.Store<TOperations, TVector>(TOperations.Load(copy + p * width), to + p * place, shape.Outputs - o);
        }
    }

    /// <summary>Floats of scratch for <see cref="Gradient"/> and <see cref="Plain"/>.</summary>
    public static long PlainScratch => 2 * Square;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transform(
        float* source, nint sourceRow, nint sourceColumn, nint step, int lanes, int firstRow, int rows, int channel, in FrequencyLayout<TOperations, TVector> target, float* scratch)
    {
        var width = TOperations.Width;
        var half = scratch;
        for (var row = firstRow; row < firstRow + rows; row++, source += step)
        {
            for (var c = 0; c < lanes; c += width)
            {
                var to = target.At(row, channel + c);
                if (lanes - c >= width)
                {
                    TTile.Weight<TOperations, TVector>(source + c, sourceRow, sourceColumn, to, TTile.Edge * target.Frequency, target.Frequency, half);
                    continue;
                }
                var copy = scratch + Square;
                for (var p = 0; p < Places; p++)
                    TOperations.Store(TOperations.LoadPartial(source + c + p / 3 * sourceRow + p % 3 * sourceColumn, lanes - c), copy + p * width);
                TTile.Weight<TOperations, TVector>(copy, 3 * width, width, to, TTile.Edge * target.Frequency, target.Frequency, half);
            }
        }
    }
}
