using Batchwise.Kernels;
using Batchwise.Tests.Networks;
using CsCheck;

namespace Batchwise.Tests.Kernels.Convolutions;

/// <summary>Convolutions of 3 x 3 by Winograd, in each direction, against the reference in float64.</summary>
[Trait("leg", "instruction-set")]
public class WinogradTests
{
    // Rows have so many floats more than channels.
    private const int Padding = 3;

    // For one term; float32 sums of n terms make it 1 + sqrt(n) / 8 times as large, as the tiles' doc comments state.
    private static readonly Dictionary<string, double> Bounds = new() { ["winograd 4x4"] = 6e-7, ["winograd 2x2"] = 2.5e-7 };

    public static TheoryData<string> Names => [.. Bounds.Keys];

    public static TheoryData<string, int, int, int, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int, int, int, int>();
            foreach (var name in Bounds.Keys)
            {
                foreach (var (height, width, channels, outputs) in new[] { (1, 1, 1, 1), (4, 4, 16, 16), (5, 7, 3, 5), (9, 8, 33, 64), (14, 14, 64, 33), (15, 1, 5, 3), (2, 13, 16, 100), (6, 6, 300, 40) })
                    cases.Add(name, height, width, channels, outputs);
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_direction_agrees_with_the_reference(string name, int height, int width, int channels, int outputs)
    {
        foreach (var count in new[] { 3, 1 })
            Check(name, Shape(height, width, channels, outputs, 1, 1), capacity: 3, count, accumulate: count == 1);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Any_size_any_padding(string name) => Property.Holds(
        Gen.Select(Gen.Int[1, 15], Gen.Int[1, 15], Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[1, 4]),
        value =>
        {
            var (height, width, channels, outputs, top, left, count) = value;
            Check(name, Shape(height, width, channels, outputs, top, left), 4, count, (height & 1) == 0);
        },
        count: 40);

    [Theory]
    [InlineData("winograd 4x4", 9, 2, 32, 2, 1, 2)]
    [InlineData("winograd 2x2", 1, 1, 2, 29, 1, 1)]
    [InlineData("winograd 2x2", 3, 3, 25, 2, 0, 0)]
    public void Results_that_padding_or_chance_makes_small(string name, int height, int width, int channels, int outputs, int top, int left) =>
        Check(name, Shape(height, width, channels, outputs, top, left), capacity: 4, count: 1, accumulate: false);

    [Theory]
    [MemberData(nameof(Names))]
    public void Many_tiles_take_several_rounds_of_the_weights_gradient(string name)
    {
        var shape = Shape(30, 30, 40, 70, 1, 1);
        Assert.All(Plans(name, shape, ConvolutionDirection.WeightGradient, 12), plan => Assert.True(plan.Phases > 3));
        Check(name, shape, capacity: 12, count: 12, accumulate: false);
        Check(name, shape, capacity: 12, count: 1, accumulate: false);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_samples_bits_do_not_depend_on_its_place_in_the_batch(string name)
    {
        var shape = Shape(13, 11, 17, 37, 1, 1);
        foreach (var plan in Plans(name, shape, ConvolutionDirection.Forward, 5))
        {
            var (one, many) = (new ConvolutionCase(shape, 1, Padding), new ConvolutionCase(shape, 5, Padding));
            many.X.Fill((row, channel) => one.X[row % shape.Positions, channel]);
            var (y, all) = (one.Run(ConvolutionDirection.Forward, plan), many.Run(ConvolutionDirection.Forward, plan));
            for (var row = 0; row < all.Rows; row++)
            {
                for (var output = 0; output < all.Columns; output++)
                    Assert.Equal(y[row % y.Rows, output], all[row, output]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_task_allocates_nothing(string name)
    {
        var shape = Shape(7, 9, 20, 33, 1, 1);
        var @case = new ConvolutionCase(shape, 2, Padding);
        foreach (var direction in Enum.GetValues<ConvolutionDirection>())
        {
            foreach (var plan in Plans(name, shape, direction, 2))
            {
                @case.Run(direction, plan);
                Assert.Equal(0, @case.Allocated(plan));
            }
        }
    }

    [Fact]
    public void The_table_takes_large_tiles_unless_there_are_few()
    {
        string Chosen(int size, int channels, int count, int stride = 1) =>
            ConvolutionVariants.Choose(new(Shape(size, size, channels, 64, 1, 1) with { StrideX = stride }, ConvolutionDirection.Forward, KernelKind.Vector256, count), null).Name;

        Assert.Equal("winograd 4x4", Chosen(14, 64, 8));
        Assert.Equal("winograd 2x2", Chosen(7, 64, 1));
        Assert.Equal("winograd 2x2", Chosen(2, 64, 100));
        Assert.DoesNotContain("winograd", Chosen(2, 64, 1));
        Assert.DoesNotContain("winograd", Chosen(56, 3, 8));
        Assert.DoesNotContain("winograd", Chosen(14, 64, 8, stride: 2));
    }

    /// <summary>
    /// The error that the doc comments of the tiles state, in root mean square: of what sums of such terms with random signs come to. The
    /// result's own may be far less, where few values happen to be small or where many terms are padding, which the transforms do not know.
    /// </summary>
    private static double Bound(string name, ConvolutionCase @case, ConvolutionDirection direction)
    {
        var (shape, count) = (@case.Shape, @case.Count);
        var terms = direction switch
        {
            ConvolutionDirection.Forward => shape.Channels,
            ConvolutionDirection.InputGradient => shape.Outputs,
            _ => count * shape.OutPositions / (name == "winograd 4x4" ? 16.0 : 4.0),
        };
        return Bounds[name] * (1 + Math.Sqrt(terms) / 8) * @case.TypicalSum(direction);
    }

    private static void Check(string name, ConvolutionShape shape, int capacity, int count, bool accumulate)
    {
        if (shape.OutHeight < 1 || shape.OutWidth < 1)
            return;
        var @case = new ConvolutionCase(shape, count, Padding, accumulate);
        foreach (var direction in Enum.GetValues<ConvolutionDirection>())
        {
            var expected = @case.Run(direction, new ReferenceConvolution(shape, direction, capacity));
            foreach (var plan in Plans(name, shape, direction, capacity))
            {
                var what = $"{name}, {plan.GetType().Name}, {shape}, {direction}, {count} of {capacity}";
                var actual = @case.Run(direction, plan);
                var (error, _) = ConvolutionCase.Difference(expected, actual);
                var bound = Bound(name, @case, direction);
                Assert.True(error <= bound, $"{what}: the error is {error:E2}, its bound {bound:E2}.");
                Assert.True(ConvolutionCase.SameBits(actual, @case.Run(direction, plan, lastTaskFirst: true)), $"{what}: other bits in another order of tasks.");
                @case.AssertCompletesEachOnce(direction, plan);
            }
        }
    }

    /// <summary>A plan of every kind of vectors that this process has, by stages and not.</summary>
    private static IEnumerable<ConvolutionPlan> Plans(string name, ConvolutionShape shape, ConvolutionDirection direction, int capacity)
    {
        foreach (var kind in new[] { KernelKind.Vector128, KernelKind.Vector256, KernelKind.Vector512 }.Where(InstructionSet.Supports))
        {
            var task = new ConvolutionTask(shape, direction, kind, capacity);
            Assert.True(WinogradVariants.Can(task));
            foreach (var staged in direction == ConvolutionDirection.WeightGradient ? new[] { true } : [true, false])
                yield return name == "winograd 4x4" ? WinogradVariants.Make<WinogradFour>(task, staged) : WinogradVariants.Make<WinogradTwo>(task, staged);
        }
    }

    private static ConvolutionShape Shape(int height, int width, int channels, int outputs, int top, int left) => new()
    {
        Height = height,
        Width = width,
        Channels = channels,
        OutHeight = height + 2 * top - 2,
        OutWidth = width + 2 * left - 2,
        Outputs = outputs,
        KernelHeight = 3,
        KernelWidth = 3,
        Top = top,
        Left = left,
    };
}
