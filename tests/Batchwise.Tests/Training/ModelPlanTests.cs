namespace Batchwise.Tests.Training;

public class ModelPlanTests
{
    private static readonly Model Model = new(NetworkState.Create(Network.Input(6).Dense(4).Sigmoid().Dense(3).WithBatchNormalization(), 1));

    [Fact]
    public void A_training_plan_goes_from_the_data_to_the_update()
    {
        var text = Model.DescribePlan(NetworkMode.Training, 20);
        Assert.All(["load", "dense forward", "loss", "SoftmaxCrossEntropy", "batchNorm1", "update", "Sgd", "commit statistics"],
            word => Assert.Contains(word, text, StringComparison.Ordinal));
        Assert.Contains("Training plan for up to 20 samples", text, StringComparison.Ordinal);
        Assert.Contains("dense1.weight, batchNorm1.gamma, batchNorm1.beta, dense2.weight, dense2.bias  ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Long_lists_are_cut_and_say_so()
    {
        var longer = new Model(NetworkState.Create(Network.Input(6).Dense(4).Dense(4).Dense(4).Dense(3), 1));
        Assert.Contains(" dense1.weight, dense1.bias, dense2.weight, dense2.bias and 4 more ", longer.DescribePlan(NetworkMode.Training, 5), StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_that_only_goes_forward_has_no_loss_and_no_update()
    {
        foreach (var mode in new[] { NetworkMode.Inference, NetworkMode.Statistics })
        {
            var text = Model.DescribePlan(mode, 7);
            Assert.Contains($"{mode} plan for up to 7 samples", text, StringComparison.Ordinal);
            Assert.Contains("dense2", text, StringComparison.Ordinal);
            Assert.All(["loss", "update", "gradient"], word => Assert.DoesNotContain(word, text, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Folding_shows()
    {
        Assert.Contains("batchNorm1", Model.DescribePlan(NetworkMode.Inference, 1), StringComparison.Ordinal);
        Assert.DoesNotContain("batchNorm1", Model.Fold().DescribePlan(NetworkMode.Inference, 1), StringComparison.Ordinal);
    }

    [Fact]
    public void What_has_no_plan_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Model.DescribePlan(NetworkMode.Inference, 0));
        Assert.Contains("use Training, Statistics or Inference", Assert.Throws<ArgumentOutOfRangeException>(() => Model.DescribePlan((NetworkMode)7, 1)).Message, StringComparison.Ordinal);
        var untrainable = new Model(NetworkState.Create(Network.Input(3).Sigmoid(), 1), OutputMeaning.Values);
        Assert.Contains("no parameter to train", Assert.Throws<ArgumentException>(() => untrainable.DescribePlan(NetworkMode.Training, 1)).Message, StringComparison.Ordinal);
    }
}
