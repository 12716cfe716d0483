using Microsoft.CodeAnalysis;

namespace MarginNotebooks.Host.Notebooks.Scripting.Language;

/// <summary>A symbol's declaration in one line.</summary>
internal static class SignatureText
{
    private static readonly SymbolDisplayFormat s_local = new(
        globalNamespaceStyle: SymbolDisplayGlobalNamespaceStyle.Omitted,
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypes,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints,
        memberOptions: SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeRef
            | SymbolDisplayMemberOptions.IncludeConstantValue,
        delegateStyle: SymbolDisplayDelegateStyle.NameAndSignature,
        parameterOptions: SymbolDisplayParameterOptions.IncludeExtensionThis | SymbolDisplayParameterOptions.IncludeParamsRefOut
            | SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeDefaultValue,
        propertyStyle: SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        localOptions: SymbolDisplayLocalOptions.IncludeType | SymbolDisplayLocalOptions.IncludeConstantValue,
        kindOptions: SymbolDisplayKindOptions.IncludeTypeKeyword | SymbolDisplayKindOptions.IncludeNamespaceKeyword,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers
            | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier | SymbolDisplayMiscellaneousOptions.AllowDefaultLiteral
            | SymbolDisplayMiscellaneousOptions.CollapseTupleTypes);

    private static readonly SymbolDisplayFormat s_member = s_local
        .WithMemberOptions(s_local.MemberOptions | SymbolDisplayMemberOptions.IncludeContainingType);

    /// <summary>The declaration.</summary>
    /// <param name="symbol">A symbol.</param>
    /// <returns>For example <c>double Math.Max(double val1, double val2)</c>.</returns>
    public static string Of(ISymbol symbol) => symbol switch
    {
        INamespaceSymbol => "namespace " + symbol.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat),
        ILocalSymbol or IFieldSymbol { ContainingType.IsScriptClass: true } => "(variable) " + symbol.ToDisplayString(s_local),
        IParameterSymbol => "(parameter) " + symbol.ToDisplayString(s_local),
        IRangeVariableSymbol => "(range variable) " + symbol.ToDisplayString(s_local),
        ITypeParameterSymbol => "(type parameter) " + symbol.ToDisplayString(s_local),
        IMethodSymbol { ReducedFrom: { } extension } => "(extension) " + extension.ToDisplayString(s_member),
        _ when symbol.ContainingType is null or { IsScriptClass: true } => symbol.ToDisplayString(s_local),
        _ => symbol.ToDisplayString(s_member),
    };

    /// <summary>The declaration of the first of several overloads and the number of the others.</summary>
    /// <param name="symbols">The overloads.</param>
    /// <returns>One line; null without any symbol.</returns>
    public static string? Of(IReadOnlyList<ISymbol> symbols) => symbols is [var first, ..] ? Of(first) + More(symbols.Count - 1) : null;

    /// <summary>How many more overloads there are.</summary>
    /// <param name="count">Overloads beside the one shown.</param>
    /// <returns>Text to append; empty when there is none.</returns>
    public static string More(int count) => count switch
    {
        <= 0 => "",
        1 => " (+ 1 overload)",
        _ => $" (+ {count} overloads)",
    };
}
