using MarginNotebooks.Losses;
using static TorchSharp.torch;

namespace MarginNotebooks.Training;

/// <summary>Running sums of a loss and its terms, kept on the device in float64 until someone looks.</summary>
internal sealed class LossSums(Device device) : IDisposable
{
    private List<string> names = [];
    private Tensor? sums;

    /// <summary>Adds the values of a batch.</summary>
    /// <param name="terms">Total and terms; the same terms every time.</param>
    /// <param name="weight">Weight of the batch.</param>
    internal void Add(LossTerms terms, double weight = 1)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        if (sums is null)
        {
            names = ["", .. terms.Parts.Select(part => part.Key)];
            sums = zeros(names.Count, dtype: ScalarType.Float64, device: device).DetachFromDisposeScope();
        }
        var values = stack([terms.Total.detach(), .. terms.Parts.Select(part => part.Value.detach())]);
        sums.add_(values.to(ScalarType.Float64), weight);
    }

    /// <summary>Sum of the total loss; 0 before anything was added.</summary>
    internal double Total() => Values() is [var total, ..] ? total : 0;

    /// <summary>Sum of each term.</summary>
    internal IEnumerable<KeyValuePair<string, double>> Terms() => ToList().Skip(1);

    internal bool IsFinite() => Values().All(double.IsFinite);

    /// <summary>All sums, the total first under the empty name.</summary>
    internal List<KeyValuePair<string, double>> ToList() => [.. names.Zip(Values(), KeyValuePair.Create)];

    internal void Restore(IReadOnlyList<KeyValuePair<string, double>> values)
    {
        Clear();
        if (values.Count == 0) return;
        names = [.. values.Select(pair => pair.Key)];
        sums = tensor(values.Select(pair => pair.Value).ToArray(), dtype: ScalarType.Float64, device: device).DetachFromDisposeScope();
    }

    internal void Clear()
    {
        sums?.Dispose();
        sums = null;
        names = [];
    }

    public void Dispose() => Clear();

    private double[] Values()
    {
        if (sums is null) return [];
        using var onHost = sums.cpu();
        return onHost.data<double>().ToArray();
    }
}
