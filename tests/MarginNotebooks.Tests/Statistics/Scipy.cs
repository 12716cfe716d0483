using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MarginNotebooks.Tests.Data;

namespace MarginNotebooks.Tests.Statistics;

/// <summary>Evaluates Python expressions with SciPy; the test is skipped where it is missing.</summary>
internal static class Scipy
{
    private const string Script = """
        import json, sys, warnings
        import numpy as np
        from scipy import stats
        warnings.simplefilter("ignore")
        questions = json.load(open(sys.argv[1]))
        answers = [np.atleast_1d(np.array(eval(sys.argv[2], {"np": np, "stats": stats, **{k: np.array(v) if isinstance(v, list) else v
            for k, v in q.items()}}), dtype=float)).tolist() for q in questions]
        print(json.dumps(answers))
        """;

    /// <summary>Evaluates one expression for many sets of named values.</summary>
    /// <param name="expression">Python; a number or a sequence of numbers.</param>
    /// <param name="questions">Objects whose members are the names in the expression.</param>
    internal static double[][] Evaluate(string expression, IEnumerable<object> questions)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["questions.json"], JsonSerializer.Serialize(questions));
        var output = PythonTool.Run(["numpy", "scipy"], Script, folder["questions.json"], expression);
        // Python writes NaN and Infinity, which JSON does not know.
        return [.. JsonNode.Parse(output.Replace("NaN", "\"NaN\"").Replace("-Infinity", "\"-Infinity\"").Replace(" Infinity", " \"Infinity\""))!
            .AsArray().Select(row => row!.AsArray().Select(Number).ToArray())];
    }

    private static double Number(JsonNode? node) => node!.GetValueKind() == JsonValueKind.String
        ? double.Parse(node.GetValue<string>(), CultureInfo.InvariantCulture)
        : node.GetValue<double>();

    /// <summary>Equality to so many digits of the larger number.</summary>
    internal static void Close(double expected, double actual, double relative, double absolute = 0) => Assert.True(
        Math.Abs(expected - actual) <= relative * Math.Abs(expected) + absolute || expected.Equals(actual),
        $"expected {expected:R}, got {actual:R}");
}
