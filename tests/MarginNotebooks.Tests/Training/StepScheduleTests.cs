using MarginNotebooks.Training;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Training;

public sealed class StepScheduleTests
{
    [Fact]
    public void RatesAreThoseOfPyTorchsStepLR()
    {
        using var layer = nn.Linear(1, 1);
        var optimizer = optim.SGD(layer.parameters(), 1e-3);
        var reference = optim.lr_scheduler.StepLR(optimizer, 7, 0.1);
        var schedule = new StepSchedule(1e-3, 7, 0.1);
        for (var epoch = 0; epoch < 40; epoch++)
        {
            Assert.Equal(optimizer.ParamGroups.First().LearningRate, schedule.At(epoch));
            reference.step();
        }
    }

    [Fact]
    public void TheDefaultIsThePapersAndAFractionScalesIt()
    {
        Assert.Equal([1e-3, 1e-4], new[] { 49, 50 }.Select(new TrainingOptions().Schedule.At));
        Assert.Equal(6, new TrainingOptions { Epochs = 12, StepFraction = 0.5 }.Schedule.StepSize);
    }
}
