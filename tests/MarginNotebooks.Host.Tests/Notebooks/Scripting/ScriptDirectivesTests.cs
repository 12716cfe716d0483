using MarginNotebooks.Host.Notebooks.Scripting;

namespace MarginNotebooks.Host.Tests.Notebooks.Scripting;

public sealed class ScriptDirectivesTests
{
    [Fact]
    public void Directives_are_blanked_and_lines_stay_where_they_were()
    {
        var read = ScriptDirectives.Read("#i \"nuget:../feed\"\n#r \"nuget: Some.Package, 1.2.3\"\n#r \"nuget:Other\"\n#r \"lib/x.dll\"\nvar a = 1;\n#!csharp\na");
        Assert.Equal(["../feed"], read.Sources);
        Assert.Equal([new PackageReference("Some.Package", "1.2.3", 2), new PackageReference("Other", null, 3)], read.Packages);
        Assert.Equal([("lib/x.dll", 4)], read.Files);
        Assert.Equal(["", "", "", "", "var a = 1;", "", "a"], read.Code.Split('\n').Select(line => line.Trim()));
    }

    [Fact]
    public void Look_alikes_in_strings_and_comments_are_left_alone()
    {
        const string source = "var s = \"\"\"\n#r \"nuget: A, 1\"\n#!sh\n\"\"\";\n/*\n#!sh\n*/\n#if NEVER\n#!sh\n#endif\n#pragma warning disable\n#r \"System.Net.Http\"";
        var read = ScriptDirectives.Read(source);
        Assert.Equal(source, read.Code);
        Assert.Empty(read.Packages);
    }

    [Theory]
    [InlineData("using static TorchSharp.torch;", true)]
    [InlineData("var x = torch.zeros(1);", true)]
    [InlineData("// torch\nvar TorchSharpness = \"TorchSharp\";", false)]
    public void Code_that_names_torch_is_known(string source, bool names) => Assert.Equal(names, ScriptDirectives.Read(source).NamesTorch);

    [Theory]
    [InlineData("var a = 1;\n#!fsharp", 2, "#!fsharp")]
    [InlineData("#!bash\nls", 1, "#!bash")]
    [InlineData("\n\n#r \"nuget: \"", 3, "does not name a package")]
    [InlineData("#i \"elsewhere\"", 1, "elsewhere")]
    public void A_directive_that_is_not_understood_names_its_line(string source, int line, string expected)
    {
        var problem = Assert.Throws<CellProblem>(() => ScriptDirectives.Read(source));
        Assert.Equal(line, problem.Line);
        Assert.Contains(expected, problem.Message);
    }

    [Theory]
    [InlineData("#!time\nvar a = 1;", true)]
    [InlineData("var a = 1;\n#!time", true)]
    [InlineData("var a = \"#!time\"; // #!time", false)]
    public void The_time_is_asked_for_on_a_line_of_its_own(string source, bool timed)
    {
        var read = ScriptDirectives.Read(source);
        Assert.Equal(timed, read.Timed);
        Assert.Equal(timed, !read.Code.Contains("#!time"));
    }
}
