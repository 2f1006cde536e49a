using System.Collections.Immutable;

namespace Batchwise.Kernels;

/// <summary>
/// A convolution as sums over places: each place (i, j) of a grid is the sum, over taps of the kernel, of the source at
/// (i StepY + tap.Y, j StepX + tap.X), and lies in the target at (i TargetStepY + TargetY, j TargetStepX + TargetX). Forward is one
/// such map from x to y. The gradient by x is one for every phase of the stride from dy to dx: a place of dx is reached by those taps
/// only that its phase allows, so no zeros are inserted and none are multiplied.
/// </summary>
internal sealed class PlaceMap
{
    private PlaceMap(ImmutableArray<KernelTap> taps)
    {
        Taps = taps;
        var runs = new int[taps.Length];
        for (var tap = taps.Length - 1; tap >= 0; tap--)
        {
            var goesOn = tap + 1 < taps.Length && taps[tap + 1].Y == taps[tap].Y && taps[tap + 1].X == taps[tap].X + 1;
            runs[tap] = goesOn ? runs[tap + 1] + 1 : 1;
        }
        Runs = ImmutableArray.Create(runs);
    }

    /// <summary>Rows of the grid.</summary>
    public required int Height { get; init; }

    /// <summary>Columns of the grid.</summary>
    public required int Width { get; init; }

    /// <summary>Rows of the source.</summary>
    public required int SourceHeight { get; init; }

    /// <summary>Columns of the source.</summary>
    public required int SourceWidth { get; init; }

    /// <summary>Rows of the source from one row of the grid to the next.</summary>
    public int StepY { get; private init; } = 1;

    /// <summary>Columns of the source from one column of the grid to the next.</summary>
    public int StepX { get; private init; } = 1;

    /// <summary>The row of the target where the grid's first row lies.</summary>
    public int TargetY { get; private init; }

    /// <summary>The column of the target where the grid's first column lies.</summary>
    public int TargetX { get; private init; }

    /// <summary>Rows of the target from one row of the grid to the next.</summary>
    public int TargetStepY { get; private init; } = 1;

    /// <summary>Columns of the target from one column of the grid to the next.</summary>
    public int TargetStepX { get; private init; } = 1;

    /// <summary>The taps, from above to below and from left to right in the source: the order of every sum.</summary>
    public ImmutableArray<KernelTap> Taps { get; }

    /// <summary>For every tap, how many taps from it on lie side by side in the source.</summary>
    public ImmutableArray<int> Runs { get; }

    /// <summary>Places of the grid.</summary>
    public int Places => Height * Width;

    /// <summary>Whether every place of the grid is the place of the source by one tap.</summary>
    public bool IsIdentity =>
        Taps.Length == 1 && Taps[0].Y == 0 && Taps[0].X == 0 && StepY == 1 && StepX == 1 && Height == SourceHeight && Width == SourceWidth;

    /// <summary>The first row of the grid that lies in or below a row of the target, both of one sample.</summary>
    public int FirstRowFrom(int targetRow) => Math.Min((targetRow - TargetY + TargetStepY - 1) / TargetStepY, Height);

    /// <summary>From x to y.</summary>
    public static PlaceMap Forward(ConvolutionShape shape)
    {
        var taps = ImmutableArray.CreateBuilder<KernelTap>();
        for (var u = 0; u < shape.KernelHeight; u++)
        {
            for (var v = 0; v < shape.KernelWidth; v++)
                taps.Add(new(u, v, u * shape.DilationY - shape.Top, v * shape.DilationX - shape.Left));
        }
        return new(taps.ToImmutable())
        {
            Height = shape.OutHeight,
            Width = shape.OutWidth,
            SourceHeight = shape.Height,
            SourceWidth = shape.Width,
            StepY = shape.StrideY,
            StepX = shape.StrideX,
        };
    }

    /// <summary>From dy to dx, phase by phase, the phases of a row one after another. A phase may have no taps: its gradient is zero.</summary>
    public static ImmutableArray<PlaceMap> InputGradient(ConvolutionShape shape)
    {
        var maps = ImmutableArray.CreateBuilder<PlaceMap>();
        for (var y = 0; y < Math.Min(shape.StrideY, shape.Height); y++)
        {
            for (var x = 0; x < Math.Min(shape.StrideX, shape.Width); x++)
                maps.Add(InputGradient(shape, y, x));
        }
        return maps.ToImmutable();
    }

    private static PlaceMap InputGradient(ConvolutionShape shape, int y, int x)
    {
        var taps = ImmutableArray.CreateBuilder<KernelTap>();
        for (var u = shape.KernelHeight - 1; u >= 0; u--)
        {
            var (tapY, beyondY) = Math.DivRem(y + shape.Top - u * shape.DilationY, shape.StrideY);
            for (var v = shape.KernelWidth - 1; v >= 0; v--)
            {
                var (tapX, beyondX) = Math.DivRem(x + shape.Left - v * shape.DilationX, shape.StrideX);
                if (beyondY == 0 && beyondX == 0)
                    taps.Add(new(u, v, tapY, tapX));
            }
        }
        return new(taps.ToImmutable())
        {
            Height = (shape.Height - y + shape.StrideY - 1) / shape.StrideY,
            Width = (shape.Width - x + shape.StrideX - 1) / shape.StrideX,
            SourceHeight = shape.OutHeight,
            SourceWidth = shape.OutWidth,
            TargetY = y,
            TargetX = x,
            TargetStepY = shape.StrideY,
            TargetStepX = shape.StrideX,
        };
    }
}
