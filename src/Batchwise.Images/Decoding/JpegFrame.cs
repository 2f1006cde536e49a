using System.Buffers.Binary;

namespace Batchwise.Images;

/// <summary>What a JPEG file's frame header announces, and which of it the scans have brought.</summary>
sealed class JpegFrame
{
    private const int Block = 8, MostSampling = 4;

    private readonly int height, width;
    private readonly bool isProgressive;
    private readonly (byte Id, int Across, int Down)[] components;
    private readonly bool[] isBegun;
    private readonly int across, down;

    private JpegFrame(int height, int width, bool isProgressive, (byte Id, int Across, int Down)[] components)
    {
        (this.height, this.width, this.isProgressive, this.components) = (height, width, isProgressive, components);
        (across, down) = (components.Max(component => component.Across), components.Max(component => component.Down));
        isBegun = new bool[components.Length];
    }

    /// <summary>Whether every component had its scan, its first of several in a progressive file.</summary>
    public bool IsComplete => !isBegun.Contains(false);

    /// <summary>The frame of a header; null where it makes no sense.</summary>
    public static JpegFrame? Read(ReadOnlySpan<byte> header, bool isProgressive)
    {
        const int components = 6, size = 3;
        if (header.Length < components + size || header.Length != components + size * header[components - 1])
            return null;
        var all = new (byte, int, int)[header[components - 1]];
        for (var i = 0; i < all.Length; i++)
        {
            var (across, down) = (header[components + size * i + 1] >> 4, header[components + size * i + 1] & 15);
            if (across is < 1 or > MostSampling || down is < 1 or > MostSampling)
                return null;
            all[i] = (header[components + size * i], across, down);
        }
        return new(BinaryPrimitives.ReadUInt16BigEndian(header[1..]), BinaryPrimitives.ReadUInt16BigEndian(header[3..]), isProgressive, all);
    }

    /// <summary>Takes a scan's header into account.</summary>
    /// <returns>How many units the scan has, between which restarts may stand; null where the header makes no sense.</returns>
    public int? Begin(ReadOnlySpan<byte> header)
    {
        const int before = 1, size = 2, behind = 3;
        if (header.IsEmpty || header[0] == 0 || header.Length != before + size * header[0] + behind)
            return null;
        // A progressive file begins with the averages of the blocks (0 to 0) to their first bits; what comes later adds to them.
        var isFirst = !isProgressive || (header[^behind] == 0 && header[^1] >> 4 == 0);
        var last = 0;
        for (var i = 0; i < header[0]; i++)
        {
            var id = header[before + size * i];
            last = Array.FindIndex(components, component => component.Id == id);
            if (last < 0 || !(isFirst || isBegun[last]))
                return null;
            isBegun[last] = true;
        }
        // Of one component alone, blocks beyond the image are left out.
        return header[0] == 1
            ? Blocks(width, components[last].Across, across) * Blocks(height, components[last].Down, down)
            : Parts(width, Block * across) * Parts(height, Block * down);
    }

    private static int Blocks(int pixels, int sampling, int most) => Parts(Parts(pixels * sampling, most), Block);

    private static int Parts(int whole, int part) => (whole + part - 1) / part;
}
