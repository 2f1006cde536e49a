using Batchwise.Kernels;
using Batchwise.Tests.Networks;
using CsCheck;

namespace Batchwise.Tests.Kernels.Products;

/// <summary>Every way to compute a product against the definition, in any order of tasks, to the bit where bits are promised.</summary>
[Trait("leg", "instruction-set")]
public class GemmTests
{
    private static readonly string[] Names = [.. GemmVariants.All.Select(variant => variant.Name)];

    public static TheoryData<string> Variants => [.. Names];

    public static TheoryData<int, int, int> Shapes => new()
    {
        { 1, 1, 1 }, { 60, 100, 784 }, { 784, 100, 60 }, { 60, 100, 100 }, { 13, 33, 5 }, { 257, 130, 300 }, { 100, 515, 700 }, { 7, 1, 2000 }, { 1, 70, 3 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_variant_computes_the_product_whatever_is_transposed(int m, int n, int k)
    {
        foreach (var (transposeA, transposeB) in new[] { (false, false), (true, false), (false, true), (true, true) })
            Check(new GemmShape(m, n, k, transposeA, transposeB), padding: 3, accumulate: transposeA);
    }

    [Fact]
    public void All_small_shapes_and_tails() => Property.Holds(
        Gen.Select(Gen.Int[1, 70], Gen.Int[1, 70], Gen.Int[1, 70], Gen.Int[0, 9], Gen.Int[0, 7]),
        value =>
        {
            var (m, n, k, padding, flags) = value;
            Check(new GemmShape(m, n, k, (flags & 1) != 0, (flags & 2) != 0), padding, (flags & 4) != 0);
        },
        count: 150);

    [Fact]
    public void A_block_on_spans_refuses_what_does_not_fit() =>
        Assert.Throws<ArgumentException>(() => Batchwise.Kernels.Gemm.Block(4, 4, 4, new float[15], 4, 1, new float[16], 4, new float[16], 4, false));

    private static void Check(GemmShape shape, int padding, bool accumulate)
    {
        var (aStride, bStride, cStride) = ((shape.TransposeA ? shape.M : shape.K) + padding, (shape.TransposeB ? shape.K : shape.N) + padding, shape.N + padding);
        var a = Values((shape.TransposeA ? shape.K : shape.M) * aStride, 1);
        var b = Values((shape.TransposeB ? shape.N : shape.K) * bStride, 2);
        var start = Values(shape.M * cStride, 3);
        float[]? bits = null;
        foreach (var variant in GemmVariants.All)
        {
            var kind = variant.Name == "reference" ? KernelKind.Reference : InstructionSet.Current;
            if (!variant.Fits(shape, kind) && variant.Name is "reference" or "block")
                continue;
            var c = start.ToArray();
            Run(variant.Make(shape, kind), a, aStride, b, bStride, c, cStride, accumulate);
            for (var i = 0; i < shape.M; i++)
            {
                for (var j = 0; j < cStride; j++)
                {
                    var actual = c[i * cStride + j];
                    if (j >= shape.N)
                    {
                        Assert.Equal(start[i * cStride + j], actual);
                        continue;
                    }
                    double sum = accumulate ? start[i * cStride + j] : 0, magnitude = Math.Abs(sum);
                    for (var p = 0; p < shape.K; p++)
                    {
                        var product = (double)a[shape.TransposeA ? p * aStride + i : i * aStride + p] * b[shape.TransposeB ? j * bStride + p : p * bStride + j];
                        sum += product;
                        magnitude += Math.Abs(product);
                    }
                    // A chain of k multiply-adds rounds each term at most k + 1 times, fused or not: as many units of 2^-24.
                    Assert.True(Math.Abs(actual - sum) <= (shape.K + 1) * Math.Pow(2, -24) * magnitude + 1e-30, $"{variant.Name}, {shape}: [{i}, {j}] is {actual:R}, not {sum:R}");
                }
            }
            if (variant.Name == "reference")
                continue;
            if (bits is not null)
                Assert.True(bits.AsSpan().SequenceEqual(c), $"{variant.Name} has other bits for {shape}");
            bits = c;
        }
    }

    private static void Run(GemmPlan plan, float[] a, int aStride, float[] b, int bStride, float[] c, int cStride, bool accumulate)
    {
        var shared = new float[plan.SharedScratch];
        var worker = new float[plan.WorkerScratch];
        Array.Fill(shared, float.NaN);
        for (var phase = 0; phase < plan.Phases; phase++)
        {
            // Last task first: order must not matter.
            for (var task = plan.Tasks(phase) - 1; task >= 0; task--)
            {
                Array.Fill(worker, float.NaN);
                plan.Run(phase, task, new GemmOperands
                {
                    A = a,
                    AStride = aStride,
                    B = b,
                    BStride = bStride,
                    C = c,
                    CStride = cStride,
                    Accumulate = accumulate,
                    SharedScratch = shared,
                    WorkerScratch = worker,
                });
            }
        }
    }

    private static float[] Values(int count, ulong stream)
    {
        var random = new Philox(7, RandomPurpose.Experiment, stream);
        var values = new float[count];
        foreach (ref var value in values.AsSpan())
            value = 2 * random.NextSingle() - 1;
        return values;
    }
}
