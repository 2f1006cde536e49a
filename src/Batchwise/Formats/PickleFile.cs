using System.Buffers.Binary;

namespace Batchwise;

/// <summary>
/// Recognizes PyTorch's own files. They are programs for Python's unpickler, and reading one would mean running it.
/// </summary>
static class PickleFile
{
    /// <summary>Refuses a pickle.</summary>
    /// <param name="stream">A file from its start, where it stands afterwards.</param>
    /// <param name="path">What the message calls it.</param>
    /// <exception cref="InvalidDataException">The file is one; the message holds the line that converts it.</exception>
    public static void Refuse(Stream stream, string path)
    {
        Span<byte> start = stackalloc byte[SafeTensorHeader.PrefixLength];
        var read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        if (read < start.Length)
            return;
        // A zip archive of pickles since PyTorch 1.6, a bare pickle of protocol 2 to 5 before. A safetensors file may begin with
        // the same bytes, which are then the length of its header.
        if (start is [(byte)'P', (byte)'K', 3, 4, ..] or [0x80, >= 2 and <= 5, ..]
            && BinaryPrimitives.ReadUInt64LittleEndian(start) > (ulong)stream.Length)
        {
            throw new InvalidDataException(
                $"{path} is a pickle, which holds code and is not read: convert it with Python once, by: "
                + "python -c \"import torch, safetensors.torch as s; s.save_file(torch.load('FILE.pt', map_location='cpu', weights_only=True), 'FILE.safetensors')\"");
        }
    }
}
