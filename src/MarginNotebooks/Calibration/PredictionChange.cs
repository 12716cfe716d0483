namespace MarginNotebooks.Calibration;

/// <summary>Whether a calibrator can change the class that a pixel is given.</summary>
public enum PredictionChange
{
    /// <summary>The most probable class of every pixel stays what it was; overlap measures cannot change.</summary>
    Never,

    /// <summary>It can become another one: overlap measures have to be looked at again.</summary>
    May,
}
