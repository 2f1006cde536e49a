using System.CommandLine;

namespace Batchwise.Cli;

/// <summary>A command that does nothing by itself: it holds other commands.</summary>
/// <param name="name">Its name.</param>
/// <param name="description">For its help.</param>
/// <param name="usual">The name of the command in it that an example shows.</param>
sealed class CommandGroup(string name, string description, string usual) : Command(name, description)
{
    /// <summary>The command in it that an example shows; where that is a group too, the usual one of that.</summary>
    public Command Usual
    {
        get
        {
            var command = Subcommands.Single(sub => sub.Name == usual);
            return command is CommandGroup group ? group.Usual : command;
        }
    }
}
