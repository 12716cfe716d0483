namespace MarginNotebooks.Display;

/// <summary>Confidence and accuracy in a window around each pixel of a slice.</summary>
/// <remarks>
/// <c>conf(p) = mean of c over W(p)</c>, <c>acc(p) = mean of [prediction = truth] over W(p)</c>, where W(p) holds the annotated pixels of
/// the square of side <c>2r + 1</c> around p, cut at the slice's border. One pixel is only right or wrong; the gap <c>conf − acc</c> needs
/// a neighbourhood to mean anything. NaN where the pixel itself is not annotated. Window sums come from summed-area tables: the cost does
/// not depend on r.
/// </remarks>
internal sealed class LocalCalibration
{
    private LocalCalibration(float[] confidence, float[] accuracy)
    {
        (Confidence, Accuracy) = (confidence, accuracy);
        Gap = [.. confidence.Zip(accuracy, (c, a) => c - a)];
    }

    public float[] Confidence { get; }

    public float[] Accuracy { get; }

    public float[] Gap { get; }

    public static LocalCalibration Of(byte[] truth, SlicePrediction prediction, int height, int width, int radius, byte ignore)
    {
        var annotated = Table(p => truth[p] == ignore ? 0 : 1);
        var confidence = Table(p => truth[p] == ignore ? 0 : prediction.Confidence[p]);
        var right = Table(p => truth[p] != ignore && truth[p] == prediction.Labels[p] ? 1 : 0);
        var (conf, acc) = (new float[truth.Length], new float[truth.Length]);
        for (var p = 0; p < truth.Length; p++)
        {
            var count = truth[p] == ignore ? 0 : Window(annotated, p);
            (conf[p], acc[p]) = count == 0 ? (float.NaN, float.NaN)
                : ((float)(Window(confidence, p) / count), (float)(Window(right, p) / count));
        }

        return new LocalCalibration(conf, acc);

        // Entry (y, x) is the sum over all rows above y and columns left of x.
        double[,] Table(Func<int, double> value)
        {
            var table = new double[height + 1, width + 1];
            for (var y = 0; y < height; y++)
                for (var x = 0; x < width; x++)
                    table[y + 1, x + 1] = value((y * width) + x) + table[y, x + 1] + table[y + 1, x] - table[y, x];
            return table;
        }

        double Window(double[,] table, int p)
        {
            var (y, x) = (p / width, p % width);
            var (top, bottom) = (Math.Max(0, y - radius), Math.Min(height, y + radius + 1));
            var (left, end) = (Math.Max(0, x - radius), Math.Min(width, x + radius + 1));
            return table[bottom, end] - table[top, end] - table[bottom, left] + table[top, left];
        }
    }
}
