using System.Collections.Immutable;

namespace Batchwise.Onnx;

/// <summary>
/// How ONNX sees the values of one sample that a layer of Batchwise holds in another order. The layer's values are cut into factors, in
/// the order in which they lie in memory: [H, W, C] for a map. ONNX sees the same factors in another order, [C, H, W], and grouped
/// into extents. Transposing, reshaping and flattening change the view alone; no value moves.
/// </summary>
/// <param name="Factors">The factors in memory, outermost first; none of them is 1.</param>
/// <param name="Order">Which factor comes first in ONNX, which next.</param>
/// <param name="Dims">ONNX's extents of one sample, without the batch: products of consecutive factors of <paramref name="Order"/>, or 1.</param>
sealed record ValueView(ImmutableArray<int> Factors, ImmutableArray<int> Order, ImmutableArray<int> Dims)
{
    /// <summary>A tensor that ONNX sees as it lies in memory.</summary>
    public static ValueView Plain(params ReadOnlySpan<int> dims)
    {
        int[] factors = [.. dims.ToArray().Where(extent => extent != 1)];
        return new([.. factors], [.. Enumerable.Range(0, factors.Length)], [.. dims]);
    }

    /// <summary>A map [H, W, C] that ONNX sees as [C, H, W], or as [C, W] where it is one line of one axis.</summary>
    public static ValueView ChannelsFirst(Shape map, bool oneAxis = false)
    {
        var view = Plain([.. map.Dimensions]).Transpose([2, 0, 1]);
        return oneAxis ? view.Reshape([map.Channels, map[1]])! : view;
    }

    /// <summary>Values of a sample.</summary>
    public int Size => Factors.Aggregate(1, (product, factor) => product * factor);

    /// <summary>Whether ONNX sees the values in the order in which they lie in memory.</summary>
    public bool IsPlain => Canonical().Order.Length <= 1;

    /// <summary>Whether both see their values in the same order and with the same extents.</summary>
    public bool SameAs(ValueView other)
    {
        var (mine, others) = (Canonical(), other.Canonical());
        return Dims.SequenceEqual(other.Dims) && mine.Factors.SequenceEqual(others.Factors) && mine.Order.SequenceEqual(others.Order);
    }

    /// <summary>The view with its extents in another order.</summary>
    public ValueView Transpose(ReadOnlySpan<int> axes)
    {
        var groups = Groups();
        return this with { Order = [.. axes.ToArray().SelectMany(axis => groups[axis])], Dims = [.. axes.ToArray().Select(axis => Dims[axis])] };
    }

    /// <summary>The view with other extents of the same product; factors are cut where an extent ends within one.</summary>
    /// <returns>The view, or null where an extent would end within a factor that it does not divide.</returns>
    public ValueView? Reshape(ReadOnlySpan<int> dims)
    {
        var (whole, runs) = Canonical();
        var (factors, order) = (new List<int>(whole), new List<int>(runs));
        var next = 0;
        foreach (var extent in dims)
        {
            for (var left = extent; left > 1; next++)
            {
                var factor = next < order.Count ? factors[order[next]] : 0;
                if (factor == 0 || (left % factor != 0 && factor % left != 0))
                    return null;
                if (factor > left)
                    Cut(factors, order, next, left);
                left /= factors[order[next]];
            }
        }
        return next == order.Count ? new([.. factors], [.. order], [.. dims]) : null;
    }

    /// <summary>For each value in memory, its place among the values in ONNX's order.</summary>
    public int[] Places()
    {
        var strides = new int[Factors.Length];
        for (var (i, stride) = (Order.Length - 1, 1); i >= 0; stride *= Factors[Order[i]], i--)
            strides[Order[i]] = stride;
        var places = new int[Size];
        for (var value = 0; value < places.Length; value++)
        {
            var rest = value;
            for (var factor = Factors.Length - 1; factor >= 0; factor--)
            {
                (rest, var index) = Math.DivRem(rest, Factors[factor]);
                places[value] += index * strides[factor];
            }
        }
        return places;
    }

    /// <summary>Cuts the factor at a place of the order into one of a size and the rest behind it.</summary>
    private static void Cut(List<int> factors, List<int> order, int place, int first)
    {
        var factor = order[place];
        factors.Insert(factor + 1, factors[factor] / first);
        factors[factor] = first;
        for (var i = 0; i < order.Count; i++)
            order[i] += order[i] > factor ? 1 : 0;
        order.Insert(place + 1, factor + 1);
    }

    /// <summary>The factors of each extent.</summary>
    private List<int[]> Groups()
    {
        var groups = new List<int[]>();
        var next = 0;
        foreach (var extent in Dims)
        {
            var first = next;
            for (var product = 1; product < extent; next++)
                product *= Factors[Order[next]];
            groups.Add([.. Order[first..next]]);
        }
        return groups;
    }

    /// <summary>The same order with the fewest factors: neighbours in memory that are neighbours in ONNX too are one.</summary>
    private (ImmutableArray<int> Factors, ImmutableArray<int> Order) Canonical()
    {
        // A run of the order that follows memory is one factor; runs are numbered by where they begin in memory.
        var runs = new List<(int First, int Product)>();
        for (var i = 0; i < Order.Length; i++)
        {
            if (i > 0 && Order[i] == Order[i - 1] + 1)
                runs[^1] = (runs[^1].First, runs[^1].Product * Factors[Order[i]]);
            else
                runs.Add((Order[i], Factors[Order[i]]));
        }
        var sorted = runs.Order().ToList();
        return ([.. sorted.Select(run => run.Product)], [.. runs.Select(run => sorted.IndexOf(run))]);
    }
}
