using System.Diagnostics;

namespace MarginNotebooks.Benchmarks.Running;

/// <summary>What a row may know of the run that it belongs to.</summary>
/// <param name="Quick">Smoke test: smallest sizes, one repetition; the numbers mean nothing, but every line of the row runs.</param>
/// <param name="Threads">Threads for the kit, libtorch and every other program.</param>
public sealed record RowContext(bool Quick, int Threads)
{
    /// <summary>A size or number of repetitions: the first in earnest, the second in a smoke test.</summary>
    public int Size(int full, int quick) => Quick ? quick : full;

    /// <summary>Prepares the start of a program that computes with as many threads as this process.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>Start information; output and errors are not redirected yet.</returns>
    public ProcessStartInfo Start(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        Limit(start.Environment, Threads);
        return start;
    }

    /// <summary>Measures a part of a row in a fresh process.</summary>
    /// <param name="row">The row.</param>
    /// <param name="part">The part, as <see cref="Row.RunPart"/> knows it.</param>
    /// <returns>What the part measured.</returns>
    public Dictionary<string, double[]> Part(Row row, string part) => RowProcess.RunPart(row, part, this);

    /// <summary>Sets the variables by which OpenMP, MKL, OpenBLAS and .NET learn how many threads to use.</summary>
    internal static void Limit(IDictionary<string, string?> environment, int threads)
    {
        foreach (var name in new[] { "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "DOTNET_PROCESSOR_COUNT" })
            environment[name] = name == "DOTNET_PROCESSOR_COUNT" ? threads.ToString("X") : $"{threads}";
    }
}
