namespace MarginNotebooks.Losses;

/// <summary>One way of training that a study compares: a loss with its hyper-parameters.</summary>
/// <param name="Key">Short machine-readable name, for example <c>mbls-5</c>; see <see cref="MethodCatalog"/>.</param>
/// <param name="DisplayName">Name in tables and figures, for example <c>MbLS (m=5)</c>.</param>
/// <param name="CreateLoss">Makes a fresh loss; losses hold state (schedules), so each run needs its own.</param>
/// <param name="Source">Where the method was published.</param>
public sealed record Method(string Key, string DisplayName, Func<SegmentationLoss> CreateLoss, string Source);
