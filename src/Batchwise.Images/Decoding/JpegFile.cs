using System.Buffers.Binary;

namespace Batchwise.Images;

/// <summary>
/// Whether a JPEG file is whole. The decoder takes tables that break off, a scan that is missing or an interval too few for the end of an
/// image, reports nothing, and gives memory as it found it for the rest: so a file's marks are counted first.
/// </summary>
ref struct JpegFile
{
    /// <summary>The most scans that are decoded; each passes over the whole image, however few bytes it has. Encoders write about ten.</summary>
    public const int MostScans = 100;

    private const byte Mark = 0xFF;
    private const byte BaselineFrame = 0xC0, ExtendedFrame = 0xC1, ProgressiveFrame = 0xC2, Codes = 0xC4, End = 0xD9, Scan = 0xDA, Quantizations = 0xDB, RestartInterval = 0xDD;
    private const int StartLength = 2, LengthLength = 2;

    private readonly ReadOnlySpan<byte> bytes;
    private int at = StartLength;
    private JpegFrame? frame;
    private ushort interval;
    private int scans;

    private JpegFile(ReadOnlySpan<byte> bytes) => this.bytes = bytes;

    /// <summary>
    /// The place behind the mark of the end, where a decoder that has read all of the image stops, null where the file is not whole; and how many
    /// scans there are, of which those behind one more than <see cref="MostScans"/> are not counted.
    /// </summary>
    public static (int? End, int Scans) Examine(ReadOnlySpan<byte> bytes)
    {
        var file = new JpegFile(bytes);
        var end = file.FindEnd();
        return (end, file.scans);
    }

    private int? FindEnd()
    {
        while (NextMark() is { } mark)
        {
            if (mark == End)
                return frame is { IsComplete: true } ? at : null;
            if (bytes.Length - at < LengthLength)
                return null;
            // What a segment holds, a preview with marks of its own perhaps, is passed over with it.
            int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);
            if (length < LengthLength || length > bytes.Length - at)
                return null;
            var contents = bytes.Slice(at + LengthLength, length - LengthLength);
            at += length;
            if (!Take(mark, contents))
                return null;
        }
        return null;
    }

    private bool Take(byte mark, ReadOnlySpan<byte> contents)
    {
        switch (mark)
        {
            case BaselineFrame or ExtendedFrame or ProgressiveFrame:
                frame = JpegFrame.Read(contents, mark == ProgressiveFrame);
                return frame is not null;
            case RestartInterval:
                return BinaryPrimitives.TryReadUInt16BigEndian(contents, out interval);
            case Quantizations:
                return JpegTables.AreQuantizations(contents);
            case Codes:
                return JpegTables.AreCodes(contents);
            case Scan:
                return ++scans <= MostScans && frame?.Begin(contents) is { } units && SkipScan(interval == 0 ? 0 : (units - 1) / interval);
            default:
                return true;
        }
    }

    // Any number of 0xFF may stand before a mark.
    private byte? NextMark()
    {
        var first = bytes[at..].IndexOf(Mark);
        if (first < 0)
            return null;
        at += first;
        var mark = bytes[at..].IndexOfAnyExcept(Mark);
        if (mark < 0)
            return null;
        at += mark + 1;
        return bytes[at - 1];
    }

    // To the mark behind the scan's data, in which 0xFF 0 stands for a byte 0xFF, and which restarts divide into intervals, none of them empty.
    private bool SkipScan(int restarts)
    {
        var start = at;
        while (true)
        {
            var before = bytes[at..].IndexOf(Mark) + at;
            switch (NextMark())
            {
                case null:
                    return false;
                case 0:
                    break;
                case >= 0xD0 and <= 0xD7 when before > start:
                    restarts--;
                    start = at;
                    break;
                default:
                    at = before;
                    return before > start && restarts <= 0;
            }
        }
    }
}
