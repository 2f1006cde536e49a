using Batchwise.Kernels;

namespace Batchwise;

/// <summary>
/// Every meeting of a place of the output, a place of the kernel and a place of the input, over a batch: where their
/// channels begin. The plain way through a convolution.
/// </summary>
readonly struct ConvolutionTaps(ConvolutionShape shape, int count)
{
    public IEnumerator<(int Output, int Weight, int Input)> GetEnumerator()
    {
        for (var place = 0; place < count * shape.OutPositions; place++)
        {
            var (sample, position) = Math.DivRem(place, shape.OutPositions);
            var (i, j) = Math.DivRem(position, shape.OutWidth);
            for (var tap = 0; tap < shape.KernelHeight * shape.KernelWidth; tap++)
            {
                var (u, v) = Math.DivRem(tap, shape.KernelWidth);
                var row = i * shape.StrideY - shape.Top + u * shape.DilationY;
                var column = j * shape.StrideX - shape.Left + v * shape.DilationX;
                if ((uint)row < (uint)shape.Height && (uint)column < (uint)shape.Width)
                {
                    yield return (place * shape.Outputs, tap * shape.GroupChannels * shape.Outputs,
                        ((sample * shape.Height + row) * shape.Width + column) * shape.Channels);
                }
            }
        }
    }
}
