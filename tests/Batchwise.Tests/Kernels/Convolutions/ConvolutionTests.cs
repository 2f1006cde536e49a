using Batchwise.Kernels;
using CsCheck;

namespace Batchwise.Tests.Kernels.Convolutions;

/// <summary>
/// Every way to compute a convolution as the sums that it is against the reference, in every direction; to the bit where bits are
/// promised. Winograd's sums are others, with errors of their own: <see cref="WinogradTests"/>.
/// </summary>
[Trait("leg", "instruction-set")]
public class ConvolutionTests
{
    private static readonly ConvolutionDirection[] Directions = Enum.GetValues<ConvolutionDirection>();

    public static TheoryData<string> Names => [.. Shapes.Keys];

    private static Dictionary<string, ConvolutionShape> Shapes { get; } = new ConvolutionShape[]
    {
        ConvolutionCase.Of(7, 9, 16, 33, 1, 1),
        ConvolutionCase.Of(14, 13, 65, 64, 1, 1),
        ConvolutionCase.Of(20, 20, 300, 40, 1, 1),
        ConvolutionCase.Of(9, 8, 5, 16, 1, 1, 2, 3),
        ConvolutionCase.Of(6, 7, 33, 3, 1, 1, top: 1, right: 2),
        ConvolutionCase.Of(6, 11, 5, 16, 1, 3, left: 1, right: 1),
        ConvolutionCase.Of(11, 6, 16, 5, 3, 1, top: 2),
        ConvolutionCase.Of(8, 8, 16, 16, 2, 2, 2, 2),
        ConvolutionCase.Of(9, 7, 3, 33, 2, 2, 1, 2, bottom: 1),
        ConvolutionCase.Of(13, 12, 3, 96, 3, 3, top: 1, left: 1, bottom: 1, right: 1),
        ConvolutionCase.Of(16, 16, 64, 64, 3, 3, top: 1, left: 1, bottom: 1, right: 1),
        ConvolutionCase.Of(15, 14, 33, 64, 3, 3, 2, 2, 1, 1, 1, 1),
        ConvolutionCase.Of(14, 15, 16, 1, 3, 3, 3, 2, 0, 1, 2, 0),
        ConvolutionCase.Of(10, 9, 1, 5, 5, 5, top: 2, left: 2, bottom: 2, right: 2),
        ConvolutionCase.Of(12, 13, 5, 16, 5, 5, 2, 1, 1, 3, 2, 0, groups: 1),
        ConvolutionCase.Of(31, 30, 3, 64, 7, 7, 2, 2, 3, 3, 3, 3),
        ConvolutionCase.Of(9, 9, 64, 3, 7, 7, 3, 3, 3, 3, 3, 3),
        ConvolutionCase.Of(2, 3, 5, 7, 5, 5, top: 4, left: 4, bottom: 4, right: 4),
        ConvolutionCase.Of(12, 11, 16, 5, 3, 3, dilationY: 2, dilationX: 3, top: 2, left: 3),
        ConvolutionCase.Of(13, 14, 3, 16, 3, 2, 2, 2, dilationY: 2, dilationX: 2, left: 1),
        ConvolutionCase.Of(9, 10, 12, 20, 3, 3, 2, 1, 1, 1, 1, 1, groups: 4),
        ConvolutionCase.Of(8, 7, 32, 96, 1, 1, groups: 2),
        ConvolutionCase.Of(8, 7, 66, 64, 3, 3, top: 1, left: 1, bottom: 1, right: 1, groups: 2),
        ConvolutionCase.Of(9, 8, 33, 33, 3, 3, top: 1, left: 1, bottom: 1, right: 1, groups: 33),
        ConvolutionCase.Of(13, 20, 64, 64, 5, 3, 2, 3, 2, 0, 1, 1, groups: 64),
        ConvolutionCase.Of(30, 29, 3, 24, 7, 7, 2, 2, 3, 3, 2, 2, groups: 3),
        ConvolutionCase.Of(9, 10, 5, 15, 2, 3, 1, 2, 1, 0, 1, 1, 2, 2, groups: 5),
        ConvolutionCase.Of(7, 6, 1, 3, 3, 3, 1, 1, 1, 1, 1, 1),
    }.Select((shape, index) => (Name: $"{index}: {shape}", Shape: shape)).ToDictionary(named => named.Name, named => named.Shape);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_way_computes_what_the_reference_does(string name)
    {
        foreach (var direction in Directions)
        {
            Check(new ConvolutionCase(Shapes[name], count: 3), direction, capacity: 5);
            Check(new ConvolutionCase(Shapes[name], count: 1, padding: 3, accumulate: true), direction, capacity: 1);
        }
    }

    [Fact]
    public void All_small_shapes() =>
        Gen.Select(Gen.Int[1, 9], Gen.Int[1, 9], Gen.Int[1, 20], Gen.Int[1, 40], Gen.Int[1, 4], Gen.Int[1, 4], Gen.Int[0, 1 << 12]).Sample(
            (height, width, channels, outputs, kernelHeight, kernelWidth, rest) =>
            {
                var (strideY, strideX, dilationY, dilationX) = (1 + rest % 3, 1 + rest / 3 % 3, 1 + rest / 9 % 2, 1 + rest / 18 % 2);
                var (top, left) = (rest / 36 % 4, rest / 144 % 4);
                var shape = ConvolutionCase.Of(
                    height, width, channels, outputs, kernelHeight, kernelWidth, strideY, strideX, top, left,
                    (kernelHeight - 1) * dilationY, (kernelWidth - 1) * dilationX, dilationY, dilationX);
                Check(new ConvolutionCase(shape, 2, rest % 2, rest % 4 == 1), Directions[rest % 3], 2);
            },
            iter: 200, seed: "0N0XIzNsQ0O2", threads: 1);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_sample_has_the_same_bits_alone_and_among_others(string name)
    {
        var all = new ConvolutionCase(Shapes[name], count: 4, padding: 1, accumulate: true);
        foreach (var direction in new[] { ConvolutionDirection.Forward, ConvolutionDirection.InputGradient })
        {
            foreach (var (variant, plan) in Plans(Shapes[name], direction, 4))
            {
                var together = all.Run(direction, plan);
                var alone = all.Samples(2, 1).Run(direction, plan);
                var first = 2 * alone.Rows;
                for (var row = 0; row < alone.Rows; row++)
                {
                    for (var column = 0; column < alone.Columns; column++)
                        Assert.True(BitConverter.SingleToInt32Bits(together[first + row, column]) == BitConverter.SingleToInt32Bits(alone[row, column]), $"{variant}, {direction} [{row}, {column}]");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_prepared_weight_gives_the_same_bits(string name)
    {
        var @case = new ConvolutionCase(Shapes[name], count: 3, padding: 2);
        var task = new ConvolutionTask(Shapes[name], ConvolutionDirection.Forward, InstructionSet.Current, 5);
        foreach (var variant in ConvolutionVariants.All.Where(variant => variant.Can(task)))
        {
            foreach (var known in new[] { task, task with { IsPrepared = true } })
            {
                var plan = variant.Make(known);
                Assert.True(ConvolutionCase.SameBits(@case.Run(ConvolutionDirection.Forward, plan), @case.RunPrepared(plan)),
                    $"{variant.Name} of {name}");
            }
        }
    }

    [Fact]
    public void A_weight_task_checks_its_operands()
    {
        var shape = ConvolutionCase.Of(7, 9, 16, 33, 1, 1);
        var plan = ConvolutionVariants.All.First(variant => variant.Name == "pointwise")
            .Make(new(shape, ConvolutionDirection.Forward, KernelKind.Vector128, 2));
        var (weight, prepared, scratch) = (new float[shape.Weights], new float[plan.PreparedWeight],
            new float[plan.WorkerScratch]);
        Assert.Throws<ArgumentOutOfRangeException>(() => plan.PrepareWeight(plan.WeightTasks, weight, prepared, scratch));
        Assert.Throws<ArgumentException>(() => plan.PrepareWeight(0, weight.AsSpan(1), prepared, scratch));
        Assert.Throws<ArgumentException>(() => plan.PrepareWeight(0, weight, prepared.AsSpan(1), scratch));
    }

    [Fact]
    public void With_vectors_nothing_is_left_to_the_reference()
    {
        foreach (var shape in Shapes.Values)
        {
            foreach (var direction in Directions)
            {
                Assert.NotEqual("reference", ConvolutionVariants.Choose(new(shape, direction, KernelKind.Vector128, 2), null).Name);
                Assert.Equal("reference", ConvolutionVariants.Choose(new(shape, direction, KernelKind.Reference, 2), "pointwise").Name);
            }
        }
    }

    private static void Check(ConvolutionCase @case, ConvolutionDirection direction, int capacity)
    {
        var expected = @case.Run(direction, new ReferenceConvolution(@case.Shape, direction, capacity));
        foreach (var (variant, plan) in Plans(@case.Shape, direction, capacity))
        {
            var actual = @case.Run(direction, plan);
            var (error, size) = ConvolutionCase.Difference(expected, actual);
            // Few values may cancel by chance, but the error does not cancel with them.
            var scale = Math.Max(size, @case.TypicalSum(direction));
            // A chain of n sums errs by about 0.3 sqrt(n) units of 2^-24 of the values, both as root mean squares: every partial sum
            // is rounded, and they grow as the root of their length.
            var bound = (2 + Math.Sqrt(@case.Terms(direction)) / 2) * Math.Pow(2, -24);
            Assert.True(error <= bound * scale, $"{variant}, {direction} of {@case.Shape}: relative rms error {error / scale:E2}, allowed {bound:E2}");
            Assert.True(ConvolutionCase.SameBits(actual, @case.Run(direction, plan, lastTaskFirst: true)), $"{variant}, {direction} of {@case.Shape} depends on the order of tasks");
            @case.AssertCompletesEachOnce(direction, plan);
        }
    }

    private static IEnumerable<(string Variant, ConvolutionPlan Plan)> Plans(ConvolutionShape shape, ConvolutionDirection direction, int capacity)
    {
        var task = new ConvolutionTask(shape, direction, InstructionSet.Current, capacity);
        return ConvolutionVariants.All.Where(variant => variant.Name != "reference" && !variant.Name.StartsWith("winograd", StringComparison.Ordinal) && variant.Can(task)).Select(variant => (variant.Name, variant.Make(task)));
    }
}
