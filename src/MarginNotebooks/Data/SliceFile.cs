using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using System.Text.Json;
using MarginNotebooks.Runtime;

namespace MarginNotebooks.Data;

/// <summary>A set of slices in a memory-mapped file.</summary>
/// <remarks>
/// Format: 8 bytes of magic, 4 bytes little-endian length N of the JSON header, N bytes of JSON; from the next multiple of 4,096 the
/// intensities (float32, little-endian), behind them the classes (bytes). The header names the data that the file was made from by a
/// fingerprint; a file of other data, of another length or of another format is not opened but written anew.
/// </remarks>
internal sealed unsafe class SliceFile
{
    private const int Page = 4096;
    private const int Prefix = 12;

    private readonly MemoryMappedViewAccessor view;
    private readonly byte* start;

    private sealed record Header(string Fingerprint, SliceLayout Layout);

    private SliceFile(string path, SliceLayout layout, long dataOffset, MemoryMappedViewAccessor view)
    {
        (Path, Layout, this.view) = (path, layout, view);
        // The view is a field: it is unmapped when nothing refers to this object any more.
        start = (byte*)view.SafeMemoryMappedViewHandle.DangerousGetHandle() + view.PointerOffset + dataOffset;
    }

    internal string Path { get; }

    internal SliceLayout Layout { get; }

    private static ReadOnlySpan<byte> Magic => "MNSLICE2"u8;

    internal ReadOnlySpan<float> ImageOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Layout.Count, nameof(index));
        GC.KeepAlive(view);
        return new(start + (long)index * Layout.ImageSize * sizeof(float), Layout.ImageSize);
    }

    internal ReadOnlySpan<byte> LabelsOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Layout.Count, nameof(index));
        return new(start + Layout.ImageBytes + (long)index * Layout.LabelSize, Layout.LabelSize);
    }

    /// <summary>Maps a file that was made from exactly these data.</summary>
    /// <returns>Null when there is none, or one of other data, or a damaged one.</returns>
    internal static SliceFile? TryOpen(string path, string fingerprint)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var prefix = new byte[Prefix];
            stream.ReadExactly(prefix);
            var length = BinaryPrimitives.ReadInt32LittleEndian(prefix.AsSpan(Magic.Length));
            if (!prefix.AsSpan(0, Magic.Length).SequenceEqual(Magic) || length < 1 || length > stream.Length - Prefix) return null;
            var json = new byte[length];
            stream.ReadExactly(json);
            if (JsonSerializer.Deserialize<Header>(json) is not { } header || header.Fingerprint != fingerprint) return null;
            var offset = DataOffset(length);
            if (stream.Length != offset + header.Layout.Bytes) return null;
            using var map = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            return new SliceFile(path, header.Layout, offset, map.CreateViewAccessor(0, stream.Length, MemoryMappedFileAccess.Read));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or EndOfStreamException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes a file, whole or not at all, with no more in memory than the cases that are being read.</summary>
    internal static void Write(string path, string fingerprint, SliceLayout layout, IReadOnlyList<CaseShape> shapes, Func<int, SegmentationCase> load)
        => WholeFile.Write(path, stream =>
        {
            // The header tells how much the crop cut off, which is known at the end: its number has a fixed width until then.
            var space = JsonSerializer.SerializeToUtf8Bytes(new Header(fingerprint, layout with { LabelledVoxelsLost = long.MaxValue })).Length;
            var offset = DataOffset(space);
            stream.SetLength(offset + layout.Bytes);
            var file = ((FileStream)stream).SafeFileHandle;
            var lost = layout.Fill(shapes, load, (first, images, labels) =>
            {
                RandomAccess.Write(file, MemoryMarshal.AsBytes(images), offset + (long)first * layout.ImageSize * sizeof(float));
                RandomAccess.Write(file, labels, offset + layout.ImageBytes + (long)first * layout.LabelSize);
            });
            var json = JsonSerializer.SerializeToUtf8Bytes(new Header(fingerprint, layout with { LabelledVoxelsLost = lost }));
            var head = new byte[Prefix + space];
            head.AsSpan().Fill((byte)' ');
            Magic.CopyTo(head);
            BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(Magic.Length), space);
            json.CopyTo(head.AsSpan(Prefix));
            RandomAccess.Write(file, head, 0);
        });

    private static long DataOffset(int headerLength) => ((long)Prefix + headerLength + Page - 1) / Page * Page;
}
