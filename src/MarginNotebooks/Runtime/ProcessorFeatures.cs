using System.Runtime.Intrinsics.X86;

namespace MarginNotebooks.Runtime;

/// <summary>What this processor can do beyond the ordinary, as far as it decides how the kit trains.</summary>
public static class ProcessorFeatures
{
    private const int ExtendedFeatures = 7;
    private const int AmxBFloat16Bit = 22;
    private const int Avx512BFloat16Bit = 5;

    /// <summary>The instructions that multiply bfloat16 numbers: <c>AMX</c>, <c>AVX-512-BF16</c>, or null when there are none.</summary>
    /// <remarks>
    /// From <c>cpuid</c>, leaf 7: EDX bit 22 of subleaf 0 and EAX bit 5 of subleaf 1. The run-time's own check of AVX-512 says that the
    /// operating system keeps its registers, without which neither can be used.
    /// </remarks>
    public static string? BFloat16 { get; } = Find();

    private static string? Find()
    {
        if (!X86Base.IsSupported || !Avx512F.IsSupported || X86Base.CpuId(0, 0).Eax < ExtendedFeatures)
            return null;
        var (subleaves, _, _, edx) = X86Base.CpuId(ExtendedFeatures, 0);
        if ((edx >> AmxBFloat16Bit & 1) != 0)
            return "AMX";
        return subleaves >= 1 && (X86Base.CpuId(ExtendedFeatures, 1).Eax >> Avx512BFloat16Bit & 1) != 0 ? "AVX-512-BF16" : null;
    }
}
