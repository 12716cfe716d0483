using MarginNotebooks.Metrics;
using MarginNotebooks.Statistics;

namespace MarginNotebooks.Tests.Statistics;

public sealed class ScoreMatrixTests
{
    [Fact]
    public void Methods_meet_case_by_case_whatever_the_order()
    {
        var matrix = ScoreMatrix.Of("ece", false, [("ce", Values(("x", 1), ("y", 2))), ("ls", Values(("y", 4), ("x", 3)))]);
        Assert.Equal(["x", "y"], matrix.Cases);
        Assert.Equal([1, 3], matrix.Values[0]);
        Assert.Equal([3, 4], matrix.Column(1));
        Assert.Equal(1, matrix.IndexOf("ls"));
        Assert.Contains("ce, ls", Assert.Throws<ArgumentException>(() => matrix.IndexOf("svls")).Message);
    }

    [Fact]
    public void A_patients_cases_enter_as_their_mean_over_those_all_methods_have()
    {
        var matrix = Matrices.Of([[1, 10], [3, 20], [double.NaN, 70], [5, double.NaN]], patient: i => i < 3 ? "p" : "q").ByPatient();
        Assert.Equal(["p", "q"], matrix.Cases);
        Assert.Equal([2, 15], matrix.Values[0]);
        Assert.True(matrix.Values[1].All(double.IsNaN));
        Assert.Equal((1, 1), (matrix.Complete().Cases.Count, matrix.Complete().Excluded));
    }

    [Fact]
    public void What_cannot_be_compared_is_named()
    {
        Assert.Contains("not 1", Refused(("ce", Values(("x", 1)))));
        Assert.Contains("'ce'", Refused(("ce", Values(("x", 1))), ("ce", Values(("x", 1)))));
        Assert.Contains("'y'", Refused(("ce", Values(("x", 1))), ("ls", Values(("x", 1), ("y", 2)))));
        Assert.Contains("'x' occurs twice", Refused(("ce", Values(("x", 1))), ("ls", Values(("x", 1), ("x", 2)))));
        Assert.Contains("of 'Smith'", Refused(("ce", [new CaseValue("x", "Smith", 1)]), ("ls", [new CaseValue("x", "Smythe", 1)]))
            .Replace("Smythe", "Smith"));
    }

    private static string Refused(params (string, IReadOnlyList<CaseValue>)[] methods) =>
        Assert.Throws<ArgumentException>(() => ScoreMatrix.Of("ece", false, methods)).Message;

    private static IReadOnlyList<CaseValue> Values(params (string Case, double Value)[] values) =>
        [.. values.Select(value => new CaseValue(value.Case, value.Case, value.Value))];
}
