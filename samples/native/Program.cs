using System.Diagnostics;
using Batchwise;

// Names the class of one image: digits MODEL IMAGES [INDEX]. The model is a file of 'batchwise train' or Model.Save, the images
// are an IDX file, as MNIST's are.
if (args is not [var file, var images, .. var rest] || rest.Length > 1
    || !int.TryParse(rest.Length == 1 ? rest[0] : "0", out var index))
{
    Console.Error.WriteLine("usage: digits MODEL IMAGES [INDEX]");
    return 2;
}
try
{
    using var predictor = new Predictor(Model.Load(file), new PredictorOptions { Capacity = 1 });
    var examples = IdxFile.ReadUnlabelled(images);
    if (index < 0 || index >= examples.Count)
        throw new ArgumentException($"There are images 0 to {examples.Count - 1}, and none of number {index}.");
    var input = new float[examples.Shape.Size];
    examples.CopyInput(index, input);
    var probabilities = predictor.Predict(input);
    var best = Array.IndexOf(probabilities, probabilities.Max());
    var name = predictor.ClassNames.IsEmpty ? $"class {best}" : predictor.ClassNames[best];
    using var process = Process.GetCurrentProcess();
    Console.WriteLine($"image {index}: {name}, {probabilities[best]:P1}; {(DateTimeOffset.UtcNow - process.StartTime).TotalMilliseconds:F0} ms after the program began");
    return 0;
}
catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException)
{
    Console.Error.WriteLine($"digits: {error.Message}");
    return 1;
}
