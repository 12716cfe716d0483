using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MarginNotebooks.Data.Shifts;

/// <summary>What a shift knows about the channel that it changes.</summary>
public sealed class ShiftContext
{
    private readonly string _case;
    private readonly ulong _seed;

    internal ShiftContext(SegmentationCase item, int channel, double parameter, ulong seed)
    {
        (_case, _seed, Channel, Parameter) = (item.Id, seed, channel, parameter);
        (Depth, Height, Width) = (item.Depth, item.Height, item.Width);
        var size = item.Image.Length / item.Channels;
        var values = item.Image.AsSpan(channel * size, size);
        (Minimum, Maximum) = Intensities.Range(values);
        double sum = 0, squares = 0;
        foreach (var value in values)
            sum += value;
        var mean = sum / size;
        foreach (var value in values)
            squares += (value - mean) * (value - mean);
        Deviation = Math.Sqrt(squares / size);
    }

    /// <summary>Zero-based channel.</summary>
    public int Channel { get; }

    /// <summary>The parameter of the strength that is asked for.</summary>
    public double Parameter { get; }

    /// <summary>Slices.</summary>
    public int Depth { get; }

    /// <summary>Rows of a slice.</summary>
    public int Height { get; }

    /// <summary>Columns of a slice.</summary>
    public int Width { get; }

    /// <summary>Smallest intensity of the unshifted channel.</summary>
    public float Minimum { get; }

    /// <summary>Largest intensity of the unshifted channel.</summary>
    public float Maximum { get; }

    /// <summary>Standard deviation of the unshifted channel over all of its voxels (divided by n).</summary>
    public double Deviation { get; }

    /// <summary>Random numbers that depend on seed, case and channel, and not on the strength: a stronger shift is the same one, stronger.</summary>
    /// <returns>A new stream, at its beginning.</returns>
    public SeededRandom Random()
    {
        var name = SHA256.HashData(Encoding.UTF8.GetBytes($"{_case}\n{Channel}"));
        return new SeededRandom(_seed, BinaryPrimitives.ReadUInt64LittleEndian(name));
    }
}
