using System.Net;

namespace Batchwise.Tests;

/// <summary>Mirrors that exist only here: answers by address, and remembers what was asked of them.</summary>
sealed class FakeMirror : HttpMessageHandler
{
    private readonly Dictionary<string, Func<Stream>> bodies = [];

    public List<string> Requests { get; } = [];

    private readonly Dictionary<string, Uri> redirects = [];

    public FakeMirror Redirect(string address, string location)
    {
        redirects[address] = new(location, UriKind.RelativeOrAbsolute);
        return this;
    }

    public FakeMirror Serve(string address, byte[] body) => Serve(address, () => new MemoryStream(body));

    public FakeMirror Serve(string address, Func<Stream> body)
    {
        bodies[address] = body;
        return this;
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var address = request.RequestUri!.AbsoluteUri;
        Requests.Add(address);
        if (redirects.TryGetValue(address, out var location))
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.Found) { Headers = { Location = location } });
        return Task.FromResult(bodies.TryGetValue(address, out var body)
            ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(body()) }
            : new HttpResponseMessage(HttpStatusCode.NotFound) { ReasonPhrase = "Not Found" });
    }
}

/// <summary>A body that gives its bytes, and then does what a test says instead of ending.</summary>
sealed class BodyThat(byte[] bytes, Func<CancellationToken, ValueTask<int>> then) : MemoryStream(bytes)
{
    public static BodyThat Breaks(byte[] bytes) => new(bytes, _ => throw new IOException("reset by peer"));

    public static BodyThat FallsSilent(byte[] bytes) => new(bytes, async token =>
    {
        await Task.Delay(Timeout.Infinite, token);
        return 0;
    });

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Position < Length ? Read(buffer.Span) : await then(cancellationToken);
}

/// <summary>A body that comes in small pieces.</summary>
sealed class Drip(byte[] bytes, int piece, Action before) : MemoryStream(bytes)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        before();
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span[..Math.Min(piece, buffer.Length)]));
    }
}
