using Batchwise.Kernels;

namespace Batchwise;

/// <summary>A layer that takes each channel's values under a moving window together: x [N, H, W, C], y [N, H', W', C].</summary>
/// <param name="Window">The window; it has no dilation, and less padding than its size on every side.</param>
public abstract record Pool(Window Window) : Layer
{
    /// <summary>
    /// Whether a last window counts that reaches beyond the padded map but begins inside the map or its first padding
    /// (PyTorch's <c>ceil_mode</c>). Default: no.
    /// </summary>
    public bool CeilMode { get; init; }

    /// <inheritdoc/>
    public override LayerAttributes Attributes => Window.AddTo(LayerAttributes.Empty).With("ceilMode", CeilMode);

    /// <inheritdoc/>
    public override Shape OutputShape(ReadOnlySpan<Shape> inputs)
    {
        var input = Maps.Require(OnlyInput(inputs), Kind);
        if (Window.DilationY != 1 || Window.DilationX != 1)
            throw new ArgumentException($"The {Kind} layer's window has no dilation, as {Window} has.");
        var place = PlaceOn(input);
        if (place.Top >= Window.Height || place.Bottom >= Window.Height || place.Left >= Window.Width || place.Right >= Window.Width)
            throw new ArgumentException($"The {Kind} layer's padding is smaller than its window, which would else see nothing; {Window} is not.");
        return new Shape(place.Height, place.Width, input.Channels);
    }

    /// <inheritdoc/>
    internal override bool LeavesItsGradient => true;

    /// <summary>Where the window goes on an input.</summary>
    internal Placement PlaceOn(Shape input) => Window.Place(input, Kind, CeilMode);

    /// <summary>The pool's shape on an input.</summary>
    internal PoolShape ShapeOn(Shape input)
    {
        var place = PlaceOn(input);
        return new()
        {
            Height = input[0],
            Width = input[1],
            Channels = input.Channels,
            OutHeight = place.Height,
            OutWidth = place.Width,
            WindowHeight = Window.Height,
            WindowWidth = Window.Width,
            StrideY = Window.StrideY,
            StrideX = Window.StrideX,
            Top = place.Top,
            Left = place.Left,
        };
    }

    /// <summary>The part of the input that the window sees at one place of the output.</summary>
    internal (int FirstRow, int Rows, int FirstColumn, int Columns) Seen(Shape input, Placement place, int i, int j)
    {
        var (row, column) = (i * Window.StrideY - place.Top, j * Window.StrideX - place.Left);
        var (firstRow, firstColumn) = (Math.Max(row, 0), Math.Max(column, 0));
        return (firstRow, Math.Min(row + Window.Height, input[0]) - firstRow, firstColumn, Math.Min(column + Window.Width, input[1]) - firstColumn);
    }
}
