using System.Globalization;
using System.Runtime.InteropServices;

namespace Batchwise;

/// <summary>What this process runs on, for reports of measurements.</summary>
public static class Machine
{
    /// <summary>The kernels in use: <c>vector512</c>, <c>vector256</c>, <c>vector128</c> or <c>reference</c>.</summary>
    public static string InstructionSet => Kernels.InstructionSet.NameOf(Kernels.InstructionSet.Current);

    /// <summary>The processors that this process may use.</summary>
    public static int Processors => Environment.ProcessorCount;

    /// <summary>The processor's name where the system tells it, else its architecture.</summary>
    public static string Cpu
    {
        get
        {
            const string file = "/proc/cpuinfo";
            if (!File.Exists(file))
                return RuntimeInformation.ProcessArchitecture.ToString();
            string? Field(string name) => File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim();
            var family = Field("cpu family");
            var name = Field("model name") ?? RuntimeInformation.ProcessArchitecture.ToString();
            return family is null ? name : string.Create(CultureInfo.InvariantCulture, $"{name} (family {family}, model {Field("model\t")})");
        }
    }

    /// <summary>The .NET runtime's name and version.</summary>
    public static string Runtime => RuntimeInformation.FrameworkDescription;
}
