namespace MarginNotebooks.Data.Phantom;

/// <summary>One annotator's way of drawing: a personal tendency (larger or smaller) and a smooth wobble along each border.</summary>
internal sealed class PhantomAnnotator
{
    private readonly double[] bias;
    private readonly SmoothContour[] wobble;

    /// <summary>Draws an annotator.</summary>
    /// <param name="spread">Standard deviation of the border's displacement, in pixels of a 64-pixel slice.</param>
    /// <param name="random">Random numbers.</param>
    public PhantomAnnotator(double spread, SeededRandom random)
    {
        // Half of the variance is the annotator's habit, half changes along the border.
        var part = spread / Math.Sqrt(2);
        bias = [part * random.Normal(), part * random.Normal(), part * random.Normal()];
        wobble = [SmoothContour.Draw(random, part, 8), SmoothContour.Draw(random, part, 8), SmoothContour.Draw(random, part, 8)];
    }

    /// <summary>Displacement of the cavity's border.</summary>
    public double Cavity(double angle, double t) => bias[0] + wobble[0].At(angle, t);

    /// <summary>Displacement of the outer border of the wall.</summary>
    public double Epicardium(double angle, double t) => bias[1] + wobble[1].At(angle, t);

    /// <summary>Displacement of the free border of the right ventricle.</summary>
    public double Right(double angle, double t) => bias[2] + wobble[2].At(angle, t);
}
