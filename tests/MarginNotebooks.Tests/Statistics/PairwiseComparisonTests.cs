using MarginNotebooks.Statistics;

namespace MarginNotebooks.Tests.Statistics;

public sealed class PairwiseComparisonTests
{
    [Fact]
    public void Every_pair_is_tested_once_and_corrected_for_all()
    {
        var matrix = Matrices.Of(Matrices.Random(new Random(1), 20, 4, 50));
        var pairs = PairwiseComparison.All(matrix);
        Assert.Equal(["ab", "ac", "ad", "bc", "bd", "cd"], pairs.Select(pair => pair.First + pair.Second));
        Assert.Equal(HolmCorrection.Adjust([.. pairs.Select(pair => pair.Test.PValue)]), pairs.Select(pair => pair.Adjusted));
        Assert.Equal(SignedRankTest.Of(matrix.Column(1), matrix.Column(3)), pairs[4].Test);
    }

    [Fact]
    public void Against_one_method_there_are_fewer_tests()
    {
        var matrix = Matrices.Of(Matrices.Random(new Random(1), 20, 4, 50));
        var pairs = PairwiseComparison.Against(matrix, "c");
        Assert.Equal(["ac", "bc", "dc"], pairs.Select(pair => pair.First + pair.Second));
        Assert.Equal(SignedRankTest.Of(matrix.Column(3), matrix.Column(2)), pairs[2].Test);
        Assert.Equal(HolmCorrection.Adjust([.. pairs.Select(pair => pair.Test.PValue)]), pairs.Select(pair => pair.Adjusted));
    }

    [Fact]
    public void A_pair_leaves_out_only_its_own_undefined_cases()
    {
        var pairs = PairwiseComparison.All(Matrices.Of([[1, 2, double.NaN], [3, 1, 2], [2, 5, 1]]));
        Assert.Equal([0, 1, 1], pairs.Select(pair => pair.Test.Excluded));
        Assert.Equal([3, 2, 2], pairs.Select(pair => pair.Test.Pairs));
    }
}
