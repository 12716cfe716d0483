using System.Buffers.Binary;
using System.IO.Compression;

namespace MarginNotebooks.Data.Nifti;

/// <summary>Decompresses gzip and notices a missing end, which <see cref="GZipStream"/> passes over in silence.</summary>
internal sealed class CheckedGunzip : Stream
{
    private readonly Stream file;
    private readonly GZipStream unpacked;
    private long total;

    public CheckedGunzip(Stream file)
    {
        this.file = file;
        unpacked = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => total;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var got = unpacked.Read(buffer);
        total += got;
        return got;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>Reads to the end and checks that it is the true end.</summary>
    /// <exception cref="InvalidDataException">The file is cut off, or its checksum is wrong.</exception>
    public void VerifyEnd()
    {
        total += CountRest(unpacked);
        // The last four bytes of a gzip file are the length of its content. Where they are not, the file is cut off, or it has several
        // parts or
        // padding; a second look decides.
        Span<byte> size = stackalloc byte[4];
        file.Position = file.Length - 4;
        file.ReadExactly(size);
        if (BinaryPrimitives.ReadUInt32LittleEndian(size) == (uint)total)
            return;
        file.Position = 0;
        using var prolonged = new GZipStream(new Prolonged(file), CompressionMode.Decompress);
        if (CountRest(prolonged) != total)
            throw new InvalidDataException("The compressed data end too early.");
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            unpacked.Dispose();
            file.Dispose();
        }
        base.Dispose(disposing);
    }

    private static long CountRest(Stream stream)
    {
        var buffer = new byte[1 << 16];
        var count = 0L;
        for (int got; (got = stream.Read(buffer)) > 0;)
            count += got;
        return count;
    }

    /// <summary>
    /// A file and some more bytes: where its end is missing they are taken for it, and the checksum fails; behind a true end they are
    /// ignored.
    /// </summary>
    private sealed class Prolonged(Stream file) : Stream
    {
        private int left = 64;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var got = file.Read(buffer, offset, count);
            if (got > 0)
                return got;
            got = Math.Min(count, left);
            buffer.AsSpan(offset, got).Fill(0xA5);
            left -= got;
            return got;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
