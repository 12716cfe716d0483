using System.Text.Json;
using MarginNotebooks.Losses;
using MarginNotebooks.Tests.Golden;
using TorchSharp;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Losses;

/// <summary>The λ of every epoch, and the losses under it.</summary>
public sealed class LambdaScheduleGoldenTests
{
    public static TheoryData<string> Files => GoldenFiles.Where("losses", file => file.GetProperty("loss").GetString() == "alpha_schedule");

    [Theory]
    [MemberData(nameof(Files))]
    public void Lambda_and_losses_match_in_every_epoch(string name)
    {
        var file = GoldenFiles.Read(name);
        var expected = file.GetProperty("expected");
        var input = GoldenFiles.Read($"losses/{file.GetProperty("inputs_from").GetString()}.json");
        var p = file.GetProperty("params");
        var margin = GoldenLoss.Number(p, "margin");
        var schedules = Enumerable.Range(0, 3).Select(_ => Schedule(p)).ToArray();
        var losses = new Dictionary<string, SegmentationLoss>
        {
            ["LogitMarginL1"] = new MarginLoss(margin, schedules[0]),
            ["LogitMarginL2"] = new MarginSquaredLoss(margin, schedules[1], SquaredMarginVariant.AuthorsCode),
            ["LogitMarginDICEL1"] = new MarginDiceLoss(margin, schedules[2]),
        };
        using var scope = NewDisposeScope();
        var logits = Tensors.From(input, "logits", "shape");
        var labels = Tensors.Labels(input);
        var lambdas = GoldenFiles.Doubles(expected.GetProperty("alpha_in_epoch"));
        for (var epoch = 0; epoch < lambdas.Length; epoch++)
        {
            foreach (var schedule in schedules)
                Close.Number(lambdas[epoch], schedule.Value, 1e-12, 1e-12, $"{name} epoch {epoch}");
            foreach (var totals in expected.GetProperty("total_loss_in_epoch").EnumerateObject())
                Close.Number(
                    totals.Value[epoch].GetDouble(),
                    losses[totals.Name].Forward(logits, labels).Total.ToSingle(), 1e-5, 1e-6, $"{name} {totals.Name} {epoch}");
            foreach (var loss in losses.Values)
                loss.EndEpoch(epoch);
        }
        foreach (var schedule in schedules)
            Close.Number(expected.GetProperty("alpha_after").GetDouble(), schedule.Value, 1e-12, 1e-12, $"{name} at the end");
    }

    private static LambdaSchedule Schedule(JsonElement p)
    {
        var (initial, change) = (GoldenLoss.Number(p, "alpha"), GoldenLoss.Number(p, "mu"));
        var maximum = p.TryGetProperty("max_alpha", out var cap) ? cap.GetDouble() : double.PositiveInfinity;
        return p.GetProperty("schedule").GetString() switch
        {
            "" => LambdaSchedule.Constant(initial),
            "add" => LambdaSchedule.Add(initial, change, maximum),
            "multiply" => LambdaSchedule.Multiply(initial, change, maximum),
            "step" => LambdaSchedule.Step(initial, change, p.GetProperty("step_size").GetInt32(), maximum),
            var other => throw new InvalidDataException($"Unknown schedule '{other}'."),
        };
    }
}
