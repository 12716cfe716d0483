using MarginNotebooks.Losses;

namespace MarginNotebooks.Tests.Losses;

public sealed class LambdaScheduleTests
{
    [Fact]
    public void A_constant_never_changes() => Assert.Equal([0.1, 0.1, 0.1], Values(LambdaSchedule.Constant(0.1), 3));

    [Fact]
    public void Addition_stops_at_the_maximum() => Assert.Equal([0.25, 0.5, 0.75, 0.75], Values(LambdaSchedule.Add(0.25, 0.25, 0.75), 4));

    [Fact]
    public void Multiplication_stops_at_the_maximum() => Assert.Equal([0.5, 1, 2, 3, 3], Values(LambdaSchedule.Multiply(0.5, 2, 3), 5));

    [Fact]
    public void A_step_comes_after_every_so_many_epochs() =>
        Assert.Equal([1, 1, 1, 0.5, 0.5, 0.5, 0.25], Values(LambdaSchedule.Step(1, 0.5, 3), 7));

    [Fact]
    public void A_start_above_the_maximum_is_pulled_down_by_the_first_change() =>
        Assert.Equal([2, 1], Values(LambdaSchedule.Add(2, 0.1, 1), 2));

    [Fact]
    public void A_restored_schedule_continues_exactly()
    {
        var whole = LambdaSchedule.Multiply(0.1, 1.1);
        var first = LambdaSchedule.Multiply(0.1, 1.1);
        for (var epoch = 0; epoch < 4; epoch++)
        {
            whole.EndEpoch(epoch);
            first.EndEpoch(epoch);
        }
        var resumed = LambdaSchedule.Multiply(0.1, 1.1);
        resumed.LoadState(first.SaveState());
        for (var epoch = 4; epoch < 9; epoch++)
        {
            whole.EndEpoch(epoch);
            resumed.EndEpoch(epoch);
        }
        Assert.Equal(whole.Value, resumed.Value);
    }

    [Fact]
    public void A_state_of_another_loss_is_refused()
    {
        var state = new Dictionary<string, double> { ["rho"] = 1 };
        Assert.Contains("rho", Assert.Throws<ArgumentException>(() => LambdaSchedule.Constant(1).LoadState(state)).Message);
    }

    [Fact]
    public void Impossible_numbers_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => LambdaSchedule.Constant(-0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => LambdaSchedule.Constant(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => LambdaSchedule.Step(1, 2, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => LambdaSchedule.Add(1, 1, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => LambdaSchedule.Add(1, 1).EndEpoch(-1));
    }

    [Theory]
    [InlineData("mbls")]
    [InlineData("mbls-l2")]
    [InlineData("mbls-dice")]
    [InlineData("nacl")]
    public void Every_loss_with_a_lambda_advances_saves_and_restores_it(string kind)
    {
        var schedule = LambdaSchedule.Add(0.1, 0.1);
        var loss = Create(kind, schedule);
        loss.EndEpoch(0);
        Assert.Equal(0.2, schedule.Value);
        var restored = LambdaSchedule.Add(0.1, 0.1);
        Create(kind, restored).LoadState(loss.SaveState());
        Assert.Equal(schedule.Value, restored.Value);
    }

    private static SegmentationLoss Create(string kind, LambdaSchedule lambda) => kind switch
    {
        "mbls" => new MarginLoss(5, lambda),
        "mbls-l2" => new MarginSquaredLoss(5, lambda),
        "nacl" => new NaclLoss(new Neighbourhood(NeighbourhoodOperator.Mean), NaclPrediction.Logits, NaclDistance.Absolute, lambda),
        _ => new MarginDiceLoss(5, lambda),
    };

    private static List<double> Values(LambdaSchedule schedule, int epochs)
    {
        var values = new List<double>();
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            values.Add(schedule.Value);
            schedule.EndEpoch(epoch);
        }
        return values;
    }
}
