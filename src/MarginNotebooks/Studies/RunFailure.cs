namespace MarginNotebooks.Studies;

/// <summary>Why a run of a study failed; <c>failure.json</c> in its folder.</summary>
/// <param name="Error">The message: what was wrong and in which file.</param>
/// <param name="Kind">Type of the exception, or <c>process</c> when the process ended by itself.</param>
/// <param name="Time">When (UTC).</param>
/// <param name="Machine">On which machine.</param>
/// <param name="Attempts">How often the run has failed.</param>
/// <param name="Command">The command that makes the run alone.</param>
/// <param name="Detail">The stack trace, or what the process wrote last.</param>
public sealed record RunFailure(string Error, string Kind, DateTimeOffset Time, string Machine, int Attempts, string Command, string? Detail);

/// <summary>How far a run is, as the process that works on it writes it down for others; <c>progress.json</c> in its folder.</summary>
/// <param name="ProcessId">The process.</param>
/// <param name="Machine">Its machine.</param>
/// <param name="Updated">When this was written (UTC).</param>
/// <param name="Epoch">Zero-based epoch.</param>
/// <param name="Epochs">Epochs in all.</param>
/// <param name="Fraction">Part of the run's epochs that is done.</param>
/// <param name="SecondsLeft">Estimated seconds of training left; null while unknown.</param>
public sealed record RunProgress(int ProcessId, string Machine, DateTimeOffset Updated, int Epoch, int Epochs, double Fraction, double? SecondsLeft);
