using System.Globalization;

namespace Batchwise.Lab;

/// <summary>Runs recipes, each once: what is finished is read from the folder, and what was interrupted goes on from its last checkpoint.</summary>
sealed class RecipeRunner(Figure2Settings settings, Figure2Data data, string folder, CancellationToken cancellationToken)
{
    private readonly RunStore store = new(folder);
    private readonly Network network = settings.BaseNetwork(data);

    /// <summary>
    /// Which kept files were not trusted, so that their runs were made again, and which runs and checkpoints could not be
    /// written: a sentence each.
    /// </summary>
    public IReadOnlyList<string> Remarks => store.Remarks;

    /// <summary>What the networks of ensembles say.</summary>
    public PredictionFiles Predictions { get; } = new(folder);

    /// <summary>Trains a recipe.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="rate">Inception's rate, which the recipe multiplies.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="steps">How many steps it takes.</param>
    /// <param name="looks">The steps at which it is scored, the last of them its end; none for a run of a search.</param>
    /// <param name="member">Whether it is a network of an ensemble, so that what it says of all images is kept.</param>
    /// <param name="report">Is told where the run begins or goes on, and then of its steps: steps taken, the last accuracy seen.</param>
    /// <exception cref="OperationCanceledException">It was ended, and its checkpoint is kept.</exception>
    public RecipeRun Run(Recipe recipe, float rate, ulong seed, long steps, IReadOnlyList<long> looks, bool member, Action<long, double> report)
    {
        var values = settings.Base(rate, steps);
        var spec = string.Create(CultureInfo.InvariantCulture,
            $"figure {(member ? 4 : 2)}, {recipe}, {values}, width {settings.Width}, batch {settings.Batch}, shards {settings.ShardSize}, population {settings.PopulationBatches}, seed {seed}, looks {looks.Count}, {data.Identity}, {Machine.InstructionSet}, {typeof(Network).Assembly.GetName().Version!.ToString(3)}");
        var run = new RecipeRun
        {
            Spec = spec,
            Recipe = recipe.Name,
            Rate = recipe.OptimizerOf(values).LearningRate,
            Seed = seed,
            Budget = steps,
            Machine = $"{Machine.Cpu}, {Machine.InstructionSet}",
        };
        return store.Find(spec, ResultJson.Readable.RecipeRun, kept => kept.FaultOf(run, looks, member)) ?? Train(run, recipe, values, looks, member, report);
    }

    private RecipeRun Train(RecipeRun run, Recipe recipe, RecipeBase values, IReadOnlyList<long> looks, bool member, Action<long, double> report)
    {
        var seen = double.NaN;
        using var training = Open(run, recipe, values, looks, step => report(step, seen));
        var trainer = training.Trainer;
        if (!training.Points.IsEmpty)
            seen = training.Points[^1].Validation;
        var examples = data.TrainingFor(recipe);
        try
        {
            foreach (var look in training.ToCome)
            {
                training.FitTo(look, examples, settings.Batch, cancellationToken);
                var point = new RecipePoint(trainer.Step, trainer.Evaluate(data.LookedValidation).Accuracy, trainer.Evaluate(data.LookedTest).Accuracy);
                training.Add(point);
                seen = point.Validation;
                report(trainer.Step, seen);
            }
            training.FitTo(run.Budget, examples, settings.Batch, cancellationToken);
            run = Scored(run, trainer, searching: looks.Count == 0, member);
        }
        catch (TrainingDivergedException error)
        {
            run = run with { Diverged = error.Message };
        }
        run = run with { Steps = trainer.Step, Points = training.Points, Seconds = training.Seconds, SecondsInAll = training.SecondsInAll };
        store.Keep(run, ResultJson.Readable.RecipeRun);
        report(trainer.Step, run.Validation ?? double.NaN);
        return run;
    }

    private RecipeRun Scored(RecipeRun run, Trainer trainer, bool searching, bool member)
    {
        try
        {
            trainer.EstimatePopulation(data.FirstTraining(settings.PopulationBatches * settings.Batch), settings.Batch);
        }
        catch (InvalidOperationException error)
        {
            // Weights may be finite and the batches' statistics not: such a network is of no use either.
            return run with { Diverged = error.Message };
        }
        if (member)
        {
            var said = MemberPredictions.Of(trainer, data);
            return run with
            {
                Validation = ClassProbabilities.Accuracy(said.Validation, data.Validation),
                Test = ClassProbabilities.Accuracy(said.Test, data.Test),
                Predictions = Predictions.Keep(run.Spec, said, data.Classes),
            };
        }
        double Score(IExamples images) => trainer.Evaluate(images, StatisticsSource.PopulationElseMoving).Accuracy;
        return run with { Validation = Score(data.Validation), Test = searching ? null : Score(data.Test) };
    }

    private KeptTraining<RecipePoint> Open(RecipeRun run, Recipe recipe, RecipeBase values, IReadOnlyList<long> looks, Action<long> told)
    {
        var own = recipe.NetworkOf(network);
        var optimizer = recipe.OptimizerOf(values);
        var shuffling = Shuffling.Shards(settings.ShardSize, within: recipe.ThoroughShuffling);
        return new(
            store, run.Spec, ResultJson.Readable.UnfinishedRunRecipePoint, looks, run.Budget,
            () => Trainer.From(recipe.StateOf(own, run.Seed), optimizer, run.Seed, threads: settings.Threads, shuffling: shuffling),
            path => Trainer.Resume(path, own, optimizer, threads: settings.Threads, shuffling: shuffling))
        { Told = told };
    }
}
