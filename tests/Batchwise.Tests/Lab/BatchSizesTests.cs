using Batchwise.Lab;

namespace Batchwise.Tests.Lab;

public sealed class BatchSizesTests : IDisposable
{
    private readonly LabBench lab = new();

    public void Dispose() => lab.Dispose();

    [Fact]
    public void Every_size_is_run_with_as_many_images_and_what_makes_no_sense_is_refused()
    {
        // Twelve channels, which ten groups do not divide.
        var network = Network.Input(28, 28, 1).Flatten().Dense(12, Initializer.Gaussian(0.1)).Sigmoid().Dense(10, Initializer.Gaussian(0.1));
        var result = new BatchSizes(Subject.Vectors).Run(lab.Open(LabBench.Settings with { Quick = true, Steps = 8 }, network: network));
        var best = result.Tables.Single(table => table.Name == "best");
        // 160 images: 80 steps of 2, 20 of 8, 5 of 32, 2 of 64, less than one of 256.
        Assert.Equal([("2", "80"), ("8", "20"), ("32", "5"), ("64", "2"), ("256", "1")], best.Rows.Select(row => (row[0], row[3])).Distinct());
        Assert.Equal(["plain", "batch-norm", "batch-renorm", "layer-norm"], best.Rows.Where(row => row[0] == "8").Select(row => row[1]));
        Assert.Contains(best.Rows, row => row[0] == "32" && row[1] == "ghost");
        string Reason(string cell) => result.Refused.Single(refused => refused.Cell == cell).Reason;
        Assert.Contains("batch normalization itself", Reason("ghost, batch 8"), StringComparison.Ordinal);
        Assert.Contains("one value per channel", Reason("batch-norm, batch 1"), StringComparison.Ordinal);
        Assert.Contains("12 channels into 10", Reason("group-norm, batch 2"), StringComparison.Ordinal);
        Assert.Contains("as many images, 160", result.Protocol, StringComparison.Ordinal);
    }

    [Fact]
    public void Small_batches_are_capped_and_batches_that_the_data_does_not_fill_are_refused()
    {
        var result = new BatchSizes(Subject.Vectors).Run(lab.Open(LabBench.Settings with { Quick = true, Steps = 2 }, LabBench.Data.WithTraining(100)));
        // 40 images would be 20 steps of 2, and ten times 2 are 20: nothing is capped.
        Assert.DoesNotContain("see fewer images", result.Protocol, StringComparison.Ordinal);
        Assert.Contains(result.Refused, cell => cell is { Cell: "batch 256", Reason: "100 training images do not fill it." });
        var capped = new BatchSizes(Subject.Vectors).Run(lab.Open(LabBench.Settings with { Quick = true, Steps = 2, Batch = 40 }, LabBench.Data.WithTraining(100)));
        Assert.Contains("at most 20, so that batches of 2 see fewer images", capped.Protocol, StringComparison.Ordinal);
    }

    [Fact]
    public void Renormalization_warms_up_over_a_run_as_in_its_paper_over_50_000_steps()
    {
        var layer = BatchSizeArms.Renorm(50_000).Apply(LabBench.Network).Nodes.Select(node => node.Layer).OfType<BatchRenormalization>().Single();
        Assert.Equal(new BatchRenormalization(), layer);
    }

    [Fact]
    public void Comparisons_are_counted_once_each()
    {
        var bench = lab.Open();
        BatchSizeCell Size(int batch) => new(batch, 4, Comparison.Run(bench, [(Arms.Plain, new(1)), (BatchSizeArms.BatchNorm, new(1))], 4, request => request with { Batch = batch }));
        var cells = new BatchSizeCells([Size(8), Size(64)]);
        // Plain against batch norm at either size; both at 8 against batch norm at 64; two statistics of batch norm at either size.
        Assert.Equal(2 + 2 + 2, cells.Comparisons);
        Assert.Null(cells.AgainstSame(cells.Sizes[0], cells.Sizes[0].Outcomes[1]));
        Assert.Null(cells.AgainstReference(cells.Sizes[1], cells.Sizes[1].Outcomes[1]));
        var (small, large) = (cells.Sizes[0].Outcomes[1], cells.Sizes[1].Outcomes[1]);
        Assert.Equal(PairedDifference.Of(small.Test, large.Test, 6), cells.AgainstReference(cells.Sizes[0], small));
        Assert.Equal(PairedDifference.Of(small.Validation, BatchSizeCells.Moving(small), 6), cells.PopulationGain(small));
        Assert.All(small.Runs.Zip(BatchSizeCells.Moving(small)), pair => Assert.Equal(pair.First.Points[^1].Accuracy, pair.Second));
    }

    [Fact]
    public void The_batches_of_a_population_pass_are_part_of_a_key_where_they_are_not_the_default()
    {
        var request = lab.Open().Request(Arms.BatchNorm, new(1), 3, 4, scoreTest: true);
        Assert.DoesNotContain("population", request.Canonical, StringComparison.Ordinal);
        Assert.EndsWith("\npopulation 7", (request with { PopulationBatches = 7 }).Canonical, StringComparison.Ordinal);
    }
}
