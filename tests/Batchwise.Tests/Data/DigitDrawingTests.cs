namespace Batchwise.Tests;

public class DigitDrawingTests
{
    [Fact]
    public void Every_digit_is_written_in_several_ways_inside_its_box()
    {
        Assert.Equal(10, DigitStrokes.All.Length);
        foreach (var ways in DigitStrokes.All)
        {
            Assert.InRange(ways.Length, 2, 10);
            foreach (var way in ways)
            {
                Assert.All(way.Points, point => Assert.True(point is { X: >= 0 and <= 1, Y: >= 0 and <= 1 }));
                Assert.True(way.Curves[0].PenDown);
                Assert.Equal(way.Points.Length - 1, way.Curves[^1].Last);
                // After a corner the next curve begins where the last one ended; after a lifted pen at a new point.
                for (var i = 1; i < way.Curves.Length; i++)
                    Assert.Equal(way.Curves[i - 1].Last + (way.Curves[i].PenDown ? 1 : 0), way.Curves[i].First);
            }
        }
    }

    [Fact]
    public void The_curve_passes_its_points_and_is_straight_between_points_in_line()
    {
        (double, double)[] points = [(0, 0), (1, 2), (3, 1), (4, 4)];
        for (var i = 0; i < points.Length; i++)
            Assert.Equal(points[i], CatmullRom.At(points, 6 * i, 6));
        var (x, y) = CatmullRom.At([(1, 1), (3, 5)], 3, 6);
        Assert.Equal((2, 3), (x, y));
    }

    [Fact]
    public void A_field_without_deviation_moves_nothing_and_another_moves_neighbours_alike()
    {
        var random = new Philox(1, RandomPurpose.Experiment, 0);
        var field = new SmoothField();
        field.Draw(ref random, 0);
        Assert.Equal((0.3, 0.9), field.Move(0.3, 0.9));
        field.Draw(ref random, 0.1);
        var (x, y) = field.Move(0.5, 0.5);
        var (nearX, nearY) = field.Move(0.501, 0.501);
        Assert.NotEqual((0.5, 0.5), (x, y));
        Assert.InRange(Math.Abs(nearX - x - 0.001) + Math.Abs(nearY - y - 0.001), 0, 0.004);
    }

    [Fact]
    public void A_pen_of_radius_one_along_a_row_of_centres_fills_that_row_and_half_of_its_neighbours()
    {
        var ink = new float[784];
        // Row 10's centres are at 10.5: the rows beside them lie at distance 1, on the pen's edge, and those beyond have none.
        DigitRaster.Draw([new(4.5f, 10.5f, 1, true), new(20.5f, 10.5f, 1, false)], 1, ink);
        Assert.Equal((0f, 0.5f, 1f, 0.5f, 0f), (ink[8 * 28 + 12], ink[9 * 28 + 12], ink[10 * 28 + 12], ink[11 * 28 + 12], ink[12 * 28 + 12]));
        Assert.Equal((0.5f, 1f, 0f), (ink[10 * 28 + 3], ink[10 * 28 + 4], ink[10 * 28 + 2]));
    }

    [Fact]
    public void Where_the_pen_is_lifted_there_is_no_ink()
    {
        var ink = new float[784];
        DigitRaster.Draw([new(2, 2, 1, true), new(2, 5, 1, false), new(20, 5, 1, true), new(20, 8, 1, false)], 1, ink);
        Assert.Equal(0, ink[5 * 28 + 10]);
        Assert.True(ink[4 * 28 + 1] > 0 && ink[6 * 28 + 19] > 0);
    }

    [Fact]
    public void A_path_beyond_the_image_is_cut_at_its_edges()
    {
        var ink = new float[784];
        DigitRaster.Draw([new(-30, 14, 2, true), new(60, 14, 2, false), new(90, 90, 2, false)], 1, ink);
        // The centres of rows 12 to 15 lie within 1.5 of the path, where a pen of radius 2 is still in full ink.
        Assert.Equal(28 * 4, ink.Count(value => value == 1));
    }

    [Fact]
    public void The_nearly_normal_draw_has_mean_zero_and_deviation_one()
    {
        var random = new Philox(1, RandomPurpose.Experiment, 1);
        var draws = new double[20_000];
        foreach (ref var draw in draws.AsSpan())
            draw = PortableRandom.Bell(ref random);
        // Five deviations of the mean of 20,000 draws are 0.035, of their variance 0.042.
        Assert.InRange(draws.Average(), -0.035, 0.035);
        Assert.InRange(draws.Average(draw => draw * draw), 0.958, 1.042);
        Assert.All(draws, draw => Assert.InRange(draw, -3.47, 3.47));
    }
}
