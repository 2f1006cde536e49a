namespace Batchwise.Onnx;

/// <summary>Writes networks as ONNX models, for ONNX Runtime and whatever else reads that format.</summary>
/// <remarks>
/// <code>
/// var model = trainer.ToInference(train);
/// OnnxExport.Save(model, "digits.onnx");
/// </code>
/// </remarks>
public static class OnnxExport
{
    /// <summary>
    /// Writes a model. The graph has one input and one output; nodes bear the names of the layers; class names and preprocessing
    /// are in the metadata (<c>batchwise.classes</c>, <c>batchwise.preprocessing</c>, <c>batchwise.output</c>).
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file, MODEL.onnx; one that is there is replaced, when the new one is whole.</param>
    /// <param name="options">What the file is to look like; null is the default.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="NotSupportedException">A layer has no counterpart in ONNX; the message names it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="InvalidOperationException">Population statistics are asked for and have not been estimated.</exception>
    /// <exception cref="IOException">The folder does not exist, the disk is full, or the file is in use.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its folder may not be written.</exception>
    public static OnnxExportReport Save(Model model, string path, OnnxExportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new OnnxExportOptions();
        options.RequireValid();
        var state = options.Folded ? Folding.Fold(model.State, options.Statistics) : Folding.InPlace(model.State, options.Statistics, node => node.Layer is BatchNormalization { PerActivation: false });
        var proto = new ModelWriter(model, state, options).Write();
        return OnnxModelFile.Write(proto, path, options.ExternalData);
    }
}
