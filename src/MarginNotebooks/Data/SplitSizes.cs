namespace MarginNotebooks.Data;

/// <summary>How many patients each part gets, relative to one another: numbers of patients or percentages.</summary>
/// <param name="Train">Share of the training part.</param>
/// <param name="Valid">Share of the validation part.</param>
/// <param name="Test">Share of the test part.</param>
public sealed record SplitSizes(int Train, int Valid, int Test)
{
    /// <summary>The sum of the three shares.</summary>
    public int Total => checked(Train + Valid + Test);

    /// <summary>The share of a part.</summary>
    /// <param name="part">The part.</param>
    /// <returns>Its number.</returns>
    public int Of(SplitPart part) => part switch
    {
        SplitPart.Train => Train,
        SplitPart.Valid => Valid,
        _ => Test,
    };

    /// <summary>Whole numbers of patients in these proportions: shares rounded down, the rest to the largest remainders.</summary>
    /// <param name="patients">How many there are.</param>
    /// <returns>Three numbers that add up to <paramref name="patients"/>.</returns>
    public int[] Counts(int patients)
    {
        if (Train < 0 || Valid < 0 || Test < 0 || Total == 0)
            throw new ArgumentException($"Shares {Train}/{Valid}/{Test}: they must not be negative, and not all zero.");
        long[] shares = [Train, Valid, Test];
        var counts = shares.Select(share => (int)(share * patients / Total)).ToArray();
        var byRemainder = Enumerable.Range(0, 3).OrderByDescending(part => shares[part] * patients % Total).ThenBy(part => part);
        foreach (var part in byRemainder.Take(patients - counts.Sum()))
            counts[part]++;
        return counts;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Train}/{Valid}/{Test}";
}
