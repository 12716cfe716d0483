using System.Diagnostics;
using System.Globalization;
using MarginNotebooks.Studies;

namespace MarginNotebooks.Host.Commands;

/// <summary>Shows a study's progress: a lasting line for each run that ends; in a terminal one line besides that rewrites itself.</summary>
/// <remarks>Told from one thread at a time.</remarks>
internal sealed class StudyConsole
{
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, RunConfiguration> _runs;
    private readonly HashSet<string> _done = [];
    private readonly HashSet<string> _said = [];
    private readonly Dictionary<string, Work> _working = [];
    private readonly StudyEstimate _estimate = new();
    private readonly int _workers;
    private readonly TextWriter _output;
    private readonly bool _interactive;
    private readonly Stopwatch _sinceLine = Stopwatch.StartNew();
    private int _width;

    public StudyConsole(Study study, StudyStore store, int workers, TextWriter output, bool interactive)
    {
        (_workers, _output, _interactive) = (workers, output, interactive);
        _runs = study.Runs.ToDictionary(run => run.Name);
        foreach (var run in study.Runs.Where(run => store.Results.Contains(run) && store.Damage(run) is null))
        {
            _done.Add(run.Name);
            var record = store.Results.Load(run).Record;
            _estimate.Add(run, record.TrainingSeconds + record.EvaluationSeconds);
        }
        FinishedBefore = _done.Count;
    }

    public int FinishedBefore { get; }

    public int Failed { get; private set; }

    public void Tell(StudyEvent value)
    {
        var run = value.Run is { } name ? _runs.GetValueOrDefault(name) : null;
        switch (value.Kind)
        {
            case StudyEventKind.Started when run is not null:
                _working[run.Name] = new Work(run);
                break;
            case StudyEventKind.Progress when run is not null && _working.TryGetValue(run.Name, out var work):
                work.Hear(value);
                break;
            case StudyEventKind.Finished when run is not null:
                var seconds = _working.Remove(run.Name, out var ended) ? ended.Clock.Elapsed.TotalSeconds : 0;
                if (ended is not null)
                    _estimate.Add(run, seconds, 1 - ended.First);
                _done.Add(run.Name);
                Line($"{Count} {run.Dataset}/{run.Name} finished in {Duration(seconds)}{Left(SecondsLeft)}");
                return;
            case StudyEventKind.Failed when run is not null:
                _working.Remove(run.Name);
                Failed++;
                _done.Add(run.Name);
                Line($"{Count} {run.Dataset}/{run.Name} FAILED: {value.Message}{Left(SecondsLeft)}");
                return;
            case StudyEventKind.Unavailable when run is not null:
                if (_done.Add(run.Name))
                    Failed++;
                // Every process meets every run of a data set that is not there; once is enough.
                if (_said.Add(value.Message ?? ""))
                    Line($"{run.Dataset} cannot be run here: {value.Message}");
                return;
            case StudyEventKind.Warning or StudyEventKind.Halted:
                if (_said.Add($"{value.Run} {value.Message}"))
                    Line($"{(value.Run is null ? "" : $"{value.Run}: ")}{value.Message}");
                return;
        }
        if (_interactive)
            Rewrite(Status);
        else if (_sinceLine.Elapsed > s_quiet)
            Line(Status);
    }

    public void Dropped(string run) => _working.Remove(run);

    public void Line(string text)
    {
        _sinceLine.Restart();
        _output.WriteLine(_interactive ? "\r" + text.PadRight(_width) : text);
        _width = 0;
        _output.Flush();
    }

    /// <summary>How long something will take, as the end of a sentence; nothing while that is unknown.</summary>
    public static string Left(double? seconds) => seconds is > 0 and var left ? $", {Duration(left)} left" : "";

    public static string Duration(double seconds)
    {
        var span = TimeSpan.FromSeconds(Math.Round(seconds));
        return string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours}:{span.Minutes:00}:{span.Seconds:00}");
    }

    private string Count => $"[{_done.Count}/{_runs.Count}]";

    private string Status => $"{Count} {string.Join(", ", _working.Values.Select(work => $"{work.Run.Method} seed {work.Run.Seed} epoch {work.Epoch + 1}/{work.Run.Epochs}"))}{Left(SecondsLeft)}";

    private double? SecondsLeft
    {
        get
        {
            // What the runs at work have shown so far counts as much as they have done.
            var estimate = _estimate;
            if (_working.Values.All(work => _estimate.Of(work.Run) is null))
            {
                estimate = new StudyEstimate();
                foreach (var work in _working.Values)
                    estimate.Add(work.Run, work.Clock.Elapsed.TotalSeconds, work.Fraction - work.First);
            }
            return estimate.Left(
                [.. _runs.Values.Where(run => !_done.Contains(run.Name)).Select(run => (run, _working.TryGetValue(run.Name, out var work) ? 1 - work.Fraction : 1.0))],
                _workers);
        }
    }

    private void Rewrite(string text)
    {
        _output.Write("\r" + text.PadRight(_width));
        _width = text.Length;
        _output.Flush();
    }

    private sealed class Work(RunConfiguration run)
    {
        private bool _heard;

        public RunConfiguration Run { get; } = run;

        public Stopwatch Clock { get; } = Stopwatch.StartNew();

        public int Epoch { get; private set; }

        public double Fraction { get; private set; }

        /// <summary>What an earlier process had done.</summary>
        public double First { get; private set; }

        public void Hear(StudyEvent value)
        {
            if (!_heard)
                First = Math.Floor(value.Fraction * value.Epochs) / value.Epochs;
            (_heard, Epoch, Fraction) = (true, value.Epoch, value.Fraction);
        }
    }
}
