using Batchwise.Kernels;

namespace Batchwise;

/// <summary>
/// Channels cut into consecutive groups of one size; what remains is a smaller last group. Also where a group's covariances
/// lie: those of different channels, row by row beneath the diagonal, group after group.
/// </summary>
readonly record struct WhiteningGroups(int Channels, int GroupSize)
{
    /// <summary>How many groups.</summary>
    public int Count => (Channels + GroupSize - 1) / GroupSize;

    /// <summary>Channels of the largest group.</summary>
    public int Largest => Math.Min(GroupSize, Channels);

    /// <summary>Pairs of different channels of a group, over all groups.</summary>
    public int Pairs => FirstPair(Count - 1) + Size(Count - 1) * (Size(Count - 1) - 1) / 2;

    /// <summary>A group's first channel.</summary>
    public int First(int group) => group * GroupSize;

    /// <summary>A group's channels.</summary>
    public int Size(int group) => Math.Min(GroupSize, Channels - group * GroupSize);

    /// <summary>A group's first pair.</summary>
    public int FirstPair(int group) => group * (GroupSize * (GroupSize - 1) / 2);

    /// <summary>A group's covariance matrix from all variances and covariances.</summary>
    /// <param name="group">The group.</param>
    /// <param name="variance">The variances: [channels].</param>
    /// <param name="covariance">The covariances: [pairs].</param>
    /// <param name="matrix">Receives the matrix: a <see cref="GroupMatrix"/>.</param>
    public void Gather(int group, ReadOnlySpan<double> variance, ReadOnlySpan<double> covariance, Span<double> matrix)
    {
        matrix[..GroupMatrix.Length].Clear();
        var (first, pair) = (First(group), FirstPair(group));
        for (var i = 0; i < Size(group); i++)
        {
            matrix[i * GroupMatrix.Width + i] = variance[first + i];
            for (var j = 0; j < i; j++, pair++)
                matrix[i * GroupMatrix.Width + j] = matrix[j * GroupMatrix.Width + i] = covariance[pair];
        }
    }
}
