using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Training;

/// <summary>What no training leaves in an optimizer's state is refused by name, not blamed on the learning rate a step later.</summary>
public sealed class CheckpointDamageTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("batchwise-checkpoint-").FullName;

    private string File => Path.Combine(folder, "a.checkpoint");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("Sgd", 0, float.NaN)]
    [InlineData("Sgd", 0, float.PositiveInfinity)]
    [InlineData("Adam", 0, float.NegativeInfinity)]
    [InlineData("Adam", 1, float.NaN)]
    [InlineData("Adagrad", 0, float.NaN)]
    public void Values_that_are_not_finite_are_refused(string name, int slot, float value) => Assert.Equal(
        $"The tensor 'optimizer{slot}.dense1.weight' of {File} holds a value that is not a finite number, from which no training can go on; the file is damaged.",
        Refused(name, slot, value));

    [Theory]
    [InlineData("Adam", 1)]
    [InlineData("Adagrad", 0)]
    public void Negative_squares_are_refused(string name, int slot) => Assert.Equal(
        $"The tensor 'optimizer{slot}.dense1.weight' of {File} holds a negative value among averages of squares; the file is damaged.",
        Refused(name, slot, -1e-30f));

    [Theory]
    [InlineData("Sgd", 0)]
    [InlineData("Adam", 0)]
    public void Negative_averages_are_not(string name, int slot)
    {
        Damage(name, slot, -1);
        using var resumed = Trainer.Resume(File, Toy.Network, Of(name));
        Assert.Equal(1, resumed.Step);
    }

    [Fact]
    public void A_step_that_no_training_reaches_is_refused()
    {
        Damage("Sgd", 0, 1, step: "9223372036854775807");
        Assert.Equal(
            $"{File} is damaged: no training reaches step 9223372036854775807.",
            Assert.Throws<InvalidDataException>(() => Trainer.Resume(File, Toy.Network, Of("Sgd"))).Message);
    }

    private string Refused(string name, int slot, float value)
    {
        Damage(name, slot, value);
        return Assert.Throws<InvalidDataException>(() => Trainer.Resume(File, Toy.Network, Of(name))).Message;
    }

    /// <summary>A checkpoint of one step with one value of the optimizer's state changed, and the checksum to it.</summary>
    private void Damage(string name, int slot, float value, string step = "1")
    {
        using (var trainer = new Trainer(Toy.Network, Of(name), seed: 1, threads: 1))
        {
            trainer.Fit(new Toy(), 20, 1);
            trainer.SaveCheckpoint(File);
        }
        var file = SafeTensorFile.Read(File);
        var tensors = file.Tensors.Select(tensor =>
        {
            if (tensor.Name != $"optimizer{slot}.dense1.weight")
                return tensor;
            var values = tensor.ToSingle();
            values[^1] = value;
            return NamedTensor.From(tensor.Name, tensor.Shape, values);
        });
        SafeTensorFile.Write(File, tensors.ToArray(), new Dictionary<string, string>(file.Metadata) { ["batchwise.step"] = step });
    }

    private static Optimizer Of(string name) => name switch
    {
        "Sgd" => new Sgd(0.1f, 0.9f),
        "Adam" => new Adam(),
        _ => new Adagrad(),
    };
}
