using MarginNotebooks.Display;
using MarginNotebooks.Training;
using Microsoft.DotNet.Interactive.Formatting;

namespace MarginNotebooks.Tests.Display;

/// <summary>.NET Interactive's own formatter, which the library does not know, shows the library's types.</summary>
[Collection("Chromium")]
public sealed class RichOutputFormatterSourceTests
{
    [Fact]
    public void AFigureComesOutAsItsOwnMarkup()
    {
        using var none = new ChromiumVariable("none");
        var figure = FigureTests.Line([1, 2], "Title");

        Assert.Equal("text/html", Formatter.GetPreferredMimeTypesFor(typeof(Figure)).First());
        Assert.Equal(figure.ToHtml(), figure.ToDisplayString("text/html"));
        Assert.Equal("Title. A line.", figure.ToDisplayString("text/plain"));
        Assert.Contains("class=\"margin-figure\"", ((object)figure).ToDisplayString("text/html"));
    }

    [Fact]
    public void ATableComesOutAsItsOwnMarkup()
    {
        var table = Table.FromRows(["Method", "DSC"], [["<CE>", 0.862]]);

        Assert.Equal("text/html", Formatter.GetPreferredMimeTypesFor(typeof(Table)).First());
        Assert.Equal(table.ToHtml(), table.ToDisplayString("text/html"));
        Assert.Equal(table.ToMarkdown(), table.ToDisplayString("text/markdown"));
        Assert.Equal(table.ToString(), table.ToDisplayString("text/plain"));
    }

    [Fact]
    public void ATypeWithoutMarkdownSaysSoAndKeepsItsOtherForms()
    {
        using var bar = new ProgressBar("work", 4, new RecordingSink());

        Assert.Equal(bar.ToHtml(), bar.ToDisplayString("text/html"));
        Assert.False(new RichOutputFormatter("text/markdown").Format(bar, TextWriter.Null));
        Assert.False(new RichOutputFormatter("text/html").Format(new object(), TextWriter.Null));
    }

    [Fact]
    public void EveryPublicTypeThatShowsItselfCarriesTheMarkAndToHtml()
    {
        var types = typeof(Figure).Assembly.GetExportedTypes().Where(type => type.IsAssignableTo(typeof(IRichOutput)) && type.IsClass).ToList();

        Assert.Superset(new HashSet<Type> { typeof(Figure), typeof(Table), typeof(ProgressBar), typeof(TrainingResult) }, types.ToHashSet());
        Assert.All(types, type =>
        {
            Assert.Contains(type.GetCustomAttributes(true), attribute => attribute.GetType().Name == "TypeFormatterSourceAttribute");
            Assert.Equal(typeof(string), type.GetMethod("ToHtml", Type.EmptyTypes)?.ReturnType);
        });
    }
}
