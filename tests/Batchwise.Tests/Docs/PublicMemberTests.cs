using System.Xml.Linq;

namespace Batchwise.Tests.Docs;

/// <summary>What the compiler does not ask of doc comments.</summary>
public class PublicMemberTests
{
    [Fact]
    public void Every_parameter_of_a_public_method_is_documented()
    {
        var api = File.ReadAllText(Repository.PathTo("src/Batchwise/PublicAPI.Unshipped.txt"));
        var members = XDocument.Load(Path.ChangeExtension(typeof(Network).Assembly.Location, ".xml")).Descendants("member")
            .Select(member => (Name: member.Attribute("name")!.Value, Element: member))
            .Where(member => member.Name.StartsWith("M:", StringComparison.Ordinal) && member.Name.Contains('(', StringComparison.Ordinal)
                && member.Element.Element("inheritdoc") is null && api.Contains(Declaration(member.Name), StringComparison.Ordinal)).ToArray();
        Assert.True(members.Length > 100, $"Only {members.Length} members were found.");
        Assert.All(members, member => Assert.True(member.Element.Elements("param").Any(), $"{member.Name} says nothing of its parameters."));
    }

    /// <summary><c>M:Batchwise.Network.NameOf(Batchwise.Node)</c> as the file of the public members begins it: <c>Network.NameOf(</c>.</summary>
    private static string Declaration(string name)
    {
        var parts = name[2..name.IndexOf('(', StringComparison.Ordinal)].Split('.');
        var (type, method) = (parts[^2], parts[^1].Split('`')[0]);
        return $"{type}.{(method == "#ctor" ? type : method)}(";
    }
}
