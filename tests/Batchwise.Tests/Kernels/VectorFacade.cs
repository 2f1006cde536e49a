using System.Runtime.Intrinsics;
using Batchwise.Kernels;

namespace Batchwise.Tests.Kernels;

/// <summary>The operations of one vector width, on arrays of as many floats: what the tests compare.</summary>
internal abstract class VectorFacade
{
    public static VectorFacade Of(int width) => width switch
    {
        4 => new VectorFacade<Vector128Operations, Vector128<float>>(),
        8 => new VectorFacade<Vector256Operations, Vector256<float>>(),
        64 => new VectorFacade<StripOperations<Vector512Operations, Vector512<float>>, Strip<Vector512<float>>>(),
        _ => new VectorFacade<Vector512Operations, Vector512<float>>(),
    };

    public abstract int Width { get; }
    public abstract float[] Zero();
    public abstract float[] Broadcast(float value);
    public abstract float[] LoadPartial(ReadOnlySpan<float> source, int count);
    public abstract void StorePartial(float[] value, Span<float> target, int count);
    public abstract float[] Add(float[] a, float[] b);
    public abstract float[] Subtract(float[] a, float[] b);
    public abstract float[] Multiply(float[] a, float[] b);
    public abstract float[] Divide(float[] a, float[] b);
    public abstract float[] MultiplyAdd(float[] a, float[] b, float[] c);
    public abstract float[] Sqrt(float[] a);
    public abstract float[] Abs(float[] a);
    public abstract float[] Max(float[] a, float[] b);
    public abstract float[] Min(float[] a, float[] b);
    public abstract float[] GreaterThan(float[] a, float[] b);
    public abstract float[] Select(float[] mask, float[] a, float[] b);
    public abstract float[] Round(float[] a);
    public abstract float[] ScaleByPowerOfTwo(float[] a, float[] exponent);
    public abstract float Sum(float[] a);
}

internal sealed unsafe class VectorFacade<TOperations, TVector> : VectorFacade
    where TOperations : struct, IVectorOperations<TVector>
    where TVector : struct
{
    public override int Width => TOperations.Width;
    public override float[] Zero() => Array(TOperations.Zero);
    public override float[] Broadcast(float value) => Array(TOperations.Broadcast(value));
    public override float[] Add(float[] a, float[] b) => Array(TOperations.Add(Vector(a), Vector(b)));
    public override float[] Subtract(float[] a, float[] b) => Array(TOperations.Subtract(Vector(a), Vector(b)));
    public override float[] Multiply(float[] a, float[] b) => Array(TOperations.Multiply(Vector(a), Vector(b)));
    public override float[] Divide(float[] a, float[] b) => Array(TOperations.Divide(Vector(a), Vector(b)));
    public override float[] MultiplyAdd(float[] a, float[] b, float[] c) => Array(TOperations.MultiplyAdd(Vector(a), Vector(b), Vector(c)));
    public override float[] Sqrt(float[] a) => Array(TOperations.Sqrt(Vector(a)));
    public override float[] Abs(float[] a) => Array(TOperations.Abs(Vector(a)));
    public override float[] Max(float[] a, float[] b) => Array(TOperations.Max(Vector(a), Vector(b)));
    public override float[] Min(float[] a, float[] b) => Array(TOperations.Min(Vector(a), Vector(b)));
    public override float[] GreaterThan(float[] a, float[] b) => Array(TOperations.GreaterThan(Vector(a), Vector(b)));
    public override float[] Select(float[] mask, float[] a, float[] b) => Array(TOperations.Select(Vector(mask), Vector(a), Vector(b)));
    public override float[] Round(float[] a) => Array(TOperations.Round(Vector(a)));
    public override float[] ScaleByPowerOfTwo(float[] a, float[] exponent) => Array(TOperations.ScaleByPowerOfTwo(Vector(a), Vector(exponent)));
    public override float Sum(float[] a) => TOperations.Sum(Vector(a));

    public override float[] LoadPartial(ReadOnlySpan<float> source, int count)
    {
        fixed (float* p = source)
            return Array(TOperations.LoadPartial(p, count));
    }

    public override void StorePartial(float[] value, Span<float> target, int count)
    {
        fixed (float* p = target)
            TOperations.StorePartial(Vector(value), p, count);
    }

    private static TVector Vector(float[] values)
    {
        fixed (float* p = values)
            return TOperations.Load(p);
    }

    private static float[] Array(TVector vector)
    {
        var values = new float[TOperations.Width];
        fixed (float* p = values)
            TOperations.Store(vector, p);
        return values;
    }
}
