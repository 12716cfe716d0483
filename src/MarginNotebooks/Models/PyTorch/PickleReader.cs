using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace MarginNotebooks.Models.PyTorch;

/// <summary>Reads Python's pickle format as far as PyTorch writes it, protocols 2 to 4; it builds plain values and runs nothing.</summary>
/// <remarks>
/// Pickle is a program for a small stack machine whose instructions can call any Python function. Here the functions are those of <see
/// cref="PickleCalls"/>, which make dictionaries and tensors; a file that names another, or has an instruction that PyTorch does not write,
/// is refused. Source: the comments of Python's <c>pickletools</c>.
/// </remarks>
internal sealed class PickleReader
{
    private static readonly object Mark = new();

    private readonly Stream stream;
    private readonly List<object?> stack = [];
    private readonly Dictionary<int, object?> memo = [];

    private PickleReader(Stream stream) => this.stream = stream;

    /// <summary>Reads one value and leaves the stream behind it.</summary>
    internal static object? Read(Stream stream) => new PickleReader(stream).Run();

    private object? Run()
    {
        while (true)
        {
            var code = Byte();
            if (code == '.') return Pop();
            Step(code);
        }
    }

    private void Step(int code)
    {
        switch (code)
        {
            case 0x80: if (Byte() > 5) throw new InvalidDataException("its pickle protocol is newer than 5"); break; // PROTO
            case 0x95: Bytes(8); break; // FRAME
            case '(': Push(Mark); break;
            case '0': Pop(); break;
            case '1': PopToMark(); break;
            case '2': Push(Top()); break;
            case 'N': Push(null); break;
            case 0x88: Push(true); break;
            case 0x89: Push(false); break;
            case 'K': Push((long)Byte()); break;
            case 'M': Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2))); break;
            case 'J': Push((long)Int32()); break;
            case 0x8a: PushInteger(Byte()); break;
            case 0x8b: PushInteger(Int32()); break;
            case 'G': Push(BinaryPrimitives.ReadDoubleBigEndian(Bytes(8))); break;
            case 0x8c: PushText(Byte()); break;
            case 'X': PushText(Int32()); break;
            case 0x8d: PushText(Int64()); break;
            case 'U' or 'C': Push(Bytes(Byte())); break;
            case 'T' or 'B': Push(Bytes(Int32())); break;
            case 0x8e: Push(Bytes(Int64())); break;
            case ')': Push(System.Array.Empty<object?>()); break;
            case 0x85: PushTuple(1); break;
            case 0x86: PushTuple(2); break;
            case 0x87: PushTuple(3); break;
            case 't': Push(PopToMark()); break;
            case ']' or 0x8f: Push(new List<object?>()); break;
            case 'l': Push(PopToMark().ToList()); break;
            case 'a': Append([Pop()]); break;
            case 'e' or 0x90: Append(PopToMark()); break;
            case '}': Push(new PickleDictionary()); break;
            case 's': SetItems([.. Enumerable.Reverse([Pop(), Pop()])]); break;
            case 'u': SetItems(PopToMark()); break;
            case 'q': memo[Byte()] = Top(); break;
            case 'r': memo[Int32()] = Top(); break;
            case 0x94: memo[memo.Count] = Top(); break;
            case 'h': Push(Remembered(Byte())); break;
            case 'j': Push(Remembered(Int32())); break;
            case 'c': Push(PickleCalls.Global(Line(), Line())); break;
            case 0x93: Push(StackGlobal()); break;
            case 'Q': Push(PickleCalls.Persistent(Pop())); break;
            case 'R' or 0x81: Call(); break;
            case 'b': Build(); break;
            default: throw new InvalidDataException($"it has the pickle instruction 0x{code:x2}, which PyTorch does not write");
        }
    }

    private void Call()
    {
        var arguments = Pop() as object?[] ?? throw new InvalidDataException("a call has no tuple of arguments");
        var function = Pop() as PickleGlobal ?? throw new InvalidDataException("something that is no function is called");
        Push(PickleCalls.Call(function, arguments));
    }

    private PickleGlobal StackGlobal()
    {
        var (name, module) = (Pop() as string, Pop() as string);
        return PickleCalls.Global(
            module ?? throw new InvalidDataException("a name has no module"), name ?? throw new InvalidDataException("a module has no name"));
    }

    // State given to an object after it was made; a state dictionary carries its modules' versions this way, which nothing here needs.
    private void Build()
    {
        Pop();
        if (Top() is not (PickleDictionary or PickleOpaque or TensorReference))
            throw new InvalidDataException("state is given to an object that has none");
    }

    private void SetItems(object?[] items)
    {
        if (Top() is not PickleDictionary dictionary || items.Length % 2 != 0)
            throw new InvalidDataException("items are set on something that is no dictionary");
        for (var i = 0; i < items.Length; i += 2) dictionary.Set(items[i], items[i + 1]);
    }

    private void Append(object?[] items)
    {
        if (Top() is not List<object?> list) throw new InvalidDataException("items are appended to something that is no list");
        list.AddRange(items);
    }

    private object? Remembered(int place) => memo.TryGetValue(place, out var value) ? value
        : throw new InvalidDataException($"it refers to the value {place}, which it has not stored");

    private void Push(object? value) => stack.Add(value);

    private void PushTuple(int length)
    {
        var values = new object?[length];
        for (var i = length - 1; i >= 0; i--) values[i] = Pop();
        Push(values);
    }

    private void PushText(long length) => Push(Encoding.UTF8.GetString(Bytes(length)));

    private void PushInteger(long length)
    {
        var value = new BigInteger(Bytes(length));
        Push(value >= long.MinValue && value <= long.MaxValue ? (long)value : value);
    }

    private object? Top() => stack.Count > 0 && !ReferenceEquals(stack[^1], Mark) ? stack[^1]
        : throw new InvalidDataException("its pickle takes a value from an empty stack");

    private object? Pop()
    {
        var value = Top();
        stack.RemoveAt(stack.Count - 1);
        return value;
    }

    private object?[] PopToMark()
    {
        var mark = stack.FindLastIndex(value => ReferenceEquals(value, Mark));
        if (mark < 0) throw new InvalidDataException("its pickle closes a group that it has not opened");
        object?[] values = [.. stack.Skip(mark + 1)];
        stack.RemoveRange(mark, stack.Count - mark);
        return values;
    }

    private int Byte() => stream.ReadByte() is var value and >= 0 ? value : throw new EndOfStreamException("its pickle ends too early");

    private int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Bytes(4));

    private long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Bytes(8));

    private byte[] Bytes(long length)
    {
        // Texts and numbers are short; a length beyond this is damage, not data.
        const long longest = 1 << 28;
        if (length is < 0 or > longest) throw new InvalidDataException($"a text or number in its pickle would be {length} bytes long");
        var bytes = new byte[length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private string Line()
    {
        var bytes = new List<byte>();
        for (var next = Byte(); next != '\n'; next = Byte()) bytes.Add((byte)next);
        return Encoding.UTF8.GetString([.. bytes]);
    }
}
