using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Batchwise.Tests.Architecture;

/// <summary>The core depends on the base class library alone; every other dependency has one exact version in one place.</summary>
internal static partial class PackageRules
{
    public const string Core = "src/Batchwise/Batchwise.csproj";

    /// <param name="projects">Project files: path from the root, and text.</param>
    public static IEnumerable<string> OfProjects(IEnumerable<(string Path, string Text)> projects)
    {
        foreach (var (path, text) in projects)
        {
            foreach (var reference in Elements(text, "PackageReference", "ProjectReference", "Reference"))
            {
                if (path == Core)
                    yield return $"{path} refers to {reference.Attribute("Include")?.Value}: the core depends on nothing.";
                if (reference.Name.LocalName == "PackageReference" && reference.Attributes().Any(a => a.Name.LocalName is "Version" or "VersionOverride"))
                    yield return $"{path} gives {reference.Attribute("Include")?.Value} a version: versions stand in Directory.Packages.props.";
            }
        }
    }

    /// <param name="text">The text of Directory.Packages.props.</param>
    public static IEnumerable<string> OfVersions(string text) =>
        from version in Elements(text, "PackageVersion", "GlobalPackageReference")
        where !Exact().IsMatch(version.Attribute("Version")?.Value ?? "")
        select $"{version.Attribute("Include")?.Value} has the version '{version.Attribute("Version")?.Value}': write it exactly, as [1.2.3].";

    private static IEnumerable<XElement> Elements(string text, params string[] names) =>
        XDocument.Parse(text).Descendants().Where(element => names.Contains(element.Name.LocalName));

    [GeneratedRegex(@"^\[\d+(?:\.\d+)+(?:-[\w.]+)?\]$")]
    private static partial Regex Exact();
}
