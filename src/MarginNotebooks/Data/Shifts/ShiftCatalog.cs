namespace MarginNotebooks.Data.Shifts;

/// <summary>The shifts of images, by key.</summary>
public static class ShiftCatalog
{
    private static readonly Lock Gate = new();
    private static readonly List<ImageShift> Known = [new GaussianNoise(), new GaussianBlur(), new GammaChange()];

    /// <summary>The keys, the kit's own first.</summary>
    public static IReadOnlyList<string> Keys
    {
        get
        {
            lock (Gate)
                return [.. Known.Select(shift => shift.Key)];
        }
    }

    /// <summary>The shift of a key.</summary>
    /// <param name="key">One of <see cref="Keys"/>.</param>
    /// <returns>The shift at its catalogued strengths.</returns>
    /// <exception cref="ArgumentException">There is none of that key.</exception>
    public static ImageShift Get(string key) => Find(key)
        ?? throw new ArgumentException($"Unknown shift '{key}'. Known: {string.Join(", ", Keys)}.", nameof(key));

    /// <summary>Adds a shift, so that commands and tables know it.</summary>
    /// <param name="shift">The shift.</param>
    /// <exception cref="ArgumentException">Its key is taken by another type.</exception>
    public static void Register(ImageShift shift)
    {
        lock (Gate)
        {
            if (Known.FirstOrDefault(one => one.Key == shift.Key) is { } taken && taken.GetType() != shift.GetType())
                throw new ArgumentException($"The key '{shift.Key}' of {shift.GetType().Name} belongs to {taken.GetType().Name}.", nameof(shift));
            Known.RemoveAll(one => one.Key == shift.Key);
            Known.Add(shift);
        }
    }

    /// <summary>The shift of a key; null when there is none.</summary>
    internal static ImageShift? Find(string key)
    {
        lock (Gate)
            return Known.FirstOrDefault(shift => shift.Key == key);
    }
}
