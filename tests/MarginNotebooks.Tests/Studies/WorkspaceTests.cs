using MarginNotebooks.Studies;

namespace MarginNotebooks.Tests.Studies;

public sealed class WorkspaceTests
{
    [Fact]
    public void A_fresh_folder_is_below_out_and_empty_each_time()
    {
        using var folder = new TemporaryFolder();
        var workspace = new Workspace(folder.Path);
        var fresh = workspace.FreshFolder("a-notebook");
        Assert.Equal(folder["out/a-notebook"], Path.GetFullPath(fresh));
        Assert.False(Path.IsPathRooted(fresh));
        File.WriteAllText(Path.Combine(fresh, "left"), "over");
        workspace.FreshFolder("a-notebook");
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder["out/a-notebook"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    public void No_name_leads_elsewhere(string name)
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("no name", Assert.Throws<ArgumentException>(() => new Workspace(folder.Path).FreshFolder(name)).Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }
}
