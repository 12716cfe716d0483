using System.Security.Cryptography;
using System.Text;

namespace MarginNotebooks.Host.Kernel;

/// <summary>Signs messages and checks signatures: HMAC-SHA256 over header, parent header, metadata and content, as hexadecimal digits.</summary>
/// <param name="key">The shared key; empty when messages are not signed.</param>
public sealed class MessageSigner(string key)
{
    private readonly byte[] _key = Encoding.UTF8.GetBytes(key);

    /// <summary>Whether messages are signed at all.</summary>
    public bool Signs => _key.Length > 0;

    /// <summary>The signature of a message.</summary>
    /// <param name="parts">Its four JSON parts, as bytes.</param>
    /// <returns>64 digits in ASCII; empty when messages are not signed.</returns>
    public byte[] Sign(params ReadOnlySpan<byte[]> parts)
    {
        if (!Signs)
            return [];
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        foreach (var part in parts)
            hash.AppendData(part);
        return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>Whether a signature is right; takes the same time wherever it is wrong.</summary>
    /// <param name="signature">The signature that came.</param>
    /// <param name="parts">The four JSON parts that came.</param>
    /// <returns>True when it is, or when messages are not signed.</returns>
    public bool Verify(ReadOnlySpan<byte> signature, params ReadOnlySpan<byte[]> parts) =>
        !Signs || CryptographicOperations.FixedTimeEquals(signature, Sign(parts));
}
