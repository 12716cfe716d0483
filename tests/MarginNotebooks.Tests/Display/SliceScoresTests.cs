using MarginNotebooks.Display;

namespace MarginNotebooks.Tests.Display;

public sealed class SliceScoresTests
{
    [Fact]
    public void DiceConfidenceAndAccuracyByHand()
    {
        // Class 1: two of three found, one too many. Class 2 is in neither. One pixel is not annotated.
        byte[] truth = [1, 1, 1, 0, 0, 255];
        var scores = SliceScores.Of(truth, new SlicePrediction("CE", [1, 1, 0, 1, 0, 2], [0.9f, 0.8f, 0.7f, 0.6f, 0.1f, 0.2f]), 2);

        Assert.Equal(2 * 2 / 6.0, scores.DiceOfClass[0], 1e-12);
        Assert.True(double.IsNaN(scores.DiceOfClass[1]));
        Assert.Equal(scores.DiceOfClass[0], scores.Dice); // an absent class is left out of the mean
        Assert.Equal(4, scores.Pixels);
        Assert.Equal((0.9 + 0.8 + 0.7 + 0.6) / 4, scores.Confidence, 1e-6);
        Assert.Equal(0.5, scores.Accuracy);
    }

    [Fact]
    public void AMissedClassScoresZeroAndNothingAtAllIsUndefined()
    {
        Assert.Equal(0, SliceScores.Of([1, 0], new SlicePrediction("CE", [0, 0], [1, 1]), 1).Dice);
        var empty = SliceScores.Of([0, 0], new SlicePrediction("CE", [0, 0], [1, 1]), 1);
        Assert.True(double.IsNaN(empty.Dice) && double.IsNaN(empty.Confidence) && double.IsNaN(empty.Accuracy));
        Assert.Equal(0, empty.Pixels);
    }

    [Fact]
    public void SaysWhatIsWrong() => Assert.Contains(
        "The slice has 2 pixels, but 'CE' has 1 labels",
        Assert.Throws<ArgumentException>(() => SliceScores.Of([0, 0], new SlicePrediction("CE", [0], [1, 1]), 1)).Message);
}
