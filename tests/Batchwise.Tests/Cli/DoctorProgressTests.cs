using Batchwise.Cli;

namespace Batchwise.Tests.Cli;

public sealed class DoctorProgressTests : IDisposable
{
    private readonly DataFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task An_examination_that_takes_long_says_how_far_it_is_and_a_quick_one_does_not()
    {
        var model = Path.Combine(folder.Path, "model");
        new Model(NetworkState.Create(Network.Input(28, 28, 1).Flatten().Dense(10).Relu().Dense(10).WithBatchNormalization(), 1)).Save(model);
        var data = Tool.Idx(folder.Path, 600);
        var quick = await Examine(new ManualTime(), model, data);
        Assert.DoesNotContain(" of 600", quick, StringComparison.Ordinal);
        var slow = await Examine(new HastyTime(), model, data);
        Assert.Matches(@"(?m)^inference-gap +[0-9]+ of 600\r?$", slow);
        Assert.Matches(@"(?m)^inference-gap, pass 2 +[0-9]+ of 600\r?$", slow);
        Assert.Matches(@"(?m)^dead-channels +[0-9]+ of 600\r?$", slow);
    }

    private static async Task<string> Examine(TimeProvider time, string model, string data)
    {
        var output = new StringWriter();
        await Program.Run(["doctor", model, "--data", data], new Terminal(output, output, time), TestContext.Current.CancellationToken);
        return output.ToString();
    }
}
