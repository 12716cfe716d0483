namespace MarginNotebooks.Data.Preparation;

/// <summary>All files of a case, in memory.</summary>
/// <param name="Images">The modalities, in the order of the channels.</param>
/// <param name="Label">The label map.</param>
internal sealed record CaseFiles(IReadOnlyList<LoadedFile> Images, LoadedFile Label)
{
    /// <summary>The first image.</summary>
    public LoadedFile Image => Images[0];

    /// <summary>Everything but the first image and the label map; null when there is nothing more.</summary>
    public IReadOnlyList<SourceFile>? MoreSources { get; } =
        Images.Skip(1).Concat(Images.Append(Label).SelectMany(file => file.Parts.Values)).Select(file => file.Source).ToList() is { Count: > 0 } more ? more : null;
}
