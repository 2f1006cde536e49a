using System.CommandLine;

namespace Batchwise.Cli;

/// <summary>Options that name a file or a folder; an empty name, as an unset variable of a script leaves it, is refused.</summary>
static class PathOption
{
    /// <summary>Data that a command reads, of whatever kind its model takes.</summary>
    public static Option<string?> ModelData(string what, string otherwise) => Create(
        "--data",
        $"{what}: a folder of IDX files with MNIST's names or, for a network of colour images, class folders or a .tar of them. {otherwise}",
        "DIR|TAR");

    /// <summary>The folder of a run's log.</summary>
    public static Option<string?> Run(string description) => Create("--run", description);

    /// <summary>The file that a command makes.</summary>
    public static Option<string?> Output(string description)
    {
        var option = Create("--out", description, "FILE", required: true);
        option.Aliases.Add("-o");
        return option;
    }

    public static Option<string?> Create(string name, string description, string helpName = "DIR", bool required = false, string? standard = null)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = helpName, Required = required };
        if (standard is not null)
            option.DefaultValueFactory = _ => standard;
        option.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
                result.AddError($"{name} is empty: name a {(helpName == "FILE" ? "file" : "folder")}{(option.Required ? "" : ", or leave the option out")}.");
        });
        return option;
    }
}
