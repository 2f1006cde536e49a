namespace Batchwise.Tests.Models;

/// <summary>The networks of sections 4.2.1 to 4.2.3.</summary>
public class RecipeTests
{
    private static readonly RecipeBase Paper = new(0.0015f, 0.9f, 1e-4f, 1000, 0.5);

    private static readonly Network Base = InceptionSmall.CreateBase(width: 0.1);

    [Fact]
    public void The_rates_are_those_of_the_paper()
    {
        double Rate(Recipe recipe) => recipe.OptimizerOf(Paper).LearningRate;
        Assert.Equal(0.0015, Rate(Recipes.Inception), 1e-9);
        Assert.Equal(0.0015, Rate(Recipes.BnBaseline), 1e-9);
        Assert.Equal(0.0075, Rate(Recipes.BnX5), 1e-9);
        Assert.Equal(0.0075, Rate(Recipes.InceptionX5), 1e-9);
        Assert.Equal(0.0075, Rate(Recipes.BnX5Sigmoid), 1e-9);
        Assert.Equal(0.045, Rate(Recipes.BnX30), 1e-8);
    }

    [Fact]
    public void BN_x5_makes_the_seven_changes()
    {
        var (before, after) = (Recipes.BnBaseline, Recipes.BnX5);
        var (slow, fast) = (before.OptimizerOf(Paper), after.OptimizerOf(Paper));
        Assert.Equal(5.0 * slow.LearningRate, fast.LearningRate, 1e-9);
        Assert.Equal(slow.WeightDecay / 5.0, fast.WeightDecay, 1e-12);
        // Six times faster: the factor of 600 steps in 100.
        Assert.Equal(slow.Schedule.Factor(600), fast.Schedule.Factor(100), 1e-12);
        Assert.True(after.ThoroughShuffling && after.ReducedDistortions && !before.ThoroughShuffling && !before.ReducedDistortions);
        Assert.Contains(before.NetworkOf(Base).Nodes, node => node.Layer is Dropout { Probability: 0.4 });
        Assert.Contains(before.NetworkOf(Base).Nodes, node => node.Layer is LocalResponseNormalization);
        Assert.Equal(InceptionSmall.Create(width: 0.1).ToString(), after.NetworkOf(Base).ToString());
    }

    [Fact]
    public void Inception_is_the_base_itself() => Assert.Equal(Base.ToString(), Recipes.Inception.NetworkOf(Base).ToString());

    [Fact]
    public void The_sigmoid_network_has_no_rectifier_left()
    {
        var network = Recipes.BnX5Sigmoid.NetworkOf(Base);
        Assert.DoesNotContain(network.Nodes, node => node.Layer is Relu);
        Assert.IsType<BatchNormalization>(network["inception1a/1x1/sigmoid"].Inputs[0].Layer);
    }

    [Fact]
    public void Members_of_the_ensemble_differ_and_are_built_on_BN_x30()
    {
        Assert.Equal(6, Recipes.Ensemble.Distinct().Count());
        Assert.All(Recipes.Ensemble, recipe => Assert.Equal(0.045, recipe.OptimizerOf(Paper).LearningRate, 1e-8));
        Assert.All(Recipes.Ensemble, recipe => NetworkVerifier.Verify(recipe.NetworkOf(Base)));
        Assert.Contains(Recipes.Named("ensemble-1").NetworkOf(Base).Nodes, node => node.Layer is Dropout { Probability: 0.05 });

        var perActivation = Recipes.Named("ensemble-4").NetworkOf(Base);
        var names = perActivation.Nodes.Where(node => node.Layer is BatchNormalization { PerActivation: true }).Select(perActivation.NameOf);
        Assert.Equal(["inception3b/1x1/batchNorm", "inception3b/3x3/batchNorm"], names);

        var larger = Recipes.Named("ensemble-3");
        var network = larger.NetworkOf(Base);
        var (plain, scaled) = (NetworkState.Create(network, 1), larger.StateOf(network, 1));
        Assert.Equal(2 * plain.Parameter("conv1.weight")[3], scaled.Parameter("conv1.weight")[3]);
        Assert.Equal(plain.Parameter("output.weight")[3], scaled.Parameter("output.weight")[3]);
        Assert.Equal(1, scaled.Parameter("conv1/batchNorm.gamma")[0]);
    }

    [Fact]
    public void A_name_that_is_none_is_answered_with_those_there_are()
    {
        Assert.All(Recipes.All, recipe => Assert.Same(recipe, Recipes.Named(recipe.Name)));
        Assert.Contains("BN-x30", Assert.Throws<ArgumentException>(() => Recipes.Named("BN-x7")).Message, StringComparison.Ordinal);
    }
}
