using CsCheck;

namespace Batchwise.Tests.Networks;

public class LayerAttributesTests
{
    private static readonly LayerAttributes Some = LayerAttributes.Empty.With("text", "a b").With("number", 0.1).With("whole", "-7").With("flag", true);

    [Fact]
    public void Values_are_read_as_they_were_written()
    {
        Assert.Equal(("a b", 0.1, -7, true), (Some.Text("text"), Some.Number("number"), Some.Integer("whole"), Some.Flag("flag")));
        Assert.Equal("text=a b number=0.1 whole=-7 flag=true", Some.ToString());
        Assert.Equal(["text", "number", "whole", "flag"], Some.Values.Select(pair => pair.Key));
    }

    [Fact]
    public void Adding_one_leaves_the_others_as_they_were()
    {
        _ = Some.With("more", 1);
        Assert.Equal(4, Some.Values.Length);
        Assert.Empty(LayerAttributes.Empty.Values);
    }

    [Fact]
    public void Any_number_is_read_back_to_the_last_bit() => Property.Holds(Gen.Double, number => Assert.Equal(
        BitConverter.DoubleToInt64Bits(double.IsNaN(number) ? double.NaN : number),
        BitConverter.DoubleToInt64Bits(LayerAttributes.Empty.With("n", number).Number("n"))), count: 2000);

    [Fact]
    public void What_is_missing_or_of_another_kind_is_refused()
    {
        Refused(() => Some.Text("other"), "the setting 'other' is missing.");
        Refused(() => Some.Number("text"), "the setting 'text' is 'a b', not a number.");
        Refused(() => Some.Integer("number"), "the setting 'number' is '0.1', not a whole number.");
        Refused(() => LayerAttributes.Empty.With("n", 3e9).Integer("n"), "the setting 'n' is '3000000000', not a whole number.");
        Refused(() => Some.Flag("whole"), "the setting 'whole' is '-7', neither true nor false.");
        Assert.Throws<ArgumentNullException>(() => Some.With("text", null!));

        static void Refused(Func<object> read, string sentence) => Assert.Equal(sentence, Assert.Throws<InvalidDataException>(read).Message);
    }
}
