using MarginNotebooks.Data;
using MarginNotebooks.Display;
using MarginNotebooks.Metrics;
using MarginNotebooks.Training;
using static TorchSharp.torch;

namespace MarginNotebooks.Studies;

/// <summary>What the charts of one network need beyond a stored run: one pass over the test volumes, sums kept, pixels dropped.</summary>
public sealed class NetworkProfile
{
    /// <summary>Number of confidence bins of <see cref="CaseConfidence"/>: fine enough for smooth curves.</summary>
    public const int FineBins = 500;

    private const int EqualMassBins = 1000;
    private readonly List<(string PatientId, BinSums Sums)> _cases = [];
    private readonly ConfidenceSketch _sketch = new();
    private readonly CalibrationAccumulator _classes;

    private NetworkProfile(string name, PixelRegion region, IReadOnlyList<string> classNames, string dataset)
    {
        (Name, Region, ClassNames, Dataset) = (name, region, classNames, dataset);
        _classes = new CalibrationAccumulator(classNames.Count, CalibrationRules.Sound, region);
    }

    /// <summary>Name of the network.</summary>
    public string Name { get; }

    /// <summary>Key of the data set.</summary>
    public string Dataset { get; }

    /// <summary>Which pixels were counted.</summary>
    public PixelRegion Region { get; }

    /// <summary>Classes, background first.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Patient and confidence sums of each volume, in <see cref="FineBins"/> bins.</summary>
    public IReadOnlyList<(string PatientId, BinSums Sums)> CaseConfidence => _cases;

    /// <summary>Sums over each class's probability, class 0 first.</summary>
    public IReadOnlyList<BinSums> PerClass => _classes.PerClass;

    /// <summary>Logit distances of all pixels.</summary>
    public LogitDistanceHistogram Distances { get; } = new();

    /// <summary>Sums over a thousand bins of equally many pixels, least confident first: for risk and coverage.</summary>
    /// <returns>The sums.</returns>
    public BinSums EqualMass() => _sketch.EqualMass(EqualMassBins);

    /// <summary>Confidence sums of all volumes, in <see cref="FineBins"/> bins.</summary>
    /// <returns>The sums.</returns>
    public BinSums Pooled()
    {
        var sums = new BinSums(FineBins);
        foreach (var (_, part) in _cases)
            sums.Add(part);
        return sums;
    }

    /// <summary>Profiles a network on the test volumes of a data set.</summary>
    /// <param name="name">Name of the network.</param>
    /// <param name="network">Gives logits <c>(B, K, H, W)</c> for images <c>(B, C, H, W)</c>.</param>
    /// <param name="data">The data.</param>
    /// <param name="region">Which pixels count.</param>
    /// <param name="device">Where to compute; null for the CPU.</param>
    /// <param name="cancellation">Stops between volumes.</param>
    /// <returns>The profile.</returns>
    public static NetworkProfile Of(
        string name, nn.Module<Tensor, Tensor> network, StudyData data, PixelRegion region = PixelRegion.ForegroundUnion, Device? device = null,
        CancellationToken cancellation = default)
    {
        var profile = new NetworkProfile(name, region, data.Info.ClassNames, data.Info.Key);
        var predictor = new Predictor(network, device);
        foreach (var volume in data.Test)
        {
            cancellation.ThrowIfCancellationRequested();
            var window = EvaluationWindow.Of(volume, data.Info);
            var sums = new BinSums(FineBins);
            predictor.ForEachBatch(new SliceBatcher(SliceSet.FromCases([volume], window.Height, window.Width)),
                (_, logits, labels) => profile.Add(window.Crop(logits), window.Crop(labels), sums));
            profile._cases.Add((volume.PatientId, sums));
        }

        return profile;
    }

    private void Add(Tensor logits, Tensor labels, BinSums sums)
    {
        _classes.Add(logits, labels);
        Distances.Add(logits, labels, Region);
        using var scope = NewDisposeScope();
        var (best, winner) = nn.functional.softmax(logits, 1).max(1); // (B, H, W)
        var confidence = best.cpu().contiguous().data<float>().ToArray();
        var predicted = winner.cpu().contiguous().data<long>().ToArray();
        var truth = labels.cpu().contiguous().data<long>().ToArray();
        var binning = new ConfidenceBinning(FineBins, BinRule.Float32Edges);
        for (var i = 0; i < truth.Length; i++)
        {
            if (truth[i] == _classes.IgnoreIndex || !Counts(truth[i], predicted[i]))
                continue;
            sums.AddPixel(binning.IndexOf(confidence[i]), confidence[i], predicted[i] == truth[i]);
            _sketch.Add(confidence[i], predicted[i] == truth[i]);
        }
    }

    private bool Counts(long truth, long predicted) => Region switch
    {
        PixelRegion.All => true,
        PixelRegion.Foreground => truth != 0,
        _ => truth != 0 || predicted != 0,
    };
}
