using Microsoft.CodeAnalysis;

namespace MarginNotebooks.Host.Notebooks.Scripting.Language.Documentation;

/// <summary>References whose documentation is found when somebody asks for it.</summary>
internal static class DocumentedReference
{
    private static readonly string? s_framework = Path.GetDirectoryName(typeof(object).Assembly.Location);

    /// <summary>A reference to an assembly file, with the XML file beside it or, for the framework's own, in the SDK.</summary>
    /// <param name="path">Absolute path of the assembly.</param>
    /// <returns>The reference.</returns>
    public static MetadataReference To(string path)
    {
        var beside = Path.ChangeExtension(path, ".xml");
        DocumentationProvider? documentation = File.Exists(beside) ? new DocFile(beside)
            : Path.GetDirectoryName(path) == s_framework ? FrameworkDocs.Shared
            : null;
        return MetadataReference.CreateFromFile(path, documentation: documentation);
    }
}
