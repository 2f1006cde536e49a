using System.Globalization;

namespace Batchwise;

/// <summary>The place where data enters a network.</summary>
/// <param name="Shape">The shape of one sample.</param>
public sealed record Input(Shape Shape) : Layer
{
    /// <inheritdoc/>
    public override string Kind => "input";

    /// <inheritdoc/>
    public override LayerAttributes Attributes =>
        LayerAttributes.Empty.With("shape", string.Join('x', Shape.Dimensions.Select(extent => extent.ToString(CultureInfo.InvariantCulture))));

    /// <inheritdoc/>
    public override Shape OutputShape(ReadOnlySpan<Shape> inputs) => inputs.Length == 0
        ? Shape
        : throw new ArgumentException("An input layer takes no inputs.");

    /// <inheritdoc/>
    public override void Forward(ReferencePass pass) => throw new InvalidOperationException("An input's values come from the data.");

    /// <inheritdoc/>
    public override void Backward(ReferencePass pass) => throw new InvalidOperationException("An input has nothing to pass a gradient to.");

    internal static Input Read(LayerAttributes attributes)
    {
        try
        {
            return new(new Shape([.. attributes.Text("shape").Split('x').Select(extent => int.Parse(extent, NumberStyles.None, CultureInfo.InvariantCulture))]));
        }
        catch (Exception error) when (error is FormatException or OverflowException or ArgumentException)
        {
            throw new InvalidDataException($"the input's shape '{attributes.Text("shape")}' is none: expected extents such as 28x28x1.");
        }
    }
}
