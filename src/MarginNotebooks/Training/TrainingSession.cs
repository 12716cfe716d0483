using System.Diagnostics;
using System.Runtime.InteropServices;
using MarginNotebooks.Losses;
using MarginNotebooks.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace MarginNotebooks.Training;

/// <summary>One sitting of a run: the state that a checkpoint holds, and the loop that advances it.</summary>
internal sealed class TrainingSession : IDisposable
{
    // Label of pixels that nobody annotated, by the convention of SegmentationCase.
    private const long Unannotated = 255;

    private readonly nn.Module<Tensor, Tensor> model;
    private readonly SegmentationLoss loss;
    private readonly ITrainingSource training;
    private readonly ITrainingSource validation;
    private readonly TrainingOptions options;
    private readonly RunFolder folder;
    private readonly ProgressThrottle progress;
    private readonly MemoryLayout layout;
    private readonly SeededScope randomness;
    private readonly FlatParameters parameters;
    private readonly AdamOptimizer optimizer;
    private readonly LossSums sums;
    private readonly Dictionary<string, Tensor> best = [];
    private readonly List<EpochRecord> log = [];
    private readonly IReadOnlyDictionary<string, string> settings;
    private readonly int batches;
    private readonly int checkEvery;
    private int epoch;
    private int step;
    private int? bestEpoch;
    private double? bestScore;
    private double earlierEpochSeconds;
    private Stopwatch epochClock = Stopwatch.StartNew();
    private readonly Stopwatch sinceCheckpoint = Stopwatch.StartNew();

    internal TrainingSession(
        nn.Module<Tensor, Tensor> model, SegmentationLoss loss, ITrainingSource training, ITrainingSource validation,
        TrainingOptions options, RunFolder folder, ProgressThrottle progress)
    {
        (this.model, this.loss, this.training, this.validation) = (model, loss, training, validation);
        (this.options, this.folder, this.progress) = (options, folder, progress);
        batches = (training.Count + options.BatchSize - 1) / options.BatchSize;
        layout = options.Layout.For(options.Device);
        checkEvery = options.CheckLossEverySteps ?? (options.Device.type == DeviceType.CPU ? 1 : 20);
        model.to(options.Device);
        // Called for by Auto alone, so that a run never begins in a precision in which its network cannot compute.
        var (precision, reason) = options.Precision.For(model, () => training.Batch([0], options.Device).images, options.Device);
        if (reason is not null) progress.Warn($"The network '{model.GetName()}' cannot compute in bfloat16 ({reason}): it is trained in float32.");
        this.options = options = options with { Precision = precision };
        settings = RunSettings.Of(model, loss, training, validation, options);
        randomness = new SeededScope(options.Seed);
        parameters = new FlatParameters(model, layout, precision);
        optimizer = new AdamOptimizer(parameters, options.Beta1, options.Beta2, options.Epsilon);
        sums = new LossSums(options.Device);
    }

    internal TrainingResult Run(CancellationToken cancellation)
    {
        var resumed = Resume();
        if (!resumed && loss.NeedsClassCounts) loss.ObserveClassCounts(CountClasses());
        progress.Begin((epoch + (double)step / batches) / options.Epochs);
        for (; epoch < options.Epochs; epoch++, step = 0)
        {
            TrainEpoch(cancellation);
            ValidateEpoch(cancellation);
        }
        progress.Report(TrainingPhase.Completed, options.Epochs - 1, options.Epochs, batches, batches, double.NaN, bestScore);
        return new TrainingResult(
            [.. log], bestEpoch!.Value, bestScore!.Value, folder.Best, TimeSpan.FromSeconds(log.Sum(record => record.Seconds)), resumed,
            [.. progress.Warnings]);
    }

    private void TrainEpoch(CancellationToken cancellation)
    {
        model.train();
        parameters.Use(parameters.Precision);
        var rate = options.Schedule.At(epoch);
        var order = training.EpochOrder(options.Seed, epoch);
        if (order.Length != training.Count)
            throw new InvalidOperationException($"The order of epoch {epoch} visits {order.Length} of {training.Count} training slices.");
        while (step < batches)
        {
            StopIfAsked(cancellation);
            var start = step * options.BatchSize;
            TrainStep(order.AsSpan(start, Math.Min(options.BatchSize, order.Length - start)), rate);
            step++;
            if (step % checkEvery == 0 || step == batches) CheckFinite();
            if (progress.Due)
                progress.Report(TrainingPhase.Training, epoch, options.Epochs, step, batches, sums.Total() / step, bestScore);
            if (step < batches && CheckpointDue) Save();
        }
    }

    private List<long> CountClasses()
    {
        List<long> pixels = [];
        for (var start = 0; start < training.Count; start += options.EvaluationBatchSize)
        {
            using var scope = NewDisposeScope();
            int[] indices = [.. Enumerable.Range(start, Math.Min(options.EvaluationBatchSize, training.Count - start))];
            var labels = training.Batch(indices, options.Device).labels.flatten();
            var counts = labels.masked_select(labels != (loss.IgnoreIndex ?? Unannotated)).bincount(null).cpu().data<long>();
            while (pixels.Count < counts.Count) pixels.Add(0);
            for (var k = 0; k < counts.Count; k++) pixels[k] += counts[k];
        }
        return pixels;
    }

    private bool CheckpointDue => (options.CheckpointEverySteps is { } steps && step % steps == 0)
        || (options.CheckpointEverySeconds is { } seconds && sinceCheckpoint.Elapsed.TotalSeconds >= seconds);

    private void TrainStep(ReadOnlySpan<int> indices, double rate)
    {
        using var scope = NewDisposeScope();
        var (images, labels) = training.Batch(indices, options.Device);
        parameters.ZeroGradients();
        var outputs = TrainingOutputs(images);
        LossTerms terms;
        using (Known(training, outputs[0].Logits)) terms = DeepSupervision.Loss(loss, outputs, labels, images);
        terms.Total.backward();
        parameters.CollectGradients();
        if (options.GradientClipNorm is { } norm) parameters.ClipGradientNorm(norm);
        optimizer.Step(rate);
        parameters.RefreshWorkingCopy();
        sums.Add(terms);
    }

    // Looking at a batch's labels would make the device wait in every step.
    private IDisposable? Known(ITrainingSource source, Tensor logits) => loss.CheckLabels && source is ILabelledSource labelled
        ? LabelCheck.AreKnown(labelled.LabelsPresent, logits.shape[1], loss.IgnoreIndex)
        : null;

    private IReadOnlyList<SupervisedOutput> TrainingOutputs(Tensor images)
    {
        if (parameters.InUse == Precision.Float32) return DeepSupervision.Outputs(model, images.ToLayout(layout));
        try
        {
            return [.. DeepSupervision.Outputs(model, images.to(ScalarType.BFloat16).ToLayout(layout))
                .Select(output => output with { Logits = output.Logits.to(ScalarType.Float32) })];
        }
        catch (ExternalException e)
        {
            throw new NotSupportedException(
                $"The network '{model.GetName()}' cannot compute in bfloat16: {e.Message.Split('\n')[0]} "
                + "Train it with Precision.Float32, or let its layers take the type of their input.", e);
        }
    }

    private void ValidateEpoch(CancellationToken cancellation)
    {
        model.eval();
        // Scores are those of the float32 weights, the ones that are exported.
        parameters.Use(Precision.Float32);
        using var validationSums = new LossSums(options.Device);
        loss.BeginValidation();
        ValidationScoring? scoring = null;
        var count = (validation.Count + options.EvaluationBatchSize - 1) / options.EvaluationBatchSize;
        for (var batch = 0; batch < count; batch++)
        {
            StopIfAsked(cancellation);
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            var start = batch * options.EvaluationBatchSize;
            int[] indices = [.. Enumerable.Range(start, Math.Min(options.EvaluationBatchSize, validation.Count - start))];
            var (images, labels) = validation.Batch(indices, options.Device);
            var logits = model.call(images.ToLayout(layout));
            scoring ??= new ValidationScoring((int)logits.shape[1], loss.IgnoreIndex ?? Unannotated);
            scoring.Add(logits, labels);
            using (Known(validation, logits))
            {
                validationSums.Add(loss.Forward(logits, labels, images), indices.Length);
                loss.ObserveValidation(logits, labels);
            }
            if (progress.Due)
                progress.Report(TrainingPhase.Validating, epoch, options.Epochs, batch + 1, count, sums.Total() / batches, bestScore);
        }
        loss.EndEpoch(epoch);
        FinishEpoch(scoring!, validationSums.Total() / validation.Count);
    }

    private void FinishEpoch(ValidationScoring scoring, double validationLoss)
    {
        var score = scoring.Areas.Value;
        if (bestScore is null || score > bestScore)
        {
            (bestEpoch, bestScore) = (epoch, score);
            foreach (var tensor in best.Values) tensor.Dispose();
            best.Clear();
            foreach (var (name, tensor) in Snapshot()) best[name] = tensor;
        }
        var record = new EpochRecord(
            epoch, options.Schedule.At(epoch), sums.Total() / batches,
            sums.Terms().ToDictionary(term => term.Key, term => term.Value / batches),
            validationLoss, score, EpochSeconds)
        {
            Validation = scoring.Scores(),
        };
        log.Add(record);
        var trainLoss = record.TrainLoss;
        sums.Clear();
        earlierEpochSeconds = 0;
        epochClock = Stopwatch.StartNew();
        // The checkpoint of a finished epoch stands at the beginning of the next.
        Save(epoch + 1, 0);
        progress.Report(TrainingPhase.EpochFinished, epoch, options.Epochs, batches, batches, trainLoss, bestScore, record);
    }

    private double EpochSeconds => earlierEpochSeconds + epochClock.Elapsed.TotalSeconds;

    private void StopIfAsked(CancellationToken cancellation)
    {
        if (!cancellation.IsCancellationRequested) return;
        Save();
        throw new OperationCanceledException(
            $"Training was stopped in epoch {epoch}, step {step} of {batches}; run it again with the folder {folder.Directory} to go on.",
            cancellation);
    }

    private void CheckFinite()
    {
        if (sums.IsFinite()) return;
        var terms = string.Join(", ", sums.Terms().Where(term => !double.IsFinite(term.Value)).Select(term => term.Key));
        var where = checkEvery == 1 ? $"step {step} of {batches}" : $"step {step} of {batches} or one of the {checkEvery - 1} before";
        throw new NonFiniteLossException(
            $"The loss '{loss.Name}' is no longer finite in epoch {epoch}, {where}"
            + (terms.Length > 0 ? $" (terms: {terms})" : "") + $", at learning rate {options.Schedule.At(epoch):R}. "
            + "Try a lower learning rate, GradientClipNorm = 2, and look for NaN or huge intensities in the training slices. "
            + $"The checkpoints in {folder.Directory} are from before.");
    }

    private void Save() => Save(epoch, step);

    private void Save(int atEpoch, int atStep)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        if (step > 0 && atEpoch == epoch) CheckFinite();
        if (!parameters.Values.isfinite().all().item<bool>())
            throw new NonFiniteLossException(
                $"Weights are no longer finite in epoch {epoch}, step {step} of {batches}, though the loss '{loss.Name}' was: "
                + "a gradient overflowed. "
                + $"Try a lower learning rate or GradientClipNorm = 2. The checkpoints in {folder.Directory} are from before.");
        var state = new CheckpointState(
            settings, RunSettings.Environment(options, layout), atEpoch, atStep, optimizer.Steps, sums.ToList(), EpochSeconds,
            loss.SaveState(), log, bestEpoch, bestScore);
        // A checkpoint holds the float32 values, in every precision.
        var inUse = parameters.InUse;
        parameters.Use(Precision.Float32);
        folder.Save(state, Tensors());
        parameters.Use(inUse);
        if (atEpoch != epoch) folder.Export(state, best, BestMetadata());
        sinceCheckpoint.Restart();
    }

    private IEnumerable<KeyValuePair<string, Tensor>> Tensors() =>
        Prefixed("model/", model.state_dict())
            .Concat(Prefixed("exp_avg/", parameters.Views(optimizer.FirstMoment)))
            .Concat(Prefixed("exp_avg_sq/", parameters.Views(optimizer.SecondMoment)))
            .Concat(Prefixed("best/", best))
            .Append(new("rng", random.get_rng_state()));

    private static IEnumerable<KeyValuePair<string, Tensor>> Prefixed(string prefix, IEnumerable<KeyValuePair<string, Tensor>> tensors)
        => tensors.Select(pair => KeyValuePair.Create(prefix + pair.Key, pair.Value));

    private Dictionary<string, string> BestMetadata() => new()
    {
        ["epoch"] = $"{bestEpoch}",
        ["validation_mean_iou"] = $"{bestScore:R}",
        ["loss"] = loss.Name,
    };

    private List<KeyValuePair<string, Tensor>> Snapshot()
    {
        using var _ = no_grad();
        return [.. model.state_dict().Select(pair =>
        {
            using var scope = NewDisposeScope();
            return KeyValuePair.Create(pair.Key, pair.Value.detach().cpu().contiguous().clone().DetachFromDisposeScope());
        })];
    }

    private bool Resume()
    {
        if (folder.Load(progress.Warn) is not var (state, file, path)) return false;
        using var _ = file;
        using var scope = NewDisposeScope();
        RunSettings.RequireSame(state.Settings, settings, path);
        if (state.Log.Count > options.Epochs)
            throw new CheckpointException(
                $"The run in {folder.Directory} has already finished {state.Log.Count} epochs, more than the {options.Epochs} asked for.");
        foreach (var warning in RunSettings.Differences(state.Environment, RunSettings.Environment(options, layout)))
            progress.Warn($"{warning}: the last digits of this run will differ from those of an undisturbed one.");

        ModelWeights.CopyInto(Under(file, "model/"), model.state_dict(), path);
        ModelWeights.CopyInto(Under(file, "exp_avg/"), parameters.Views(optimizer.FirstMoment), path);
        ModelWeights.CopyInto(Under(file, "exp_avg_sq/"), parameters.Views(optimizer.SecondMoment), path);
        foreach (var (name, tensor) in Under(file, "best/")) best[name] = tensor.clone().DetachFromDisposeScope();
        random.set_rng_state(file.Tensors["rng"]);
        (epoch, step, optimizer.Steps) = (state.Epoch, state.Step, state.OptimizerSteps);
        (bestEpoch, bestScore, earlierEpochSeconds) = (state.BestEpoch, state.BestMeanIoU, state.EpochSeconds);
        log.AddRange(state.Log);
        sums.Restore(state.LossSums);
        loss.LoadState(state.LossState);
        folder.Export(state, best, BestMetadata());
        return true;
    }

    private static Dictionary<string, Tensor> Under(SafeTensors file, string prefix) => file.Tensors
        .Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
        .ToDictionary(pair => pair.Key[prefix.Length..], pair => pair.Value);

    public void Dispose()
    {
        foreach (var tensor in best.Values) tensor.Dispose();
        sums.Dispose();
        optimizer.Dispose();
        parameters.Dispose();
        randomness.Dispose();
    }
}
