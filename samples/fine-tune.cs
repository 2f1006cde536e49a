#:project ../src/Batchwise.Images/Batchwise.Images.csproj
#:project ../src/Batchwise.Onnx/Batchwise.Onnx.csproj
#:property PublishAot=false
using Batchwise;
using Batchwise.Images;
using Batchwise.Onnx;

// Teaches a network of another framework new classes: dotnet run samples/fine-tune.cs -- MODEL.onnx FOLDER OUT.onnx
// FOLDER holds a folder of pictures for each class. The network's layers but the last stay as they are.
if (args is not [var file, var folder, var target])
{
    Console.Error.WriteLine("usage: fine-tune MODEL.onnx FOLDER OUT.onnx");
    return 2;
}
try
{
    var imported = OnnxImport.Load(file).Fold();
    var head = imported.Network.Nodes.Last(node => node.Layer is Dense);
    var trunk = imported.Until(imported.Network.NameOf(head.Inputs[0]));
    var input = imported.Network.InputShape;
    var pictures = ImageFolder.Load(folder, new ImageFolderOptions { Height = input[0], Width = input[1] });
    Console.WriteLine($"{file}: {imported.Network.Nodes.Length} layers; {pictures.Train.Count} pictures of {pictures.ClassNames.Length} classes to learn from, {pictures.Test.Count} to test");

    // What the layers that stay say of each picture is computed once, and the new layer learns from that.
    Dataset Features(Dataset of) =>
        new(trunk.Predict(of), [.. Enumerable.Range(0, of.Count).Select(of.Label)], new Shape(trunk.Network.OutputShape.Size),
        pictures.ClassNames.Length);
    var (train, test) = (Features(pictures.Train), Features(pictures.Test));
    using var trainer = new Trainer(Network.Input(train.Shape.Size).Dense(pictures.ClassNames.Length, name: "head"),
        new Adam(0.001f), seed: 1);
    trainer.Fit(train, batchSize: Math.Min(32, train.Count), steps: 500);
    Console.WriteLine($"{trainer.Evaluate(test).Accuracy:P1} of the test pictures right");

    // The new layer goes onto those that stayed.
    var state = NetworkState.Create(trunk.Network.Dense(pictures.ClassNames.Length, name: "head"), seed: 0);
    state.CopyMatching(trunk.State);
    state.CopyMatching(trainer.State);
    var model = new Model(state) { ClassNames = pictures.ClassNames, Preprocessing = imported.Preprocessing };
    Console.WriteLine(OnnxExport.Save(model, target));
    return 0;
}
catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException or NotSupportedException or InvalidOperationException)
{
    Console.Error.WriteLine($"fine-tune: {error.Message}");
    return 1;
}
