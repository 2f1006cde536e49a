namespace Batchwise;

/// <summary>
/// A sum of convolutions of one value, of the value itself and of maps of its channels is one convolution, with the largest of
/// the kernels: the three branches of RepVGG (Ding et al., arXiv 2101.03697, section 3.3). Only sums that hold a normalization
/// are joined.
/// </summary>
sealed class JoinConvolutions : FoldingStep
{
    public override bool TryApply(FoldingGraph graph, FoldingNode node, FoldingLog log)
    {
        if (node.Layer is not Sum || !node.Inputs.Any(branch => branch.HoldsNormalization)
            || node.Inputs.Where(branch => branch.Layer is Convolution).MaxBy(Area) is not { } joined)
        {
            return false;
        }
        var x = joined.Inputs[0];
        var kernel = new Kernel(joined);
        var others = new List<FoldingNode>(node.Inputs);
        others.Remove(joined);
        if (graph.IsShared(joined) || !others.TrueForAll(branch =>
            branch == x || (branch.Inputs.FirstOrDefault() == x && !graph.IsShared(branch) && kernel.Holds(branch))))
            return false;
        if (others.Contains(x) && !kernel.HoldsIdentity)
            return false;
        foreach (var branch in others)
        {
            if (branch == x)
            {
                kernel.AddIdentity();
                continue;
            }
            kernel.Add(branch);
            log.Folded(branch, "branches of a sum joined into one convolution", [joined]);
        }
        joined.Hold();
        foreach (var branch in others.Where(branch => branch != x))
            graph.Remove(branch);
        graph.Replace(node, joined);
        return true;
    }

    private static long Area(FoldingNode branch) =>
        (long)((Convolution)branch.Layer).Window.Height * ((Convolution)branch.Layer).Window.Width;

    /// <summary>The kernel that the others are added to.</summary>
    private sealed class Kernel(FoldingNode joined)
    {
        private readonly Convolution layer = (Convolution)joined.Layer;
        private readonly Kernels.ConvolutionShape shape = ((Convolution)joined.Layer).ShapeOn(joined.Inputs[0].Shape);

        /// <summary>Whether it has a tap that sees each place itself, from a channel to the same one.</summary>
        public bool HoldsIdentity =>
            shape.Channels == shape.Outputs && shape.StrideY == 1 && shape.StrideX == 1 && Tap(0, 0) is not null;

        /// <summary>Whether a convolution or map of the same value can be added.</summary>
        public bool Holds(FoldingNode branch)
        {
            if (branch.Map is { } map)
                return map.Length == branch.Shape.Channels && HoldsIdentity;
            if (branch.Layer is not Convolution other || other.Groups != layer.Groups
                || (other.Window.StrideY, other.Window.StrideX) != (layer.Window.StrideY, layer.Window.StrideX))
            {
                return false;
            }
            return Taps(branch).All(tap => tap is not null);
        }

        public void AddIdentity()
        {
            for (var c = 0; c < shape.Channels; c++)
                joined.Weight[IdentityAt(c)]++;
        }

        public void Add(FoldingNode branch)
        {
            if (branch.Map is { } map)
            {
                for (var c = 0; c < map.Length; c++)
                {
                    joined.Weight[IdentityAt(c)] += map.Scale[c];
                    joined.Bias[c] += map.Offset(c);
                }
                return;
            }
            var size = shape.GroupChannels * shape.Outputs;
            var first = 0;
            foreach (var tap in Taps(branch))
            {
                for (var i = 0; i < size; i++)
                    joined.Weight[tap!.Value * size + i] += branch.Weight[first + i];
                first += size;
            }
            for (var o = 0; o < shape.Outputs; o++)
                joined.Bias[o] += branch.Bias[o];
        }

        private int IdentityAt(int channel) =>
            (Tap(0, 0)!.Value * shape.GroupChannels + channel % shape.GroupChannels) * shape.Outputs + channel;

        /// <summary>Where each place of another kernel lies in this one; null where it does not.</summary>
        private IEnumerable<int?> Taps(FoldingNode branch)
        {
            var other = ((Convolution)branch.Layer).ShapeOn(branch.Inputs[0].Shape);
            for (var u = 0; u < other.KernelHeight; u++)
            {
                for (var v = 0; v < other.KernelWidth; v++)
                    yield return Tap(u * other.DilationY - other.Top, v * other.DilationX - other.Left);
            }
        }

        /// <summary>
        /// The kernel's tap at an offset of rows and columns from the place that the stride leads to; null if there is none.
        /// </summary>
        private int? Tap(int row, int column)
        {
            var (u, rowRest) = Math.DivRem(row + shape.Top, shape.DilationY);
            var (v, columnRest) = Math.DivRem(column + shape.Left, shape.DilationX);
            return rowRest == 0 && columnRest == 0 && u >= 0 && u < shape.KernelHeight && v >= 0 && v < shape.KernelWidth
                ? u * shape.KernelWidth + v : null;
        }
    }
}
