using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>What was measured on a run's trained state, as it is kept in a file.</summary>
/// <param name="Spec">What determined the run; see <see cref="RunRequest.Canonical"/>.</param>
/// <param name="Name">What was measured.</param>
/// <param name="Values">The values; none of a run that diverged.</param>
sealed record Measurement(string Spec, string Name, ImmutableArray<double> Values);
