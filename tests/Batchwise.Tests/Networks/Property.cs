using CsCheck;

namespace Batchwise.Tests.Networks;

/// <summary>Properties held against many generated values: always the same ones, so that a run can be repeated.</summary>
internal static class Property
{
    public static void Holds<T>(Gen<T> values, Action<T> check, int count)
    {
        for (var i = 1u; i <= count; i++)
        {
            var value = values.Generate(new PCG(stream: i, seed: 1502_03167), null, out _);
            try
            {
                check(value);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"Value {i} of {count}: {Check.Print(value)}", error);
            }
        }
    }
}
