using System.Text.Json;
using Batchwise.Lab;

namespace Batchwise.Benchmarks.Fuzzing;

/// <summary>
/// What the lab keeps and reads back: results, which go into a report, and finished runs, which are not made again.
/// </summary>
sealed class ResultReader : FuzzReader
{
    public const string Title = "results";

    private const string Spec = "a run";

    public override string Name => Title;

    public override IReadOnlyList<byte[]> Seeds { get; } =
        [Result(), JsonSerializer.SerializeToUtf8Bytes(Run(), ResultJson.Readable.RunResult)];

    public override IReadOnlyList<Mutation> Mutations { get; } = [JsonMutations.Change];

    public override void Read(byte[] input, string folder)
    {
        if (FindRun(input, folder) is null)
            HtmlReport.Page([ResultFiles.Read(Place(input, folder, "input.json"))]);
    }

    /// <summary>A file that is not trusted is passed over with a remark.</summary>
    private static RunResult? FindRun(byte[] input, string folder)
    {
        var runs = Path.Combine(folder, "runs");
        Directory.CreateDirectory(runs);
        Place(input, runs, RunStore.KeyOf(Spec) + ".json");
        return new RunStore(folder).Find(Spec, ResultJson.Readable.RunResult, run =>
            Impossible.Points(run.Points, [1, 2], all: true) ?? Impossible.Seconds("training", run.Seconds));
    }

    private static RunResult Run() => new()
    {
        Spec = Spec,
        Arm = "batch normalization",
        Rate = 0.1f,
        Seed = 1,
        Budget = 2,
        Steps = 2,
        Seconds = 1,
        SecondsInAll = 2,
        Chance = 0.1,
        Validation = 0.9,
        Test = 0.8,
        Points = [new(1, 0.5, 0.5), new(2, 1, 0.9)],
        Machine = "a machine",
    };

    private static byte[] Result()
    {
        using var folder = new PrivateFolder();
        ResultFiles.Write(new()
        {
            Name = "experiment",
            Title = "An experiment",
            Question = "What is it?",
            Answer = "It is so.",
            Literature = "A paper.",
            Here = "The same.",
            Dataset = new("digits", "generated", 100, 10, 10, true),
            Protocol = "Two runs.",
            Command = "batchwise lab experiment",
            Seeds = [1, 2],
            Machine = new("a processor", "AVX2", 2, ".NET"),
            Version = "1.0",
            Seconds = 12,
            Figures = [new("curve", "A curve", "It rises.",
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><path d=\"M0 0L9 9\" stroke=\"#123456\"/></svg>")],
            Tables = [new("scores", "Scores", [new("arm", false), new("score", true)], [["a", "1"], ["b", "2"]], "A note.")],
            Refused = [new("c", "It makes no sense.")],
            Notes = ["A note."],
        }, folder.Path);
        return File.ReadAllBytes(folder.File("experiment.json"));
    }
}
