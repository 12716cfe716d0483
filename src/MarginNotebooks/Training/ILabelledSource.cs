namespace MarginNotebooks.Training;

/// <summary>A source that knows which label values occur, so that they need not be looked at in every batch.</summary>
public interface ILabelledSource
{
    /// <summary>The values that occur anywhere, ascending, each once.</summary>
    IReadOnlyList<byte> LabelsPresent { get; }
}
