namespace Batchwise.Tests;

/// <summary>Projects that tests make in temporary folders, and build or run there.</summary>
internal static class ScratchProject
{
    /// <summary>Keeps the repository's settings, or those of a folder above, out of a folder and those below it.</summary>
    public static void Isolate(string folder)
    {
        foreach (var settings in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props" })
            File.WriteAllText(Path.Combine(folder, settings), "<Project />");
    }

    /// <summary>Writes the project file of a program.</summary>
    /// <param name="folder">The project's folder.</param>
    /// <param name="name">The program's name.</param>
    /// <param name="items">What it refers to: elements of an ItemGroup.</param>
    /// <param name="sdk">The project's SDK.</param>
    public static void Write(string folder, string name, string items, string sdk = "Microsoft.NET.Sdk") => File.WriteAllText(Path.Combine(folder, $"{name}.csproj"), $"""
        <Project Sdk="{sdk}">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
            <InvariantGlobalization>true</InvariantGlobalization>
            <NuGetAudit>false</NuGetAudit>
          </PropertyGroup>
          <ItemGroup>
            {items}
          </ItemGroup>
        </Project>
        """);

    /// <summary>A reference to the assembly of a type.</summary>
    public static string Reference(Type type) => $"<Reference Include=\"{type.Assembly.Location}\" />";
}
