using static System.FormattableString;

namespace Batchwise.Onnx;

/// <summary>What an exported ONNX model is to look like.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>The oldest operator set that can be written: the first with LayerNormalization.</summary>
    public const int LeastOpset = 17;

    /// <summary>The newest operator set that can be written.</summary>
    public const int LargestOpset = 23;

    /// <summary>
    /// Whether batch normalization is folded into the weights before it (paper, Algorithm 2). If not, it is written as
    /// BatchNormalization with its stored statistics. Default: yes.
    /// </summary>
    public bool Folded { get; init; } = true;

    /// <summary>Which stored statistics are used. Default: the population's, else the moving averages.</summary>
    public StatisticsSource Statistics { get; init; } = StatisticsSource.PopulationElseMoving;

    /// <summary>The version of ONNX's operators, 17 to 23. From 21 on, group normalization is one operator. Default: 17.</summary>
    public int Opset { get; init; } = LeastOpset;

    /// <summary>Samples of a batch; null, the default, leaves the batch axis free.</summary>
    public int? Batch { get; init; }

    /// <summary>
    /// Whether maps come in and go out as [N, C, H, W], as most ONNX models have them. Default: no, as [N, H, W, C], the order
    /// that <see cref="Model.Predict(ReadOnlySpan{float})"/> takes.
    /// </summary>
    public bool ChannelsFirst { get; init; }

    /// <summary>
    /// Whether the model's preprocessing is part of the graph, so that the graph takes raw inputs. Default: no, whoever runs the
    /// graph prepares the inputs; the metadata says how.
    /// </summary>
    public bool Preprocessing { get; init; }

    /// <summary>Whether the graph ends in probabilities, as predictions do. Default: no, in logits.</summary>
    public bool Probabilities { get; init; }

    /// <summary>
    /// Whether weights are written to a second file beside the model, MODEL.data. Default: no, but what exceeds 2 GB, the most
    /// that one ONNX file can hold, is.
    /// </summary>
    public bool ExternalData { get; init; }

    internal void RequireValid()
    {
        if (Opset is < LeastOpset or > LargestOpset)
            throw new ArgumentOutOfRangeException(nameof(Opset), Invariant($"An ONNX model is written with operator set {LeastOpset} to {LargestOpset}, not {Opset}."));
        if (Batch is < 1)
            throw new ArgumentOutOfRangeException(nameof(Batch), Invariant($"A batch has one sample or more, not {Batch}."));
    }
}
