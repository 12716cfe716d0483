namespace MarginNotebooks.Data.Preparation;

/// <summary>How the numbers of a label map stand for classes; a data set may be around in more than one way of numbering.</summary>
/// <param name="Name">A few words for messages.</param>
/// <param name="Classes">Class of each number that may occur.</param>
/// <param name="Telling">Numbers of which at least one must occur for this convention to be recognised; empty when it needs none.</param>
public sealed record LabelConvention(string Name, IReadOnlyDictionary<int, byte> Classes, params IReadOnlyList<int> Telling)
{
    /// <summary>Numbers are classes already.</summary>
    /// <param name="classes">Number of classes, background included.</param>
    /// <returns>0 to <paramref name="classes"/> − 1, each itself.</returns>
    public static LabelConvention Plain(int classes) =>
        new("classes", Enumerable.Range(0, classes).ToDictionary(label => label, label => (byte)label));

    /// <summary>True when these numbers can be read this way.</summary>
    /// <param name="found">The numbers of a label map, each once.</param>
    /// <returns>Whether all are known, and a telling one is among them where that is asked for.</returns>
    public bool Fits(IEnumerable<int> found) => found.All(Classes.ContainsKey) && (Telling.Count == 0 || found.Any(Telling.Contains));
}
