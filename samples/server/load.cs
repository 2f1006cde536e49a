#:property PublishAot=false
using System.Diagnostics;
using System.Globalization;

// Sends one picture many times, from several clients at once, and prints how fast the answers came:
// dotnet run samples/server/load.cs -- http://127.0.0.1:5000/classify cat.jpg [REQUESTS] [CLIENTS]
if (args is not [var url, var file, ..] || !Uri.TryCreate(url, UriKind.Absolute, out var target) || !File.Exists(file))
{
    Console.Error.WriteLine("usage: load URL PICTURE [REQUESTS] [CLIENTS]");
    return 2;
}
var requests = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 2000;
var clients = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 8;
var picture = File.ReadAllBytes(file);
using var http = new HttpClient();

// The first answers take longer: code is compiled, threads start.
for (var i = 0; i < 50; i++)
    await Send();

var milliseconds = new double[requests];
var next = -1;
var start = Stopwatch.GetTimestamp();
await Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
{
    while (Interlocked.Increment(ref next) is var i && i < requests)
    {
        var sent = Stopwatch.GetTimestamp();
        await Send();
        milliseconds[i] = Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
    }
}));
var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
Array.Sort(milliseconds);
Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
    $"{requests} requests of {clients} clients: {requests / seconds:F0} a second; p50 {milliseconds[requests / 2]:F2} ms, p99 {milliseconds[requests * 99 / 100]:F2} ms"));
return 0;

async Task Send()
{
    using var content = new ByteArrayContent(picture);
    using var response = await http.PostAsync(target, content);
    response.EnsureSuccessStatusCode();
}
