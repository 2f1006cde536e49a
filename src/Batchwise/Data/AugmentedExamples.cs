namespace Batchwise;

/// <summary>Images changed at random when training takes them.</summary>
sealed class AugmentedExamples(IExamples source, Augmentation augmentation) : ExamplesView(source)
{
    // Read once: a shape is asked for by every copy.
    private readonly int height = source.Shape[0], width = source.Shape[1], channels = source.Shape[2];

    public override void CopyTrainingInput(int index, ulong seed, long step, Span<float> destination)
    {
        base.CopyTrainingInput(index, seed, step, destination);
        var image = destination[..(height * width * channels)];
        // All is drawn whether it is used or not, so that one setting does not change what another draws.
        var random = new Philox(seed, RandomPurpose.Augmentation, ((ulong)step << 32) | (uint)index);
        var mirror = random.NextInt(2) == 1;
        var side = 2 * augmentation.Padding + 1;
        var down = random.NextInt(side) - augmentation.Padding;
        var across = random.NextInt(side) - augmentation.Padding;
        augmentation.Photometric.Apply(image, channels, ref random);
        // Rows move as wholes, and within each row the pixels.
        ShiftItems(image, width * channels, down, augmentation.Reflect);
        for (var row = 0; row < height && (across != 0 || mirror); row++)
        {
            var pixels = image.Slice(row * width * channels, width * channels);
            ShiftItems(pixels, channels, across, augmentation.Reflect);
            if (mirror && augmentation.Mirror)
                ReverseItems(pixels, channels);
        }
    }

    // Item i becomes item i + by; beyond the ends it becomes 0, or what lies as far on this side of the end's item.
    private static void ShiftItems(Span<float> items, int size, int by, bool reflect)
    {
        if (by == 0)
            return;
        var count = items.Length / size;
        var kept = count - Math.Abs(by);
        var (from, to) = by > 0 ? (by, 0) : (0, -by);
        items.Slice(from * size, kept * size).CopyTo(items[(to * size)..]);
        for (var i = 1; i <= count - kept; i++)
        {
            var (place, mirrored) = by > 0 ? (kept - 1 + i, kept - 1 - i) : (to - i, to + i);
            var item = items.Slice(place * size, size);
            if (reflect)
                items.Slice(mirrored * size, size).CopyTo(item);
            else
                item.Clear();
        }
    }

    private static void ReverseItems(Span<float> items, int size)
    {
        items.Reverse();
        // Each item came out backwards too.
        for (var at = 0; at < items.Length && size > 1; at += size)
            items.Slice(at, size).Reverse();
    }
}
