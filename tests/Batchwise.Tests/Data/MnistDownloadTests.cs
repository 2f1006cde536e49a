using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Batchwise.Tests;

public class MnistDownloadTests
{
    private static readonly byte[] Images = IdxBytes.Images(40), Labels = IdxBytes.Labels([.. Enumerable.Range(0, 40).Select(i => (byte)(i % 10))]);

    private static readonly ImmutableArray<MnistFile> Files =
    [
        new("train-images", "idx3-ubyte", Images.Length, Convert.ToHexStringLower(SHA256.HashData(Images))),
        new("train-labels", "idx1-ubyte", Labels.Length, Convert.ToHexStringLower(SHA256.HashData(Labels))),
    ];

    private const string ImagesName = "train-images-idx3-ubyte.gz", LabelsName = "train-labels-idx1-ubyte.gz";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_file_arrives_as_the_mirror_has_it_and_nothing_else_stays()
    {
        using var folder = new DataFolder();
        using var mirrors = Sound("https://one/m/");
        var told = new Told();
        await Get(folder, mirrors, Token, told);
        Assert.Equal([ImagesName, LabelsName], folder.Files);
        Assert.Equal(IdxBytes.Compress(Images), folder.Read(ImagesName));
        Assert.Equal(["https://one/m/" + ImagesName, "https://one/m/" + LabelsName], mirrors.Requests);
        Assert.Equal((ImagesName, (long?)IdxBytes.Compress(Images).Length), (told.Reports[0].File, told.Reports[0].Total));
        Assert.Equal(IdxBytes.Compress(Labels).Length, told.Reports[^1].Received);
    }

    [Fact]
    public async Task A_folder_that_does_not_exist_is_made()
    {
        using var folder = new DataFolder();
        using var mirrors = Sound("https://one/m/");
        await MnistDownload.GetAsync(Path.Combine(folder.Path, "a", "b"), [new("https://one/m/")], Files, mirrors, null, Token);
        Assert.True(File.Exists(Path.Combine(folder.Path, "a", "b", LabelsName)));
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("other contents")]
    [InlineData("cut off")]
    [InlineData("cut off by a byte")]
    [InlineData("too long")]
    [InlineData("breaks")]
    [InlineData("web page")]
    public async Task Where_one_mirror_fails_the_next_is_asked(string fault)
    {
        using var folder = new DataFolder();
        using var mirrors = Sound("https://two/m/").Serve("https://one/m/" + LabelsName, IdxBytes.Compress(Labels));
        if (fault != "missing")
            mirrors.Serve("https://one/m/" + ImagesName, () => Faulty(fault));
        await Get(folder, mirrors, Token);
        Assert.Equal([ImagesName, LabelsName], folder.Files);
        Assert.Equal(IdxBytes.Compress(Images), folder.Read(ImagesName));
        Assert.Equal(["https://one/m/" + ImagesName, "https://two/m/" + ImagesName, "https://one/m/" + LabelsName], mirrors.Requests);
    }

    [Fact]
    public async Task Where_all_mirrors_fail_each_is_named_with_its_reason_and_no_file_stays()
    {
        using var folder = new DataFolder();
        using var mirrors = new FakeMirror().Serve("https://two/m/" + ImagesName, IdxBytes.Compress(Labels));
        var message = (await Assert.ThrowsAsync<IOException>(() => Get(folder, mirrors, Token))).Message;
        Assert.Contains($"https://one/m/{ImagesName}: the server answered 404 'Not Found'", message, StringComparison.Ordinal);
        Assert.Contains($"https://two/m/{ImagesName}: the SHA-256 of what came is not MNIST's", message, StringComparison.Ordinal);
        Assert.Empty(folder.Files);
    }

    [Fact]
    public async Task A_folder_that_was_made_for_nothing_goes_again_and_one_that_was_there_stays()
    {
        using var folder = new DataFolder();
        using var mirrors = new FakeMirror();
        await Assert.ThrowsAsync<IOException>(() => MnistDownload.GetAsync(Path.Combine(folder.Path, "a", "b") + Path.DirectorySeparatorChar, [new("https://one/m/")], Files, mirrors, null, Token));
        Assert.Equal([], Directory.GetFileSystemEntries(folder.Path));
        await Assert.ThrowsAsync<IOException>(() => Get(folder, mirrors, Token));
        Assert.True(Directory.Exists(folder.Path));

        // Nor does one go that holds what came.
        mirrors.Serve("https://one/m/" + ImagesName, IdxBytes.Compress(Images));
        await Assert.ThrowsAsync<IOException>(() => MnistDownload.GetAsync(Path.Combine(folder.Path, "c", "d"), [new("https://one/m/")], Files, mirrors, null, Token));
        Assert.True(File.Exists(Path.Combine(folder.Path, "c", "d", ImagesName)));
    }

    [Fact]
    public async Task Sound_files_that_are_there_are_kept_whatever_their_form()
    {
        using var folder = new DataFolder();
        folder.Write("train-images.idx3-ubyte", Images);
        using var mirrors = Sound("https://one/m/");
        var told = new Told();
        await Get(folder, mirrors, Token, told);
        Assert.Equal(["https://one/m/" + LabelsName], mirrors.Requests);
        Assert.Equal(["train-images.idx3-ubyte", LabelsName], folder.Files);
        Assert.Equal(new("train-images.idx3-ubyte", null, 0, 0), told.Reports[0]);
    }

    [Fact]
    public async Task A_foreign_file_of_the_same_name_is_refused_before_anything_is_asked()
    {
        using var folder = new DataFolder();
        var foreign = IdxBytes.Compress(IdxBytes.Labels(1, 2, 3));
        folder.Write(LabelsName, foreign);
        using var mirrors = Sound("https://one/m/");
        var message = (await Assert.ThrowsAsync<IOException>(() => Get(folder, mirrors, Token))).Message;
        Assert.Contains(LabelsName, message, StringComparison.Ordinal);
        Assert.Contains("not overwritten", message, StringComparison.Ordinal);
        Assert.Empty(mirrors.Requests);
        Assert.Equal(foreign, folder.Read(LabelsName));
    }

    [Fact]
    public async Task Cancelled_in_the_middle_it_leaves_complete_files_and_nothing_partial()
    {
        using var folder = new DataFolder();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using var mirrors = Sound("https://one/m/").Serve("https://one/m/" + LabelsName, () => BodyThat.FallsSilent([0x1F, 0x8B, 8]));
        var told = new Told { Then = report => { if (report.File == LabelsName) cancel.Cancel(); } };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Get(folder, mirrors, cancel.Token, told));
        Assert.Equal([ImagesName], folder.Files);
    }

    /// <summary>What a process leaves that is killed while it downloads; what another one is writing is left alone.</summary>
    [Fact]
    public async Task Leftovers_of_killed_downloads_are_removed_by_the_next()
    {
        using var folder = new DataFolder();
        folder.Write($".{ImagesName}.{Guid.NewGuid():N}.partial", [1, 2, 3]);
        var other = $".{ImagesName}.{Guid.NewGuid():N}.partial";
        using (new FileStream(Path.Combine(folder.Path, other), FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            using var mirrors = Sound("https://one/m/");
            await Get(folder, mirrors, Token);
            Assert.Equal(new[] { other, ImagesName, LabelsName }.Order(StringComparer.Ordinal),
                folder.Files.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_given_up()
    {
        using var folder = new DataFolder();
        using var mirrors = new FakeMirror().Serve("https://one/m/" + ImagesName, () => BodyThat.FallsSilent([0x1F, 0x8B]));
        using var client = new HttpClient(mirrors);
        var download = new VerifiedDownload(client, new("https://one/m/" + ImagesName), Files[0], null) { Patience = TimeSpan.FromMilliseconds(20) };
        Assert.Equal("the server sent next to nothing in 0.02 seconds", await download.ToAsync(folder.Path, Token));
        Assert.Empty(folder.Files);
    }

    [Fact]
    public async Task A_server_that_sends_byte_by_byte_is_given_up()
    {
        using var folder = new DataFolder();
        var time = new ManualTime();
        using var mirrors = new FakeMirror().Serve("https://one/m/" + ImagesName, () => new Drip(new byte[1000], 1, () => time.Pass(1)));
        using var client = new HttpClient(mirrors);
        var download = new VerifiedDownload(client, new("https://one/m/" + ImagesName), Files[0], null) { Time = time };
        Assert.Equal("the server sent next to nothing in 30 seconds", await download.ToAsync(folder.Path, Token));
        Assert.Empty(folder.Files);
    }

    [Fact]
    public async Task A_slow_server_that_goes_on_is_waited_for()
    {
        // 200 kB that gzip makes no smaller, at 33 kB in 14 seconds.
        var noise = new byte[200_000];
        new Random(1).NextBytes(noise);
        var file = new MnistFile("noise", "idx3-ubyte", noise.Length, Convert.ToHexStringLower(SHA256.HashData(noise)));
        using var folder = new DataFolder();
        var time = new ManualTime();
        using var mirrors = new FakeMirror().Serve("https://one/m/noise", () => new Drip(IdxBytes.Compress(noise), 33_000, () => time.Pass(14)));
        using var client = new HttpClient(mirrors);
        Assert.Null(await new VerifiedDownload(client, new("https://one/m/noise"), file, null) { Time = time }.ToAsync(folder.Path, Token));
        Assert.True(time.GetTimestamp() > 60);
    }

    [Theory]
    [InlineData("file:///etc/hostname", "redirects to 'file:///etc/hostname', which is no address that begins with http:// or https://")]
    [InlineData("ftp://127.0.0.1/m", "redirects to 'ftp://127.0.0.1/m', which is no address")]
    [InlineData("javascript:alert(1)", "redirects to 'javascript:alert(1)', which is no address")]
    [InlineData("data:,x", "redirects to 'data:,x', which is no address")]
    [InlineData("", "the server answered 302 'Found'")]
    public async Task A_redirect_to_what_is_not_of_the_web_is_a_reason_among_others(string location, string expected)
    {
        using var folder = new DataFolder();
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var answering = Answer(server, $"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
        var message = (await Assert.ThrowsAsync<IOException>(() => MnistDownload.GetAsync(folder.Path, new Uri($"http://{server.LocalEndpoint}/"), null, Token))).Message;
        await answering;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Empty(folder.Files);
    }

    [Fact]
    public async Task A_redirect_within_the_web_is_followed_and_one_without_end_is_not()
    {
        using var folder = new DataFolder();
        using var mirrors = Sound("https://two/m/").Redirect("https://one/m/" + ImagesName, "//two/m/" + ImagesName).Redirect("https://one/m/" + LabelsName, LabelsName);
        var message = (await Assert.ThrowsAsync<IOException>(() => MnistDownload.GetAsync(folder.Path, [new("https://one/m/")], Files, mirrors, null, Token))).Message;
        Assert.Equal(IdxBytes.Compress(Images), folder.Read(ImagesName));
        Assert.Contains("the server redirects without end", message, StringComparison.Ordinal);
        Assert.Equal([ImagesName], folder.Files);
    }

    [Fact]
    public async Task What_a_server_says_is_quoted_and_cut()
    {
        using var folder = new DataFolder();
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var answering = Answer(server, $"HTTP/1.1 404 {new string('x', 10_000)}\r\nContent-Length: 0\r\n\r\n");
        var message = (await Assert.ThrowsAsync<IOException>(() => MnistDownload.GetAsync(folder.Path, new Uri($"http://{server.LocalEndpoint}/"), null, Token))).Message;
        await answering;
        Assert.Contains($"404 '{new string('x', 60)}...')", message, StringComparison.Ordinal);
    }

    private static async Task Answer(TcpListener server, string answer)
    {
        using var connection = await server.AcceptTcpClientAsync(Token);
        var stream = connection.GetStream();
        await stream.ReadAtLeastAsync(new byte[4096], 1, cancellationToken: Token);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), Token);
    }

    [Theory]
    [InlineData("ftp://host/mnist")]
    [InlineData("mnist")]
    public async Task An_address_that_is_not_of_the_web_is_refused(string address) =>
        Assert.Contains("beginning with http:// or https://", (await Assert.ThrowsAsync<ArgumentException>(
            () => MnistDownload.GetAsync("unused", new Uri(address, UriKind.RelativeOrAbsolute), null, Token))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("https://host/mnist", "https://host/mnist/")]
    [InlineData("https://host/mnist/", "https://host/mnist/")]
    [InlineData("http://host:8080", "http://host:8080/")]
    public void An_address_names_a_folder_with_or_without_its_last_slash(string address, string folder) =>
        Assert.Equal(folder, MnistDownload.Folder(new(address)).AbsoluteUri);

    private static MemoryStream Faulty(string fault) => fault switch
    {
        "other contents" => new MemoryStream(IdxBytes.Compress(Labels)),
        "cut off" => new MemoryStream(IdxBytes.Compress(Images)[..^9]),
        "cut off by a byte" => new MemoryStream(IdxBytes.Compress(Images)[..^1]),
        "too long" => new MemoryStream([.. IdxBytes.Compress(Images), .. new byte[1 << 20]]),
        "breaks" => BodyThat.Breaks(IdxBytes.Compress(Images)[..30]),
        _ => new MemoryStream("<html>Sign in to the network</html>"u8.ToArray()),
    };

    private static FakeMirror Sound(string folder) =>
        new FakeMirror().Serve(folder + ImagesName, IdxBytes.Compress(Images)).Serve(folder + LabelsName, IdxBytes.Compress(Labels));

    private static Task Get(DataFolder folder, FakeMirror mirrors, CancellationToken token, Told? told = null) =>
        MnistDownload.GetAsync(folder.Path, [new("https://one/m/"), new("https://two/m/")], Files, mirrors, told, token);

    // Progress<T> would report later and on another thread.
    private sealed class Told : IProgress<DownloadProgress>
    {
        public List<DownloadProgress> Reports { get; } = [];

        public Action<DownloadProgress>? Then { get; init; }

        public void Report(DownloadProgress value)
        {
            Reports.Add(value);
            Then?.Invoke(value);
        }
    }
}
