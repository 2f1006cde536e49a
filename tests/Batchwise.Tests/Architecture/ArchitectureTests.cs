namespace Batchwise.Tests.Architecture;

/// <summary>The rules of the house, on the sources as they are.</summary>
public class ArchitectureTests(ITestOutputHelper output)
{
    private static readonly IReadOnlyList<SourceFile> Core = SourceFile.Under("src/Batchwise");

    [Fact]
    public void Each_floor_uses_only_the_floors_beneath_it() => Nothing(Floors.Violations(Core));

    [Fact]
    public void Every_allowed_edge_points_down() => Assert.All(Floors.Allowed, edges =>
        Assert.All(edges.Value, lower => Assert.True(Floors.Number[lower] < Floors.Number[edges.Key], $"{edges.Key} may use {lower}, which is not beneath it.")));

    [Fact]
    public void Unsafe_code_stays_in_the_kernels_and_their_memory() => Nothing(UnsafeCode.Violations(Core));

    [Fact]
    public void The_core_has_no_static_state_that_changes() => Nothing(StaticState.Violations(Core));

    [Fact]
    public void The_core_has_one_namespace_and_its_kernels_another() => Nothing(Namespaces.Violations(Core));

    [Fact]
    public void Files_stay_within_the_size_budget()
    {
        var files = SourceFile.Under("src");
        foreach (var row in SizeBudget.Report(files))
            output.WriteLine(row);
        Nothing(SizeBudget.Violations(files));
    }

    [Fact]
    public void The_core_depends_on_nothing_and_no_project_states_a_version()
    {
        string[] folders = ["src", "tests", "bench"];
        var projects = from folder in folders
                       from path in Directory.EnumerateFiles(Repository.PathTo(folder), "*.csproj", SearchOption.AllDirectories)
                       select (Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'), File.ReadAllText(path));
        var all = projects.ToList();
        Assert.Contains(all, project => project.Item1 == PackageRules.Core);
        Nothing(PackageRules.OfProjects(all));
    }

    [Fact]
    public void Every_version_is_exact() => Nothing(PackageRules.OfVersions(File.ReadAllText(Repository.PathTo("Directory.Packages.props"))));

    private static void Nothing(IEnumerable<string> violations)
    {
        var found = violations.ToList();
        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
    }
}
