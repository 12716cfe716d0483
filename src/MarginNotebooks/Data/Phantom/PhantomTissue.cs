namespace MarginNotebooks.Data.Phantom;

/// <summary>Brightness of the tissues of one patient, before inhomogeneity and noise; blood is about 1.</summary>
internal sealed class PhantomTissue
{
    private readonly double blood;
    private readonly double muscle;
    private readonly double bodyX;
    private readonly double bodyY;
    private readonly SmoothField flow;
    private readonly SmoothField organs;
    private readonly (double Angle, double Size)[] papillary;

    /// <summary>Draws a patient's tissues.</summary>
    /// <param name="random">The patient's random numbers.</param>
    public PhantomTissue(SeededRandom random)
    {
        blood = 1 + 0.08 * random.Normal();
        muscle = 0.38 + 0.05 * random.Normal();
        bodyX = 27 + 2 * random.Normal();
        bodyY = 24 + 2 * random.Normal();
        flow = SmoothField.Draw(random, 0.10, 5, 6);
        organs = SmoothField.Draw(random, 0.30, 8, 12);
        papillary = [(0.9 + 0.3 * random.Normal(), 1.3 + 0.3 * random.Uniform()), (4.6 + 0.3 * random.Normal(), 1.3 + 0.3 * random.Uniform())];
    }

    /// <summary>Brightness of a point.</summary>
    /// <param name="kind">Its class.</param>
    /// <param name="fromCavity">Signed distance from the border of the left cavity.</param>
    /// <param name="px">Column in a 64-pixel slice.</param>
    /// <param name="py">Row.</param>
    /// <param name="t">Position from base to apex.</param>
    /// <param name="angle">Angle around the left ventricle.</param>
    /// <returns>Brightness, 0 for air.</returns>
    public double At(byte kind, double fromCavity, double px, double py, double t, double angle) => kind switch
    {
        3 => InPapillary(fromCavity, angle) ? muscle * 1.1 : blood + flow.At(px, py, t),
        2 => muscle + 0.25 * flow.At(px, py, t),
        1 => 0.92 * blood + flow.At(px, py, t),
        _ => Background(px, py, t),
    };

    // Papillary muscles: dark, inside the cavity near its border, and by convention annotated as cavity.
    private bool InPapillary(double fromCavity, double angle)
    {
        foreach (var (at, size) in papillary)
        {
            var along = Math.IEEERemainder(angle - at, 2 * Math.PI) * 5;
            var across = fromCavity + 2.6;
            if (along * along + across * across < size * size)
                return true;
        }
        return false;
    }

    private double Background(double px, double py, double t)
    {
        var dx = (px - 32) / bodyX;
        var dy = (py - 32) / bodyY;
        var radius = dx * dx + dy * dy;
        if (radius > 1.25)
            return 0.02;
        if (radius > 1)
            return 0.85;
        // Lungs are dark and liver is muscle-like: a smooth field with a contrast curve makes patches of both.
        var patch = 1 / (1 + Math.Exp(-6 * organs.At(px, py, 0.4 * t)));
        return 0.10 + 0.55 * patch;
    }
}
