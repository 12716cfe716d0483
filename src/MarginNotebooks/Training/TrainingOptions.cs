using static TorchSharp.torch;

namespace MarginNotebooks.Training;

/// <summary>
/// How to train. The defaults are the paper's protocol: Adam at 1e-3, divided by 10 after 50 of 100 epochs, batches of 4, seed 1.
/// </summary>
public sealed record TrainingOptions
{
    /// <summary>Number of epochs.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>Slices in a training batch; the last batch of an epoch may be smaller.</summary>
    public int BatchSize { get; init; } = 4;

    /// <summary>Slices in a validation batch; chosen for speed and memory.</summary>
    public int EvaluationBatchSize { get; init; } = 16;

    /// <summary>Learning rate of the first epoch.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Epochs after which the learning rate is multiplied by <see cref="Gamma"/>, again and again.</summary>
    public int StepSize { get; init; } = 50;

    /// <summary>
    /// If set, replaces <see cref="StepSize"/> by this fraction of <see cref="Epochs"/>: 0.5 is the paper's schedule at any length.
    /// </summary>
    public double? StepFraction { get; init; }

    /// <summary>Factor on the learning rate.</summary>
    public double Gamma { get; init; } = 0.1;

    /// <summary>Adam's decay of the first moment.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Adam's decay of the second moment.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Adam's addition to the denominator.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Seed of the order of the slices, and of torch's generator during the run (used by networks with dropout).</summary>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// Largest Euclidean norm of the gradient; larger ones are scaled down. Null: no clipping. The authors use 2 where they clip.
    /// </summary>
    public double? GradientClipNorm { get; init; }

    /// <summary>Where to compute.</summary>
    public Device Device { get; init; } = CPU;

    /// <summary>Memory layout of images and weights; changes speed and last digits only.</summary>
    public MemoryLayout Layout { get; init; } = MemoryLayout.Auto;

    /// <summary>
    /// Bytes of the device's memory that slices may take: those of a <see cref="Data.SliceBatcher"/> that fit are uploaded once. Null: half
    /// of what is free on CUDA, none on the CPU. Changes speed only.
    /// </summary>
    public long? ResidentBytes { get; init; }

    /// <summary>Number format of the training steps; decides digits, so it is part of a run's settings.</summary>
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>Steps between checkpoints inside an epoch; null: none by this rule. There is always one at the end of an epoch.</summary>
    public int? CheckpointEverySteps { get; init; }

    /// <summary>Seconds between checkpoints inside an epoch; null: none by this rule.</summary>
    public double? CheckpointEverySeconds { get; init; } = 120;

    /// <summary>
    /// Steps between looks at the loss (is it still finite?); null: every step on the CPU, every 20 where looking makes the device wait.
    /// </summary>
    public int? CheckLossEverySteps { get; init; }

    /// <summary>The learning-rate schedule that these options describe.</summary>
    public StepSchedule Schedule => new(
        LearningRate, StepFraction is { } fraction ? Math.Max(1, (int)Math.Round(fraction * Epochs)) : StepSize, Gamma);

    /// <summary>Throws when a value makes no sense.</summary>
    /// <returns>These options.</returns>
    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public TrainingOptions Validated()
    {
        Check(ResidentBytes is null or >= 0, nameof(ResidentBytes), ResidentBytes, "at least 0");
        Check(Enum.IsDefined(Precision), nameof(Precision), (int)Precision, "a precision");
        Check(Epochs >= 1, nameof(Epochs), Epochs, "at least 1");
        Check(BatchSize >= 1, nameof(BatchSize), BatchSize, "at least 1");
        Check(EvaluationBatchSize >= 1, nameof(EvaluationBatchSize), EvaluationBatchSize, "at least 1");
        Check(LearningRate > 0 && double.IsFinite(LearningRate), nameof(LearningRate), LearningRate, "positive");
        Check(StepSize >= 1, nameof(StepSize), StepSize, "at least 1");
        Check(StepFraction is null or (> 0 and <= 1), nameof(StepFraction), StepFraction, "in (0, 1]");
        Check(Gamma > 0 && double.IsFinite(Gamma), nameof(Gamma), Gamma, "positive");
        Check(Beta1 is >= 0 and < 1, nameof(Beta1), Beta1, "in [0, 1)");
        Check(Beta2 is >= 0 and < 1, nameof(Beta2), Beta2, "in [0, 1)");
        Check(Epsilon > 0, nameof(Epsilon), Epsilon, "positive");
        Check(GradientClipNorm is null or > 0, nameof(GradientClipNorm), GradientClipNorm, "positive, or null");
        Check(CheckpointEverySteps is null or >= 1, nameof(CheckpointEverySteps), CheckpointEverySteps, "at least 1, or null");
        Check(CheckpointEverySeconds is null or >= 0, nameof(CheckpointEverySeconds), CheckpointEverySeconds, "not negative, or null");
        Check(CheckLossEverySteps is null or >= 1, nameof(CheckLossEverySteps), CheckLossEverySteps, "at least 1, or null");
        return this;
    }

    private static void Check(bool valid, string name, object? value, string rule)
    {
        if (!valid) throw new ArgumentException($"{name} is {value}; it must be {rule}.", name);
    }
}
