using MarginNotebooks.Metrics;

namespace MarginNotebooks.Display;

/// <summary>Accuracy as a smooth function of confidence, with a pointwise band from resampling patients.</summary>
/// <remarks>
/// <para>
/// <c>acc(t) = t + Σ_i K(t, c_i)(y_i − c_i) / Σ_i K(t, c_i)</c>: confidences c, correctness y in {0, 1}, and K a Gaussian of standard
/// deviation h (the bandwidth) that is reflected at 0 and at 1, so that no weight leaves [0, 1]. Smoothing the residual y − c rather than y
/// puts a calibrated network on the diagonal whatever the spread of its confidences; smoothing y itself would bend the curve towards
/// where most pixels are, and segmentation networks have almost all of them close to 1. Clipped to [0, 1].
/// </para>
/// <para>
/// Confidences come as bins, each standing for its pixels at their mean confidence, so bins must be no wider than h. The curve has a gap
/// (NaN) where no pixel lies within h, and the band where fewer than two patients have one.
/// Source: Błasiok and Nakkiran, "Smooth ECE" (ICLR 2024), arXiv 2309.12236, for the reflected kernel; the choice of residuals is ours.
/// </para>
/// </remarks>
/// <param name="Bandwidth">h.</param>
/// <param name="Confidence">The points t, evenly spaced over [0, 1].</param>
/// <param name="Accuracy">acc(t), NaN where no pixel is near.</param>
/// <param name="Lower">Lower end of the pointwise interval, NaN where there is none.</param>
/// <param name="Upper">Upper end.</param>
/// <param name="Pooled">Sums over all pixels.</param>
public sealed record SmoothReliability(
    double Bandwidth, double[] Confidence, double[] Accuracy, double[] Lower, double[] Upper, BinSums Pooled)
{
    /// <summary>Number of steps of the curve.</summary>
    internal const int Steps = 200;

    /// <summary>The curve of a network.</summary>
    /// <param name="parts">Bin sums with the patient they belong to; several per patient are added up. All with the same bins.</param>
    /// <param name="bandwidth">h, at least the width of a bin and at most 0.25.</param>
    /// <param name="options">How the band is computed; null for 2000 resamples, 95 %, seed 1.</param>
    /// <returns>The curve.</returns>
    /// <exception cref="ArgumentException">No pixel was counted, or the parts have different bins.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The bandwidth is too small for the bins, or above 0.25.</exception>
    public static SmoothReliability Of(
        IReadOnlyList<(string PatientId, BinSums Sums)> parts, double bandwidth = 0.03, BootstrapOptions? options = null)
    {
        var patients = Pool(parts, bandwidth);
        var pooled = patients.Aggregate(new BinSums(patients[0].Bins), (all, sums) =>
        {
            all.Add(sums);
            return all;
        });
        double[] points = [.. Enumerable.Range(0, Steps + 1).Select(i => (double)i / Steps)];
        var smoothed = patients.ConvertAll(sums => Smooth(sums, points, bandwidth));
        var (lower, upper) = Band(smoothed, points, options ?? BootstrapOptions.Default);
        var everyone = Enumerable.Range(0, patients.Count).ToArray();
        return new SmoothReliability(
            bandwidth, points, [.. points.Select((t, i) => smoothed.Any(one => one.Near[i]) ? At(smoothed, everyone, t, i) : double.NaN)],
            lower, upper, pooled);
    }

    private static List<BinSums> Pool(IReadOnlyList<(string PatientId, BinSums Sums)> parts, double bandwidth)
    {
        if (parts.Sum(part => part.Sums.Total) == 0)
            throw new ArgumentException("There is no pixel in any bin: there is nothing to smooth. Was the region of interest empty?",
                nameof(parts));
        var bins = parts[0].Sums.Bins;
        if (!(bandwidth is > 0 and <= 0.25) || bandwidth < (1.0 / bins) - 1e-12)
            throw new ArgumentOutOfRangeException(nameof(bandwidth), bandwidth,
                $"With {bins} confidence bins the bandwidth must lie between 1/{bins} = {1.0 / bins:0.####} and 0.25; for a smaller one count "
                + "the pixels in more bins.");
        return [.. parts.GroupBy(part => part.PatientId, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => group.Aggregate(new BinSums(bins), (sum, part) =>
            {
                sum.Add(part.Sums);
                return sum;
            }))];
    }

    /// <summary>ΣK·(y − c) and ΣK of one patient at each point, and whether one of its pixels is within the bandwidth.</summary>
    private static (double[] Residual, double[] Weight, bool[] Near) Smooth(BinSums sums, double[] points, double h)
    {
        var (residual, weight, near) = (new double[points.Length], new double[points.Length], new bool[points.Length]);
        for (var b = 0; b < sums.Bins; b++)
        {
            if (sums.Count[b] == 0)
                continue;
            var c = sums.MeanConfidence(b);
            for (var i = 0; i < points.Length; i++)
            {
                var t = points[i];
                var kernel = Gauss((t - c) / h) + Gauss((t + c) / h) + Gauss((2 - t - c) / h);
                residual[i] += kernel * (sums.Correct[b] - sums.Confidence[b]);
                weight[i] += kernel * sums.Count[b];
                near[i] |= Math.Abs(t - c) <= h;
            }
        }

        return (residual, weight, near);
    }

    private static (double[] Lower, double[] Upper) Band(
        List<(double[] Residual, double[] Weight, bool[] Near)> patients, double[] points, BootstrapOptions options)
    {
        var samples = Array.ConvertAll(points, _ => new List<double>());
        var open = Enumerable.Range(0, points.Length).Where(i => patients.Count(one => one.Near[i]) > 1).ToArray();
        if (open.Length > 0)
            PatientBootstrap.Resample(patients.Count, options, drawn =>
            {
                foreach (var i in open)
                    if (Array.Exists(drawn, p => patients[p].Near[i]))
                        samples[i].Add(At(patients, drawn, points[i], i));
            });
        var intervals = Array.ConvertAll(samples,
            values => values.Count > 0 ? PatientBootstrap.Interval(values, options) : (double.NaN, double.NaN));
        return ([.. intervals.Select(one => one.Item1)], [.. intervals.Select(one => one.Item2)]);
    }

    private static double At(List<(double[] Residual, double[] Weight, bool[] Near)> patients, int[] drawn, double t, int i)
    {
        double residual = 0, weight = 0;
        foreach (var p in drawn)
        {
            residual += patients[p].Residual[i];
            weight += patients[p].Weight[i];
        }

        return Math.Clamp(t + (residual / weight), 0, 1);
    }

    private static double Gauss(double z) => Math.Abs(z) > 8 ? 0 : Math.Exp(-0.5 * z * z);
}
