using System.Globalization;

namespace MarginNotebooks.Data.Shifts;

/// <summary>A way in which test images may differ from those a network was trained on, in growing strengths. Labels stay as they are.</summary>
/// <remarks>
/// Shifts work on normalised intensities, each channel by itself, at the resolution that the network sees. The result depends on the case, its
/// name, the strength and the seed alone. Padding around a slice is no part of the image: it keeps the intensity that it has around the
/// unshifted one, see <see cref="SegmentationCase.Background"/>.
/// </remarks>
/// <example>One of your own, known to every command once it is registered:
/// <code>
/// sealed class Offset() : ImageShift("offset", "Offset", "offset (SD)", unchanged: 0, [0.1, 0.2, 0.3, 0.4, 0.5])
/// {
///     protected override void Shift(Span&lt;float&gt; channel, ShiftContext context)
///     {
///         foreach (ref var value in channel)
///             value += (float)(context.Parameter * context.Deviation);
///     }
/// }
/// ShiftCatalog.Register(new Offset());
/// </code></example>
public abstract class ImageShift
{
    /// <summary>Describes the shift.</summary>
    /// <param name="key">Short key by which commands and result files name it, without commas and blanks.</param>
    /// <param name="name">Name for charts.</param>
    /// <param name="parameterName">What the parameter is, with its unit, for axes.</param>
    /// <param name="unchanged">The parameter that changes nothing.</param>
    /// <param name="parameters">The parameter of each strength, from 1 up.</param>
    /// <exception cref="ArgumentException">No strength, or one that is not finite or changes nothing; a key that no table could hold.</exception>
    protected ImageShift(string key, string name, string parameterName, double unchanged, IReadOnlyList<double> parameters)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        if (key.AsSpan().IndexOfAny(", \"\r\n") >= 0)
            throw new ArgumentException($"The key '{key}' of a shift must hold no comma, blank or quote.", nameof(key));
        if (parameters.Count == 0)
            throw new ArgumentException($"The shift '{key}' has no strength.", nameof(parameters));
        foreach (var value in parameters)
            if (!double.IsFinite(value) || value == unchanged)
                throw new ArgumentException(FormattableString.Invariant($"The shift '{key}' cannot have the parameter {value}."), nameof(parameters));
        (Key, Name, ParameterName, Unchanged, Parameters) = (key, name, parameterName, unchanged, [.. parameters]);
    }

    /// <summary>Short key by which commands and result files name it.</summary>
    public string Key { get; }

    /// <summary>Name for charts.</summary>
    public string Name { get; }

    /// <summary>What the parameter is, with its unit, for axes.</summary>
    public string ParameterName { get; }

    /// <summary>The parameter that changes nothing: that of strength 0.</summary>
    public double Unchanged { get; }

    /// <summary>The parameter of each strength, from 1 up.</summary>
    public IReadOnlyList<double> Parameters { get; }

    /// <summary>The parameter of a strength.</summary>
    /// <param name="strength">From 0, nothing changed, to the number of <see cref="Parameters"/>.</param>
    /// <returns>The parameter.</returns>
    public double ParameterOf(int strength) => strength == 0 ? Unchanged
        : strength > 0 && strength <= Parameters.Count ? Parameters[strength - 1]
        : throw new ArgumentOutOfRangeException(nameof(strength), strength, $"'{Key}' has the strengths 0 to {Parameters.Count}.");

    /// <summary>Key and parameters, which tell one setting from another in records.</summary>
    /// <returns>For example <c>blur 0.5 1 1.5 2 3</c>.</returns>
    public string Describe() => $"{Key} {string.Join(' ', Parameters.Select(value => value.ToString("R", CultureInfo.InvariantCulture)))}";

    /// <summary>The case with a shifted image.</summary>
    /// <param name="item">A case with normalised intensities.</param>
    /// <param name="strength">From 0 to the number of <see cref="Parameters"/>.</param>
    /// <param name="seed">Seed of what is random; each case has a stream of its own.</param>
    /// <returns>A new case; the same one at strength 0.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such strength.</exception>
    /// <exception cref="InvalidOperationException">The shift made an intensity that is not finite.</exception>
    public SegmentationCase Apply(SegmentationCase item, int strength, ulong seed = 1)
    {
        var parameter = ParameterOf(strength);
        item.Validated();
        if (strength == 0)
            return item;
        var image = item.Image.ToArray();
        var size = image.Length / item.Channels;
        for (var channel = 0; channel < item.Channels; channel++)
        {
            var values = image.AsSpan(channel * size, size);
            Shift(values, new ShiftContext(item, channel, parameter, seed));
            if (values.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) is var at and >= 0)
                throw new InvalidOperationException($"The shift '{Key}' at {parameter} made an intensity of case '{item.Id}' {values[at]}: it must be finite.");
        }
        return item with { Image = image, Background = item.Background ?? CommonMinimum(item, size) };
    }

    /// <summary>Shifts one channel in place.</summary>
    /// <param name="channel">Intensities, row-major <c>(D, H, W)</c>.</param>
    /// <param name="context">Shape, parameter and statistics of the unshifted channel, and random numbers.</param>
    protected abstract void Shift(Span<float> channel, ShiftContext context);

    // Null where channels differ: padding then takes each shifted channel's own darkest.
    private static float? CommonMinimum(SegmentationCase item, int size)
    {
        var first = Intensities.Range(item.Image.AsSpan(0, size)).Min;
        for (var channel = 1; channel < item.Channels; channel++)
        {
            if (Intensities.Range(item.Image.AsSpan(channel * size, size)).Min != first)
                return null;
        }
        return first;
    }
}
