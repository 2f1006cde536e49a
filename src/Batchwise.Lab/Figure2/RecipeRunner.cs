using System.Diagnostics;
using System.Globalization;

namespace Batchwise.Lab;

/// <summary>Runs recipes, each once: what is finished is read from the folder, and what was interrupted goes on from its last look.</summary>
sealed class RecipeRunner(Figure2Settings settings, Figure2Data data, string folder, CancellationToken cancellationToken)
{
    private readonly RunStore store = new(folder);
    private readonly PredictionFiles predictions = new(folder);
    private readonly Network network = settings.BaseNetwork(data);

    /// <summary>Trains a recipe.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="rate">Inception's rate, which the recipe multiplies.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="steps">How many steps it takes.</param>
    /// <param name="looks">The steps at which it is scored, the last of them its end; none for a run of a search.</param>
    /// <param name="member">Whether it is a network of an ensemble, so that what it says of all images is kept.</param>
    /// <param name="report">Is told after every look: steps taken, accuracy.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public RecipeRun Run(Recipe recipe, float rate, ulong seed, long steps, IReadOnlyList<long> looks, bool member, Action<long, double> report)
    {
        var values = settings.Base(rate, steps);
        var spec = string.Create(CultureInfo.InvariantCulture,
            $"figure {(member ? 4 : 2)}, {recipe}, {values}, width {settings.Width}, batch {settings.Batch}, shards {settings.ShardSize}, population {settings.PopulationBatches}, seed {seed}, looks {looks.Count}, {data.Identity}, {Machine.InstructionSet}, {typeof(Network).Assembly.GetName().Version!.ToString(3)}");
        var run = store.Find(spec, ResultJson.Readable.RecipeRun) ?? new RecipeRun
        {
            Spec = spec,
            Recipe = recipe.Name,
            Rate = recipe.OptimizerOf(values).LearningRate,
            Seed = seed,
            Budget = steps,
            Machine = $"{Machine.Cpu}, {Machine.InstructionSet}",
        };
        return run.IsFinished ? run : Continue(run, recipe, values, looks, member, report);
    }

    private RecipeRun Continue(RecipeRun run, Recipe recipe, RecipeBase values, IReadOnlyList<long> looks, bool member, Action<long, double> report)
    {
        using var trainer = Trainer(ref run, recipe, values);
        var (all, training) = (Stopwatch.StartNew(), new Stopwatch());
        var (earlier, earlierInAll) = (run.Seconds, run.SecondsInAll);
        RecipeRun Timed(RecipeRun now) => now with
        {
            Steps = trainer.Step,
            Seconds = earlier + training.Elapsed.TotalSeconds,
            SecondsInAll = earlierInAll + all.Elapsed.TotalSeconds,
        };

        var examples = data.TrainingFor(recipe);
        try
        {
            foreach (var look in looks.DefaultIfEmpty(run.Budget).Where(step => step > trainer.Step))
            {
                training.Start();
                trainer.Fit(examples, settings.Batch, look - trainer.Step, cancellationToken: cancellationToken);
                training.Stop();
                cancellationToken.ThrowIfCancellationRequested();
                if (looks.Count == 0)
                    continue;
                var point = new RecipePoint(trainer.Step, trainer.Evaluate(data.LookedValidation).Accuracy, trainer.Evaluate(data.LookedTest).Accuracy);
                var before = run.Steps;
                trainer.SaveCheckpoint(Checkpoint(run, trainer.Step));
                run = Timed(run with { Points = run.Points.Add(point) });
                store.Keep(run, ResultJson.Readable.RecipeRun);
                File.Delete(Checkpoint(run, before));
                report(trainer.Step, point.Validation);
            }
            run = Timed(Scored(run, trainer, searching: looks.Count == 0, member));
        }
        catch (TrainingDivergedException error)
        {
            training.Stop();
            run = Timed(run with { Diverged = error.Message });
        }
        store.Keep(run, ResultJson.Readable.RecipeRun);
        File.Delete(Checkpoint(run, run.Points.IsEmpty ? 0 : run.Points[^1].Step));
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
                Predictions = predictions.Keep(run.Spec, said, data.Classes),
            };
        }
        double Score(IExamples images) => trainer.Evaluate(images, StatisticsSource.PopulationElseMoving).Accuracy;
        return run with { Validation = Score(data.Validation), Test = searching ? null : Score(data.Test) };
    }

    private Trainer Trainer(ref RecipeRun run, Recipe recipe, RecipeBase values)
    {
        var own = recipe.NetworkOf(network);
        var optimizer = recipe.OptimizerOf(values);
        var shuffling = Shuffling.Shards(settings.ShardSize, within: recipe.ThoroughShuffling);
        var checkpoint = Checkpoint(run, run.Steps);
        if (run.Steps > 0 && File.Exists(checkpoint))
            return Batchwise.Trainer.Resume(checkpoint, own, optimizer, threads: settings.Threads, shuffling: shuffling);
        run = run with { Steps = 0, Points = [], Seconds = 0, SecondsInAll = 0 };
        return Batchwise.Trainer.From(recipe.StateOf(own, run.Seed), optimizer, run.Seed, threads: settings.Threads, shuffling: shuffling);
    }

    private string Checkpoint(RecipeRun run, long step) =>
        Path.Combine(folder, "runs", string.Create(CultureInfo.InvariantCulture, $"{RunStore.KeyOf(run.Spec)}-{step}.safetensors"));
}
