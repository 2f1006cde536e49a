using Batchwise.Lab;

namespace Batchwise.Tests.Lab;

/// <summary>A bench on a few generated digits and a small network.</summary>
sealed class LabBench : IDisposable
{
    private static readonly (Dataset Train, Dataset Test) Digits = GeneratedDigits.Load(1, 480, 60);

    public LabBench() => Folder = Directory.CreateTempSubdirectory("batchwise-lab-").FullName;

    public string Folder { get; }

    public static LabData Data { get; } = LabData.Of(Digits.Train, Digits.Test);

    public static Network Network { get; } = Batchwise.Network.Input(28, 28, 1).Flatten().Dense(20, Initializer.Gaussian(0.1)).Sigmoid().Dense(10, Initializer.Gaussian(0.1));

    public static Network Convolutional { get; } = Batchwise.Network.Input(28, 28, 1).Convolution(4, 5, stride: 4).Relu().Convolution(8, 3, stride: 4).Relu().GlobalAveragePool().Dense(10);

    public static LabSettings Settings { get; } = new() { Steps = 20, Batch = 20, Arms = [Arms.Plain, Arms.BatchNorm], Command = "test" };

    public Workbench Open(LabSettings? settings = null, LabData? data = null, Network? network = null, IProgress<LabProgress>? progress = null, CancellationToken? token = null) =>
        new(settings ?? Settings, data ?? Data, network ?? Network, Folder, progress, token ?? TestContext.Current.CancellationToken);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

/// <summary>Examples that count how often they are read.</summary>
sealed class CountedExamples(IExamples source) : ExamplesView(source)
{
    private int reads;

    public int Reads => reads;

    public override void CopyInput(int index, Span<float> destination)
    {
        Interlocked.Increment(ref reads);
        base.CopyInput(index, destination);
    }
}

/// <summary>Progress that is told at once, on the thread that tells.</summary>
sealed class Told(Action<LabProgress> tell) : IProgress<LabProgress>
{
    public void Report(LabProgress value) => tell(value);
}
