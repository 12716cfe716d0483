using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace MarginNotebooks.Host.Tests.Support;

/// <summary>Compiles small assemblies for tests.</summary>
internal static class TestAssembly
{
    public static void Write(string path, string source)
    {
        var result = CSharpCompilation.Create(
            Path.GetFileNameWithoutExtension(path),
            [CSharpSyntaxTree.ParseText(source)],
            [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)).Emit(path);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
    }
}
