using MarginNotebooks.Losses;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Losses;

public sealed class CracLossTests
{
    private const int C = 3, Height = 5, Width = 6;
    private const double Margin = 2;
    private static readonly long[] Shape = [2, C, Height, Width];
    private static readonly double[] Lambdas = [0.4, 0.7, 1.0, 1.4, 1.7, 0.3];
    private static readonly double[] Rhos = [0.1, 0.3, 0.5, 0.6, 0.8, 2];

    public static TheoryData<LagrangianPenalty, CracConstraint> All =>
        new(Enum.GetValues<LagrangianPenalty>().SelectMany(p => Enum.GetValues<CracConstraint>().Select(c => (p, c))));

    [Theory]
    [MemberData(nameof(All))]
    public void Value_and_gradient_are_those_of_the_formula(LagrangianPenalty penalty, CracConstraint constraint) =>
        Transcription.Check(ignored => Loaded(penalty, constraint, ignored), (logits, labels) =>
        {
            double total = 0;
            var counted = 0;
            foreach (var (l, label, region, h) in Constraints(constraint, logits, labels))
            {
                counted++;
                total += Transcription.CrossEntropy(l, label)
                    + Enumerable.Range(0, C).Sum(k => Value(penalty, h[k], Lambdas[region * C + k], Rhos[region * C + k])) / (2 * C);
            }

            return total / counted;
        }, Shape);

    [Theory]
    [MemberData(nameof(All))]
    public void Multipliers_become_the_mean_slopes_of_the_validation(LagrangianPenalty penalty, CracConstraint constraint)
    {
        using var scope = NewDisposeScope();
        foreach (var fused in new[] { true, false })
        {
            var loss = Loaded(penalty, constraint, 255);
            loss.Fused = fused;
            var sums = new double[2 * C];
            var counted = 0;
            loss.BeginValidation();
            loss.ObserveValidation(zeros(1, C, 4, 4), ones([1, 4, 4], ScalarType.Int64));
            loss.BeginValidation(); // starting over forgets the batch
            for (var seed = 1; seed <= 2; seed++)
            {
                var logits = Tensors.Logits(seed, ScalarType.Float64, Shape) * 0.5;
                var labels = Tensors.WithIgnored(Tensors.Classes(seed, C, 2, Height, Width), seed, 255);
                loss.ObserveValidation(logits, labels);
                foreach (var (_, _, region, h) in Constraints(constraint, Tensors.Flat(logits), labels.data<long>().ToArray()))
                {
                    counted++;
                    // In the other region the constraint counts as 0.
                    for (var r = 0; r < 2; r++)
                        for (var k = 0; k < C; k++)
                            sums[r * C + k] += Slope(penalty, r == region ? h[k] : 0, Lambdas[r * C + k], Rhos[r * C + k]);
                }
            }

            loss.EndEpoch(0);
            Close.Array([.. sums.Select(sum => Math.Max(1e-6, sum / counted))], [.. loss.Lambdas], 1e-6, 1e-9, $"{penalty} {constraint}");
            Assert.Equal(Rhos, loss.Rhos); // looked at every tenth epoch only
        }
    }

    [Fact]
    public void The_penalty_weight_grows_where_a_constraint_did_not_improve()
    {
        using var scope = NewDisposeScope();
        // One class: every pixel is interior and boundaries never occur, so only class 0's interior is violated.
        var labels = zeros([1, 4, 4], ScalarType.Int64);
        var loss = new CracLoss(5, LagrangianPenalty.Phr, 0.1) { };
        void Epoch(int epoch, double logit)
        {
            loss.BeginValidation();
            loss.ObserveValidation(full([1, 1, 4, 4], logit), labels);
            loss.EndEpoch(epoch);
        }

        Epoch(7, 5 - 1);
        Epoch(8, 5 - 1);
        Assert.Equal([0.1, 0.1], loss.Rhos);
        Epoch(9, 5 - 0.95); // |h| 0.95 > 0.9·1
        // The border sees background beyond the image, which is class 0 too: no boundary. Its constraint, 0, is no larger than 0.
        Assert.Equal([0.1, 0.1 * 1.2], loss.Rhos);
        Epoch(18, 5 - 1);
        Epoch(19, 5 - 0.5); // improved
        Assert.Equal([0.1, 0.1 * 1.2], loss.Rhos);
    }

    [Fact]
    public void Boundaries_are_where_the_neighbourhood_holds_two_classes()
    {
        using var scope = NewDisposeScope();
        var labels = zeros([1, 7, 7], ScalarType.Int64);
        labels[0, 3, 3] = 1;
        // All logits 0: inside h_0 = m, on the 3×3 boundary h_0 = 8/9 and h_1 = 1/9.
        var loss = new CracLoss(Margin, LagrangianPenalty.Phr, 1);
        loss.BeginValidation();
        loss.ObserveValidation(zeros(1, 2, 7, 7), labels);
        loss.EndEpoch(0);
        var state = loss.SaveState();
        Assert.Equal(9 * (8.0 / 9) / 49, state["boundary.constraint.0"], 1e-6);
        Assert.Equal(9 * (1.0 / 9) / 49, state["boundary.constraint.1"], 1e-6);
        Assert.Equal(40 * Margin / 49, state["interior.constraint.0"], 1e-6);
        Assert.Equal(0, state["interior.constraint.1"], 1e-12);
    }

    [Fact]
    public void The_state_is_complete()
    {
        using var scope = NewDisposeScope();
        var loss = Loaded(LagrangianPenalty.P2, CracConstraint.Proportions, null);
        loss.BeginValidation();
        loss.ObserveValidation(Tensors.Logits(1, ScalarType.Float32, Shape), Tensors.Classes(2, C, 2, Height, Width));
        loss.EndEpoch(8);
        var resumed = new CracLoss(Margin, LagrangianPenalty.P2, 0.1);
        resumed.LoadState(loss.SaveState());
        foreach (var each in new[] { loss, resumed })
        {
            each.BeginValidation();
            each.ObserveValidation(Tensors.Logits(3, ScalarType.Float32, Shape), Tensors.Classes(4, C, 2, Height, Width));
            each.EndEpoch(9);
        }

        Assert.Equal(loss.SaveState(), resumed.SaveState());
        Assert.Empty(new CracLoss(5, LagrangianPenalty.Phr, 0.1).SaveState());
        Assert.Contains("another loss", Assert.Throws<ArgumentException>(() => resumed.LoadState(new AdaFocalLoss().SaveState())).Message);
        Assert.Contains("4 classes", Assert.Throws<ArgumentException>(
            () => loss.Forward(zeros(1, 4, 3, 3), zeros([1, 3, 3], ScalarType.Int64))).Message);
    }

    private static CracLoss Loaded(LagrangianPenalty penalty, CracConstraint constraint, long? ignored)
    {
        var loss = new CracLoss(Margin, penalty, 0.1, constraint: constraint) { IgnoreIndex = ignored };
        var state = new Dictionary<string, double>();
        for (var i = 0; i < 2 * C; i++)
        {
            state[$"{(i < C ? "boundary" : "interior")}.lambda.{i % C}"] = Lambdas[i];
            state[$"{(i < C ? "boundary" : "interior")}.rho.{i % C}"] = Rhos[i];
        }

        loss.LoadState(state);
        return loss;
    }

    /// <summary>Logits, label, region (0 boundary, 1 interior) and constraints of each counted pixel.</summary>
    private static IEnumerable<(double[] Logits, int Label, int Region, double[] H)> Constraints(
        CracConstraint constraint, double[] logits, long[] labels)
    {
        const int pixels = Height * Width;
        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i] == 255)
                continue;
            var (b, y, x) = (i / pixels, i % pixels / Width, i % Width);
            List<long> near = [];
            for (var dy = -1; dy <= 1; dy++)
                for (var dx = -1; dx <= 1; dx++)
                    near.Add(y + dy is >= 0 and < Height && x + dx is >= 0 and < Width ? labels[b * pixels + (y + dy) * Width + x + dx] : 0);
            near.RemoveAll(label => label == 255);
            var region = near.Distinct().Count() > 1 ? 0 : 1;
            double[] l = [.. Enumerable.Range(0, C).Select(k => logits[(b * C + k) * pixels + i % pixels])];
            double[] h = [.. Enumerable.Range(0, C).Select(k => constraint == CracConstraint.LogitDistances
                ? l.Max() - l[k] - Margin
                : Math.Abs((region == 1 ? Margin : 1) * near.Count(label => label == k) / near.Count - l[k]))];
            yield return (l, (int)labels[i], region, h);
        }
    }

    private static double Value(LagrangianPenalty penalty, double h, double lambda, double rho) => penalty switch
    {
        LagrangianPenalty.Phr => (Math.Pow(Math.Max(0, lambda + rho * h), 2) - lambda * lambda) / (2 * rho),
        _ when h < 0 => lambda * h / (1 - rho * h),
        LagrangianPenalty.P2 => lambda * h + lambda * rho * h * h + rho * rho * h * h * h / 6,
        _ => lambda * h + lambda * rho * h * h,
    };

    private static double Slope(LagrangianPenalty penalty, double h, double lambda, double rho) =>
        Math.Max(1e-6, (Value(penalty, h + 1e-7, lambda, rho) - Value(penalty, h - 1e-7, lambda, rho)) / 2e-7);
}
