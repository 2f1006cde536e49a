using System.Xml.Linq;

namespace Batchwise.Lab;

/// <summary>Ids of drawings that stand on one page must differ.</summary>
static class SvgIds
{
    /// <summary>Sets a prefix before every id and before what refers to it.</summary>
    public static void Prefix(XElement root, string prefix)
    {
        foreach (var attribute in root.DescendantsAndSelf().Attributes())
        {
            if (attribute.Name.LocalName == "id")
                attribute.Value = prefix + attribute.Value;
            else if (attribute.Value.StartsWith("url(#", StringComparison.Ordinal))
                attribute.Value = $"url(#{prefix}{attribute.Value[5..]}";
        }
    }
}
