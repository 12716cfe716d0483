using System.CommandLine;

namespace MarginNotebooks.Host.Commands;

/// <summary><c>margin doctor</c>: what the kit runs on, whether it works, and for each failure the remedy.</summary>
public static class DoctorCommand
{
    /// <summary>Makes the command.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var command = new Command("doctor", "Print versions, device, threads and libraries; test them; name the remedy for each failure.");
        command.SetAction(_ => Run(Console.Out));
        return command;
    }

    /// <summary>Runs every check and prints one line for each.</summary>
    /// <param name="output">Where to print.</param>
    /// <returns>0 when everything that training needs works, else 1.</returns>
    public static int Run(TextWriter output)
    {
        var checks = new List<DoctorCheck>();
        checks.AddRange(TorchChecks.Run());
        checks.AddRange(SurroundingChecks.Run());
        foreach (var check in checks)
        {
            output.WriteLine($"{Mark(check.State)} {check.Subject,-12} {check.Finding}");
            if (check.Remedy is { } remedy)
                output.WriteLine($"  {"",-12} -> {remedy}");
        }
        var failed = checks.Count(check => check.State == CheckState.Failed);
        output.WriteLine(failed == 0 ? "Ready." : $"{failed} of {checks.Count} checks failed: see the arrows above.");
        return failed == 0 ? ExitCodes.Success : ExitCodes.Failed;
    }

    private static string Mark(CheckState state) => state switch { CheckState.Good => "ok", CheckState.Optional => "--", _ => "!!" };
}

/// <summary>Outcome of one check.</summary>
public enum CheckState
{
    /// <summary>Works.</summary>
    Good,

    /// <summary>Absent, and only some features need it.</summary>
    Optional,

    /// <summary>Needed and not working.</summary>
    Failed,
}

/// <summary>One line of the report.</summary>
/// <param name="State">Outcome.</param>
/// <param name="Subject">What was checked.</param>
/// <param name="Finding">What was found.</param>
/// <param name="Remedy">What to do; null when nothing needs doing.</param>
public sealed record DoctorCheck(CheckState State, string Subject, string Finding, string? Remedy = null);
