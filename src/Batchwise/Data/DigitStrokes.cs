using System.Collections.Immutable;
using System.Globalization;

namespace Batchwise;

/// <summary>One way to write a digit: the points the pen passes, and the smooth curves it takes between corners.</summary>
/// <param name="Points">In a box of 1 x 1, y downwards.</param>
/// <param name="Curves">Where each curve starts and ends among the points; neighbours share a corner unless the pen was lifted.</param>
sealed record DigitSkeleton(ImmutableArray<(double X, double Y)> Points, ImmutableArray<(int First, int Last, bool PenDown)> Curves);

/// <summary>
/// The ways people write the ten digits, drawn by hand for this project. A text is one way: points "x y" in a box of
/// 100 x 100 with y downwards, "!" after a corner, "|" where the pen is lifted. A way that stands twice is twice as common.
/// </summary>
static class DigitStrokes
{
    private static readonly string[][] Texts =
    [
        [ // 0
            "50 4, 26 14, 13 48, 24 84, 50 96, 76 84, 88 48, 76 14, 48 4",
            "54 5, 28 12, 13 46, 22 82, 48 96, 76 84, 87 50, 76 16, 56 4",
            "62 8, 34 6, 14 34, 16 72, 42 97, 74 84, 87 46, 72 12, 44 10, 34 24",
            "38 10, 18 34, 14 68, 42 97, 78 78, 84 36, 60 8, 34 14",
        ],
        [ // 1
            "52 2, 50 50, 50 98",
            "50 2, 50 50, 48 98",
            "54 2, 48 50, 48 98",
            "34 24, 54 3!, 52 50, 51 98",
            "32 22, 52 3!, 50 50, 50 97 | 28 97, 74 96",
        ],
        [ // 2
            "16 26, 34 6, 64 6, 76 30, 52 62, 16 94!, 50 92, 86 94",
            "18 24, 38 5, 68 10, 74 34, 52 66, 26 92, 12 86, 24 74, 48 84, 70 96, 90 86",
            "20 22, 44 4, 72 16, 68 44, 42 74, 14 94!, 46 88, 66 94, 88 86",
            "18 14, 50 5, 78 18, 60 52, 18 93!, 84 93",
        ],
        [ // 3
            "18 16, 44 3, 72 16, 66 38, 40 47!, 70 56, 80 76, 54 97, 16 86",
            "20 12, 52 4, 74 20, 60 42, 36 47!, 72 58, 76 82, 46 98, 14 84",
            "18 7, 74 6!, 42 42!, 72 52, 80 74, 54 97, 16 86",
            "20 14, 50 3, 74 20, 60 40, 42 49, 46 45, 72 60, 74 86, 42 98, 14 86",
        ],
        [ // 4
            "26 6, 18 52!, 50 54, 88 50 | 70 4, 66 50, 62 98",
            "22 8, 14 40, 26 56, 60 52, 74 40 | 78 4, 70 50, 62 98",
            "62 4, 38 32, 12 64!, 50 66, 90 63 | 64 5, 62 50, 61 98",
            "20 6, 16 44, 36 58, 68 46, 78 6!, 72 50, 64 98",
        ],
        [ // 5
            "26 8, 20 46!, 48 36, 80 58, 68 90, 36 98, 12 84 | 24 8, 84 6",
            "84 6, 28 8!, 22 46!, 52 38, 82 62, 64 92, 16 93",
            "80 7, 46 6, 28 14, 26 40, 52 44, 76 64, 64 92, 34 98, 12 86",
            "32 10, 26 44!, 56 38, 78 64, 58 94, 16 92 | 32 10, 60 12, 88 4",
        ],
        [ // 6
            "70 6, 34 26, 16 64, 34 96, 68 92, 78 68, 52 52, 22 70",
            "58 2, 28 48, 20 80, 44 98, 76 82, 66 58, 38 60, 22 78",
            "78 12, 46 8, 18 46, 20 84, 52 98, 80 76, 64 50, 34 56, 18 76",
            "44 2, 24 40, 18 76, 40 98, 72 88, 72 64, 44 58, 20 76",
        ],
        [ // 7
            "14 8, 50 9, 82 8!, 56 50, 38 98",
            "16 12, 48 6, 84 8!, 60 44, 50 98",
            "16 24, 19 7!, 50 9, 84 6!, 56 52, 44 98",
            "14 9, 50 8, 82 8!, 58 50, 40 98 | 32 52, 74 49",
            "14 18, 40 6, 74 8, 74 28, 54 62, 44 98",
        ],
        [ // 8
            "74 14, 46 3, 24 20, 48 46, 78 74, 50 98, 20 78, 46 48, 74 24, 72 12",
            "50 3, 26 22, 48 46, 74 24, 52 3 | 48 46, 18 72, 48 98, 80 74, 50 46",
            "78 10, 46 4, 26 22, 58 52, 72 80, 46 98, 24 80, 44 54, 76 24, 82 6",
            "56 46, 28 30, 38 6, 66 8, 70 30, 40 54, 24 80, 50 98, 74 80, 62 54, 44 40",
        ],
        [ // 9
            "76 22, 48 4, 20 26, 36 52, 66 44, 78 16!, 74 54, 66 98",
            "74 22, 50 4, 22 24, 36 50, 66 42, 78 14, 78 54, 64 92, 26 94",
            "70 14, 44 4, 22 28, 40 50, 68 34, 74 12!, 70 50, 68 98",
            "72 8, 36 8, 22 34, 46 48, 76 28, 76 12, 68 56, 42 98",
        ],
    ];

    /// <summary>The ways to write each digit.</summary>
    public static ImmutableArray<ImmutableArray<DigitSkeleton>> All { get; } = [.. Texts.Select(ways => ways.Select(Parse).ToImmutableArray())];

    /// <summary>The most points a skeleton has.</summary>
    public static int MostPoints { get; } = All.Max(ways => ways.Max(way => way.Points.Length));

    private static DigitSkeleton Parse(string text)
    {
        var points = ImmutableArray.CreateBuilder<(double, double)>();
        var curves = ImmutableArray.CreateBuilder<(int, int, bool)>();
        foreach (var stroke in text.Split('|'))
        {
            var first = points.Count;
            var penDown = true;
            foreach (var point in stroke.Split(','))
            {
                var corner = point.EndsWith('!');
                var numbers = point.Trim(' ', '!').Split(' ');
                points.Add((Coordinate(numbers[0]), Coordinate(numbers[1])));
                if (!corner)
                    continue;
                curves.Add((first, points.Count - 1, penDown));
                (first, penDown) = (points.Count - 1, false);
            }
            curves.Add((first, points.Count - 1, penDown));
        }
        return new(points.ToImmutable(), curves.ToImmutable());
    }

    private static double Coordinate(string text) => int.Parse(text, CultureInfo.InvariantCulture) / 100.0;
}
