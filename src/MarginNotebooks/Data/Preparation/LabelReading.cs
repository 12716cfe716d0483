using System.Globalization;

namespace MarginNotebooks.Data.Preparation;

/// <summary>From the numbers of a label map to classes.</summary>
internal static class LabelReading
{
    /// <summary>Classes, and the convention that the map follows: the first that fits.</summary>
    /// <exception cref="CaseRejectedException">A fraction, or numbers that no convention knows together.</exception>
    public static (byte[] Classes, LabelConvention Convention) Read(float[] values, IReadOnlyList<LabelConvention> conventions, string file)
    {
        var counts = Count(values, file);
        var found = counts.Keys.Order().ToList();
        var convention = conventions.FirstOrDefault(item => item.Fits(found)) ?? throw Unknown(counts, found, conventions, file);
        var classes = new byte[values.Length];
        var (last, code) = (float.NaN, (byte)0);
        for (var i = 0; i < values.Length; i++)
        {
            // Neighbours mostly agree.
            if (values[i] != last)
                (last, code) = (values[i], convention.Classes[(int)values[i]]);
            classes[i] = code;
        }
        return (classes, convention);
    }

    private static Dictionary<int, long> Count(float[] values, string file)
    {
        var counts = new Dictionary<int, long>();
        var (last, run) = (float.NaN, 0L);
        foreach (var value in values)
        {
            if (value == last)
            {
                run++;
                continue;
            }
            // Above 2^24 a float has no fractions, and no data set has such labels.
            if (value != MathF.Floor(value) || !(MathF.Abs(value) <= 1 << 24))
                throw new CaseRejectedException(
                    "non-integer-label", string.Create(CultureInfo.InvariantCulture, $"The label map holds {value}, which is no class number."), file);
            Flush();
            (last, run) = (value, 1);
        }
        Flush();
        return counts;

        void Flush()
        {
            if (run > 0)
                counts[(int)last] = counts.GetValueOrDefault((int)last) + run;
        }
    }

    private static CaseRejectedException Unknown(
        Dictionary<int, long> counts, List<int> found, IReadOnlyList<LabelConvention> conventions, string file)
    {
        var strange = found.Where(label => !conventions.Any(item => item.Classes.ContainsKey(label))).ToList();
        if (strange.Count == 0)
            return new CaseRejectedException(
                "label-convention-unclear",
                $"The label map holds {string.Join(", ", found)}, which fits no way of numbering as a whole: "
                + string.Join("; ", conventions.Select(item => $"{item.Name}: {string.Join(", ", item.Classes.Keys)}")) + ".", file);
        var some = strange.Take(5).Select(label => $"{label} ({counts[label]} voxels)");
        var known = conventions[0].Classes.Keys.Order().ToList();
        return new CaseRejectedException(
            "unexpected-label",
            $"The label map holds {string.Join(", ", some)}{(strange.Count > 5 ? ", …" : "")}; "
            + (known.Count == known[^1] + 1 ? $"classes are 0 to {known[^1]}." : $"known are {string.Join(", ", known)}."), file);
    }
}
