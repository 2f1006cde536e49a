using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Batchwise.Tests.Peers;

/// <summary>Values and gradients that libtorch computed, written once per run of the suite by the peer's own runner.</summary>
public sealed class PeerFixtures : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private readonly Lazy<string> folder = new(Write);

    /// <summary>One case's tensors; skips the test where there is no peer.</summary>
    public PeerCase this[string name]
    {
        get
        {
            Require();
            return new(SafeTensorFile.Read(Path.Combine(folder.Value, name + ".safetensors")));
        }
    }

    /// <summary>The names of all cases.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            Require();
            using var index = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder.Value, "index.json")));
            return [.. index.RootElement.GetProperty("cases").EnumerateArray().Select(entry => entry.GetProperty("name").GetString()!)];
        }
    }

    /// <summary>One step of a whole network, which is written for the test that asks.</summary>
    /// <param name="model">The network's name.</param>
    /// <param name="batch">Images.</param>
    /// <param name="size">Their height and width.</param>
    public PeerCase Network(string model, int batch, int size)
    {
        Require();
        var target = Path.Combine(folder.Value, $"{model}-{batch}-{size}");
        Run("fixtures", Directory.CreateDirectory(target).FullName, "--model", model, "--batch", $"{batch}", "--size", $"{size}");
        var file = Path.Combine(target, model + ".safetensors");
        var read = SafeTensorFile.Read(file);
        // A large one weighs hundreds of megabytes.
        File.Delete(file);
        return new(read);
    }

    public void Dispose()
    {
        if (folder.IsValueCreated)
            Directory.Delete(folder.Value, recursive: true);
    }

    private static void Require()
    {
        Repository.SharedOrSkip("peers/torchsharp/run");
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != System.Runtime.InteropServices.Architecture.X64)
            Assert.Skip("the peer runs on Linux on x86-64 only");
    }

    private static string Write()
    {
        var target = Directory.CreateTempSubdirectory("batchwise-peer-").FullName;
        Run("fixtures", target);
        return target;
    }

    private static void Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Repository.SharedOrSkip("peers/torchsharp/run"), arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        Assert.True(process.WaitForExit(Limit), "the peer did not end");
        Assert.True(process.ExitCode == 0, $"the peer failed: {error}");
    }
}

/// <summary>One case: tensors by name, in our layout.</summary>
public sealed class PeerCase(SafeTensorFile file)
{
    public bool Has(string name) => file.TryGet(name, out _);

    /// <summary>A tensor as it is stored.</summary>
    public double[] Raw(string name) => file[name].ToDouble();

    /// <summary>The names of all tensors, in the file's order.</summary>
    public IEnumerable<string> Names => file.Tensors.Select(tensor => tensor.Name);

    /// <summary>A convolution's weight [out, in / groups, height, width] as [height, width, in / groups, out].</summary>
    public double[] KernelFirst(string name)
    {
        var (values, shape) = (Raw(name), Shape(name));
        var (outputs, inputs, places) = (shape[0], shape[1], shape[2] * shape[3]);
        var result = new double[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var (output, rest) = Math.DivRem(i, inputs * places);
            var (input, place) = Math.DivRem(rest, places);
            result[(place * inputs + input) * outputs + output] = values[i];
        }
        return result;
    }

    /// <summary>A tensor of whole numbers.</summary>
    public long[] Labels => file["labels"].ToInt64();

    public int[] Shape(string name) => [.. file[name].Shape];

    /// <summary>A tensor channels last: [N, C, H, W] becomes [N, H, W, C], and [C, H, W] becomes [H, W, C].</summary>
    public double[] ChannelsLast(string name)
    {
        var (values, shape) = (Raw(name), Shape(name));
        if (shape.Length < 3)
            return values;
        var (channels, positions) = (shape[^3], shape[^2] * shape[^1]);
        var result = new double[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var (sample, rest) = Math.DivRem(i, channels * positions);
            var (channel, position) = Math.DivRem(rest, positions);
            result[(sample * positions + position) * channels + channel] = values[i];
        }
        return result;
    }

    /// <summary>A matrix [out, in] as [in, out].</summary>
    public double[] Transposed(string name)
    {
        var (values, shape) = (Raw(name), Shape(name));
        var result = new double[values.Length];
        for (var i = 0; i < shape[0]; i++)
        {
            for (var j = 0; j < shape[1]; j++)
                result[j * shape[0] + i] = values[i * shape[1] + j];
        }
        return result;
    }

    /// <summary>libtorch's own float32 error in a tensor, relative to its norm; 0 where it is not stored.</summary>
    public double OwnError(string name)
    {
        if (!Has($"float32.{name}"))
            return 0;
        var (expected, actual) = (Raw(name), Raw($"float32.{name}"));
        double error = 0, norm = 0;
        for (var i = 0; i < expected.Length; i++)
        {
            error += (actual[i] - expected[i]) * (actual[i] - expected[i]);
            norm += expected[i] * expected[i];
        }
        return Math.Sqrt(error / norm);
    }
}
