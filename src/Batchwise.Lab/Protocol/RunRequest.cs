namespace Batchwise.Lab;

/// <summary>One run: everything that determines its numbers. Which experiment asks for it does not.</summary>
public sealed record RunRequest
{
    /// <summary>Counts changes of the protocol that change numbers, so that runs of an older one are not taken for its own.</summary>
    public const int ProtocolVersion = 1;

    /// <summary>The method.</summary>
    public required Arm Arm { get; init; }

    /// <summary>The network without it.</summary>
    public required Network Base { get; init; }

    /// <summary>The data.</summary>
    public required LabData Data { get; init; }

    /// <summary>The rate, and the arm's own setting.</summary>
    public required ArmSetting Setting { get; init; }

    /// <summary>Examples per step.</summary>
    public required int Batch { get; init; }

    /// <summary>Steps.</summary>
    public required long Steps { get; init; }

    /// <summary>Fixes initial weights and data order, for all arms alike.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Whether its end is scored on the test set. A run of a search never is.</summary>
    public bool ScoreTest { get; init; }

    /// <summary>Training batches from which population statistics are estimated, or as many as there are. Default: 200.</summary>
    public int PopulationBatches { get; init; } = SingleRun.PopulationBatches;

    /// <summary>The network that is trained.</summary>
    public Network Network => Arm.Build(Base, Setting.Choice);

    /// <summary>What determines the run, as text.</summary>
    public string Canonical => FormattableString.Invariant(
        $"""
        protocol {ProtocolVersion}
        data {Data.Identity}
        arm {Arm.Name}
        network {NetworkFormat.Write(Network)}
        sgd {Setting.Rate:R}
        batch {Batch}
        steps {Steps}
        seed {Seed}
        test {ScoreTest}
        """).ReplaceLineEndings("\n") + (PopulationBatches == SingleRun.PopulationBatches ? "" : FormattableString.Invariant($"\npopulation {PopulationBatches}"))
        + (Arm.Inference == StatisticsSource.PopulationElseMoving ? "" : $"\nscored with {Arm.Inference}");

    /// <summary>The run's name: a hash of <see cref="Canonical"/>, 32 hexadecimal digits.</summary>
    public string Key => RunStore.KeyOf(Canonical);

    /// <summary>
    /// The steps after which validation accuracy is looked at: every 250, late every 500. A run of a search is looked at only
    /// at its end.
    /// </summary>
    public IEnumerable<long> Checkpoints()
    {
        if (!ScoreTest)
            return [Steps];
        var looks = Enumerable.Range(1, 20).Select(i => i * 250L)
            .Concat(Enumerable.Range(11, (int)Math.Max(0, Steps / 500 - 10)).Select(i => i * 500L));
        return looks.Where(step => step < Steps).Append(Steps);
    }
}
