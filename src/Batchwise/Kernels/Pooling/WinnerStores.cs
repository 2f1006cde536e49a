using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>How the winners of a maximum are kept: per output the place of the window that won, a row per place of y.</summary>
internal unsafe interface IWinnerStore
{
    /// <summary>Whether they are kept at all.</summary>
    static abstract bool Keeps { get; }

    /// <summary>Writes a vector's worth from a channel on.</summary>
    static abstract void Store<TOperations, TVector>(TVector places, float* row, int channel)
        where TOperations : IWinnerOperations<TVector>
        where TVector : struct;

    /// <summary>Reads a vector's worth from a channel on.</summary>
    static abstract TVector Load<TOperations, TVector>(float* row, int channel)
        where TOperations : IWinnerOperations<TVector>
        where TVector : struct;
}

/// <summary>Nobody asks for the winners: inference.</summary>
internal readonly unsafe struct NoWinners : IWinnerStore
{
    public static bool Keeps => false;

    public static void Store<TOperations, TVector>(TVector places, float* row, int channel)
        where TOperations : IWinnerOperations<TVector>
        where TVector : struct
    {
    }

    public static TVector Load<TOperations, TVector>(float* row, int channel)
        where TOperations : IWinnerOperations<TVector>
        where TVector : struct => TOperations.Zero;
}

/// <summary>A byte each, for windows of up to 256 places.</summary>
internal readonly unsafe struct ByteWinners : IWinnerStore
{
    public static bool Keeps => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TOperations, TVector>(TVector places, float* row, int channel)
        where TOperations : IWinnerOperations<TVector>
        where TVector : struct => TOperations.StoreBytes(places, (byte*)row + channel);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load<TOperations, TVector>(float* row, int channel)
        where TOperations : IWinnerOperations<TVector>
        where TVector : struct => TOperations.LoadBytes((byte*)row + channel);
}

/// <summary>Four bytes each, for larger windows.</summary>
internal readonly unsafe struct WideWinners : IWinnerStore
{
    public static bool Keeps => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TOperations, TVector>(TVector places, float* row, int channel)
        where TOperations : IWinnerOperations<TVector>
        where TVector : struct => TOperations.Store(places, row + channel);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load<TOperations, TVector>(float* row, int channel)
        where TOperations : IWinnerOperations<TVector>
        where TVector : struct => TOperations.Load(row + channel);
}
