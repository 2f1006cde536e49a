using System.Collections.Immutable;

namespace Batchwise;

/// <summary>
/// A row of Figure 5: one module of four branches, 1x1, 3x3, double 3x3 and pool, concatenated in this order. Zero filters mean that the
/// branch is not there, or, of the pool's, that it is passed through without a projection.
/// </summary>
/// <param name="Name">Its name: <c>3a</c>.</param>
/// <param name="Outputs">The channels that the figure's column of outputs says it gives.</param>
/// <param name="Conv1x1">Filters of the 1x1 branch.</param>
/// <param name="Reduce3x3">Filters of the 1x1 convolution before the 3x3 one.</param>
/// <param name="Conv3x3">Filters of the 3x3 branch.</param>
/// <param name="ReduceDouble3x3">Filters of the 1x1 convolution before the double 3x3 one.</param>
/// <param name="Double3x3">Filters of both 3x3 convolutions of that branch.</param>
/// <param name="Projection">Filters of the 1x1 convolution behind the pool.</param>
/// <param name="MaxPool">Whether the pool takes the maximum; else the average.</param>
/// <param name="Stride">2 where the last convolutions and the pool halve the map.</param>
sealed record InceptionRow(
    string Name, int Outputs, int Conv1x1, int Reduce3x3, int Conv3x3, int ReduceDouble3x3, int Double3x3, int Projection, bool MaxPool = false, int Stride = 1)
{
    /// <summary>The figure's rows, as its columns of filters have them.</summary>
    public static ImmutableArray<InceptionRow> Columns { get; } =
    [
        new("3a", 256, 64, 64, 64, 64, 96, 32),
        new("3b", 320, 64, 64, 96, 64, 96, 64),
        new("3c", 576, 0, 128, 160, 64, 96, 0, MaxPool: true, Stride: 2),
        new("4a", 576, 224, 64, 96, 96, 128, 128),
        new("4b", 576, 192, 96, 128, 96, 128, 128),
        new("4c", 576, 160, 128, 160, 128, 160, 128),
        new("4d", 576, 96, 128, 192, 160, 192, 128),
        new("4e", 1024, 0, 128, 192, 192, 256, 0, MaxPool: true, Stride: 2),
        new("5a", 1024, 352, 192, 320, 160, 224, 128),
        new("5b", 1024, 352, 192, 320, 192, 224, 128, MaxPool: true),
    ];

    /// <summary>The rows in one of the two readings: where columns and outputs differ, the outputs' takes it from the projection.</summary>
    public static ImmutableArray<InceptionRow> Of(InceptionReading reading) => reading == InceptionReading.Columns
        ? Columns
        : [.. Columns.Select(row => row.Projection > 0 ? row with { Projection = row.Projection + row.Outputs - row.Filters(0) } : row)];

    /// <summary>The channels that the branches give together.</summary>
    /// <param name="inputs">The channels that the module takes.</param>
    public int Filters(int inputs) => Conv1x1 + Conv3x3 + Double3x3 + (Projection > 0 ? Projection : inputs);
}
