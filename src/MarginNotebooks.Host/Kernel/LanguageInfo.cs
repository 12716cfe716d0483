using System.Text.Json.Nodes;
using MarginNotebooks.Runtime;
using Microsoft.CodeAnalysis.CSharp;

namespace MarginNotebooks.Host.Kernel;

/// <summary>What the kernel says about itself and its language.</summary>
public static class LanguageInfo
{
    /// <summary>The language, as notebooks store it.</summary>
    /// <returns>A <c>language_info</c> object.</returns>
    public static JsonObject ToJson() => new()
    {
        ["name"] = "csharp",
        ["version"] = LanguageVersion.Latest.MapSpecifiedToEffectiveVersion().ToDisplayString(),
        ["mimetype"] = "text/x-csharp",
        ["file_extension"] = ".cs",
        ["pygments_lexer"] = "csharp",
        ["codemirror_mode"] = "text/x-csharp",
    };

    /// <summary>The answer to <c>kernel_info_request</c>.</summary>
    /// <returns>Its contents.</returns>
    public static JsonObject Reply() => new()
    {
        ["status"] = "ok",
        ["protocol_version"] = MessageCodec.ProtocolVersion,
        ["implementation"] = "margin",
        ["implementation_version"] = Version,
        ["language_info"] = ToJson(),
        ["banner"] = $"C# (Margin Notebooks {Version}) on .NET {Environment.Version}",
        ["debugger"] = false,
        ["help_links"] = new JsonArray(
            new JsonObject { ["text"] = "C#", ["url"] = "https://learn.microsoft.com/dotnet/csharp/" },
            new JsonObject { ["text"] = "TorchSharp", ["url"] = "https://github.com/dotnet/TorchSharp" }),
    };

    private static string Version => KitVersions.Kit.Split('+')[0];
}
