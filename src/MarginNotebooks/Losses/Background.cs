namespace MarginNotebooks.Losses;

/// <summary>Whether class 0 takes part in a loss's mean over classes.</summary>
public enum Background
{
    /// <summary>Every class counts, as in the paper's CE+Dice.</summary>
    Included,

    /// <summary>Class 0 is left out, as in the paper's MbLS+Dice.</summary>
    Excluded,
}
