using System.Diagnostics;
using System.Runtime.Intrinsics;
using System.Text.Json.Nodes;

namespace Batchwise.Benchmarks;

/// <summary>The machine's ceilings: multiply-adds per second, bytes per second.</summary>
static class LimitsBenchmark
{
    private const int Accumulators = 10;
    private const long Rounds = 20_000_000;
    private const int ArrayFloats = 25_000_000;
    private const int Repeats = 5;

    public static JsonObject Run(int threads)
    {
        var result = new JsonObject { ["cpu"] = Machine.Cpu, ["isa"] = Machine.InstructionSet, ["threads"] = threads };
        if (Vector256.IsHardwareAccelerated)
            result["fma256Gflops"] = Best(threads, () => Fma256() is >= 0 ? 2.0 * 8 * Accumulators * Rounds : 0);
        if (Vector512.IsHardwareAccelerated)
            result["fma512Gflops"] = Best(threads, () => Fma512() is >= 0 ? 2.0 * 16 * Accumulators * Rounds : 0);
        var (a, b, c) = (new float[ArrayFloats], new float[ArrayFloats], new float[ArrayFloats]);
        Array.Fill(a, 1);
        Array.Fill(b, 2);
        Array.Fill(c, 3);
        result["readGigabytesPerSecond"] = Sliced(threads, (start, length) => Sum(a.AsSpan(start, length)) >= 0 ? 4.0 * length : 0);
        result["copyGigabytesPerSecond"] = Sliced(threads, (start, length) =>
        {
            a.AsSpan(start, length).CopyTo(b.AsSpan(start, length));
            return 8.0 * length;
        });
        result["triadGigabytesPerSecond"] = Sliced(threads, (start, length) =>
        {
            Triad(a.AsSpan(start, length), b.AsSpan(start, length), c.AsSpan(start, length));
            return 12.0 * length;
        });
        return result;
    }

    /// <summary>The multiply-adds of the kernels in use, in 1e9 floating-point operations a second; 0 where none are measured.</summary>
    public static double PeakGflops(int threads) => Kernels.InstructionSet.Current switch
    {
        Kernels.KernelKind.Vector512 => Best(threads, () => Fma512() is >= 0 ? 2.0 * 16 * Accumulators * Rounds : 0),
        Kernels.KernelKind.Vector256 => Best(threads, () => Fma256() is >= 0 ? 2.0 * 8 * Accumulators * Rounds : 0),
        _ => 0,
    };

    private static double Sliced(int threads, Func<int, int, double> work)
    {
        var share = ArrayFloats / threads;
        var next = -1;
        return Best(threads, () =>
        {
            var place = Interlocked.Increment(ref next) % threads;
            return work(place * share, share);
        });
    }

    /// <summary>The best rate of several tries, in 1e9 units per second: a ceiling is what can be reached, not a median.</summary>
    private static double Best(int threads, Func<double> work)
    {
        double best = 0;
        for (var repeat = 0; repeat < Repeats; repeat++)
        {
            var rates = new double[threads];
            Thread[] workers = [.. Enumerable.Range(0, threads).Select(i => new Thread(() =>
            {
                var start = Stopwatch.GetTimestamp();
                var units = work();
                rates[i] = units / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e9;
            }))];
            foreach (var worker in workers)
                worker.Start();
            foreach (var worker in workers)
                worker.Join();
            best = Math.Max(best, rates.Sum());
        }
        return Timing.Rounded(best);
    }

    private static float Fma256()
    {
        var (a, b) = (Vector256.Create(1.0001f), Vector256.Create(0.5f));
        Vector256<float> c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default, c8 = default, c9 = default;
        for (long i = 0; i < Rounds; i++)
        {
            c0 = Vector256.MultiplyAddEstimate(a, b, c0);
            c1 = Vector256.MultiplyAddEstimate(a, b, c1);
            c2 = Vector256.MultiplyAddEstimate(a, b, c2);
            c3 = Vector256.MultiplyAddEstimate(a, b, c3);
            c4 = Vector256.MultiplyAddEstimate(a, b, c4);
            c5 = Vector256.MultiplyAddEstimate(a, b, c5);
            c6 = Vector256.MultiplyAddEstimate(a, b, c6);
            c7 = Vector256.MultiplyAddEstimate(a, b, c7);
            c8 = Vector256.MultiplyAddEstimate(a, b, c8);
            c9 = Vector256.MultiplyAddEstimate(a, b, c9);
        }
        return Vector256.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9);
    }

    private static float Fma512()
    {
        var (a, b) = (Vector512.Create(1.0001f), Vector512.Create(0.5f));
        Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default, c8 = default, c9 = default;
        for (long i = 0; i < Rounds; i++)
        {
            c0 = Vector512.MultiplyAddEstimate(a, b, c0);
            c1 = Vector512.MultiplyAddEstimate(a, b, c1);
            c2 = Vector512.MultiplyAddEstimate(a, b, c2);
            c3 = Vector512.MultiplyAddEstimate(a, b, c3);
            c4 = Vector512.MultiplyAddEstimate(a, b, c4);
            c5 = Vector512.MultiplyAddEstimate(a, b, c5);
            c6 = Vector512.MultiplyAddEstimate(a, b, c6);
            c7 = Vector512.MultiplyAddEstimate(a, b, c7);
            c8 = Vector512.MultiplyAddEstimate(a, b, c8);
            c9 = Vector512.MultiplyAddEstimate(a, b, c9);
        }
        return Vector512.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9);
    }

    private static float Sum(ReadOnlySpan<float> values)
    {
        var (s0, s1, s2, s3) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
        for (; values.Length >= 32; values = values[32..])
        {
            s0 += Vector256.Create(values);
            s1 += Vector256.Create(values[8..]);
            s2 += Vector256.Create(values[16..]);
            s3 += Vector256.Create(values[24..]);
        }
        return Vector256.Sum(s0 + s1 + s2 + s3);
    }

    private static void Triad(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c)
    {
        for (var i = 0; i + 8 <= c.Length; i += 8)
            (Vector256.Create(a[i..]) * 0.5f + Vector256.Create(b[i..])).CopyTo(c[i..]);
    }
}
