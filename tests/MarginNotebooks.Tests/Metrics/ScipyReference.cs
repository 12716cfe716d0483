using System.Text.Json;
using MarginNotebooks.Tests.Data;

namespace MarginNotebooks.Tests.Metrics;

/// <summary>Surface distances computed by SciPy in Debian's Python: an implementation that shares nothing with the kit's.</summary>
internal static class ScipyReference
{
    private const string Script = """
        import json, sys
        import numpy as np
        from scipy import ndimage
        def surface(m):
            return m ^ ndimage.binary_erosion(m, ndimage.generate_binary_structure(m.ndim, 1))
        out = []
        for case in json.load(sys.stdin):
            a = np.array(case["result"], bool).reshape(case["shape"])
            b = np.array(case["reference"], bool).reshape(case["shape"])
            sa, sb = surface(a), surface(b)
            ab = ndimage.distance_transform_edt(~sb, sampling=case["spacing"])[sa]
            ba = ndimage.distance_transform_edt(~sa, sampling=case["spacing"])[sb]
            out.append([np.percentile(np.hstack((ab, ba)), 95), max(ab.max(), ba.max()), ab.mean(), (ab.mean() + ba.mean()) / 2,
                        np.mean(np.hstack((ab, ba)) <= case["tolerance"])])
        json.dump(out, sys.stdout)
        """;

    /// <summary>HD95, HD, ASD, ASSD and the share of surface voxels within 1.7 of each pair of masks; skips the test where SciPy is missing.</summary>
    internal static double[][] Distances(IEnumerable<(bool[] Result, bool[] Reference, int[] Shape, double[] Spacing)> cases)
    {
        if (!File.Exists(PythonTool.Interpreter) || PythonTool.Start("import numpy, scipy.ndimage", []).Code != 0)
            Assert.Skip("SciPy is missing: apt-get install -y --no-install-recommends python3-scipy");
        var input = JsonSerializer.Serialize(cases.Select(c => new
        {
            result = c.Result.Select(v => v ? 1 : 0),
            reference = c.Reference.Select(v => v ? 1 : 0),
            shape = c.Shape,
            spacing = c.Spacing,
            tolerance = 1.7,
        }));
        var (exitCode, output, error) = PythonTool.Start(Script, [], input);
        Assert.True(exitCode == 0, error);
        return JsonSerializer.Deserialize<double[][]>(output)!;
    }
}
