namespace Batchwise.Images;

/// <summary>A file in memory whose reader cannot skip past its end, where the decoder would look for an end for ever.</summary>
sealed class BoundedStream(byte[] bytes) : MemoryStream(bytes, writable: false)
{
    public override long Seek(long offset, SeekOrigin loc)
    {
        var to = loc switch { SeekOrigin.Begin => offset, SeekOrigin.Current => Position + offset, _ => Length + offset };
        // Backward skips come from lengths that overflowed: they too lead to the end.
        return Position = to < 0 || to > Length || (loc == SeekOrigin.Current && offset < 0) ? Length : to;
    }
}
