namespace Batchwise.Images;

/// <summary>Reads another stream and remembers how it ended: a decompressor that runs out of data may say nothing.</summary>
/// <param name="source">The stream; disposed with this one.</param>
/// <param name="length">How many of the last bytes are remembered.</param>
sealed class TailStream(Stream source, int length) : Stream
{
    private readonly byte[] tail = [.. Enumerable.Repeat((byte)0xFF, length)];

    /// <summary>Whether the last bytes that were read are all zeros.</summary>
    public bool EndsInZeros => !tail.AsSpan().ContainsAnyExcept((byte)0);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = source.Read(buffer);
        var last = buffer[Math.Max(0, read - tail.Length)..read];
        tail.AsSpan(last.Length).CopyTo(tail);
        last.CopyTo(tail.AsSpan(tail.Length - last.Length));
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            source.Dispose();
        base.Dispose(disposing);
    }
}
