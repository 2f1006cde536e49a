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
    /// <param name="winners">What <see cref="MaxPooling.Run(in PoolShape, ReadOnlySpan{float}, int, Span{float}, int, Span{float}, int, int)"/> left.</param>
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
        var winnerStride = MaxPooling.WinnerStride(shape);
        for (var line = work.FirstLine; line < work.FirstLine + work.Lines; line++)
        {
            var (sample, row) = Math.DivRem(line, shape.Height);
            var windows = shape.LinesThatSee(row);
            for (var column = 0; column < shape.Width; column++)
            {
                var across = shape.ColumnsThatSee(column);
                var first = ((long)sample * shape.OutHeight + windows.First) * shape.OutWidth + across.First;
                // The place's number in the first window that sees it; in each further one it is a stride less.
                var number = (row + shape.Top - windows.First * shape.StrideY) * shape.WindowWidth + column + shape.Left - across.First * shape.StrideX;
                var seen = new Windows(
                    work.Dy + first * work.DyStride, work.DyStride, work.Winners + first * winnerStride, winnerStride, shape.OutWidth,
                    windows.End - windows.First, across.End - across.First, number, shape.StrideY * shape.WindowWidth, shape.StrideX);
                Gather<TWinners, TOperations, TVector>(seen, work.Dx + ((long)line * shape.Width + column) * work.DxStride, shape.Channels, work.Accumulate);
            }
        }
    }

    private static void Gather<TWinners, TOperations, TVector>(in Windows windows, float* dx, int channels, bool accumulate)
        where TWinners : struct, IWinnerStore
        where TOperations : IWinnerOperations<TVector>
        where TVector : struct
    {
        for (var c = 0; c < channels; c += TOperations.Width)
        {
            var left = channels - c;
            var sum = accumulate ? ColumnBlock.Load<TOperations, TVector>(dx + c, left) : TOperations.Zero;
            for (var i = 0; i < windows.Down; i++)
            {
                for (var j = 0; j < windows.Across; j++)
                {
                    var place = (nint)i * windows.Line + j;
                    var winner = TWinners.Load<TOperations, TVector>(windows.Winners + place * windows.WinnerStride, c);
                    var gradient = ColumnBlock.Load<TOperations, TVector>(windows.Dy + place * windows.DyStride + c, left);
                    var number = windows.Number - i * windows.NumberPerLine - j * windows.NumberPerColumn;
                    sum = TOperations.Add(sum, TOperations.WhereSame(winner, TOperations.Place(number), gradient));
                }
            }
            ColumnBlock.Store<TOperations, TVector>(sum, dx + c, left);
        }
    }

    /// <summary>The windows that see a place: where the first one's gradients and winners are, how many there are, and the place's number in each.</summary>
    private readonly struct Windows(
        float* dy, nint dyStride, float* winners, nint winnerStride, int line, int down, int across, int number, int numberPerLine, int numberPerColumn)
    {
        public readonly float* Dy = dy;
        public readonly nint DyStride = dyStride;
        public readonly float* Winners = winners;
        public readonly nint WinnerStride = winnerStride;
        public readonly int Line = line;
        public readonly int Down = down;
        public readonly int Across = across;
        public readonly int Number = number;
        public readonly int NumberPerLine = numberPerLine;
        public readonly int NumberPerColumn = numberPerColumn;
    }

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
