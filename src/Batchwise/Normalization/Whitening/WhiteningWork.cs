using Batchwise.Kernels;

namespace Batchwise;

/// <summary>
/// What the steps of one whitening share: its buffers, what forward leaves for backward, and the sums that tasks leave, one
/// slot per block of rows and group, merged afterwards in the blocks' order. On vectors a task owns its group for the whole
/// batch: one block.
/// </summary>
sealed class WhiteningWork
{
    public WhiteningWork(Node node, PlanBuilder builder, PlanBuffer x, PlanBuffer y, ActivationFunction function)
    {
        Node = node;
        Name = builder.NameOf(node);
        X = x;
        Y = y;
        Function = function;
        Gamma = builder.Parameter(node, 0).Value;
        Beta = builder.Parameter(node, 1).Value;
        Groups = Layer.GroupsOf(x.Channels);
        Memory = PlanBuilder.Fixed($"{Name} matrices", 1, 1);
        IsMap = node.Shape.Rank > 1;
        var blocks = MostBlocks(builder.Capacity);
        Sums = new double[(long)blocks * x.Channels];
        Products = new double[(long)blocks * Groups.Count * GroupMatrix.Length];
        Mean = new double[x.Channels];
        Offset = new double[x.Channels];
        Matrices = new double[Groups.Count * GroupMatrix.Length];
        Map = new double[Matrices.Length];
        Second = new double[builder.IsTraining ? Matrices.Length : 0];
        Kept = new double[Groups.Count * Layer.KeptLength];
    }

    public Node Node { get; }

    public string Name { get; }

    public PlanBuffer X { get; }

    public PlanBuffer Y { get; }

    public PlanBuffer Gamma { get; }

    public PlanBuffer Beta { get; }

    /// <summary>Stands for the arrays where steps say what they read and write.</summary>
    public PlanBuffer Memory { get; }

    public ActivationFunction Function { get; }

    public WhiteningGroups Groups { get; }

    /// <summary>Whether rows are cut into blocks, and the parts of the work lie in phases.</summary>
    public bool IsMap { get; }

    /// <summary>Sums of x forward, of dy backward: [blocks, channels].</summary>
    public double[] Sums { get; }

    /// <summary>Products (x - mean) (x - mean) forward, (x - mean) dy backward: [blocks, groups, matrix].</summary>
    public double[] Products { get; }

    /// <summary>The means that forward subtracted: [channels].</summary>
    public double[] Mean { get; }

    /// <summary>What the map of this pass adds: [channels].</summary>
    public double[] Offset { get; }

    /// <summary>The whitening matrices: [groups, matrix].</summary>
    public double[] Matrices { get; }

    /// <summary>The matrices of this pass's map: of x forward, of dy backward.</summary>
    public double[] Map { get; }

    /// <summary>Backward's matrices of x.</summary>
    public double[] Second { get; }

    /// <summary>What the layer keeps for its gradient.</summary>
    public double[] Kept { get; }

    public Whitening Layer => (Whitening)Node.Layer;

    public int Blocks(int count) => IsMap ? RowBlock.Count(X.Rows(count)) : 1;

    /// <summary>The rows of a block.</summary>
    public (int First, int Count) RowsOf(int block, int count)
    {
        var rows = X.Rows(count);
        if (!IsMap)
            return (0, rows);
        var perBlock = RowBlock.Rows(rows);
        return (block * perBlock, Math.Min(perBlock, rows - block * perBlock));
    }

    public Span<double> OfGroup(double[] values, int group) => values.AsSpan(Groups.First(group), Groups.Size(group));

    public static Span<double> Matrix(double[] matrices, int group) => matrices.AsSpan(group * GroupMatrix.Length, GroupMatrix.Length);

    public Span<double> SumsOf(int block, int group) => Sums.AsSpan(block * Groups.Channels + Groups.First(group), Groups.Size(group));

    public Span<double> ProductsOf(int block, int group) => Matrix(Products, block * Groups.Count + group);

    public Span<double> KeptOf(int group) => Kept.AsSpan(group * Layer.KeptLength, Layer.KeptLength);

    /// <summary>A buffer from a block's first row and a group's first channel.</summary>
    public Span<float> At(PlanBuffer buffer, int firstRow, int group, PlanRun run) => run[buffer][(firstRow * buffer.Stride + Groups.First(group))..];

    /// <summary>The sums of all blocks.</summary>
    public void MergeSums(int group, int blocks, Span<double> total)
    {
        total.Clear();
        for (var block = 0; block < blocks; block++)
        {
            var slot = SumsOf(block, group);
            for (var c = 0; c < slot.Length; c++)
                total[c] += slot[c];
        }
    }

    /// <summary>The products of all blocks.</summary>
    public void MergeProducts(int group, int blocks, Span<double> total)
    {
        total.Clear();
        for (var block = 0; block < blocks; block++)
        {
            var slot = ProductsOf(block, group);
            for (var i = 0; i < slot.Length; i++)
                total[i] += slot[i];
        }
    }

    // Fewer rows may be cut into more blocks than the capacity's, since a block has a least size.
    private int MostBlocks(int capacity)
    {
        var most = 1;
        for (var count = 1; count <= capacity; count++)
            most = Math.Max(most, Blocks(count));
        return most;
    }
}
