using System.CommandLine;
using System.Globalization;

namespace Batchwise.Cli;

/// <summary>Options that take the shape of one sample.</summary>
static class ShapeOption
{
    /// <param name="name">The option.</param>
    /// <param name="description">For its help.</param>
    /// <returns>An option of a shape, null where it is left out: extents with an x between them, as in 224x224x3.</returns>
    public static Option<Shape?> Create(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "HxWxC|N",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            var parts = text.Split('x');
            var extents = new int[parts.Length];
            var isShape = true;
            for (var i = 0; i < parts.Length; i++)
                isShape &= int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out extents[i]);
            try
            {
                if (isShape)
                    return new Shape(extents);
                result.AddError($"{name} takes a shape such as 224x224x3 or 784, not '{text}'.");
            }
            catch (ArgumentException error)
            {
                result.AddError($"{name}: {Failure.Sentence(error)}");
            }
            return null;
        },
    };
}
