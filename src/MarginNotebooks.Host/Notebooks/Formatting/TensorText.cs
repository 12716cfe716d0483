using System.Globalization;
using System.Text;
using static TorchSharp.torch;

namespace MarginNotebooks.Host.Notebooks.Formatting;

/// <summary>Writes the values of a tensor in nested brackets, as PyTorch does.</summary>
internal static class TensorText
{
    /// <summary>Writes values.</summary>
    /// <param name="values">A tensor of numbers on the CPU.</param>
    /// <param name="edges">Whether to write only the first and last few along each dimension.</param>
    /// <returns>Lines of text.</returns>
    public static string Write(Tensor values, bool edges)
    {
        var edge = edges ? values.dim() switch { 1 => 5, 2 => 3, 3 => 2, _ => 1 } : long.MaxValue;
        using var scope = NewDisposeScope();
        var gaps = new bool[values.dim()];
        for (var d = 0; d < gaps.Length; d++)
        {
            var size = values.shape[d];
            gaps[d] = edges && size > 2 * edge;
            if (gaps[d])
                values = cat([values.narrow(d, 0, edge), values.narrow(d, size - edge, edge)], d);
        }
        var words = values.numel() == 0 ? [] : Words(values.flatten());
        if (gaps.Length == 0)
            return words[0];
        var width = words.Select(word => word.Length).DefaultIfEmpty().Max();
        var text = new StringBuilder();
        var next = 0;
        Append(0);
        return text.ToString();

        void Append(int dimension)
        {
            text.Append('[');
            var (size, last) = (values.shape[dimension], dimension == gaps.Length - 1);
            var between = last ? ", " : "," + new string('\n', gaps.Length - 1 - dimension) + new string(' ', dimension + 1);
            for (long i = 0; i < size; i++)
            {
                if (i > 0)
                    text.Append(between);
                if (gaps[dimension] && i == edge)
                    text.Append('…').Append(between);
                if (last)
                    text.Append(words[next++].PadLeft(width));
                else
                    Append(dimension + 1);
            }
            text.Append(']');
        }
    }

    private static string[] Words(Tensor values)
    {
        if (values.dtype == ScalarType.Bool)
            return [.. values.data<bool>().ToArray().Select(value => value ? "True" : "False")];
        if (values.is_floating_point())
            return [.. values.to(ScalarType.Float64).data<double>().ToArray().Select(value => value.ToString("G5", CultureInfo.InvariantCulture))];
        return [.. values.to(ScalarType.Int64).data<long>().ToArray().Select(value => value.ToString(CultureInfo.InvariantCulture))];
    }
}
