using System.Runtime.InteropServices;
using System.Text;

namespace MarginNotebooks.Runtime;

/// <summary>The C++ run-time library that this process uses on Linux.</summary>
/// <param name="Path">Full path of the loaded <c>libstdc++.so.6</c>.</param>
/// <param name="Newest">The newest <c>GLIBCXX_3.4.x</c> that it defines.</param>
internal sealed record Libstdcxx(string Path, Version Newest)
{
    private static readonly byte[] Prefix = Encoding.ASCII.GetBytes("GLIBCXX_3.4.");

    /// <summary>Loads the library as the loader would and inspects it.</summary>
    /// <returns>Its path and version.</returns>
    /// <exception cref="TorchUnavailableException">No libstdc++ is installed.</exception>
    public static Libstdcxx Inspect()
    {
        if (!NativeLibrary.TryLoad("libstdc++.so.6", out _))
            throw new TorchUnavailableException("libtorch needs the C++ run-time library libstdc++.so.6: install it (Debian, Ubuntu: apt-get install libstdc++6).");
        var path = LoadedPath("libstdc++.so")
            ?? throw new TorchUnavailableException("libstdc++.so.6 is loaded but /proc/self/maps does not name it: mount /proc.");
        return new Libstdcxx(path, NewestVersion(File.ReadAllBytes(path)));
    }

    private static string? LoadedPath(string name) => File.ReadLines("/proc/self/maps")
        .Select(line => line.IndexOf('/') is var at and >= 0 ? line[at..] : "")
        .FirstOrDefault(path => System.IO.Path.GetFileName(path).StartsWith(name, StringComparison.Ordinal));

    private static Version NewestVersion(ReadOnlySpan<byte> library)
    {
        var newest = 0;
        for (var at = library.IndexOf(Prefix); at >= 0;)
        {
            library = library[(at + Prefix.Length)..];
            var digits = 0;
            var value = 0;
            while (digits < library.Length && library[digits] is >= (byte)'0' and <= (byte)'9')
                value = value * 10 + library[digits++] - '0';
            // Only whole names count: the version table ends each with a zero byte.
            if (digits is > 0 and < 4 && library[digits] == 0)
                newest = Math.Max(newest, value);
            at = library.IndexOf(Prefix);
        }
        return new Version(3, 4, newest);
    }
}
