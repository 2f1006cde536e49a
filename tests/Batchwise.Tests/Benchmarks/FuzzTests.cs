using System.Text.Json.Nodes;
using Batchwise.Benchmarks.Fuzzing;

namespace Batchwise.Tests.Benchmarks;

/// <summary>Mutated files are read or refused, and what goes wrong is counted.</summary>
[Collection(Dotnet.Collection)]
public sealed class FuzzTests : IDisposable
{
    private const int Inputs = 400;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("batchwise-fuzz-tests-");

    public static TheoryData<string> Readers => [.. FuzzReaders.All];

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Readers))]
    public void Every_reader_reads_its_seeds_and_reads_or_refuses_mutated_ones(string name)
    {
        var reader = FuzzReaders.Of(name);
        var (read, refused) = (0, 0);
        for (var index = 0; index < Inputs; index++)
        {
            var input = reader.Input(5, index);
            Assert.Null(FuzzChild.Crash(reader, input, folder.FullName));
            var error = Record.Exception(() => reader.Read(input, folder.FullName));
            if (index < reader.Seeds.Count)
                Assert.Null(error);
            (read, refused) = error is null ? (read + 1, refused) : (read, refused + 1);
        }
        TestContext.Current.TestOutputHelper!.WriteLine($"{name}: {read} read, {refused} refused.");
        // Inputs that are nearly all refused at the door, or nearly all sound, would show nothing.
        Assert.True(read > Inputs / 50 && refused > Inputs / 50, $"{read} inputs were read and {refused} refused.");
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public void An_input_follows_from_the_seed_and_its_index(string name)
    {
        var (first, second) = (FuzzReaders.Of(name), FuzzReaders.Of(name));
        for (var index = 0; index < 50; index++)
            Assert.Equal(first.Input(3, index), second.Input(3, index));
        Assert.True(Enumerable.Range(0, Inputs)
            .Count(index => first.Input(3, index).AsSpan().SequenceEqual(first.Input(4, index))) < Inputs / 4);
    }

    [Fact]
    public async Task A_crash_ends_one_child_and_the_inputs_after_it_are_read() =>
        RequirePlanted(await Fuzz(PlantedReader.Crashing), crashes: 2, hangs: 0, "A planted crash.");

    [Fact]
    public async Task An_exception_that_is_no_refusal_is_counted() =>
        RequirePlanted(await Fuzz(PlantedReader.Throwing), crashes: 2, hangs: 0,
            "System.InvalidCastException: A planted exception.");

    [Fact]
    public async Task An_input_that_takes_much_memory_is_counted() =>
        RequirePlanted(await Fuzz(PlantedReader.Hungry), crashes: 2, hangs: 0, "bytes were allocated, more than 1073741824.");

    [Fact]
    public async Task A_hang_is_ended_and_counted() =>
        RequirePlanted(await Fuzz(PlantedReader.Hanging, FuzzCommand.LimitOption, "2"), crashes: 0, hangs: 2,
            "It was not read within 2 s.");

    [Fact]
    public async Task A_reader_without_faults_gives_exit_code_0()
    {
        var (exitCode, output) = await Fuzz(RunLogReader.Title);
        Assert.Equal(0, exitCode);
        var result = JsonNode.Parse(output)!;
        Assert.Equal(["reader", "inputs", "crashes", "hangs", "peakBytes"], result.AsObject().Select(field => field.Key));
        Assert.Equal((RunLogReader.Title, 8, 0, 0),
            ((string)result["reader"]!, (int)result["inputs"]!, (int)result["crashes"]!, (int)result["hangs"]!));
        Assert.InRange((long)result["peakBytes"]!, 1 << 20, 1L << 32);
        Assert.Empty(folder.GetFiles());
    }

    /// <summary>Eight inputs, of which those of index 3 and 6 have the planted fault.</summary>
    private async Task<(int ExitCode, string Output)> Fuzz(string reader, params string[] more) => await Dotnet.Run(
        Dotnet.CommandOrSkip(),
        [typeof(FuzzCommand).Assembly.Location, FuzzCommand.Name, reader, "--inputs", "8", "--json", "--save", folder.FullName,
            .. more],
        folder.FullName, new Dictionary<string, string>(), Patience);

    private void RequirePlanted((int ExitCode, string Output) run, int crashes, int hangs, string what)
    {
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"are kept in {folder.FullName}", run.Output, StringComparison.Ordinal);
        var result = JsonNode.Parse(run.Output.Split('\n').First(line => line.StartsWith('{')))!;
        Assert.Equal((8, crashes, hangs), ((int)result["inputs"]!, (int)result["crashes"]!, (int)result["hangs"]!));
        Assert.Equal(2, folder.GetFiles("*.bin").Length);
        foreach (byte index in new[] { 3, 6 })
        {
            var kept = Assert.Single(folder.GetFiles($"*-1-{index}.bin")).FullName;
            Assert.Equal([index], File.ReadAllBytes(kept));
            Assert.Contains(what, File.ReadAllText(Path.ChangeExtension(kept, ".txt")), StringComparison.Ordinal);
        }
    }
}
