using CsCheck;

namespace Batchwise.Tests.Networks;

/// <summary>Whatever a model file holds, reading its network gives a network or one sentence that says what is wrong.</summary>
public class DamagedDescriptionTests
{
    private const string Input = """{"name":"input","kind":"input","inputs":[],"settings":{"shape":"4"}}""";
    private const string Dense = """{"name":"d","kind":"dense","inputs":["input"],"settings":{"outputs":"3","bias":"true","weights":"xavier"}}""";

    [Theory]
    [InlineData("""{"version":2,"layers":[]}""", "The network's description is wrong: it has version 2, and this Batchwise reads up to 1: use a newer one.")]
    [InlineData("""{"version":0,"layers":[]}""", "The network's description is wrong: the field 'version' is no whole number from 1 on.")]
    [InlineData("""{"version":"1","layers":[]}""", "The network's description is wrong: the field 'version' is no whole number from 1 on.")]
    [InlineData("""{"version":1e99,"layers":[]}""", "The network's description is wrong: the field 'version' is no whole number from 1 on.")]
    [InlineData("""{"layers":[]}""", "The network's description is wrong: the field 'version' is missing.")]
    [InlineData("""{"version":1}""", "The network's description is wrong: the field 'layers' is missing.")]
    [InlineData("""{"version":1,"layers":{}}""", "The network's description is wrong: the field 'layers' holds JSON of type object where type array is needed.")]
    [InlineData("[]", "The network's description is wrong: it holds JSON of type array where type object is needed.")]
    [InlineData("""{"version":1,"layers":[]}""", "The network's description holds no layer.")]
    [InlineData("""{"version":1,"version":1,"layers":[]}""", "The network's description is damaged: Duplicate property 'version' encountered during deserialization.")]
    [InlineData("""{"version":1,"layers":[{"settings":{"shape":"4","shape":"4"}}]}""", "The network's description is damaged: Duplicate property 'shape' encountered during deserialization.")]
    public void A_description_that_is_wrong_as_a_whole_says_so(string text, string sentence) => Assert.Equal(sentence, Refused(text).Message);

    [Theory]
    [InlineData("1", "Layer '2' of the network's description is wrong: it holds JSON of type number where type object is needed.")]
    [InlineData("""{}""", "Layer '2' of the network's description is wrong: the field 'name' is missing.")]
    [InlineData("""{"name":null}""", "Layer '2' of the network's description is wrong: the field 'name' holds JSON of type null where type string is needed.")]
    [InlineData("""{"name":"d"}""", "Layer 'd' of the network's description is wrong: the field 'inputs' is missing.")]
    [InlineData("""{"name":"d","inputs":[null]}""", "Layer 'd' of the network's description is wrong: the field 'inputs' holds JSON of type null where type string is needed.")]
    [InlineData("""{"name":"d","inputs":["d"]}""", "Layer 'd' of the network's description is wrong: it takes its input from 'd', which does not come before it.")]
    [InlineData("""{"name":"d","inputs":["input"]}""", "Layer 'd' of the network's description is wrong: the field 'settings' is missing.")]
    [InlineData("""{"name":"d","inputs":["input"],"settings":{"outputs":3}}""", "Layer 'd' of the network's description is wrong: the field 'outputs' holds JSON of type number where type string is needed.")]
    [InlineData("""{"name":"d","inputs":["input"],"settings":{}}""", "Layer 'd' of the network's description is wrong: the field 'kind' is missing.")]
    [InlineData("""{"name":"d","kind":"dense","inputs":["input"],"settings":{}}""", "Layer 'd' of the network's description is wrong: the setting 'outputs' is missing.")]
    [InlineData("""{"name":"d","kind":"dense","inputs":["input"],"settings":{"outputs":"3.5"}}""", "Layer 'd' of the network's description is wrong: the setting 'outputs' is '3.5', not a whole number.")]
    [InlineData("""{"name":"d","kind":"dense","inputs":["input"],"settings":{"outputs":"3","bias":"1"}}""", "Layer 'd' of the network's description is wrong: the setting 'bias' is '1', neither true nor false.")]
    [InlineData("""{"name":"d","kind":"dense","inputs":["input"],"settings":{"outputs":"3","bias":"true","weights":"big"}}""", "Layer 'd' of the network's description is wrong: 'big' is no initializer: expected xavier, he(SLOPE), gaussian(DEVIATION) or constant(VALUE).")]
    [InlineData("""{"name":"d","kind":"dense","inputs":["input"],"settings":{"outputs":"500000000","bias":"true","weights":"xavier"}}""", "Layer 'd' of the network's description is wrong: Shape [4, 500000000] has more than 1073741824 elements.")]
    [InlineData("""{"name":"d","kind":"leakyRelu","inputs":["input"],"settings":{"slope":"x"}}""", "Layer 'd' of the network's description is wrong: the setting 'slope' is 'x', not a number.")]
    [InlineData("""{"name":"d","kind":"input","inputs":[],"settings":{"shape":"4x-1"}}""", "Layer 'd' of the network's description is wrong: the input's shape '4x-1' is none: expected extents such as 28x28x1.")]
    [InlineData("""{"name":"d","kind":"input","inputs":[],"settings":{"shape":"4"}}""", "Layer 'input' of the network's description leads nowhere: every layer must lead to the last one, which is the output.")]
    [InlineData("""{"name":"input","kind":"tanh","inputs":["input"],"settings":{}}""", "Layer 'input' of the network's description is wrong: another layer has this name.")]
    [InlineData("""{"name":"d","kind":"sum","inputs":["input"],"settings":{}}""", "Layer 'd' of the network's description is wrong: A sum takes two inputs or more, not 1.")]
    public void A_layer_that_is_wrong_is_named(string layer, string sentence)
    {
        var message = Refused(Of(Input, layer)).Message;
        Assert.Equal(sentence, message.Split(" (Parameter", 2)[0]);
    }

    [Fact]
    public void A_layer_that_leads_nowhere_is_not_dropped_in_silence() => Assert.StartsWith(
        "Layer 'd' of the network's description leads nowhere",
        Refused(Of(Input, Dense, Dense.Replace("\"d\"", "\"e\"", StringComparison.Ordinal))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_network_without_an_input_is_refused() => Assert.Equal(
        "Layer 'd' of the network's description is wrong: A tanh layer takes one input, not 0.",
        Refused(Of("""{"name":"d","kind":"tanh","inputs":[],"settings":{}}""")).Message);

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"version":1,"layers":[]}]""")]
    [InlineData("""{"version":1,"layers":[{"name":"\ud800"}]}""")]
    [InlineData("""{"version":1,"layers":[{"name":"\udc00"}]}""")]
    public void What_is_no_JSON_is_called_damaged(string text) =>
        Assert.StartsWith("The network's description is damaged: ", Refused(text).Message, StringComparison.Ordinal);

    /// <summary>Not among the above: an attribute cannot hold it.</summary>
    [Fact]
    public void Half_of_a_surrogate_pair_is_called_damaged() =>
        Assert.StartsWith("The network's description is damaged: ", Refused("{\"version\":\"\ud800\"}").Message, StringComparison.Ordinal);

    [Fact]
    public void Nesting_without_end_is_refused() => Assert.StartsWith(
        "The network's description is damaged: ", Refused(new string('[', 100_000)).Message, StringComparison.Ordinal);

    [Fact]
    public void Any_damage_to_a_text_gives_a_network_or_InvalidDataException() => Property.Holds(
        Gen.Select(Gen.OneOf(LayerSamples.Networks, LayerSamples.MapNetworks).Select(NetworkFormat.Write), Damage.Array[1, 4]), (pair) =>
        {
            var (text, damages) = pair;
            foreach (var damage in damages)
                text = damage(text);
            ReadOrRefuse(text);
        }, count: 4000);

    [Fact]
    public void Any_JSON_in_place_of_any_part_gives_a_network_or_InvalidDataException()
    {
        var whole = Of(Input, Dense, """{"name":"n","kind":"batchNorm","inputs":["d"],"settings":{"epsilon":"1e-05","newBatchWeight":"0.1","cumulativeAverage":"false","trainAffine":"true","updateStatistics":"true","useBatchStatistics":"true"}}""");
        string[] others = ["null", "true", "1", "-1e999", "\"\"", "\"\\u0000\"", "\"\\ud800\"", "[]", "[[]]", "{}", "{\"name\":{}}", "\"NaN\"", "\"2147483648\"", "\"input\"", "\"1x1\""];
        var parts = 0;
        foreach (var (start, length) in Values(whole))
        {
            parts++;
            foreach (var other in others)
                ReadOrRefuse(string.Concat(whole.AsSpan(0, start), other, whole.AsSpan(start + length)));
        }
        Assert.Equal(30, parts);
    }

    private static readonly Gen<Func<string, string>> Damage = Gen.Select(
        Gen.Int[0, 4], Gen.Double.Unit, Gen.Int[1, 20], Gen.OneOf(Gen.Char, Gen.Char["{}[]\",:0123456789.-+eExnulltruefalse \\"]),
        (kind, place, length, character) => new Func<string, string>(text =>
        {
            var start = (int)(place * text.Length);
            length = Math.Min(length, text.Length - start);
            return kind switch
            {
                0 => text.Remove(start, length),
                1 => text.Insert(start, text.Substring(start, length)),
                2 => text.Insert(start, character.ToString()),
                3 => text[..start],
                _ => text.Length == 0 ? text : text.Remove(start, 1).Insert(start, character.ToString()),
            };
        }));

    private static string Of(params string[] layers) => $$"""{"version":1,"layers":[{{string.Join(',', layers)}}]}""";

    private static InvalidDataException Refused(string text) => Assert.Throws<InvalidDataException>(() => NetworkFormat.Read(text, LayerSamples.Registry));

    private static void ReadOrRefuse(string text)
    {
        try
        {
            NetworkVerifier.Verify(NetworkFormat.Read(text, LayerSamples.Registry));
        }
        catch (InvalidDataException error)
        {
            Assert.Matches("^(The network's description |Layer '.*' of the network's description )", error.Message.ReplaceLineEndings(""));
        }
    }

    /// <summary>Where the JSON values of a text are that holds no escaped quotes.</summary>
    private static IEnumerable<(int Start, int Length)> Values(string json)
    {
        for (var i = 0; i < json.Length; i++)
        {
            if (json[i] is '[' or '{')
            {
                var depth = 0;
                var end = i;
                do
                    depth += json[end++] switch { '[' or '{' => 1, ']' or '}' => -1, _ => 0 };
                while (depth > 0);
                yield return (i, end - i);
            }
            else if (json[i] == '"')
            {
                var end = json.IndexOf('"', i + 1) + 1;
                if (json[end] != ':')
                    yield return (i, end - i);
                i = end - 1;
            }
            else if (char.IsAsciiDigit(json[i]))
            {
                yield return (i, 1);
            }
        }
    }
}
