using MarginNotebooks.Runtime;

namespace MarginNotebooks.Tests.Runtime;

public sealed class SymbolVersionPatchTests
{
    private const string Wanted = "GLIBCXX_3.4.32";
    private static readonly HashSet<string> Marker = ["_ZSt21ios_base_library_initv"];

    private static byte[] Library()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("ELF libraries are Linux's.");
        return File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "runtimes", TorchFolders.RuntimeId, "native", "libLibTorchSharp.so"));
    }

    [Fact]
    public void One_bit_of_the_real_library_changes_and_a_second_time_nothing()
    {
        var original = Library();
        Assert.True(SymbolVersionPatch.Needs(original, Wanted));
        var changed = original.ToArray();
        Assert.True(SymbolVersionPatch.MakeWeak(changed, Wanted, Marker));
        var different = Enumerable.Range(0, original.Length).Where(i => original[i] != changed[i]).ToList();
        Assert.Equal(2, original[Assert.Single(different)] ^ changed[different[0]]);

        var again = changed.ToArray();
        SymbolVersionPatch.MakeWeak(again, Wanted, Marker);
        Assert.Equal(changed, again);
    }

    [Fact]
    public void A_version_whose_symbols_are_called_is_left_alone()
    {
        var library = Library();
        var error = Assert.Throws<InvalidDataException>(() => SymbolVersionPatch.MakeWeak(library, "GLIBCXX_3.4", Marker));
        Assert.Contains("GLIBCXX_3.4", error.Message);
        Assert.Equal(Library(), library);
    }

    [Fact]
    public void A_version_that_is_not_asked_for_changes_nothing()
    {
        var library = Library();
        Assert.False(SymbolVersionPatch.MakeWeak(library, "GLIBCXX_9.9.9", Marker));
        Assert.Equal(Library(), library);
    }

    [Fact]
    public void What_is_no_library_is_refused() =>
        Assert.Throws<InvalidDataException>(() => SymbolVersionPatch.Needs("MZ, and more bytes than the header of a library would have, all of them text"u8.ToArray(), Wanted));
}
