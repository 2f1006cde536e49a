namespace Batchwise.Kernels;

/// <summary>A loop over the rows of a piece of a block: some rows, and a strip of channels or a vector of them.</summary>
internal interface IStripLoop
{
    /// <summary>Runs the loop over one piece.</summary>
    void Run<TOperations, TVector>(in StripPiece piece)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct;
}

/// <summary>Some rows of a strip of channels, or of a vector of them.</summary>
/// <param name="Row">The first row.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Channel">The first channel.</param>
/// <param name="Left">The channels that are left from there on: fewer than a vector only at the end of a row.</param>
/// <param name="Ahead">Rows from here to those that come next, which are asked for meanwhile.</param>
internal readonly record struct StripPiece(nint Row, int Rows, int Channel, int Left, int Ahead);
