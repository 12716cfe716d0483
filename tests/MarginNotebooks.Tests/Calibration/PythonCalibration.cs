using System.Text.Json;
using MarginNotebooks.Calibration;
using MarginNotebooks.Tests.Data;
using MarginNotebooks.Tests.Golden;
using MarginNotebooks.Tests.Losses;

namespace MarginNotebooks.Tests.Calibration;

/// <summary>The same calibrations by NumPy, SciPy's optimisers and scikit-learn: implementations that share nothing with the
/// kit's.</summary>
internal static class PythonCalibration
{
    private const string Script = """
        import json, sys
        import numpy as np
        from scipy.optimize import minimize, minimize_scalar
        from scipy.special import log_softmax, softmax
        from sklearn.isotonic import IsotonicRegression
        task = json.load(open(sys.argv[1]))
        z, y = np.array(task['logits'], float), np.array(task['labels'])
        n, C = z.shape
        hot = np.eye(C)[y]

        def nll(a):
            return -log_softmax(a, axis=1)[np.arange(n), y].mean()

        def affine(x, unpack, start, penalty=lambda W, b: 0.0, penalty_gradient=lambda W, b: (0 * W, 0 * b), pack=None):
            def f(t):
                W, b = unpack(t)
                a = x @ W.T + b
                r = (softmax(a, axis=1) - hot) / n
                gW, gb = r.T @ x, r.sum(0)
                pW, pb = penalty_gradient(W, b)
                return nll(a) + penalty(W, b), pack(gW + pW, gb + pb, t)
            t = start
            for _ in range(3):
                t = minimize(f, t, jac=True, method='BFGS', options=dict(gtol=1e-11, maxiter=5000)).x
            W, b = unpack(t)
            return dict(weights=W.ravel().tolist(), offsets=b.tolist(), objective=f(t)[0], loss=nll(x @ W.T + b))

        lam, mu = task.get('lambda', 0.0), task.get('mu', 0.0)
        off = 1 - np.eye(C)
        odir = dict(
            penalty=lambda W, b: lam / (C * (C - 1)) * (off * W * W).sum() + mu / C * (b * b).sum(),
            penalty_gradient=lambda W, b: (2 * lam / (C * (C - 1)) * off * W, 2 * mu / C * b))
        full = dict(unpack=lambda t: (t[:C * C].reshape(C, C), t[C * C:]), start=np.concatenate([np.eye(C).ravel(), np.zeros(C)]),
                    pack=lambda gW, gb, t: np.concatenate([gW.ravel(), gb]))
        kind = task['kind']
        if kind == 'temperature':
            best = minimize_scalar(lambda b: nll(b * z), bounds=(1e-3, 20), method='bounded', options=dict(xatol=1e-12))
            out = dict(temperature=1 / best.x, loss=best.fun)
        elif kind == 'predicted':
            out = dict(temperatures=[])
            for k in range(C):
                rows = z.argmax(1) == k
                f = lambda b: -log_softmax(b * z[rows], axis=1)[np.arange(rows.sum()), y[rows]].mean()
                out['temperatures'].append(1 / minimize_scalar(f, bounds=(1e-3, 20), method='bounded', options=dict(xatol=1e-12)).x)
        elif kind == 'vector':
            out = affine(z, unpack=lambda t: (np.diag(t[:C]), t[C:]), start=np.concatenate([np.ones(C), np.zeros(C)]),
                         pack=lambda gW, gb, t: np.concatenate([np.diag(gW), gb]))
        elif kind == 'class':
            out = affine(z, unpack=lambda t: (np.diag(t), np.zeros(C)), start=np.ones(C), pack=lambda gW, gb, t: np.diag(gW))
        elif kind == 'matrix':
            out = affine(z, **full, **odir)
        elif kind == 'dirichlet':
            out = affine(log_softmax(z, axis=1), **full, **odir)
        else:
            single = lambda a: softmax(np.array(a, float), axis=1).astype(np.float32).astype(float)
            q, new = single(z), single(task['new'])
            fitted = np.empty_like(new)
            for k in range(C):
                if kind == 'isotonic':
                    fitted[:, k] = IsotonicRegression(out_of_bounds='clip').fit(q[:, k], hot[:, k]).predict(new[:, k])
                else:
                    M = task['bins']
                    edges = np.arange(1, M + 1) / M
                    if kind == 'mass':
                        # Bins of equal mass over the distinct values, a value going to the bin of its middle rank.
                        values, counts = np.unique(q[:, k], return_counts=True)
                        middle = 2 * (np.cumsum(counts) - counts) + counts
                        of = np.minimum(M - 1, M * middle // (2 * n))
                        edges = np.array([values[of == m].max() for m in np.unique(of)])
                    at = lambda p: np.minimum(np.searchsorted(edges, p, side='left'), len(edges) - 1)
                    theta = [hot[at(q[:, k]) == m, k].mean() if (at(q[:, k]) == m).any() else (edges[m] + (edges[m - 1] if m else 0)) / 2
                             for m in range(len(edges))]
                    fitted[:, k] = np.array(theta)[at(new[:, k])]
            fitted = np.maximum(fitted, 1 / (n + 2))
            out = dict(probabilities=(fitted / fitted.sum(1, keepdims=True)).ravel().tolist())
        json.dump(out, sys.stdout)
        """;

    /// <summary>Runs the reference; skips the test where a package is missing.</summary>
    /// <param name="kind">Which calibration.</param>
    /// <param name="data">Logits <c>(1, C, n)</c> and labels.</param>
    /// <param name="settings">Further inputs.</param>
    internal static JsonElement Run(string kind, CalibrationBatch data, params (string Name, object Value)[] settings)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "task.json");
        var task = settings.ToDictionary(setting => setting.Name, setting => setting.Value);
        (task["kind"], task["logits"], task["labels"]) = (kind, Rows(data.Logits), data.Labels.flatten().data<long>().ToArray());
        File.WriteAllText(path, JsonSerializer.Serialize(task));
        using var document = JsonDocument.Parse(PythonTool.Run(["numpy", "scipy", "sklearn"], Script, path));
        return document.RootElement.Clone();
    }

    /// <summary>Fits an affine calibrator to made-up pixels and compares loss, weights and offsets with the reference's.</summary>
    /// <param name="kind">Which calibration of the reference.</param>
    /// <param name="calibrator">The kit's, with the same settings.</param>
    /// <param name="seed">Seed of the pixels.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="pixels">Number of pixels.</param>
    /// <param name="settings">Further inputs of the reference.</param>
    internal static void AssertSameMap(
        string kind, AffineCalibrator calibrator, int seed, int classes, int pixels, params (string Name, object Value)[] settings)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        var data = MadeUpPixels.Draw(seed, classes, pixels, MadeUpPixels.Modest);
        var fit = calibrator.FitHere([data]);
        var expected = Run(kind, data, settings);
        Assert.True(fit.Converged);
        Close.Number(expected.GetProperty("loss").GetDouble(), fit.LossAfter, 0, 1e-7, "loss");
        Close.Array(GoldenFiles.Doubles(expected.GetProperty("weights")), [.. calibrator.Weights], 0, 1e-6, "W");
        Close.Array(GoldenFiles.Doubles(expected.GetProperty("offsets")), [.. calibrator.Offsets], 0, 1e-6, "b");
    }

    /// <summary><c>(1, C, n)</c> → n rows of C numbers.</summary>
    internal static double[][] Rows(TorchSharp.torch.Tensor logits)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        return [.. MadeUpPixels.Numbers(logits.squeeze(0).t()).Chunk((int)logits.shape[1])];
    }
}
