namespace Batchwise;

/// <summary>How much the generated shapes vary. Chosen so that of the test images a small convolutional network gets 98 % right, a linear one 12 %.</summary>
static class ShapeStyle
{
    /// <summary>Half the extent of a shape, in pixels: least and greatest.</summary>
    public const double LeastRadius = 9, GreatestRadius = 13;

    /// <summary>The least share of its radius by which a shape is narrowed in one direction, the greatest being 1.</summary>
    public const double LeastWidth = 0.75;

    /// <summary>How far a shape may stick out of the image, as a share of its radius.</summary>
    public const double Overhang = 0;

    /// <summary>The width of the outline's soft edge, in pixels: least and greatest.</summary>
    public const double SharpEdge = 0.8, SoftEdge = 2;

    /// <summary>How far a texture's two colours lie apart at most, of 1 for black and white.</summary>
    public const double TextureDepth = 0.4;

    /// <summary>The least distance, as a sum over the channels, between a shape's mean colour and that of its ground.</summary>
    public const double LeastContrast = 0.8;

    /// <summary>The greatest change of the light from one side of the image to the other, as a factor more or less.</summary>
    public const double Shade = 0.3;

    /// <summary>The deviation of each pixel's noise: least and greatest.</summary>
    public const double LeastNoise = 0.01, GreatestNoise = 0.06;
}
