using System.Globalization;
using System.Text;

namespace MarginNotebooks.Data.MetaImages;

/// <summary>Reads the lines <c>Name = value</c> up to and with <c>ElementDataFile</c>.</summary>
internal static class MetaHeaderReader
{
    // A header has some twenty lines; a file without ElementDataFile in so many bytes is none.
    private const int LongestHeader = 1 << 16;

    /// <summary>Reads a header.</summary>
    /// <param name="bytes">The file, from its beginning.</param>
    /// <param name="name">Used in messages.</param>
    /// <returns>The header, and the position behind the line end of its last line.</returns>
    /// <exception cref="InvalidDataException">The file is no MetaImage header; the message tells.</exception>
    public static (MetaHeader Header, int End) Read(ReadOnlySpan<byte> bytes, string name)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var end = 0;
        while (!fields.ContainsKey("ElementDataFile"))
        {
            var rest = bytes[end..Math.Min(bytes.Length, LongestHeader)];
            if (rest.IsEmpty)
                throw new InvalidDataException($"{name}: is no MetaImage header, or a cut one: it has no field ElementDataFile.");
            var length = rest.IndexOf((byte)'\n');
            var line = Encoding.Latin1.GetString(length < 0 ? rest : rest[..length]).Trim();
            end += length < 0 ? rest.Length : length + 1;
            if (line.Length == 0)
                continue;
            var sign = line.IndexOfAny(['=', ':']);
            if (sign < 1 || line.Any(c => char.IsControl(c) && c != '\t'))
                throw new InvalidDataException($"{name}: is no MetaImage header: line {fields.Count + 1} is not of the form 'Name = value'.");
            fields[line[..sign].Trim()] = line[(sign + 1)..].Trim();
        }
        return (new MetaFields(fields, name).ToHeader(), end);
    }

    /// <summary>Gives fields their types.</summary>
    private sealed class MetaFields(Dictionary<string, string> fields, string name)
    {
        public MetaHeader ToHeader()
        {
            if (Text("ObjectType") is { } type && !type.Equals("Image", StringComparison.OrdinalIgnoreCase))
                throw new InvalidDataException($"{name}: ObjectType is '{type}'; only images can be read.");
            var axes = checked((int)Whole("NDims", Required("NDims")));
            if (axes is < 2 or > 4)
                throw new InvalidDataException($"{name}: NDims is {axes}; images of 2, 3 or 4 axes can be read.");
            var shape = Numbers("DimSize", axes) ?? throw Missing("DimSize");
            if (shape.Any(extent => extent is < 1 or > int.MaxValue || extent != Math.Floor(extent)))
                throw new InvalidDataException($"{name}: DimSize is '{Text("DimSize")}'; extents are whole numbers from 1.");
            var spacing = Numbers("ElementSpacing", axes) ?? Numbers("ElementSize", axes);
            if (spacing?.Any(step => !(Math.Abs(step) > 0)) == true)
                throw new InvalidDataException($"{name}: the spacing {string.Join(' ', spacing)} has an axis without extent.");
            var anatomy = Text("AnatomicalOrientation") is { } letters && MetaGeometry.IsOrientation(letters) ? letters.ToUpperInvariant() : null;
            var matrix = Numbers("TransformMatrix", axes * axes) ?? Numbers("Rotation", axes * axes) ?? Numbers("Orientation", axes * axes);
            var channels = Whole("ElementNumberOfChannels", Text("ElementNumberOfChannels") ?? "1");
            if (channels is < 1 or > 1 << 16)
                throw new InvalidDataException($"{name}: ElementNumberOfChannels is {channels}.");
            var elementType = Required("ElementType");
            return new MetaHeader
            {
                Shape = [.. shape.Select(extent => (int)extent)],
                Channels = (int)channels,
                ElementType = elementType,
                DataType = MetaElementTypes.Parse(elementType, name),
                Spacing = [.. (spacing ?? Enumerable.Repeat(1.0, axes)).Select(Math.Abs)],
                HasSpacing = spacing is not null,
                Offset = Numbers("Offset", axes) ?? Numbers("Origin", axes) ?? Numbers("Position", axes) ?? Numbers("ImagePosition", axes) ?? new double[axes],
                Directions = matrix ?? MetaGeometry.Directions(axes == 3 ? anatomy : null, axes),
                HasDirections = matrix is not null || anatomy is not null,
                AnatomicalOrientation = anatomy,
                BinaryData = Flag("BinaryData") ?? true,
                BigEndian = Flag("BinaryDataByteOrderMSB") ?? Flag("ElementByteOrderMSB") ?? false,
                CompressedData = Flag("CompressedData") ?? false,
                CompressedDataSize = Whole("CompressedDataSize", Text("CompressedDataSize") ?? "0"),
                HeaderSize = Whole("HeaderSize", Text("HeaderSize") ?? "0"),
                ElementDataFile = Required("ElementDataFile"),
                Fields = fields,
            };
        }

        private string? Text(string field) => fields.TryGetValue(field, out var value) && value.Length > 0 ? value : null;

        private string Required(string field) => Text(field) ?? throw Missing(field);

        private InvalidDataException Missing(string field) => new($"{name}: the MetaImage header has no value for {field}.");

        private long Whole(string field, string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new InvalidDataException($"{name}: {field} is '{text}', not a whole number.");

        private bool? Flag(string field) => Text(field) switch
        {
            null => null,
            // MetaIO looks at the first letter.
            ['t' or 'T' or '1', ..] => true,
            ['f' or 'F' or '0', ..] => false,
            var other => throw new InvalidDataException($"{name}: {field} is '{other}', neither True nor False."),
        };

        private double[]? Numbers(string field, int count)
        {
            if (Text(field) is not { } text)
                return null;
            var values = new List<double>();
            foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
                if (double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
                    values.Add(value);
                else
                    throw new InvalidDataException($"{name}: {field} holds '{word}', which is no number.");
            return values.Count == count
                ? [.. values]
                : throw new InvalidDataException($"{name}: {field} has {values.Count} numbers ('{text}'); {count} are needed.");
        }
    }
}
