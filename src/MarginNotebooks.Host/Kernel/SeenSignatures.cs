using System.Text;

namespace MarginNotebooks.Host.Kernel;

/// <summary>Remembers the signatures of the latest messages, so that a recorded message cannot be sent a second time.</summary>
/// <param name="capacity">How many are remembered.</param>
public sealed class SeenSignatures(int capacity = 1 << 16)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = [];

    /// <summary>Remembers a signature.</summary>
    /// <param name="signature">Signature of a message that was found right.</param>
    /// <returns>False when it came before.</returns>
    public bool Add(byte[] signature)
    {
        var text = Encoding.ASCII.GetString(signature);
        if (!_known.Add(text))
            return false;
        _order.Enqueue(text);
        if (_order.Count > capacity)
            _known.Remove(_order.Dequeue());
        return true;
    }
}
