using System.Diagnostics;
using System.Reflection;
using MarginNotebooks.Host.Commands;
using MarginNotebooks.Runtime;
using Microsoft.CodeAnalysis;

namespace MarginNotebooks.Host.Notebooks.Scripting;

/// <summary>Describes what went wrong in a cell in terms of its lines.</summary>
public static class CellErrors
{
    /// <summary>Calls of the machinery that runs cells, of no interest to the reader.</summary>
    private static readonly string[] s_machinery =
    [
        "Microsoft.CodeAnalysis.Scripting.", "System.Runtime.CompilerServices.", "System.Runtime.ExceptionServices.",
        "MarginNotebooks.Host.Notebooks.", "MarginNotebooks.Host.Kernel.", "System.Threading.Tasks.Task", "System.Threading.ExecutionContext",
    ];

    /// <summary>The compiler refused a cell.</summary>
    /// <param name="number">Number of the cell.</param>
    /// <param name="source">Its text.</param>
    /// <param name="diagnostics">What the compiler said.</param>
    /// <returns>The error.</returns>
    public static CellError Compilation(int number, string source, IEnumerable<Diagnostic> diagnostics)
    {
        var errors = diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).OrderBy(d => d.Location.SourceSpan.Start).ToList();
        List<string> trace = [];
        foreach (var error in errors)
        {
            var span = error.Location.GetMappedLineSpan();
            var (line, column) = (span.StartLinePosition.Line + 1, span.StartLinePosition.Character + 1);
            var inCell = CellName.NumberIn(span.Path) == number;
            trace.Add($"{(inCell ? $"Cell [{number}]" : span.Path)}, line {line}, column {column}: {error.Id}: {error.GetMessage()}");
            if (inCell)
                trace.AddRange(SourceExcerpt.Around(source, line, column));
        }
        var first = errors[0];
        return new CellError(
            "CompilationError",
            $"{first.Id}: {first.GetMessage()}",
            first.Location.GetMappedLineSpan().StartLinePosition.Line + 1,
            trace);
    }

    /// <summary>The cell cannot be compiled because of what it asks of its host.</summary>
    /// <param name="number">Number of the cell.</param>
    /// <param name="source">Its text.</param>
    /// <param name="problem">The problem.</param>
    /// <returns>The error.</returns>
    public static CellError Directive(int number, string source, CellProblem problem) => Known("DirectiveError", number, source, problem);

    /// <summary>The compiler refused a cell for a reason that can be told better than it does.</summary>
    /// <param name="number">Number of the cell.</param>
    /// <param name="source">Its text.</param>
    /// <param name="problem">The problem.</param>
    /// <returns>The error.</returns>
    public static CellError Compilation(int number, string source, CellProblem problem) => Known("CompilationError", number, source, problem);

    /// <summary>The code of a cell threw.</summary>
    /// <param name="number">Number of the cell.</param>
    /// <param name="source">Its text.</param>
    /// <param name="thrown">What was thrown.</param>
    /// <returns>The error.</returns>
    public static CellError Runtime(int number, string source, Exception thrown)
    {
        var exception = Unwrapped(thrown);
        var line = LineIn(exception, number) ?? LineIn(thrown, number);
        var name = exception.GetType().Name;
        var where = line is null ? $"Cell [{number}]" : $"Cell [{number}], line {line}";
        List<string> trace = [$"{where}: {exception.GetType().FullName}: {exception.Message}"];
        if (line is { } at)
            trace.AddRange(SourceExcerpt.Around(source, at));
        if (CommandLine.Explained(exception) is { } explained and (CommandException or TorchUnavailableException))
            return new CellError(explained.GetType().Name, explained.Message, line, [$"{where}: {explained.Message}"], explained);
        trace.AddRange(Calls(exception));
        for (var inner = exception.InnerException; inner is not null; inner = inner.InnerException)
        {
            trace.Add($" caused by {inner.GetType().FullName}: {inner.Message}");
            trace.AddRange(Calls(inner));
        }
        return new CellError(name, exception.Message, line, trace, exception);
    }

    private static CellError Known(string name, int number, string source, CellProblem problem) => new(
        name,
        problem.Message,
        problem.Line,
        [$"Cell [{number}], line {problem.Line}: {problem.Message}", .. SourceExcerpt.Around(source, problem.Line)]);

    /// <summary>The exception that the code threw, without the wrappings of tasks, reflection and type initialisers.</summary>
    private static Exception Unwrapped(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions: [var only] } => Unwrapped(only),
        TargetInvocationException { InnerException: { } inner } => Unwrapped(inner),
        TypeInitializationException { InnerException: { } inner } => Unwrapped(inner),
        _ => exception,
    };

    private static int? LineIn(Exception exception, int number)
    {
        for (Exception? e = exception; e is not null; e = e.InnerException)
            foreach (var frame in new StackTrace(e, fNeedFileInfo: true).GetFrames())
                if (CellName.NumberIn(frame.GetFileName()) == number && frame.GetFileLineNumber() > 0)
                    return frame.GetFileLineNumber();
        return null;
    }

    private static IEnumerable<string> Calls(Exception exception)
    {
        foreach (var frame in new StackTrace(exception, fNeedFileInfo: true).GetFrames())
        {
            var method = DiagnosticMethodInfo.Create(frame);
            var type = method?.DeclaringTypeName ?? "";
            if (CellName.NumberIn(frame.GetFileName()) is { } cell)
                yield return $"   at {CellMember(type, method?.Name)}Cell [{cell}], line {frame.GetFileLineNumber()}";
            else if (!s_machinery.Any(prefix => type.StartsWith(prefix, StringComparison.Ordinal)))
                yield return $"   at {type}.{method?.Name}{Place(frame)}";
        }
    }

    /// <summary>The function of a cell a frame is in; empty for the cell's own statements.</summary>
    private static string CellMember(string type, string? method)
    {
        // Local functions are named <<Initialize>>g__Name|0, methods keep their name, asynchronous ones give it to a nested class <Name>d__0.
        var name = method is "MoveNext" && type.LastIndexOf('<') is var at and >= 0 ? type[(at + 1)..].Split('>')[0] : method ?? "";
        if (name.Contains("g__", StringComparison.Ordinal))
            name = name[(name.IndexOf("g__", StringComparison.Ordinal) + 3)..].Split('|')[0];
        return name.Length == 0 || name.Contains('<') || name is "Initialize" or "Factory" ? "" : $"{name}, ";
    }

    private static string Place(StackFrame frame) =>
        frame.GetFileName() is { } file ? $" in {Path.GetFileName(file)}:line {frame.GetFileLineNumber()}" : "";
}
