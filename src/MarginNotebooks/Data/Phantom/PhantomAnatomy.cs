namespace MarginNotebooks.Data.Phantom;

/// <summary>The shape of one phantom heart: contours in polar form around the left ventricle, changing smoothly from base to apex.</summary>
/// <remarks>Lengths are in pixels of a 64-pixel slice; <c>t</c> runs from 0 (base) to 1 (apex).</remarks>
internal sealed class PhantomAnatomy
{
    /// <summary>Angles at which contours are tabulated.</summary>
    public const int Angles = 256;

    private readonly double centreX;
    private readonly double centreY;
    private readonly double tiltX;
    private readonly double tiltY;
    private readonly double cavity;
    private readonly double wall;
    private readonly double septum;
    private readonly double rightReach;
    private readonly double rightSpan;
    private readonly double rightEnd;
    private readonly SmoothContour cavityShape;
    private readonly SmoothContour wallShape;
    private readonly SmoothContour rightShape;

    /// <summary>Draws a heart of a pathology group.</summary>
    /// <param name="group">One of <see cref="PhantomDataset.Groups"/>, by index.</param>
    /// <param name="random">The patient's random numbers.</param>
    public PhantomAnatomy(int group, SeededRandom random)
    {
        centreX = 34 + 2.5 * random.Normal();
        centreY = 32 + 2.5 * random.Normal();
        tiltX = 1.5 * random.Normal();
        tiltY = 1.5 * random.Normal();
        cavity = 8.5 * Factor(group, dilated: 1.35, hypertrophic: 0.75) * (1 + 0.10 * random.Normal());
        wall = 4.2 * Factor(group, dilated: 0.8, hypertrophic: 1.6) * (1 + 0.10 * random.Normal());
        septum = Math.PI + 0.25 * random.Normal();
        rightReach = (group == 3 ? 12.5 : 8.5) * (1 + 0.12 * random.Normal());
        rightSpan = (group == 3 ? 1.25 : 1.0) * (1 + 0.08 * random.Normal());
        rightEnd = 0.78 + 0.12 * random.Uniform();
        cavityShape = SmoothContour.Draw(random, 0.05, 5);
        wallShape = SmoothContour.Draw(random, 0.10, 5);
        rightShape = SmoothContour.Draw(random, 0.08, 5);
        // A thinned segment of the wall, as after an infarct.
        Thinning = group == 4 ? (random.Uniform() * 2 * Math.PI, 0.55) : (0, 0);
    }

    private (double Angle, double Depth) Thinning { get; }

    /// <summary>Centre of the left ventricle.</summary>
    public (double X, double Y) Centre(double t) => (centreX + tiltX * (t - 0.5), centreY + tiltY * (t - 0.5));

    /// <summary>Radius of the cavity at each angle.</summary>
    public double[] Cavity(double t) => Tabulate(angle => cavity * Taper(t) * (1 + cavityShape.At(angle, t)));

    /// <summary>Thickness of the wall at each angle.</summary>
    public double[] Wall(double t) => Tabulate(angle =>
        wall * (0.75 + 0.25 * Taper(t)) * (1 + wallShape.At(angle, t)) * (1 - Thinning.Depth * Math.Exp(-2 * Square(Wrap(angle - Thinning.Angle)))));

    /// <summary>How far the right ventricle reaches beyond the wall at each angle; not positive where there is none.</summary>
    public double[] Right(double t)
    {
        var fade = 1 - Math.Pow(Math.Clamp(t / rightEnd, 0, 1), 3);
        return Tabulate(angle =>
        {
            var offset = Wrap(angle - septum) / rightSpan;
            return Math.Abs(offset) > 1.2 || fade <= 0
                ? -1
                : fade * rightReach * Math.Cos(offset / 1.2 * Math.PI / 2) * (1 + rightShape.At(angle, t));
        });
    }

    private static double Taper(double t) => 0.30 + 0.70 * Math.Sqrt(Math.Max(0, 1 - t * t));

    private static double Factor(int group, double dilated, double hypertrophic) => group switch { 1 => dilated, 2 => hypertrophic, _ => 1 };

    private static double[] Tabulate(Func<double, double> value)
    {
        var table = new double[Angles];
        for (var i = 0; i < Angles; i++)
            table[i] = value(2 * Math.PI * i / Angles);
        return table;
    }

    private static double Wrap(double angle) => Math.IEEERemainder(angle, 2 * Math.PI);

    private static double Square(double value) => value * value;
}
