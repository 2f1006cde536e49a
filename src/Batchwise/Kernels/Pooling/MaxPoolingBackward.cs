using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Batchwise.Kernels;

/// <summary>
/// The gradient of x under a maximum: each place gathers from the windows that see it the gradients that it won, in their order,
/// so that whoever owns a line of dx needs nobody else's.
/// </summary>
internal static unsafe class MaxPoolingBackward
{
    /// <summary>Computes lines of dx.</summary>
    /// <param name="shape">The pool.</param>
    /// <param name="dy">The gradient of y: [N OutHeight OutWidth, Channels].</param>
    /// <param name="dyStride">Floats from one place of dy to the next.</param>
    /// <param name="winners">What <see cref="MaxPooling.Run(in PoolShape, ReadOnlySpan{float}, int, Span{float}, int, Span{float}, int, int, Span{float})"/> left.</param>
    /// <param name="dx">Receives the gradient of x: [N Height Width, Channels].</param>
    /// <param name="dxStride">Floats from one place of dx to the next.</param>
    /// <param name="accumulate">Whether it is added to what is there.</param>
    /// <param name="firstLine">The first line of dx, counted through the batch.</param>
    /// <param name="lines">How many lines.</param>
    public static void Run(
        in PoolShape shape, ReadOnlySpan<float> dy, int dyStride, ReadOnlySpan<float> winners, Span<float> dx, int dxStride, bool accumulate, int firstLine, int lines)
    {
        var end = firstLine + lines;
        var outLines = PoolShape.WholeMaps(end, shape.Height, shape.OutHeight);
        shape.Require("dy", outLines, shape.OutWidth, dy.Length, dyStride);
        shape.Require("dx", end, shape.Width, dx.Length, dxStride);
        if (winners.Length < outLines * shape.OutWidth * MaxPooling.WinnerStride(shape))
            throw new ArgumentException($"The winners of {outLines} lines of a pool take {outLines * shape.OutWidth * MaxPooling.WinnerStride(shape)} floats, not {winners.Length}.");
        fixed (float* pdy = dy, pdx = dx, pw = winners)
        {
            var work = new Work(pdy, dyStride, pw, pdx, dxStride, accumulate, firstLine, lines);
            if (MaxPooling.InBytes(shape))
                Run<ByteWinners>(shape, work);
            else
                Run<WideWinners>(shape, work);
        }
    }

    private static void Run<TWinners>(in PoolShape shape, in Work work)
        where TWinners : struct, IWinnerStore
    {
        switch (InstructionSet.Current)
        {
            case KernelKind.Vector512: Run<TWinners, Vector512Operations, Vector512<float>>(shape, work); break;
            case KernelKind.Vector256: Run<TWinners, Vector256Operations, Vector256<float>>(shape, work); break;
            case KernelKind.Vector128: Run<TWinners, Vector128Operations, Vector128<float>>(shape, work); break;
            default: Run<TWinners, ScalarOperations, float>(shape, work); break;
        }
    }

    private static void Run<TWinners, TOperations, TVector>(in PoolShape shape, in Work work)
        where TWinners : struct, IWinnerStore
        where TOperations : IWinnerOperations<TVector>
        where TVector : struct
    {
        var (channels, winnerStride) = (shape.Channels, (nint)MaxPooling.WinnerStride(shape));
        var (dyLine, winnerLine) = (shape.OutWidth * work.DyStride, shape.OutWidth * winnerStride);
        for (var line = work.FirstLine; line < work.FirstLine + work.Lines; line++)
        {
            var (sample, row) = Math.DivRem(line, shape.Height);
            var (top, bottom) = shape.LinesThatSee(row);
            var lines = bottom - top;
            var firstLine = (long)sample * shape.OutHeight + top;
            for (var column = 0; column < shape.Width; column++)
            {
                var (first, end) = shape.ColumnsThatSee(column);
                var across = end - first;
                var place = TOperations.Place(TWinners.Code(row, column, shape.Width));
                var dy = work.Dy + firstLine * dyLine + first * work.DyStride;
                var winners = work.Winners + firstLine * winnerLine + first * winnerStride;
                var dx = work.Dx + ((long)line * shape.Width + column) * work.DxStride;
                for (var c = 0; c < channels; c += TOperations.Width)
                {
                    var left = channels - c;
                    var sum = work.Accumulate ? ColumnBlock.Load<TOperations, TVector>(dx + c, left) : TOperations.Zero;
                    var gradients = dy + c;
                    var places = winners;
                    for (var i = 0; i < lines; i++, gradients += dyLine, places += winnerLine)
                    {
                        if (across > 0)
                            sum = Add<TWinners, TOperations, TVector>(sum, place, places, gradients, c, left);
                        if (across > 1)
                            sum = Add<TWinners, TOperations, TVector>(sum, place, places + winnerStride, gradients + work.DyStride, c, left);
                        for (var j = 2; j < across; j++)
                            sum = Add<TWinners, TOperations, TVector>(sum, place, places + j * winnerStride, gradients + j * work.DyStride, c, left);
                    }
                    ColumnBlock.Store<TOperations, TVector>(sum, dx + c, left);
                }
            }
        }
    }

    /// <summary>Adds what a place won of a window's gradients.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Add<TWinners, TOperations, TVector>(TVector sum, TVector place, float* winners, float* gradients, int channel, int left)
        where TWinners : struct, IWinnerStore
        where TOperations : IWinnerOperations<TVector>
        where TVector : struct => TOperations.AddWhereSame(
            sum, TWinners.Load<TOperations, TVector>(winners, channel), place, ColumnBlock.Load<TOperations, TVector>(gradients, left));

    private readonly struct Work(float* dy, nint dyStride, float* winners, float* dx, nint dxStride, bool accumulate, int firstLine, int lines)
    {
        public readonly float* Dy = dy;
        public readonly nint DyStride = dyStride;
        public readonly float* Winners = winners;
        public readonly float* Dx = dx;
        public readonly nint DxStride = dxStride;
        public readonly bool Accumulate = accumulate;
        public readonly int FirstLine = firstLine;
        public readonly int Lines = lines;
    }
}
