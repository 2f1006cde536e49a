using System.Globalization;

namespace Batchwise;

/// <summary>The sentences about a bad file: which file, what is wrong, what to do.</summary>
internal sealed class SafeTensorFault(string source)
{
    private const string Damaged = "the file is damaged or no safetensors file: copy or export it again";

    /// <summary>Something that only damage or a faulty writer explains.</summary>
    public InvalidDataException Of(FormattableString what, Exception? inner = null) =>
        new($"{source}: {what.ToString(CultureInfo.InvariantCulture)}; {Damaged}.", inner);

    /// <summary>The same, about one tensor.</summary>
    public InvalidDataException Of(string tensor, FormattableString what) =>
        Of($"tensor {Quotation.Of(tensor)} {what.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>Something that is in order, and beyond what is read here.</summary>
    public InvalidDataException Unsupported(string tensor, FormattableString what, string wayOut) =>
        new($"{source}: tensor {Quotation.Of(tensor)} {what.ToString(CultureInfo.InvariantCulture)}; {wayOut}.");
}
