using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Batchwise.Tests.Tensors;

public class AlignedMemoryTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(1000)]
    [InlineData(100_003)]
    public void Every_line_begins_at_a_multiple_of_64_bytes(int length)
    {
        var memory = new AlignedMemory(length);
        for (var offset = 0; offset < length; offset += AlignedMemory.Line)
            Assert.Equal(0, Address(memory.Span(offset, 1)) % 64);
        GC.KeepAlive(memory);
    }

    [Fact]
    public void A_block_is_zero_even_where_another_has_been()
    {
        Dirty();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        for (var i = 0; i < 200; i++)
        {
            var memory = new AlignedMemory(500);
            Assert.Equal(-1, memory.Span(0, 500).IndexOfAnyExcept(0f));
            GC.KeepAlive(memory);
        }
    }

    [Fact]
    public void Parts_are_views_of_one_block()
    {
        var memory = new AlignedMemory(100);
        memory.Span(10, 5).Fill(3f);
        Assert.Equal(5, memory.Span(0, 100).Count(3f));
        Assert.Equal(3f, memory.Span(14, 86)[0]);
        Assert.Equal(0f, memory.Span(15, 85)[0]);
        GC.KeepAlive(memory);
    }

    [Fact]
    public void A_block_and_its_parts_may_be_empty()
    {
        var empty = new AlignedMemory(0);
        Assert.Equal(0, empty.Length);
        Assert.True(empty.Span(0, 0).IsEmpty);
        Assert.True(new AlignedMemory(100).Span(100, 0).IsEmpty);
    }

    [Theory]
    [InlineData(0, 101)]
    [InlineData(100, 1)]
    [InlineData(101, 0)]
    [InlineData(99, 2)]
    [InlineData(-1, 1)]
    [InlineData(-1, 0)]
    [InlineData(-4, 4)]
    [InlineData(-4, 50)]
    [InlineData(5, -1)]
    [InlineData(5, -5)]
    [InlineData(0, int.MinValue)]
    [InlineData(long.MaxValue, int.MaxValue)]
    [InlineData(long.MinValue, 1)]
    public void A_part_that_is_not_wholly_inside_is_refused(long offset, int length)
    {
        var memory = new AlignedMemory(100);
        var message = Assert.Throws<ArgumentOutOfRangeException>(() => memory.Span(offset, length).Length).Message;
        Assert.Contains("block of 100", message, StringComparison.Ordinal);
        GC.KeepAlive(memory);
    }

    [Fact]
    public void A_block_that_cannot_be_made_leaves_nothing_behind_for_the_finalizer()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new AlignedMemory(-1));
        Assert.Throws<InsufficientMemoryException>(() => new AlignedMemory(long.MaxValue));
        Assert.Throws<InsufficientMemoryException>(() => new AlignedMemory(1L << 56));
        Assert.Throws<InsufficientMemoryException>(() => new AlignedMemory(1L << 61));
        // A finalizer that throws would end the process.
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 16)]
    [InlineData(16, 16)]
    [InlineData(17, 32)]
    [InlineData(5_000_000_001, 5_000_000_016)]
    public void Lengths_round_up_to_whole_lines(long length, long expected) => Assert.Equal(expected, AlignedMemory.RoundUp(length));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Dirty()
    {
        for (var i = 0; i < 200; i++)
        {
            var memory = new AlignedMemory(500);
            memory.Span(0, 500).Fill(float.NaN);
            GC.KeepAlive(memory);
        }
    }

    private static nint Address(Span<float> span) =>
        Unsafe.ByteOffset(ref Unsafe.NullRef<float>(), ref MemoryMarshal.GetReference(span));
}
