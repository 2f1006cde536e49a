namespace Batchwise.Tests.Health;

public sealed class RunLogTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("batchwise-").FullName;

    private string FilePath => Path.Combine(folder, RunLog.FileName);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_log_comes_back_as_it_was()
    {
        var optimizer = new Sgd(0.1f, 0.9f, nesterov: true) { WeightDecay = 1e-4f, DecayAll = true, Schedule = LearningRateSchedule.Cosine(80).WithWarmUp(5) };
        var log = Patients.Log(optimizer, 7, 2.5, 0.25) with { Seed = ulong.MaxValue, Divergence = new(19, "a layer's \"output\" …") };
        log.Save(Path.Combine(folder, "new", "run"));
        var read = RunLog.Load(Path.Combine(folder, "new", "run"));
        Assert.Equal(log.Reports, read.Reports);
        Assert.Equal(log.Optimizer.Settings, read.Optimizer.Settings);
        Assert.Equal(log, read with { Reports = log.Reports, Optimizer = read.Optimizer with { Settings = log.Optimizer.Settings } });
        Assert.Equal((0.1, "from 0 over 5 steps, then half a cosine to 0 over 80 steps", 0.9, 1e-4, true),
            (read.Optimizer.LearningRate, read.Optimizer.Schedule, read.Optimizer.Settings["momentum"], read.Optimizer.WeightDecay, read.Optimizer.DecayAll));
        Patients.Log(new Adam()).Save(folder);
        Assert.Equal(["beta1", "beta2", "epsilon"], RunLog.Load(folder).Optimizer.Settings.Keys);
        Assert.Null(RunLog.Load(folder).Divergence);
    }

    [Fact]
    public void Schedules_say_what_they_are()
    {
        Assert.Equal("constant", LearningRateSchedule.Constant.ToString());
        Assert.Equal("times 0.5 every 10 steps", LearningRateSchedule.Step(10, 0.5).ToString());
        Assert.Equal("times 0.1 over every 100 steps, smoothly", LearningRateSchedule.Exponential(100, 0.1).ToString());
    }

    [Theory]
    [InlineData("\"network\": \"toy\"", "\"network\": 3", "the field 'network' of the log is no text")]
    [InlineData("\"batch\": 20", "\"batch\": 0", "the field 'batch' of the log is no whole number from 1 on")]
    [InlineData("\"batch\": 20", "\"batch\": 4294967296", "'batch'")]
    [InlineData("\"steps\"", "\"stops\"", "the log has no field 'steps'")]
    [InlineData("\"version\": 1", "\"version\": 2", "use a newer one")]
    [InlineData("\"decayAll\": false", "\"decayAll\": 0", "neither true nor false")]
    [InlineData("\"learningRate\": 0.1", "\"learningRate\": 1e999", "no number")]
    [InlineData("\"momentum\": 0", "\"nesterov\": 1", "")]
    [InlineData("\"loss\": 2.5", "\"loss\": null", "the field 'loss' of entry 1 of 'reports' is no number")]
    [InlineData("\"seed\": 1", "\"seed\": -1", "'seed'")]
    [InlineData("\"diverged\": false", "\"diverged\": true", "no field 'divergence'")]
    public void A_damaged_log_is_refused_by_the_field_that_is_wrong(string old, string wrong, string expected)
    {
        Patients.Log(losses: [2.5, 1]).Save(folder);
        var text = File.ReadAllText(FilePath);
        Assert.Contains(old, text, StringComparison.Ordinal);
        File.WriteAllText(FilePath, text.Replace(old, wrong, StringComparison.Ordinal));
        var message = Assert.Throws<InvalidDataException>(() => RunLog.Load(folder)).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.StartsWith(FilePath, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_that_is_cut_off_or_changed_is_refused_or_another_log()
    {
        Patients.Log(losses: [2.5, 1]).Save(folder);
        var bytes = File.ReadAllBytes(FilePath);
        for (var length = 0; length < bytes.Length - 2; length += 7)
        {
            File.WriteAllBytes(FilePath, bytes[..length]);
            Assert.Throws<InvalidDataException>(() => RunLog.Load(folder));
        }
        for (var place = 0; place < bytes.Length; place++)
        {
            var changed = bytes.ToArray();
            changed[place] ^= 0x95;
            File.WriteAllBytes(FilePath, changed);
            try
            {
                RunLog.Load(folder);
            }
            catch (InvalidDataException)
            {
                // Refused, or another legal log: nothing else may come of it.
            }
        }
    }

    [Fact]
    public void What_cannot_be_written_or_is_not_there_is_said()
    {
        Assert.Contains("no run.json", Assert.Throws<FileNotFoundException>(() => RunLog.Load(folder)).Message, StringComparison.Ordinal);
        Assert.Contains("step 10", Assert.Throws<InvalidOperationException>(() => Patients.Log(losses: [double.NaN]).Save(folder)).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(FilePath));
    }
}
