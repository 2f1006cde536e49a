using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Batchwise.Kernels;

/// <summary>A loop with a function in it, over what it is given: written once, for every function and width of vectors.</summary>
internal interface IFunctionLoop
{
    /// <summary>Runs the loop with a function and vectors that its type names, so that both are compiled into it.</summary>
    void Run<TFunction, TOperations, TVector>(TFunction function)
        where TFunction : struct, IActivationFunction
        where TOperations : IVectorOperations<TVector>
        where TVector : struct;
}

/// <summary>Chooses the function and the vectors of a loop.</summary>
internal static class FunctionLoop
{
    /// <summary>Runs a loop with a function, on the vectors in use.</summary>
    public static void Run<TLoop>(in TLoop loop, ActivationFunction function)
        where TLoop : struct, IFunctionLoop
    {
        switch (function.Kind)
        {
            case ActivationKind.Sigmoid: Run(loop, new SigmoidFunction()); break;
            case ActivationKind.Tanh: Run(loop, new TanhFunction()); break;
            case ActivationKind.Relu: Run(loop, new ReluFunction()); break;
            case ActivationKind.LeakyRelu: Run(loop, new LeakyReluFunction(function.First)); break;
            case ActivationKind.Elu: Run(loop, new EluFunction(function.First)); break;
            case ActivationKind.Gelu: Run(loop, new GeluFunction()); break;
            case ActivationKind.GeluTanh: Run(loop, new GeluTanhFunction()); break;
            case ActivationKind.Silu: Run(loop, new SiluFunction()); break;
            case ActivationKind.HardSigmoid: Run(loop, new HardSigmoidFunction(function.First, function.Second)); break;
            case ActivationKind.HardSwish: Run(loop, new HardSwishFunction()); break;
            case ActivationKind.Clip: Run(loop, new ClipFunction(function.First, function.Second)); break;
            default: Run(loop, new IdentityFunction()); break;
        }
    }

    private static void Run<TLoop, TFunction>(in TLoop loop, TFunction function)
        where TLoop : struct, IFunctionLoop
        where TFunction : struct, IActivationFunction
    {
        // By reference: of a readonly one the call through the interface would make a copy, which shows on short rows.
        ref var own = ref Unsafe.AsRef(in loop);
        switch (InstructionSet.Current)
        {
            case KernelKind.Vector512: own.Run<TFunction, Vector512Operations, Vector512<float>>(function); break;
            case KernelKind.Vector256: own.Run<TFunction, Vector256Operations, Vector256<float>>(function); break;
            case KernelKind.Vector128: own.Run<TFunction, Vector128Operations, Vector128<float>>(function); break;
            default: own.Run<TFunction, ScalarOperations, float>(function); break;
        }
    }
}
