namespace Batchwise.Tests.Architecture;

/// <summary>Each rule of the house, on sources made to break it and on such as only look as if they did.</summary>
public class RuleTests
{
    private static readonly SourceFile Dropout = File("Networks/Dropout.cs", "public sealed record Dropout(float Rate);");

    [Theory]
    [InlineData("internal class Mask { Dropout layer; }")]
    [InlineData("internal class Mask { object layer = new Dropout(0.5f); }")]
    [InlineData("internal class Mask : Base, Dropout { }")]
    [InlineData("internal class Mask { bool Is(object layer) => layer is Dropout; }")]
    [InlineData("internal class Mask { bool Is(object layer) => layer is Dropout(var rate); }")]
    [InlineData("internal class Mask { List<Dropout> layers = []; }")]
    [InlineData("internal class Mask { string Text => $\"a {typeof(Dropout)} b\"; }")]
    [InlineData("internal class Mask { Batchwise.Dropout? layer; }")]
    [InlineData("internal class Mask { Dropout Dropout { get; } }")]
    [InlineData("internal class Mask<T> where T : Dropout;")]
    [InlineData("internal delegate float Mask(Dropout layer);")]
    public void A_type_of_a_higher_floor_is_reported(string text) =>
        Assert.StartsWith("src/Batchwise/Tensors/Mask.cs (Tensors, floor 0) uses Dropout of Networks (floor 2)",
            Assert.Single(Floors.Violations([Dropout, File("Tensors/Mask.cs", text)])), StringComparison.Ordinal);

    [Theory]
    [InlineData("/// <summary>For <see cref=\"Dropout\"/>.</summary>\ninternal class Mask; // Dropout")]
    [InlineData("internal class Mask { /* Dropout\n Dropout */ string Text => \"Dropout\" + @\"\"\"Dropout\" + $\"Dropout {1}\"; }")]
    [InlineData("internal class Mask { string Text => \"\"\"\n  \"Dropout\" { new Dropout() }\n  \"\"\"; }")]
    [InlineData("internal enum Purpose { Weights, Dropout = 2, Data }")]
    [InlineData("internal class Mask { float Dropout => 1; float Twice => Dropout + Dropout; }")]
    [InlineData("internal class Mask { static void Dropout(float[] x) { } static void Run(float[] x) => Dropout(x); }")]
    [InlineData("internal class Mask { object purpose = RandomPurpose.Dropout; }")]
    [InlineData("internal class Mask { object made = Make(Dropout: 0.5f) with { Dropout = 1 }; }")]
    [InlineData("internal class Mask { private struct Dropout; private Dropout mine; }")]
    [InlineData("internal class DropoutMask { int DropoutRate; }")]
    public void A_name_that_is_no_type_there_is_not(string text) =>
        Assert.Empty(Floors.Violations([Dropout, File("Tensors/Mask.cs", text)]));

    [Fact]
    public void A_floor_may_use_itself_and_what_is_beneath() => Assert.Empty(Floors.Violations(
    [
        Dropout,
        File("Networks/Other.cs", "class Other { Dropout layer; }"),
        File("Execution/Plan.cs", "class Plan { Dropout layer; Other other; }"),
    ]));

    [Fact]
    public void Folders_of_one_floor_are_strangers_but_for_the_listed_names()
    {
        var port = File("Training/IExamples.cs", "public interface IExamples;");
        var trainer = File("Training/Trainer.cs", "public sealed class Trainer;");
        var data = File("Data/Idx.cs", "public class Idx : IExamples { Trainer trainer; }");
        Assert.Contains("uses Trainer of Training", Assert.Single(Floors.Violations([port, trainer, data])), StringComparison.Ordinal);
        Assert.Contains(Floors.Violations([data, port, trainer, File("Training/Fit.cs", "class Fit { Idx data; }")]),
            violation => violation.Contains("Fit.cs (Training, floor 5) uses Idx of Data", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("public static class Extensions { public static Network Fold(this Network network) => network; }")]
    [InlineData("public static class Extensions { extension(Network network) { public Network Fold() { return network; } } }")]
    public void An_extension_method_of_a_higher_floor_is_reported(string extensions)
    {
        var fold = File("Normalization/Extensions.cs", extensions);
        var network = File("Networks/Network.cs", "public class Network;");
        var user = File("Execution/Plan.cs", "class Plan { object Of(Network n) => n.Fold(); }");
        Assert.Contains("uses Fold of Normalization", Assert.Single(Floors.Violations([fold, network, user])), StringComparison.Ordinal);
        Assert.Empty(Floors.Violations([fold, File("Networks/Network.cs", "public class Network { public Network Fold() => this; }"), user]));
    }

    [Fact]
    public void A_type_spread_over_two_floors_is_reported() => Assert.Contains("spread over Tensors and Networks", Assert.Single(Floors.Violations(
        [File("Tensors/A.cs", "public static partial class Both;"), File("Networks/B.cs", "public static partial class Both;")])), StringComparison.Ordinal);

    [Fact]
    public void A_file_outside_the_floors_is_reported() => Assert.Equal(2,
        Floors.Violations([File("Extras/A.cs", "class A;"), File("B.cs", "class B;")]).Count(violation => violation.Contains("lies on no floor", StringComparison.Ordinal)));

    [Theory]
    [InlineData("unsafe class A;")]
    [InlineData("class A { ref int B(ref int x) => ref Unsafe.Add(ref x, 1); }")]
    [InlineData("class A { ref int B(Span<int> x) => ref MemoryMarshal.GetReference(x); }")]
    [InlineData("class A { void B(int[] x) { fixed (int* p = x) { } } }")]
    [InlineData("class A { void B() => NativeMemory.Free(null); }")]
    [InlineData("partial class A { [LibraryImport(\"c\")] static partial int B(); }")]
    public void Unsafe_code_outside_the_kernels_is_reported(string text)
    {
        Assert.NotEmpty(UnsafeCode.Violations([File("Networks/A.cs", text)]));
        Assert.NotEmpty(UnsafeCode.Violations([File("Tensors/A.cs", text)]));
        Assert.Empty(UnsafeCode.Violations([File("Kernels/A.cs", text), File("Tensors/AlignedMemory.cs", text)]));
    }

    [Fact]
    public void Safe_code_is_not() => Assert.Empty(UnsafeCode.Violations([File("Networks/A.cs",
        "// unsafe\nclass A { string B => \"unsafe\"; Span<int> C(Span<byte> x) => MemoryMarshal.Cast<byte, int>(x); }")]));

    [Theory]
    [InlineData("class A { static int count; }")]
    [InlineData("class A { private static volatile int count = 1; }")]
    [InlineData("class A { static (int, int) pair; }")]
    [InlineData("class A { public static int Count { get; set; } }")]
    [InlineData("class A { static event Action? Done; }")]
    [InlineData("class A { static readonly Dictionary<(int, int), string> cache = []; }")]
    [InlineData("class A { static readonly ThreadLocal<int> scratch = new(); }")]
    [InlineData("class A { [ThreadStatic] readonly int count; }")]
    public void Static_state_that_changes_is_reported(string text) => Assert.Single(StaticState.Violations([File("Networks/A.cs", text)]));

    [Theory]
    [InlineData("using static System.Math; static class A { const int B = 1; }")]
    [InlineData("class A { static readonly int[] Table = [1]; private static readonly (int, int) Pair = (1, 2); }")]
    [InlineData("class A { static int B(int x) { static int C() => 1; return C(); } static (int, int) D() => (1, 2); }")]
    [InlineData("class A { static int B => 1; static int C { get; } = 2; static Func<int, int> D() => static x => x; }")]
    [InlineData("interface IA<T> { static abstract T Zero { get; } static abstract T operator +(T a, T b); }")]
    [InlineData("record A { public static bool operator ==(A a, B b) => true; public static implicit operator float(A a) => 1; }")]
    public void Static_members_that_do_not_change_are_not(string text) => Assert.Empty(StaticState.Violations([File("Networks/A.cs", text)]));

    [Fact]
    public void A_file_over_the_limit_is_reported()
    {
        var small = Enumerable.Range(0, 30).Select(i => File($"Tensors/{i}.cs", "\n")).ToList();
        Assert.Empty(SizeBudget.Violations([.. small, Long("A.cs", 600)]));
        Assert.Contains("has 601 lines", Assert.Single(SizeBudget.Violations([.. small, Long("A.cs", 601)])), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tree_of_long_files_is_reported()
    {
        Assert.Contains("nine in ten", Assert.Single(SizeBudget.Violations([.. Enumerable.Range(0, 8).Select(i => Long($"{i}", 200)), Long("8", 401), Long("9", 401)])), StringComparison.Ordinal);
        Assert.Contains("median", Assert.Single(SizeBudget.Violations([Long("A", 201), Long("B", 201), Long("C", 1)])), StringComparison.Ordinal);
    }

    [Fact]
    public void A_namespace_of_its_own_is_reported()
    {
        Assert.Single(Namespaces.Violations([File("Networks/A.cs", "namespace Batchwise.Networks;\nclass A;")]));
        Assert.Single(Namespaces.Violations([File("Kernels/A.cs", "namespace Batchwise;\nclass A;")]));
        Assert.Empty(Namespaces.Violations([File("Kernels/A.cs", "namespace Batchwise.Kernels;\nclass A;"), File("Data/A.cs", "namespace Batchwise;\nclass A;")]));
    }

    [Fact]
    public void A_dependency_of_the_core_is_reported()
    {
        const string text = "<Project><ItemGroup><PackageReference Include=\"Anything\" /></ItemGroup></Project>";
        Assert.Single(PackageRules.OfProjects([(PackageRules.Core, text), ("src/Batchwise.Lab/Batchwise.Lab.csproj", text)]));
        Assert.Single(PackageRules.OfProjects([("tests/A.csproj", text.Replace("/>", "Version=\"[1.0.0]\" />", StringComparison.Ordinal))]));
    }

    [Theory]
    [InlineData("[1.2.3]", true)]
    [InlineData("[1.2.3-rc.1]", true)]
    [InlineData("1.2.3", false)]
    [InlineData("[1.2.3,2)", false)]
    [InlineData("1.*", false)]
    public void An_inexact_version_is_reported(string version, bool exact) => Assert.Equal(exact ? 0 : 1,
        PackageRules.OfVersions($"<Project><ItemGroup><PackageVersion Include=\"A\" Version=\"{version}\" /></ItemGroup></Project>").Count());

    [Fact]
    public void Blanking_keeps_every_line_and_every_place()
    {
        const string text = "a /* x\n y */ b // z\n#if C\n$\"{d}{{e}}\" '\\'' @f \"\\\"g\" $$\"\"\"{h}{{i}}\"\"\" j";
        Assert.Equal("a     \n      b     \n     \n$\"{d}     \" '  ' @f \"   \" $$\"\"\"   {{i}}\"\"\" j", CSharpText.CodeOf(text));
    }

    private static SourceFile File(string path, string text) => new($"src/Batchwise/{path}", text);

    private static SourceFile Long(string name, int lines) => File($"Tensors/{name}", new string('\n', lines));
}
