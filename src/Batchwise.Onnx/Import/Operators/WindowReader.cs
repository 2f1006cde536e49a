using static System.FormattableString;

namespace Batchwise.Onnx;

/// <summary>The window of a convolution or a pool from a node's attributes, for maps of one axis or two.</summary>
static class WindowReader
{
    /// <summary>The most rows or columns of padding on a side that are read.</summary>
    public const int MostPadding = 1 << 20;

    /// <summary>Whether the map has one axis besides the channels: it is then one line of a map.</summary>
    /// <exception cref="InvalidDataException">It has neither one nor two, or is not channels first.</exception>
    public static bool IsLine(OnnxNode node, ActivationValue x)
    {
        var shape = x.Node.Shape;
        if (shape.Rank == 3 && x.Dims.Length is 2 or 3 && x.View.SameAs(ValueView.ChannelsFirst(shape, oneAxis: x.Dims.Length == 2 && shape[0] == 1)))
            return x.Dims.Length == 2;
        throw node.Refused($"takes samples of shape [{string.Join(", ", x.Dims)}]: maps of one axis or two are read, channels first");
    }

    /// <summary>Reads strides, dilations and padding.</summary>
    /// <param name="node">The node.</param>
    /// <param name="x">The map.</param>
    /// <param name="kernel">The window's sizes, one per axis of the map.</param>
    public static Window Read(OnnxNode node, ActivationValue x, int[] kernel)
    {
        var axes = kernel.Length;
        int[] Sizes(string name) => node.Ints(name) is not { } given ? [.. Enumerable.Repeat(1, axes)]
            : given.Length == axes && given.All(value => value is > 0 and <= int.MaxValue) ? [.. given.Select(value => (int)value)]
            : throw node.Refused($"has the {name} [{string.Join(", ", given)}]: one number of 1 or more for each of {axes} axes is expected");
        var (strides, dilations) = (Sizes("strides"), Sizes("dilations"));
        var pads = Pads(node, x, kernel, strides, dilations);
        return axes == 1
            ? new Window(1, kernel[0]) { StrideX = strides[0], DilationX = dilations[0], Padding = new(0, 0, pads[0] + x.Padding.Left, pads[1] + x.Padding.Right) }
            : new Window(kernel[0], kernel[1])
            {
                StrideY = strides[0],
                StrideX = strides[1],
                DilationY = dilations[0],
                DilationX = dilations[1],
                Padding = new(pads[0] + x.Padding.Top, pads[2] + x.Padding.Bottom, pads[1] + x.Padding.Left, pads[3] + x.Padding.Right),
            };
    }

    /// <summary>The padding: before each axis, then behind each.</summary>
    private static int[] Pads(OnnxNode node, ActivationValue x, int[] kernel, int[] strides, int[] dilations)
    {
        var axes = kernel.Length;
        var mode = node.Text("auto_pad", "NOTSET");
        var given = node.Ints("pads");
        switch (mode)
        {
            case "NOTSET":
                if (given is null)
                    return new int[2 * axes];
                return given.Length == 2 * axes && given.All(pad => pad is >= 0 and <= MostPadding)
                    ? [.. given.Select(pad => (int)pad)]
                    : throw node.Refused(Invariant($"has the pads [{string.Join(", ", given)}]: two numbers from 0 to {MostPadding} for each of {axes} axes are expected"));
            case "VALID":
                return new int[2 * axes];
            case "SAME_UPPER" or "SAME_LOWER":
                var pads = new int[2 * axes];
                for (var axis = 0; axis < axes; axis++)
                {
                    var extent = (long)x.Dims[1 + axis] + (axis == 0 && axes == 2 ? x.Padding.Top + x.Padding.Bottom : x.Padding.Left + x.Padding.Right);
                    var outputs = (extent + strides[axis] - 1) / strides[axis];
                    var padding = Math.Max(0, (outputs - 1) * strides[axis] + (long)dilations[axis] * (kernel[axis] - 1) + 1 - extent);
                    if (padding > MostPadding)
                        throw node.Refused(Invariant($"needs {padding} rows or columns of padding, more than {MostPadding}"));
                    var before = (int)(mode == "SAME_UPPER" ? padding / 2 : padding - padding / 2);
                    (pads[axis], pads[axes + axis]) = (before, (int)padding - before);
                }
                return pads;
            default:
                throw node.Refused($"has the attribute 'auto_pad' = {Quotation.Of(mode)}, which is none that ONNX knows");
        }
    }
}
