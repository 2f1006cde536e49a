using System.Collections.Immutable;
using System.Diagnostics;

namespace Batchwise.Lab;

/// <summary>What was measured on a run's trained state, as it is kept in a file.</summary>
/// <param name="Spec">What determined the run, and what was measured.</param>
/// <param name="Values">The values; none of a run that diverged.</param>
/// <param name="Machine">The processor and kernels it ran on.</param>
/// <param name="SecondsInAll">Seconds of training and measuring.</param>
sealed record Measurement(string Spec, ImmutableArray<double> Values, string Machine, double SecondsInAll) : IKeptRun
{
    /// <summary>Trains a run's network and measures its state.</summary>
    /// <param name="request">The run.</param>
    /// <param name="name">What is measured.</param>
    /// <param name="measure">Measures it.</param>
    public static LabJob<Measurement> Job(RunRequest request, string name, Func<NetworkState, RunRequest, ImmutableArray<double>> measure)
    {
        var spec = $"{request.Canonical}\nmeasure {name}";
        return new(spec, request.Steps, measured => measured.Fault, context =>
        {
            var clock = Stopwatch.StartNew();
            ImmutableArray<double> values = SingleRun.Train(request, spec, context) is { } state ? measure(state, request) : [];
            return new(spec, values, $"{Batchwise.Machine.Cpu}, {Batchwise.Machine.InstructionSet}", clock.Elapsed.TotalSeconds);
        });
    }

    private string? Fault =>
        Impossible.Unless(!Values.IsDefault && Values.All(double.IsFinite), "a value is not finite") ?? Impossible.Seconds("the run", SecondsInAll);
}
