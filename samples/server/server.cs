#:sdk Microsoft.NET.Sdk.Web
#:project ../../src/Batchwise.Images/Batchwise.Images.csproj
#:property PublishAot=false
using System.Text.Json.Nodes;
using Batchwise;
using Batchwise.Images;

// Classifies uploaded pictures: dotnet run samples/server/server.cs -- MODEL [--urls http://127.0.0.1:5000]
// curl --data-binary @cat.jpg http://127.0.0.1:5000/classify
const int LargestUpload = 10_000_000;
const int ClientClosedRequest = 499;

if (args is not [var file, ..] || !File.Exists(file))
{
    Console.Error.WriteLine(
        "usage: server MODEL [--urls URL]; MODEL is a file of 'batchwise train' whose network takes color images.");
    return 2;
}
// Requests that arrive while a batch runs are answered together in the next one.
using var predictor = new Predictor(Model.Load(file), new PredictorOptions { Capacity = 16 });

var builder = WebApplication.CreateSlimBuilder(args[1..]);
builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = LargestUpload);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
var app = builder.Build();

app.MapPost("/classify", async (HttpRequest request, CancellationToken gone) =>
{
    try
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, gone);
        var input = ImageFile.Decode("The picture", body.ToArray(), predictor.InputShape);
        var probabilities = await predictor.PredictAsync(input, gone);
        return Results.Text(Answer(probabilities), "application/json");
    }
    catch (BadHttpRequestException error) when (error.StatusCode == StatusCodes.Status413PayloadTooLarge)
    {
        return Results.Text($"The picture has more than {LargestUpload} bytes: send a smaller one.\n",
            statusCode: error.StatusCode);
    }
    catch (InvalidDataException error)
    {
        return Results.Text($"{error.Message}\n", statusCode: StatusCodes.Status415UnsupportedMediaType);
    }
    catch (Exception error) when (error is OperationCanceledException or IOException && gone.IsCancellationRequested)
    {
        return Results.StatusCode(ClientClosedRequest);
    }
});
app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine($"listening on {string.Join(", ", app.Urls)}"));
app.Run();
return 0;

string Answer(float[] probabilities)
{
    var best = Array.IndexOf(probabilities, probabilities.Max());
    var name = predictor.ClassNames.IsEmpty ? $"class {best}" : predictor.ClassNames[best];
    return new JsonObject { ["class"] = name, ["probability"] = probabilities[best] }.ToJsonString();
}
