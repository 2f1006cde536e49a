namespace Batchwise;

/// <summary>
/// Where ONNX and PyTorch lay weights out in another order than Batchwise: the only place where one is turned into the other.
/// </summary>
static class WeightLayout
{
    /// <summary>A convolution's weight [H, W, in / groups, out] as ONNX has it: [out, in / groups, H, W].</summary>
    /// <param name="weight">The weight.</param>
    /// <param name="shape">Its shape in Batchwise.</param>
    public static float[] OutputsFirst(ReadOnlySpan<float> weight, Shape shape) =>
        Inner(Transposed(weight, shape[0] * shape[1] * shape[2], shape[3]), shape[3], shape[0] * shape[1], shape[2]);

    /// <summary>A convolution's weight [out, in / groups, H, W] as Batchwise has it: [H, W, in / groups, out].</summary>
    /// <param name="weight">The weight.</param>
    /// <param name="shape">Its shape in Batchwise.</param>
    public static float[] OutputsLast(ReadOnlySpan<float> weight, Shape shape) =>
        Transposed(Inner(weight, shape[3], shape[2], shape[0] * shape[1]), shape[3], shape[0] * shape[1] * shape[2]);

    /// <summary>Values per place and channel, [H, W, C], as [C, H, W].</summary>
    public static float[] ChannelsFirst(ReadOnlySpan<float> values, Shape map) => Transposed(values, map[0] * map[1], map.Channels);

    /// <summary>Values per channel and place, [C, H, W], as [H, W, C], whose shape is given.</summary>
    public static float[] ChannelsLast(ReadOnlySpan<float> values, Shape map) => Transposed(values, map.Channels, map[0] * map[1]);

    /// <summary>A matrix [H W C, out] whose rows belong to a flattened map, with its rows in the order [C, H, W].</summary>
    public static float[] RowsChannelsFirst(ReadOnlySpan<float> weight, Shape map, int outputs) => Rows(weight, map[0] * map[1], map.Channels, outputs);

    /// <summary>A matrix [C H W, out] whose rows belong to a flattened map, with its rows in the order [H, W, C].</summary>
    public static float[] RowsChannelsLast(ReadOnlySpan<float> weight, Shape map, int outputs) => Rows(weight, map.Channels, map[0] * map[1], outputs);

    /// <summary>A matrix [rows, columns] transposed.</summary>
    public static float[] Transposed(ReadOnlySpan<float> matrix, int rows, int columns) => Inner(matrix, 1, rows, columns);

    /// <summary>[outer, rows, columns] as [outer, columns, rows].</summary>
    private static float[] Inner(ReadOnlySpan<float> values, int outer, int rows, int columns)
    {
        var result = new float[values.Length];
        for (var block = 0; block < outer; block++)
        {
            var first = block * rows * columns;
            for (var row = 0; row < rows; row++)
            {
                for (var column = 0; column < columns; column++)
                    result[first + column * rows + row] = values[first + row * columns + column];
            }
        }
        return result;
    }

    /// <summary>[outer, inner, length] as [inner, outer, length].</summary>
    private static float[] Rows(ReadOnlySpan<float> values, int outer, int inner, int length)
    {
        var result = new float[values.Length];
        for (var i = 0; i < outer; i++)
        {
            for (var j = 0; j < inner; j++)
                values.Slice((i * inner + j) * length, length).CopyTo(result.AsSpan((j * outer + i) * length));
        }
        return result;
    }
}
