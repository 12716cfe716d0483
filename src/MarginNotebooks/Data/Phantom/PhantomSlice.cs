namespace MarginNotebooks.Data.Phantom;

/// <summary>The contours of one slice, ready to tell the class of any point; an annotator's version has its borders shifted.</summary>
internal sealed class PhantomSlice
{
    private readonly double x;
    private readonly double y;
    private readonly double[] cavity;
    private readonly double[] epicardium;
    private readonly double[] right;

    private PhantomSlice(double x, double y, double[] cavity, double[] epicardium, double[] right)
    {
        this.x = x;
        this.y = y;
        this.cavity = cavity;
        this.epicardium = epicardium;
        this.right = right;
    }

    /// <summary>The heart as it is.</summary>
    public static PhantomSlice True(PhantomAnatomy heart, double t) => Draw(heart, t, null);

    /// <summary>The heart as an annotator draws it.</summary>
    public static PhantomSlice Annotated(PhantomAnatomy heart, double t, PhantomAnnotator annotator) => Draw(heart, t, annotator);

    /// <summary>The class of a point.</summary>
    /// <param name="px">Column, in pixels of a 64-pixel slice.</param>
    /// <param name="py">Row, in the same unit.</param>
    /// <returns>0 background, 1 right ventricle, 2 myocardium, 3 left ventricle; and the distance to the cavity's border (negative inside).</returns>
    public (byte Class, double FromCavity) At(double px, double py)
    {
        var dx = px - x;
        var dy = py - y;
        var radius = Math.Sqrt(dx * dx + dy * dy);
        var angle = (int)Math.Round(Math.Atan2(dy, dx) / (2 * Math.PI) * PhantomAnatomy.Angles) & (PhantomAnatomy.Angles - 1);
        var fromCavity = radius - cavity[angle];
        if (fromCavity <= 0)
            return (3, fromCavity);
        if (radius <= epicardium[angle])
            return (2, fromCavity);
        return ((byte)(radius <= right[angle] ? 1 : 0), fromCavity);
    }

    private static PhantomSlice Draw(PhantomAnatomy heart, double t, PhantomAnnotator? annotator)
    {
        var (x, y) = heart.Centre(t);
        var cavity = heart.Cavity(t);
        var wall = heart.Wall(t);
        var reach = heart.Right(t);
        var epicardium = new double[cavity.Length];
        var right = new double[cavity.Length];
        for (var i = 0; i < cavity.Length; i++)
        {
            var angle = 2 * Math.PI * i / cavity.Length;
            var trueEpicardium = cavity[i] + wall[i];
            right[i] = reach[i] > 0 ? trueEpicardium + reach[i] + (annotator?.Right(angle, t) ?? 0) : 0;
            cavity[i] = Math.Max(0.5, cavity[i] + (annotator?.Cavity(angle, t) ?? 0));
            // However an annotator errs, a wall is drawn.
            epicardium[i] = Math.Max(cavity[i] + 1.6, trueEpicardium + (annotator?.Epicardium(angle, t) ?? 0));
        }
        return new PhantomSlice(x, y, cavity, epicardium, right);
    }
}
