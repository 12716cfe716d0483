using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MarginNotebooks.Data.MetaImages;

/// <summary>Which files hold the numbers of a MetaImage.</summary>
internal static partial class MetaDataFiles
{
    /// <summary>The value of ElementDataFile for numbers behind the header.</summary>
    public const string Local = "LOCAL";

    private const string List = "LIST";

    /// <summary>The files in order, as the header names them; empty for <see cref="Local"/>.</summary>
    /// <param name="header">The header.</param>
    /// <param name="behind">What follows the header's last line: the names of a list.</param>
    /// <param name="name">Used in messages.</param>
    public static IReadOnlyList<string> Of(MetaHeader header, ReadOnlySpan<byte> behind, string name)
    {
        var words = header.ElementDataFile.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words[0].Equals(Local, StringComparison.OrdinalIgnoreCase))
            return [];
        if (words[0].Equals(List, StringComparison.OrdinalIgnoreCase))
            return Listed(header, words, Encoding.Latin1.GetString(behind), name);
        return words[0].Contains('%') ? Numbered(header, words, name) : [header.ElementDataFile];
    }

    private static List<string> Listed(MetaHeader header, string[] words, string text, string name)
    {
        // "LIST 2D": files of two axes each; without a number, of one axis less than the image.
        var axes = header.Shape.Count - 1;
        if (words.Length > 1 && !int.TryParse(words[1].TrimEnd('D', 'd'), NumberStyles.None, CultureInfo.InvariantCulture, out axes))
            throw new InvalidDataException($"{name}: ElementDataFile is '{header.ElementDataFile}'; expected LIST or, for example, LIST 2D.");
        var needed = header.Shape.Skip(axes).Aggregate(1L, (product, extent) => product * extent);
        var files = text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToList();
        if (files.Count < needed)
            throw new InvalidDataException($"{name}: its list names {files.Count} data files; {string.Join('×', header.Shape)} voxels need {needed}.");
        return files.GetRange(0, (int)needed);
    }

    private static List<string> Numbered(MetaHeader header, string[] words, string name)
    {
        int Number(int index, int otherwise) => words.Length <= index ? otherwise
            : int.TryParse(words[index], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value
            : throw new InvalidDataException($"{name}: ElementDataFile is '{header.ElementDataFile}'; a pattern is followed by first, last and step.");

        if (Placeholder().Matches(words[0]) is not [var place] || words[0].Count(c => c == '%') != 1)
            throw new InvalidDataException($"{name}: ElementDataFile is '{header.ElementDataFile}'; a pattern has one placeholder such as %d or %03d.");
        var slices = header.Shape[^1];
        var (first, step) = (Number(1, 1), Number(3, 1));
        var last = Number(2, first + (slices - 1) * step);
        if (step < 1)
            throw new InvalidDataException($"{name}: ElementDataFile is '{header.ElementDataFile}'; the step must be 1 or more.");
        var numbers = Enumerable.Range(0, Math.Max(0, (last - first) / step + 1)).Select(i => first + i * step).ToList();
        if (numbers.Count < slices)
            throw new InvalidDataException(
                $"{name}: the pattern '{header.ElementDataFile}' names {numbers.Count} files; the last axis has {slices} slices.");
        var width = place.Groups["width"].Value;
        var format = width.Length == 0 ? "D1" : width[0] == '0' ? "D" + width : "D1";
        return [.. numbers.Take(slices).Select(number =>
        {
            var digits = number.ToString(format, CultureInfo.InvariantCulture);
            if (width.Length > 0 && width[0] != '0')
                digits = digits.PadLeft(int.Parse(width, CultureInfo.InvariantCulture));
            return words[0][..place.Index] + digits + words[0][(place.Index + place.Length)..];
        })];
    }

    [GeneratedRegex("%(?<width>[0-9]*)[diu]")]
    private static partial Regex Placeholder();
}
