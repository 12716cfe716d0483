namespace MarginNotebooks.Losses;

/// <summary>What <see cref="NaclLoss"/> compares with the neighbourhood's targets.</summary>
public enum NaclPrediction
{
    /// <summary>The raw logits, as published, although the targets lie in 0..1.</summary>
    Logits,

    /// <summary>The softmax probabilities.</summary>
    Probabilities,
}
