using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>
/// How the winners of a maximum are kept: per output where in the map the value lies that won, so exactly that no two places
/// under one window look alike. A row of them per place of y, padded to whole vectors of up to sixteen lanes.
/// </summary>
internal unsafe interface IWinnerStore
{
    /// <summary>Whether they are kept at all.</summary>
    static abstract bool Keeps { get; }

    /// <summary>What stands for a place of the map.</summary>
    static abstract int Code(int row, int column, int width);

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

    public static int Code(int row, int column, int width) => 0;

    public static void Store<TOperations, TVector>(TVector places, float* row, int channel)
        where TOperations : IWinnerOperations<TVector>
        where TVector : struct
    {
    }

    public static TVector Load<TOperations, TVector>(float* row, int channel)
        where TOperations : IWinnerOperations<TVector>
        where TVector : struct => TOperations.Zero;
}

/// <summary>A byte each, for windows of up to 16 x 16 places: the last four bits of the row and of the column.</summary>
internal readonly unsafe struct ByteWinners : IWinnerStore
{
    /// <summary>Rows and columns of the largest window.</summary>
    public const int Most = 16;

    public static bool Keeps => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Code(int row, int column, int width) => row % Most * Most + column % Most;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TOperations, TVector>(TVector places, float* row, int channel)
        where TOperations : IWinnerOperations<TVector>
        where TVector : struct => TOperations.StoreBytes(places, (byte*)row + channel);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load<TOperations, TVector>(float* row, int channel)
        where TOperations : IWinnerOperations<TVector>
        where TVector : struct => TOperations.LoadBytes((byte*)row + channel);
}

/// <summary>Four bytes each, for larger windows: the place's number.</summary>
internal readonly unsafe struct WideWinners : IWinnerStore
{
    public static bool Keeps => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Code(int row, int column, int width) => row * width + column;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TOperations, TVector>(TVector places, float* row, int channel)
        where TOperations : IWinnerOperations<TVector>
        where TVector : struct => TOperations.Store(places, row + channel);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load<TOperations, TVector>(float* row, int channel)
        where TOperations : IWinnerOperations<TVector>
        where TVector : struct => TOperations.Load(row + channel);
}
