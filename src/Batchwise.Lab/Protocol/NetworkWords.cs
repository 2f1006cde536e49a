using System.Globalization;

namespace Batchwise.Lab;

/// <summary>A network in a few words.</summary>
static class NetworkWords
{
    // A chain of more layers is counted, not listed.
    private const int MostListed = 12;

    /// <summary>
    /// <c>The network 784-100-10 (sigmoid)</c>, or <c>The network 28x28x1, convolution 5x5/4 to 8, average of each channel,
    /// dense to 10 (relu)</c>; of branches or many layers, how many there are.
    /// </summary>
    public static string Of(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var functions = $"({string.Join(", ", network.Nodes.Where(node => node.Layer is Activation or Prelu).Select(node => node.Layer.Kind).Distinct())})";
        if (!network.Nodes.Any(node => node.Layer is Convolution))
            return $"The network {string.Join('-', network.Nodes.Where(node => node.Layer is Dense or Input).Select(node => node.Shape.Size))} {functions}";
        string[] layers = [.. network.Nodes.Select(Layer).OfType<string>()];
        var input = string.Join('x', network.InputShape.Dimensions.ToArray());
        return network.Nodes.All(node => node.Inputs.Length <= 1) && layers.Length <= MostListed
            ? $"The network {input}, {string.Join(", ", layers)} {functions}"
            : string.Create(CultureInfo.InvariantCulture,
                $"The network of {network.Nodes.Count(node => node.Layer is Convolution)} convolutions and {network.Nodes.Count(node => node.Layer is Dense)} dense layers from {input} to {network.OutputShape.Size} {functions}");
    }

    private static string? Layer(Node node) => node.Layer switch
    {
        Convolution convolution => $"convolution {Size(convolution.Window)} to {Words.Count(convolution.Outputs)}",
        Dense dense => $"dense to {Words.Count(dense.Outputs)}",
        MaxPool pool => $"maximum of {Size(pool.Window)}",
        AveragePool pool => $"average of {Size(pool.Window)}",
        GlobalAveragePool => "average of each channel",
        GlobalMaxPool => "maximum of each channel",
        _ => null,
    };

    private static string Size(Window window) => string.Create(CultureInfo.InvariantCulture,
        $"{window.Height}x{window.Width}{(window.StrideY == 1 && window.StrideX == 1 ? "" : window.StrideY == window.StrideX ? $"/{window.StrideY}" : $"/{window.StrideY}x{window.StrideX}")}");
}
