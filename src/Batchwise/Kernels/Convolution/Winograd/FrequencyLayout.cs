namespace Batchwise.Kernels;

/// <summary>
/// Where a Winograd convolution's scratch keeps its frequencies: that of frequency f, row r (a tile or an input channel) and channel
/// c at <c>Data[f * Frequency + r * Row + c / Width * Panel + c % Width]</c>.
/// </summary>
internal readonly unsafe struct FrequencyLayout
{
    /// <summary>Frequency 0 of row 0.</summary>
    public required float* Data { get; init; }

    /// <summary>Floats from one frequency to the next.</summary>
    public required nint Frequency { get; init; }

    /// <summary>Floats from one row to the next.</summary>
    public required nint Row { get; init; }

    /// <summary>Floats from one panel of channels to the next.</summary>
    public required nint Panel { get; init; }

    /// <summary>Channels of a panel: a tile's width.</summary>
    public required int Width { get; init; }

    /// <summary>Frequency 0 of a row and channel.</summary>
    public float* At(int row, int channel) => Data + row * Row + channel / Width * Panel + channel % Width;
}
