using System.Runtime.Intrinsics;
using Batchwise.Kernels;

namespace Batchwise.Tests.Kernels;

/// <summary>What every width of vector promises a maximum; true also where the width is only emulated.</summary>
[Trait("leg", "instruction-set")]
[Trait("leg", "no-intrinsics")]
public class WinnerOperationsTests
{
    private static readonly float[] Values = [float.NaN, float.NegativeInfinity, -1, -0f, 0, 1, float.PositiveInfinity];

    [Fact]
    public void One_float_at_a_time() => Verify<ScalarOperations, float>();

    [Fact]
    public void Four() => Verify<Vector128Operations, Vector128<float>>();

    [Fact]
    public void Eight() => Verify<Vector256Operations, Vector256<float>>();

    [Fact]
    public void Sixteen() => Verify<Vector512Operations, Vector512<float>>();

    private static unsafe void Verify<TOperations, TVector>()
        where TOperations : IWinnerOperations<TVector>
        where TVector : struct
    {
        var width = TOperations.Width;
        var result = stackalloc float[width];
        foreach (var left in Values)
        {
            foreach (var right in Values)
            {
                var exceeds = TOperations.Exceeds(TOperations.Broadcast(left), TOperations.Broadcast(right));
                TOperations.Store(TOperations.Select(exceeds, TOperations.Broadcast(1), TOperations.Zero), result);
                var expected = left > right || (float.IsNaN(left) && !float.IsNaN(right)) ? 1f : 0;
                for (var lane = 0; lane < width; lane++)
                    Assert.Equal(expected, result[lane]);
            }
        }

        var bytes = stackalloc byte[width + 2];
        for (var first = 0; first < 256; first += width)
        {
            for (var lane = 0; lane < width + 2; lane++)
                bytes[lane] = (byte)(first + lane);
            var places = TOperations.LoadBytes(bytes);
            TOperations.Store(TOperations.AddWhereSame(TOperations.Broadcast(2), places, TOperations.Place(first + width / 2), TOperations.Broadcast(3)), result);
            for (var lane = 0; lane < width; lane++)
                Assert.Equal(lane == width / 2 ? 5f : 2, result[lane]);
            new Span<byte>(bytes, width + 2).Fill(77);
            TOperations.StoreBytes(places, bytes);
            for (var lane = 0; lane < width + 2; lane++)
                Assert.Equal(lane < width ? (byte)(first + lane) : (byte)77, bytes[lane]);
        }
    }
}
