using Batchwise.Tests.Networks;
using CsCheck;

namespace Batchwise.Tests.Execution;

public class OccupiedPlacesTests
{
    private const int Times = 13;

    private static readonly Gen<(int First, int Last, long Size)> Requests =
        Gen.Select(Gen.Int[0, Times - 1], Gen.Int[0, Times - 1], Gen.Long[1, 9], (one, other, size) => (Math.Min(one, other), Math.Max(one, other), size));

    /// <summary>What is said in a sentence, done plainly: the lowest places that nothing takes which is alive at the same time.</summary>
    [Fact]
    public void Every_request_gets_the_lowest_places_that_are_free() => Property.Holds(
        Requests.Array[1, 60], requests =>
        {
            var places = new OccupiedPlaces(Times);
            var taken = new List<(int First, int Last, long Start, long End)>();
            foreach (var (first, last, size) in requests)
            {
                long expected = 0;
                foreach (var other in taken.Where(other => other.First <= last && first <= other.Last).OrderBy(other => other.Start))
                {
                    if (expected + size <= other.Start)
                        break;
                    expected = Math.Max(expected, other.End);
                }
                Assert.Equal(expected, places.Take(first, last, size));
                taken.Add((first, last, expected, expected + size));
            }
        }, count: 2000);

    [Fact]
    public void Places_free_in_some_sets_but_not_in_all_are_passed()
    {
        var places = new OccupiedPlaces(4);
        Assert.Equal(0, places.Take(0, 0, 2));
        Assert.Equal(0, places.Take(1, 3, 1));
        Assert.Equal(1, places.Take(2, 2, 3));
        Assert.Equal(4, places.Take(0, 3, 1));
        Assert.Equal(2, places.Take(0, 1, 2));
        Assert.Equal(1, places.Take(3, 3, 3));
    }
}
