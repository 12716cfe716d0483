using System.Globalization;
using System.Text.Json;
using MarginNotebooks.Tests.Data;

namespace MarginNotebooks.Tests.Metrics;

/// <summary>Calibration measures written from their definitions in NumPy, SciPy and scikit-learn: nothing is shared with the kit.</summary>
internal static class NumpyMeasures
{
    private const string Install = "apt-get install -y --no-install-recommends python3-numpy python3-scipy python3-sklearn";

    private const string Script = """
        import json, math, sys
        import numpy as np
        from scipy import optimize, special, stats
        from sklearn.calibration import calibration_curve
        from sklearn.metrics import log_loss

        def width_bin(p, bins):                       # (lower, upper], 0 in the first
            return np.clip(np.ceil(p * bins).astype(int) - 1, 0, bins - 1)

        def mass_bins(p, bins):                       # by value; the middle of a value's pixels decides
            out = np.zeros(len(p), int)
            for v in np.unique(p):
                below, own = (p < v).sum(), (p == v).sum()
                out[p == v] = min(bins - 1, (bins * (2 * below + own)) // (2 * len(p)))
            return out

        def gaps(p, y, b):                            # weight, confidence, accuracy, count of each bin
            return [((b == i).mean(), p[b == i].mean(), y[b == i].mean(), (b == i).sum()) for i in np.unique(b)]

        def ece(p, y, b):
            return sum(w * abs(a - c) for w, c, a, _ in gaps(p, y, b)) if len(p) else math.nan

        # Method of images; the integral of |g| between the zeros of g from the Gaussian distribution function.
        def smooth(p, y, s):
            shifts = 2.0 * np.arange(-math.ceil(5 * s) - 1, math.ceil(5 * s) + 2)
            places = np.concatenate([np.add.outer(p, shifts).ravel(), np.add.outer(-p, shifts).ravel()])
            masses = np.concatenate([np.repeat(y - p, len(shifts))] * 2) / len(p)
            g = lambda t: (masses * np.exp(-(t - places) ** 2 / (2 * s * s))).sum()
            G = lambda t: (masses * special.ndtr((t - places) / s)).sum()
            t = np.linspace(0, 1, max(201, int(12 / s) + 1))
            v = np.array([g(x) for x in t])
            zeros = [optimize.brentq(g, t[i], t[i + 1], xtol=1e-14) for i in range(len(t) - 1) if v[i] * v[i + 1] < 0]
            ends = [G(x) for x in [0.0, *zeros, 1.0]]
            return sum(abs(b - a) for a, b in zip(ends, ends[1:]))

        def smece(p, y):
            low = 1e-4
            if smooth(p, y, 0.004) < 0.004:           # so narrow that the search below would be slow here: not compared
                return None
            return optimize.brentq(lambda s: smooth(p, y, s) - s, 0.004, 1, xtol=1e-12)

        def likelihood_and_error(logk, y, p, power=1):
            n = len(p)
            np.fill_diagonal(logk, -np.inf)
            some = np.isfinite(logk.max(1))
            if not some.any():
                return -np.inf, math.nan
            logk, p = logk[some], p[some]
            total = special.logsumexp(logk, axis=1)
            ratio = np.exp(logk - total[:, None]) @ y
            error = np.abs(ratio - p) ** power
            return (total - math.log(n - 1)).sum(), (error.sum(1) if error.ndim > 1 else error).mean()

        CANDIDATES = np.concatenate([np.logspace(-5, -1, 15), np.linspace(0.2, 1, 5)])

        def kde(p, y):
            if len(p) < 2:
                return math.nan
            with np.errstate(all="ignore"):
                results = [likelihood_and_error(stats.beta.logpdf(p[:, None], p[None, :] / h + 1, (1 - p[None, :]) / h + 1), y, p) for h in CANDIDATES]
            return max(results, key=lambda r: r[0])[1]

        def canonical(P, labels):
            if len(P) < 2:
                return math.nan
            def logpdf(h):
                a = P / h + 1
                norm = special.gammaln(a.sum(1)) - special.gammaln(a).sum(1)
                return special.xlogy(a[None, :, :] - 1, P[:, None, :]).sum(2) + norm[None, :]
            Y = np.eye(P.shape[1])[labels]
            results = [likelihood_and_error(logpdf(h), Y, P) for h in CANDIDATES]
            return max(results, key=lambda r: r[0])[1]

        def sweep(p, y):
            best = 1
            for bins in range(2, len(p) + 1):
                acc = [a for _, _, a, _ in gaps(p, y, mass_bins(p, bins))]
                if any(b < a - 1e-12 for a, b in zip(acc, acc[1:])):
                    break
                best = bins
            return ece(p, y, mass_bins(p, best)), best

        def floor(p, b):
            total = 0
            for i in np.unique(b):
                n, q = (b == i).sum(), p[b == i].mean()
                x = np.arange(n + 1)
                total += n / len(p) * (stats.binom.pmf(x, n, q) * np.abs(x / n - q)).sum()
            return total

        def aurc(conf, wrong):
            expected = np.zeros(len(conf))
            for v in np.unique(conf):
                expected[conf == v] = wrong[conf == v].mean()
            expected = expected[np.argsort(-conf, kind="stable")]
            return (np.cumsum(expected) / np.arange(1, len(conf) + 1)).mean()

        def parts(P, labels, b):
            n, K = P.shape
            Y = np.eye(K)[labels]
            group = P.argmax(1) * 1000 + b
            base = Y.mean(0)
            mean, freq = np.zeros_like(P), np.zeros_like(P)
            for g in np.unique(group):
                mean[group == g], freq[group == g] = P[group == g].mean(0), Y[group == g].mean(0)
            brier = [((mean - freq) ** 2).sum(1).mean(), ((freq - base) ** 2).sum(1).mean(), 1 - (base ** 2).sum(),
                     (((P - mean) ** 2).sum(1) - 2 * ((P - mean) * (Y - freq)).sum(1)).mean()]
            with np.errstate(divide="ignore"):
                nll = [special.rel_entr(freq, mean).sum(1).mean(), special.rel_entr(freq, base[None, :]).sum(1).mean(), stats.entropy(base),
                       (np.log(mean[np.arange(n), labels]) - np.log(P[np.arange(n), labels])).mean()]
            return brier, nll

        def pece(p, y, w=2.0, bins=10):
            total = 0
            for i in range(bins):
                m = (p > i / bins) & (p <= (i + 1) / bins)
                if m.any():
                    fp = p[m & (y == 0)].mean() if (m & (y == 0)).any() else 0
                    total += m.mean() * abs(p[m].mean() - y[m].mean() + w * fp)
            return total

        def measures(P, labels):
            n, K = P.shape
            conf, pred = P.max(1), P.argmax(1)
            y = (pred == labels).astype(float)
            b = width_bin(conf, 15)
            bins, mass = gaps(conf, y, b), gaps(conf, y, mass_bins(conf, 15))
            Y = np.eye(K)[labels]
            out = {}
            out["ece"] = ece(conf, y, b)
            if 0 < y.sum() < n:                       # bins of numpy.digitize, whose edges no confidence of these inputs meets
                true, mean = calibration_curve(y, conf, n_bins=15, strategy="uniform")
                if not np.isin(conf, np.arange(16) / 15).any():
                    out["ace"], out["mce"] = np.abs(true - mean).mean(), np.abs(true - mean).max()
            out["rms"] = math.sqrt(sum(w * (a - c) ** 2 for w, c, a, _ in bins))
            out["aece"] = ece(conf, y, mass_bins(conf, 15))
            out["cece"] = np.mean([ece(P[:, k], Y[:, k], width_bin(P[:, k], 15)) for k in range(K)])
            out["brier"] = ((P - Y) ** 2).sum(1).mean()
            if (P[np.arange(n), labels] > 1e-12).all():
                out["nll"] = log_loss(labels, P, labels=np.arange(K), eps=1e-15)
            out["accuracy"] = y.mean()
            here = [k for k in range(K) if (labels == k).any()]
            out["sce"] = np.mean([ece(P[:, k], Y[:, k], width_bin(P[:, k], 15)) for k in here])
            out["absent-classes"] = K - len(here)
            out["ace-classwise"] = np.mean([ece(P[:, k], Y[:, k], mass_bins(P[:, k], 15)) for k in here])
            tace = []
            for k in range(K):
                keep = P[:, k] > 1e-3
                if keep.any():
                    tace.append(ece(P[keep, k], Y[keep, k], mass_bins(P[keep, k], 15)))
            out["tace"] = np.mean(tace)
            out["oe"] = sum(w * c * max(c - a, 0) for w, c, a, _ in bins)
            out["ue"] = sum(w * (1 - c) * max(a - c, 0) for w, c, a, _ in bins)
            out["ece-over"] = sum(w * max(c - a, 0) for w, c, a, _ in bins)
            out["ece-under"] = sum(w * max(a - c, 0) for w, c, a, _ in bins)
            if any(m > 1 for *_, m in mass):
                out["rms-debiased"] = math.sqrt(max(0, sum(w * ((a - c) ** 2 - a * (1 - a) / (m - 1)) for w, c, a, m in mass if m > 1)))
            else:
                out["rms-debiased"] = math.nan
            folded = lambda m, s: abs(m) if s == 0 else stats.foldnorm.mean(abs(m) / s, scale=s)
            out["ece-debiased"] = sum(w * (2 * abs(a - c) - folded(a - c, math.sqrt(a * (1 - a) / m))) for w, c, a, m in mass)
            out["ece-sweep"], out["ece-sweep-bins"] = sweep(conf, y)
            out["ece-kde"] = kde(conf, y)
            out["kde-canonical"] = canonical(P, labels)
            s = smece(conf, y)
            if s is not None:
                out["smece"] = out["smece-width"] = s
            out["ece-floor"] = floor(conf, b)
            out["cece-floor"] = np.mean([floor(P[:, k], width_bin(P[:, k], 15)) for k in range(K)])
            out["aurc"] = aurc(conf, 1 - y)
            out["eaurc"] = out["aurc"] - aurc(np.where(y == 1, np.arange(n) + n + 1.0, -np.arange(n) - 1.0), 1 - y)
            brier, nll = parts(P, labels, b)
            for name, values in (("brier", brier), ("nll", nll)):
                for part, v in zip(("reliability", "resolution", "uncertainty", "within"), values):
                    out[f"{name}-{part}"] = v
                out[f"{name}-refinement"] = values[2] - values[1] + values[3]
            out["pece"] = pece(1 - P[:, 0].astype(np.float32), (labels != 0).astype(float))
            return out

        for case in json.load(sys.stdin):
            P = np.array(case["p"], float).T
            print(" ".join(f"{k}={float(v)!r}" for k, v in measures(P, np.array(case["y"])).items()))
        """;

    /// <summary>Measures of each case by the kit's keys; those that the reference does not define for a case are missing. Skips the test
    /// where a package is missing.</summary>
    internal static IReadOnlyList<IReadOnlyDictionary<string, double>> Of(IEnumerable<(float[][] Probabilities, byte[] Labels)> cases)
    {
        if (!File.Exists(PythonTool.Interpreter) || PythonTool.Start("import numpy, scipy, sklearn", []).Code != 0)
            Assert.Skip($"scikit-learn is missing: {Install}");
        var input = JsonSerializer.Serialize(cases.Select(c => new
        {
            p = c.Probabilities.Select(row => row.Select(p => (double)p)),
            y = c.Labels.Select(label => (int)label),
        }));
        var (exitCode, output, error) = PythonTool.Start(Script, [], input);
        Assert.True(exitCode == 0, error);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];
    }

    private static Dictionary<string, double> Parse(string line) => line.Split(' ').Select(entry => entry.Split('='))
        .ToDictionary(entry => entry[0], entry => entry[1] switch
        {
            "nan" => double.NaN,
            "inf" => double.PositiveInfinity,
            "-inf" => double.NegativeInfinity,
            _ => double.Parse(entry[1], CultureInfo.InvariantCulture),
        });
}
