using System.Globalization;
using static System.FormattableString;

namespace MarginNotebooks.Losses;

/// <summary>Methods with a margin penalty of another weight than the paper's: <c>mbls-5-lambda-0.2</c> is <c>mbls-5</c> with λ = 0.2.</summary>
public static class WeightedMethod
{
    private const string Mark = "-lambda-";

    /// <summary>The key of a method with another λ.</summary>
    /// <param name="method">Key of a method with a margin penalty, with or without a λ in it.</param>
    /// <param name="lambda">λ; with the paper's 0.1 the key is the plain one, so that it stays the same run.</param>
    /// <returns>The key.</returns>
    /// <exception cref="ArgumentException">The method has no λ, or λ is no weight.</exception>
    public static string Key(string method, double lambda)
    {
        var (plain, _) = Split(method);
        if (lambda == MethodCatalog.PublishedLambda)
        {
            With(MethodCatalog.Get(plain).CreateLoss(), lambda, plain);
            return plain;
        }
        var key = Invariant($"{plain}{Mark}{lambda}");
        MethodCatalog.Get(key);
        return key;
    }

    /// <summary>A key's method without its λ, and the λ; null where the key names none.</summary>
    /// <param name="key">Key of a method.</param>
    /// <returns>Both parts.</returns>
    /// <exception cref="ArgumentException">What stands for λ is not a number of at least 0.</exception>
    public static (string Method, double? Lambda) Split(string key)
    {
        var at = key.IndexOf(Mark, StringComparison.Ordinal);
        if (at < 0)
            return (key, null);
        return double.TryParse(key.AsSpan(at + Mark.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var lambda)
            ? (key[..at], lambda)
            : throw new ArgumentException($"Method '{key}' has no number after '{Mark}': write, for example, mbls-5{Mark}0.2.", nameof(key));
    }

    /// <summary>The method of a key with a λ in it; null for other keys.</summary>
    internal static Method? Find(string key, long? ignoreIndex)
    {
        if (Split(key) is not (var method, { } lambda))
            return null;
        var plain = MethodCatalog.Get(method, ignoreIndex);
        With(plain.CreateLoss(), lambda, key);
        var name = plain.DisplayName.EndsWith(')')
            ? Invariant($"{plain.DisplayName[..^1]}, λ={lambda})")
            : Invariant($"{plain.DisplayName} (λ={lambda})");
        return plain with { Key = key, DisplayName = name, CreateLoss = () => With(plain.CreateLoss(), lambda, key) };
    }

    private static SegmentationLoss With(SegmentationLoss loss, double lambda, string key) => loss switch
    {
        MarginLoss plain => new MarginLoss(plain.Margin, lambda) { IgnoreIndex = plain.IgnoreIndex },
        MarginSquaredLoss plain => new MarginSquaredLoss(plain.Margin, lambda, plain.Variant) { IgnoreIndex = plain.IgnoreIndex },
        MarginDiceLoss plain => new MarginDiceLoss(plain.Margin, lambda, plain.Background, plain.Smooth) { IgnoreIndex = plain.IgnoreIndex },
        NaclLoss plain => new NaclLoss(plain.Neighbourhood, plain.Prediction, plain.Distance, lambda) { IgnoreIndex = plain.IgnoreIndex },
        _ => throw new ArgumentException($"Method '{key}' has no λ: only the margin penalties (mbls-…) and nacl have one.", nameof(key)),
    };
}
