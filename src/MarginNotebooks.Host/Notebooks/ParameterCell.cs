using System.Text;

namespace MarginNotebooks.Host.Notebooks;

/// <summary>Puts values into a notebook the way papermill does: in a cell of their own, right after the one tagged <c>parameters</c>.</summary>
public static class ParameterCell
{
    /// <summary>Tag of the cell that declares the parameters and their defaults.</summary>
    public const string DeclaringTag = "parameters";

    /// <summary>Tag of the cell that this class writes.</summary>
    public const string InjectedTag = "injected-parameters";

    /// <summary>Replaces the injected cell, or removes an old one when there is nothing to inject.</summary>
    /// <param name="notebook">Notebook to change.</param>
    /// <param name="parameters">Values; of several for one name the last counts.</param>
    /// <exception cref="InvalidDataException">The notebook declares no such parameter, or the value does not fit its type.</exception>
    public static void Inject(NotebookDocument notebook, IReadOnlyList<Parameter> parameters)
    {
        foreach (var old in notebook.Cells.Where(cell => cell.HasTag(InjectedTag)).ToList())
            notebook.Remove(old);
        if (parameters.Count == 0)
            return;
        var declaring = notebook.Cells.FirstOrDefault(cell => cell.Kind == CellKind.Code && cell.HasTag(DeclaringTag));
        var index = declaring is null ? 0 : notebook.Cells.ToList().IndexOf(declaring) + 1;
        var source = declaring is null ? Declarations(parameters) : Assignments(parameters, ParameterDeclarations.Read(declaring.Source));
        notebook.Insert(index, NotebookCell.Code("injected-parameters", source, InjectedTag));
    }

    /// <summary>Assignments, not new declarations: the variables keep the types that the notebook gave them, in every C# kernel.</summary>
    private static string Assignments(IReadOnlyList<Parameter> parameters, IReadOnlyDictionary<string, string?> declared)
    {
        var unknown = parameters.Where(parameter => !declared.ContainsKey(parameter.Name)).Select(parameter => $"'{parameter.Name}'").ToList();
        if (unknown.Count > 0)
            throw new InvalidDataException(
                $"the notebook has no parameter {string.Join(", ", unknown)}; its cell tagged '{DeclaringTag}' declares "
                + (declared.Count == 0 ? "nothing" : string.Join(", ", declared.Keys)));
        return Lines(parameters, parameter =>
            $"{parameter.Name} = {ParameterValue.ToCSharp(parameter, declared[parameter.Name], declared: true)};");
    }

    private static string Declarations(IReadOnlyList<Parameter> parameters) => Lines(parameters, parameter =>
        $"var {parameter.Name} = {ParameterValue.ToCSharp(parameter, type: null, declared: false)};");

    private static string Lines(IReadOnlyList<Parameter> parameters, Func<Parameter, string> line)
    {
        var text = new StringBuilder("// Parameters");
        foreach (var last in parameters.GroupBy(parameter => parameter.Name, StringComparer.Ordinal).Select(same => same.Last()))
            text.Append('\n').Append(line(last));
        return text.ToString();
    }
}
