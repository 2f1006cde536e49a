using System.Collections.Immutable;

namespace Batchwise.Tests.Training;

/// <summary>Names of classes go from the examples into trainer, model and files, and no label is taken for another class.</summary>
public sealed class ClassNamesTests : IDisposable
{
    private static readonly ImmutableArray<string> Animals = ["cat", "dog", "fox"];

    private readonly string folder = Directory.CreateTempSubdirectory("batchwise-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Names_travel_from_the_examples_into_the_trainer_its_models_and_its_checkpoints()
    {
        using var trainer = Trained(Of(Animals));
        Assert.Equal(Animals, trainer.ClassNames);
        Assert.Equal(Animals, trainer.ToModel().ClassNames);
        var path = Path.Combine(folder, "file");
        trainer.ToInference(Of(Animals), 6).Save(path);
        Assert.Equal(Animals, Model.Load(path).ClassNames);
        trainer.SaveCheckpoint(path);
        using var resumed = Trainer.Resume(path, trainer.Network, trainer.Optimizer);
        Assert.Equal(Animals, resumed.ClassNames);
        Assert.Equal(Animals, Model.Load(path).ClassNames);
        Assert.Contains("Class 0 of the examples is 'dog'", Refusal(() => resumed.Fit(Of(["dog", "fox", "cat"]), 6, 1)), StringComparison.Ordinal);
    }

    [Fact]
    public void Views_keep_the_names()
    {
        var data = Of(Animals);
        Assert.Equal(Animals, data.Slice(3, 6).ClassNames);
        Assert.Equal(Animals, data.Binarize().ClassNames);
        Assert.Equal(Animals, ((IExamples)new View(Preprocessing.Binary.Prepare(data))).ClassNames);
        Assert.Equal(GeneratedShapes.ClassNames, Augmentation.Standard.Apply(GeneratedShapes.Load(train: 1, test: 1).Train).ClassNames);
    }

    [Fact]
    public void Classes_of_other_names_or_in_another_order_are_refused()
    {
        using var trainer = Trained(Of(Animals));
        var model = trainer.ToInference(Of(Animals), 6);
        Assert.Equal(1, model.Evaluate(Of(Animals)).Accuracy);
        // What a folder holds that lacks a class: its dog is number 0.
        var lacking = Of(["dog", "fox"]);
        const string refusal = "Class 0 of the examples is 'dog', and class 0 of the network is 'cat'";
        Assert.Contains(refusal, Refusal(() => model.Evaluate(lacking)), StringComparison.Ordinal);
        Assert.Contains(refusal, Refusal(() => trainer.Evaluate(lacking)), StringComparison.Ordinal);
        Assert.Contains(refusal, Refusal(() => trainer.Fit(lacking, 6, 1)), StringComparison.Ordinal);
        Assert.Contains(refusal, Refusal(() => Doctor.Examine(model, lacking)), StringComparison.Ordinal);
        Assert.Contains("Class 1 of the examples is 'fox', and class 1 of the network is 'dog'", Refusal(() => model.Evaluate(Of(["cat", "fox", "dog"]))), StringComparison.Ordinal);
        // Their labels are not used.
        Assert.Equal(lacking.Count * 3, model.Predict(lacking).Length);
        Assert.Equal(model.ClassNames, trainer.ToModel().Adapt(lacking, 6).ClassNames);
    }

    [Fact]
    public void Fewer_classes_are_scored_where_names_say_which_they_are_and_refused_where_none_do()
    {
        using var trainer = Trained(Of(Animals));
        var model = trainer.ToInference(Of(Animals), 6);
        Assert.Equal(1, model.Evaluate(Of(["cat", "dog"])).Accuracy);
        var nameless = new Model(model.State);
        foreach (var act in (Action[])[() => nameless.Evaluate(Of(["cat", "dog"])), () => model.Evaluate(Of(2)), () => trainer.Evaluate(Of(2)), () => trainer.Fit(Of(2), 6, 1)])
            Assert.Contains("The examples have 2 classes, the network 3 outputs, and only names could tell which outputs are meant", Refusal(act), StringComparison.Ordinal);
        // Who says that the labels are numbers of three classes is believed, whichever of them there are.
        Assert.Equal(1, model.Evaluate(Of(3).Slice(0, 2)).Accuracy);
        Assert.Equal(1, nameless.Evaluate(Of(Animals)).Accuracy);
    }

    [Fact]
    public void Names_are_compared_whatever_their_Unicode_form_and_kept_as_they_were_written()
    {
        using var trainer = Trained(Of(["caf\u00E9", "bar", "pub"]));
        var (composed, apart) = (Of(["caf\u00E9", "bar", "pub"]), Of(["cafe\u0301", "bar", "pub"]));
        Assert.Equal(1, trainer.Evaluate(apart).Accuracy);
        trainer.Fit(apart, 6, 1);
        var path = Path.Combine(folder, "model");
        trainer.ToModel().Save(path);
        Assert.Equal(composed.ClassNames, Model.Load(path).ClassNames);
        Assert.Contains("Class 0 of the examples is 'cafe'", Refusal(() => trainer.Evaluate(Of(["cafe", "bar", "pub"]))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\u00C5", "A\u030A", "\u212B")]
    [InlineData("\u1EC7", "e\u0323\u0302", "\u1EB9\u0302", "\u00EA\u0323")]
    [InlineData("\u00E1\u0327", "a\u0327\u0301")]
    [InlineData("\uD55C\uAE00", "\u1112\u1161\u11AB\u1100\u1173\u11AF")]
    [InlineData("\uAC00", "\u1100\u1161")]
    [InlineData("\u0439", "\u0438\u0306")]
    [InlineData("\u304C", "\u304B\u3099")]
    [InlineData("\u03CC", "\u03BF\u0301", "\u1F79")]
    [InlineData("\u01D8", "u\u0308\u0301", "\u00FC\u0301")]
    [InlineData("\U0001109A", "\U00011099\U000110BA")]
    [InlineData("\u0BCA", "\u0BC6\u0BBE")]
    [InlineData("a\u0301b\u0323\u0302", "\u00E1\u1E05\u0302")]
    public void Forms_of_one_text_are_equal(params string[] forms)
    {
        foreach (var form in forms)
        {
            Assert.Equal(forms[0], form, ClassNameComparer.Instance);
            Assert.Equal(ClassNameComparer.Instance.GetHashCode(forms[0]), ClassNameComparer.Instance.GetHashCode(form));
        }
    }

    [Theory]
    [InlineData("e", "\u00E9")]
    [InlineData("\u00E9", "\u00E8")]
    [InlineData("Caf\u00E9", "caf\u00E9")]
    [InlineData("\uFB01", "fi")]
    [InlineData("\u00E9a", "ea\u0301")]
    [InlineData("\uAC00", "\uAC01")]
    [InlineData("x\u0301y\u0302", "x\u0302y\u0301")]
    [InlineData("\u01D5", "\u1E7A")]
    [InlineData("a\u0301\u0302", "a\u0302\u0301")]
    [InlineData("", null)]
    public void Other_texts_are_not(string one, string? other) => Assert.NotEqual(one, other, ClassNameComparer.Instance);

    [Fact]
    public void A_single_yes_or_no_answer_has_two_classes()
    {
        ImmutableArray<string> names = ["ham", "spam"];
        using var trainer = new Trainer(Network.Input(3).Dense(1), new Sgd(0.5f), loss: Loss.BinaryCrossEntropy);
        trainer.Fit(Of(names), 6, 200);
        var path = Path.Combine(folder, "model");
        trainer.ToModel().Save(path);
        var model = Model.Load(path);
        Assert.Equal(names, model.ClassNames);
        Assert.Equal(1, model.Evaluate(Of(names)).Accuracy);
        // By number, spam alone would be ham.
        Assert.Contains("Class 0 of the examples is 'spam'", Refusal(() => model.Evaluate(Of(["spam"]))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_as_a_target_needs_an_output_per_class()
    {
        using var trainer = new Trainer(Network.Input(3).Dense(3), new Sgd(0.1f), loss: Loss.MeanSquaredError);
        Assert.Contains("of 2, and the network has 3 outputs", Assert.Throws<InvalidOperationException>(() => trainer.Fit(Of(2), 6, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_are_not_one_per_class_or_that_no_file_keeps_are_refused_before_training()
    {
        Assert.Contains("There are 3 class names for 2 classes", Refusal(() => Of(2, Animals)), StringComparison.Ordinal);
        Assert.Contains("line break", Refusal(() => Of(["cat", "dog\n", "fox"])), StringComparison.Ordinal);
        using var trainer = new Trainer(Network.Input(3).Dense(3), new Sgd(0.1f));
        Assert.Contains("There are 1 class names for 3 classes", Refusal(() => trainer.Fit(new View(Of(3)) { Names = ["cat"] }, 6, 1)), StringComparison.Ordinal);
        Assert.Contains("line break", Refusal(() => trainer.Fit(new View(Of(3)) { Names = ["cat", "dog", "f\nx"] }, 6, 1)), StringComparison.Ordinal);
        Assert.Equal(0, trainer.Step);
    }

    private static string Refusal(Action act) => Assert.ThrowsAny<ArgumentException>(act).Message;

    private static Trainer Trained(Dataset data)
    {
        var trainer = new Trainer(Network.Input(3).Dense(8).Relu().Dense(3).WithBatchNormalization(), new Sgd(0.3f));
        trainer.Fit(data, 6, 100);
        return trainer;
    }

    private static Dataset Of(ImmutableArray<string> names) => Of(names.Length, names);

    /// <summary>Twelve examples, of which example i is of class i modulo the number of classes, far from the others.</summary>
    private static Dataset Of(int classes, ImmutableArray<string> names = default)
    {
        var inputs = new float[12 * 3];
        var labels = Enumerable.Range(0, 12).Select(i => i % classes).ToArray();
        for (var i = 0; i < 12; i++)
            inputs[3 * i + labels[i]] = 1 + i / 100f;
        return new Dataset(inputs, labels, new Shape(3), classes) { ClassNames = names };
    }

    private sealed class View(IExamples source) : ExamplesView(source)
    {
        public ImmutableArray<string>? Names { get; init; }

        public override ImmutableArray<string> ClassNames => Names ?? base.ClassNames;
    }
}
