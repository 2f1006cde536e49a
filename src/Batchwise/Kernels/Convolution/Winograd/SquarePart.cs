namespace Batchwise.Kernels;

/// <summary>The rows and columns of a square of places that lie inside a map.</summary>
/// <param name="FirstRow">The first row.</param>
/// <param name="EndRow">One beyond the last row.</param>
/// <param name="FirstColumn">The first column.</param>
/// <param name="EndColumn">One beyond the last column.</param>
internal readonly record struct SquarePart(int FirstRow, int EndRow, int FirstColumn, int EndColumn)
{
    /// <summary>Whether it is all of a square of so many places a side.</summary>
    public bool IsWhole(int edge) => FirstRow == 0 && FirstColumn == 0 && EndRow == edge && EndColumn == edge;
}
