using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>
/// Where a Winograd convolution's scratch keeps its frequencies: that of frequency f, row r (a tile or an input channel) and channel
/// c at <c>Data[f * Frequency + r * Row + c / Width * Panel + c % Width]</c>.
/// </summary>
/// <typeparam name="TOperations">The vectors' arithmetic.</typeparam>
/// <typeparam name="TVector">The vectors.</typeparam>
internal readonly unsafe struct FrequencyLayout<TOperations, TVector>
    where TOperations : struct, IVectorOperations<TVector>
    where TVector : struct
{
    /// <summary>Channels of a panel: the width of the products' tiles.</summary>
    public static int Width => 2 * TOperations.Width;

    /// <summary>Frequency 0 of row 0.</summary>
    public required float* Data { get; init; }

    /// <summary>Floats from one frequency to the next.</summary>
    public required nint Frequency { get; init; }

    /// <summary>Floats from one row to the next.</summary>
    public required nint Row { get; init; }

    /// <summary>Floats from one panel of channels to the next.</summary>
    public required nint Panel { get; init; }

    /// <summary>Frequency 0 of a row and channel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* At(int row, int channel) => Data + row * Row + (nint)((uint)channel / (uint)Width) * Panel + (nint)((uint)channel % (uint)Width);
}
