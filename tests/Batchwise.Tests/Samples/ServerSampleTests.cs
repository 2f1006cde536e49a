using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Batchwise.Images;
using Batchwise.Tests.Execution;
using Batchwise.Tests.Images;

namespace Batchwise.Tests.Samples;

/// <summary>The server for uploaded pictures, and the program that puts it under load, over the loopback address.</summary>
[Collection(Dotnet.Collection)]
public sealed class ServerSampleTests : IDisposable
{
    private readonly SamplePrograms samples = new();

    public void Dispose() => samples.Dispose();

    [Fact]
    public async Task Pictures_are_classified_and_whatever_else_is_refused_in_one_sentence()
    {
        var network = Network.Input(8, 6, 3).Convolution(8, 3).BatchNormalization().Relu().GlobalAveragePool().Dense(2);
        var model = new Model(RandomState.Of(network)) { ClassNames = ["cat", "dog"] };
        var file = Path.Combine(samples.Folder.FullName, "pets.safetensors");
        model.Save(file);
        var picture = ImageBytes.Png(20, 30, (x, y) => ((byte)(12 * x), (byte)(8 * y), 90));
        var (server, load) = (await samples.Build("server/server.cs"), await samples.Build("server/load.cs"));

        var (refused, sentence) = await samples.Run(server, Path.Combine(samples.Folder.FullName, "absent"));
        Assert.Equal(2, refused);
        Assert.StartsWith("usage: server MODEL", sentence, StringComparison.Ordinal);

        var listening = new TaskCompletionSource<(int Process, Uri Address)>();
        var running = Dotnet.Run(Dotnet.Command!, [server, file, "--urls", "http://127.0.0.1:0"], samples.Folder.FullName,
            new Dictionary<string, string>(), TimeSpan.FromMinutes(2), (process, line) =>
        {
            if (line.StartsWith("listening on ", StringComparison.Ordinal))
                listening.TrySetResult((process, new Uri(new Uri(line["listening on ".Length..]), "classify")));
        });
        var first = await Task.WhenAny(listening.Task, running);
        Assert.True(first == listening.Task, running.IsCompleted ? (await running).Output : "");
        var (number, address) = await listening.Task;
        try
        {
            using var http = new HttpClient();
            http.DefaultRequestHeaders.ExpectContinue = true;
            var expected = model.Predict(ImageFile.Decode("a", picture, network.InputShape));
            var (status, text) = await Post(http, address, picture);
            Assert.Equal(HttpStatusCode.OK, status);
            var answer = JsonNode.Parse(text)!;
            var best = expected[0] > expected[1] ? 0 : 1;
            Assert.Equal(model.ClassNames[best], (string)answer["class"]!);
            Assert.Equal(expected[best], (float)answer["probability"]!, 1e-5);

            (status, text) = await Post(http, address, "no picture at all"u8.ToArray());
            Assert.Equal(HttpStatusCode.UnsupportedMediaType, status);
            Assert.Equal("The picture is no JPEG, PNG or BMP image by its first bytes: remove it, or give it the ending that it should have.\n", text);
            (status, text) = await Post(http, address, []);
            Assert.Equal(HttpStatusCode.UnsupportedMediaType, status);
            Assert.StartsWith("The picture is empty", text, StringComparison.Ordinal);
            (status, text) = await Post(http, address, new byte[10_000_001]);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
            Assert.Equal("The picture has more than 10000000 bytes: send a smaller one.\n", text);

            await Disappear(address);
            Assert.Equal(HttpStatusCode.OK, (await Post(http, address, picture)).Status);

            var photo = Path.Combine(samples.Folder.FullName, "photo.png");
            await File.WriteAllBytesAsync(photo, picture, TestContext.Current.CancellationToken);
            var (code, printed) = await samples.Run(load, address.ToString(), photo, "200", "4");
            Assert.Equal(0, code);
            Assert.Matches(@"^200 requests of 4 clients: \d+ a second; p50 \d+\.\d\d ms, p99 \d+\.\d\d ms", printed);
        }
        finally
        {
            using var process = Process.GetProcessById(number);
            process.Kill();
        }
        // Nothing was written of what went wrong on the way.
        Assert.DoesNotContain("Exception", (await running).Output, StringComparison.Ordinal);
    }

    private static async Task<(HttpStatusCode Status, string Text)> Post(HttpClient http, Uri address, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        using var response = await http.PostAsync(address, content, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Sends the head of a request and half of its body, and closes the connection.</summary>
    private static async Task Disappear(Uri address)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(
            Encoding.ASCII.GetBytes($"POST {address.AbsolutePath} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Length: 1000\r\n\r\nhalf of it"), TestContext.Current.CancellationToken);
    }
}
