using System.Runtime.Intrinsics;
using Batchwise.Kernels;

namespace Batchwise.Tests.Kernels;

/// <summary>The functions of one vector width, on arrays of any length.</summary>
internal abstract class FunctionFacade
{
    /// <summary>The widths, 1 being the plain form.</summary>
    public static FunctionFacade Of(int width) => width switch
    {
        1 => new FunctionFacade<ScalarOperations, float>(),
        4 => new FunctionFacade<Vector128Operations, Vector128<float>>(),
        8 => new FunctionFacade<Vector256Operations, Vector256<float>>(),
        _ => new FunctionFacade<Vector512Operations, Vector512<float>>(),
    };

    public abstract float[] Exponential(float[] x);

    public abstract float[] ExponentialMinusOne(float[] x);

    /// <summary>The derivative where backward is given this.</summary>
    public abstract float[] Derivative<TFunction>(float[] kept, TFunction function = default)
        where TFunction : struct, IActivationFunction;

    public abstract float[] Value<TFunction>(float[] x, TFunction function = default)
        where TFunction : struct, IActivationFunction;
}

internal sealed unsafe class FunctionFacade<TOperations, TVector> : FunctionFacade
    where TOperations : struct, IVectorOperations<TVector>
    where TVector : struct
{
    public override float[] Exponential(float[] x) => Map(x, Batchwise.Kernels.Exponential.Of<TOperations, TVector>);

    public override float[] ExponentialMinusOne(float[] x) => Map(x, Batchwise.Kernels.Exponential.MinusOne<TOperations, TVector>);

    public override float[] Derivative<TFunction>(float[] kept, TFunction function = default) =>
        Map(kept, value => function.Gradient<TOperations, TVector>(value, TOperations.Broadcast(1)));

    public override float[] Value<TFunction>(float[] x, TFunction function = default) => Map(x, function.Value<TOperations, TVector>);

    private static float[] Map(float[] x, Func<TVector, TVector> function)
    {
        var y = new float[x.Length];
        fixed (float* px = x, py = y)
        {
            for (var i = 0; i < x.Length; i += TOperations.Width)
            {
                var count = Math.Min(TOperations.Width, x.Length - i);
                TOperations.StorePartial(function(TOperations.LoadPartial(px + i, count)), py + i, count);
            }
        }
        return y;
    }
}
