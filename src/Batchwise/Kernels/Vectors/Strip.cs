namespace Batchwise.Kernels;

/// <summary>Four neighbouring vectors.</summary>
/// <typeparam name="TVector">Vector128, 256 or 512 of float.</typeparam>
internal readonly struct Strip<TVector>(TVector first, TVector second, TVector third, TVector fourth)
    where TVector : struct
{
    public readonly TVector First = first;
    public readonly TVector Second = second;
    public readonly TVector Third = third;
    public readonly TVector Fourth = fourth;
}
