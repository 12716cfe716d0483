using System.Text;
using MarginNotebooks.Host.Notebooks.Formatting;

namespace MarginNotebooks.Host.Notebooks.Html;

/// <summary>TeX formulas as MathML, which browsers draw by themselves: no script, no fonts, no network.</summary>
/// <remarks>Covers what prose about losses and metrics uses: scripts, fractions, roots, accents, alphabets, functions, fences, cases and
/// aligned rows. A command that it does not know is shown by its name; the source stays in the element's title for copying.</remarks>
public sealed class MathMl
{
    private readonly string _tex;
    private int _at;

    private MathMl(string tex) => _tex = tex;

    /// <summary>Converts a formula.</summary>
    /// <param name="tex">TeX without its dollar signs.</param>
    /// <param name="display">Whether it stands on a line of its own.</param>
    /// <returns>A <c>math</c> element.</returns>
    public static string Convert(string tex, bool display)
    {
        tex = tex.Trim();
        var rows = Table(tex, display) ?? new MathMl(tex).Row(null);
        return $"<math display=\"{(display ? "block" : "inline")}\"><semantics>{rows}"
            + $"<annotation encoding=\"application/x-tex\">{HtmlText.Escape(tex)}</annotation></semantics></math>";
    }

    /// <summary>A formula of several lines without an environment around it.</summary>
    private static string? Table(string tex, bool display) =>
        display && tex.Contains(@"\\", StringComparison.Ordinal) && !tex.Contains(@"\begin", StringComparison.Ordinal)
            ? Rows(tex, "right left")
            : null;

    private static string Rows(string body, string align)
    {
        var rows = body.Split(@"\\", StringSplitOptions.RemoveEmptyEntries).Where(row => row.Trim().Length > 0)
            .Select(row => $"<mtr>{string.Concat(row.Split('&').Select((cell, i) =>
                $"<mtd style=\"text-align:{(align.Split(' ').ElementAtOrDefault(i) ?? "left")}\">{new MathMl(cell).Row(null)}</mtd>"))}</mtr>");
        return $"<mtable>{string.Concat(rows)}</mtable>";
    }

    private static string Operator(string sign) => $"<mo>{HtmlText.Escape(sign)}</mo>";

    private static string Identifier(string name) => $"<mi>{HtmlText.Escape(name)}</mi>";

    private static string Upright(string name) => $"<mi mathvariant=\"normal\">{HtmlText.Escape(name)}</mi>";

    private static string Function(string name) => $"<mo form=\"prefix\" movablelimits=\"true\" lspace=\"0\" rspace=\"0.17em\">{name}</mo>";

    private string Row(string? end)
    {
        var row = new StringBuilder("<mrow>");
        while (_at < _tex.Length && !At(end))
            row.Append(Scripted());
        if (end is not null && _at < _tex.Length)
            _at += end.Length;
        return row.Append("</mrow>").ToString();
    }

    private bool At(string? end) => end is not null && string.CompareOrdinal(_tex, _at, end, 0, end.Length) == 0;

    private string Scripted()
    {
        var (body, limits) = Atom();
        string? below = null, above = null;
        while (true)
        {
            SkipSpace();
            if (_at < _tex.Length && _tex[_at] is '_' or '^')
            {
                var isBelow = _tex[_at++] == '_';
                SkipSpace();
                var script = Atom().Markup;
                (below, above) = isBelow ? (script, above) : (below, script);
            }
            else if (_at < _tex.Length && _tex[_at] == '\'')
            {
                _at++;
                above = $"<mrow>{above}<mo>′</mo></mrow>";
            }
            else
                break;
        }
        var (sub, sup, both) = limits ? ("munder", "mover", "munderover") : ("msub", "msup", "msubsup");
        return (below, above) switch
        {
            (null, null) => body,
            (_, null) => $"<{sub}>{body}{below}</{sub}>",
            (null, _) => $"<{sup}>{body}{above}</{sup}>",
            _ => $"<{both}>{body}{below}{above}</{both}>",
        };
    }

    private void SkipSpace()
    {
        while (_at < _tex.Length && char.IsWhiteSpace(_tex[_at]))
            _at++;
    }

    private (string Markup, bool Limits) Atom()
    {
        SkipSpace();
        if (_at >= _tex.Length)
            return ("<mrow></mrow>", false);
        var c = _tex[_at++];
        switch (c)
        {
            case '{':
                return (Row("}"), false);
            case '\\':
                return Command(CommandName());
            case '~':
                return ("<mspace width=\"0.33em\"/>", false);
            case '-':
                return (Operator("−"), false);
            case '*':
                return (Operator("∗"), false);
            case '|':
                return ("<mo fence=\"true\" stretchy=\"false\" lspace=\"0.1em\" rspace=\"0.1em\">|</mo>", false);
            case '(' or ')' or '[' or ']':
                return ($"<mo stretchy=\"false\">{c}</mo>", false);
        }
        if (char.IsDigit(c))
        {
            var start = _at - 1;
            while (_at < _tex.Length && (char.IsDigit(_tex[_at]) || (_tex[_at] == '.' && _at + 1 < _tex.Length && char.IsDigit(_tex[_at + 1]))))
                _at++;
            return ($"<mn>{_tex[start.._at]}</mn>", false);
        }
        if (char.IsHighSurrogate(c) && _at < _tex.Length)
            return (Identifier($"{c}{_tex[_at++]}"), false);
        return (char.IsLetter(c) ? Identifier(c.ToString()) : Operator(c.ToString()), false);
    }

    private string CommandName()
    {
        var start = _at;
        while (_at < _tex.Length && char.IsAsciiLetter(_tex[_at]))
            _at++;
        if (_at == start && _at < _tex.Length)
            _at++;
        return _tex[start.._at];
    }

    private (string Markup, bool Limits) Command(string name)
    {
        if (MathSymbols.Identifiers.TryGetValue(name, out var letter))
            return (Identifier(letter), false);
        if (MathSymbols.LargeOperators.TryGetValue(name, out var large))
            return (Operator(large), !name.EndsWith("int", StringComparison.Ordinal));
        if (MathSymbols.Operators.TryGetValue(name, out var sign))
            return (Operator(sign), false);
        if (MathSymbols.Functions.Contains(name))
            return (Function(name), false);
        if (MathSymbols.LimitFunctions.Contains(name))
            return (Function(name.Replace("arg", "arg\u2009", StringComparison.Ordinal)), true);
        if (MathSymbols.Accents.TryGetValue(name, out var accent))
        {
            var stretchy = name is "overline" or "widehat" or "widetilde" ? "true" : "false";
            return ($"<mover accent=\"true\">{Atom().Markup}<mo stretchy=\"{stretchy}\">{accent}</mo></mover>", false);
        }
        if (MathSymbols.Alphabets.TryGetValue(name, out var alphabet))
            return Argument() is var text && text.Contains('\\') ? (new MathMl(text).Row(null), false) : (Styled(text, alphabet), false);
        return name switch
        {
            "frac" or "tfrac" or "dfrac" => ($"<mfrac>{Atom().Markup}{Atom().Markup}</mfrac>", false),
            "binom" => ($"<mrow><mo>(</mo><mfrac linethickness=\"0\">{Atom().Markup}{Atom().Markup}</mfrac><mo>)</mo></mrow>", false),
            "sqrt" => Root(),
            "text" or "textrm" or "mathrm" or "operatorname" or "textbf" or "textit" or "mbox" or "mathit" => Words(name),
            "left" or "bigl" or "Bigl" or "biggl" or "big" or "Big" or "right" or "bigr" or "Bigr" or "biggr" or "middle" => Fence(),
            "underbrace" => ($"<munder>{Atom().Markup}<mo stretchy=\"true\">⏟</mo></munder>", true),
            "overbrace" => ($"<mover>{Atom().Markup}<mo stretchy=\"true\">⏞</mo></mover>", true),
            "underset" => Stacked("munder"),
            "overset" or "stackrel" => Stacked("mover"),
            "begin" => Environment(Argument()),
            "quad" => ("<mspace width=\"1em\"/>", false),
            "qquad" => ("<mspace width=\"2em\"/>", false),
            "," or ":" or ";" or " " or "!" => (name == "!" ? "" : "<mspace width=\"0.2em\"/>", false),
            "{" or "}" => ($"<mo stretchy=\"false\">{name}</mo>", false),
            "|" => (Operator("‖"), false),
            "%" or "&" or "#" or "$" or "_" => (Operator(name), false),
            "displaystyle" or "textstyle" or "limits" or "nolimits" or "nonumber" or "\\" => ("", false),
            _ => ($"<mtext>\\{HtmlText.Escape(name)}</mtext>", false),
        };
    }

    /// <summary>The text of a braced argument, or the next character.</summary>
    private string Argument()
    {
        SkipSpace();
        if (_at >= _tex.Length)
            return "";
        if (_tex[_at] == '\\')
        {
            _at++;
            return "\\" + CommandName();
        }
        if (_tex[_at] != '{')
            return _tex[_at++].ToString();
        var (start, depth) = (++_at, 1);
        while (_at < _tex.Length && depth > 0)
            depth += _tex[_at++] switch { '{' => 1, '}' => -1, _ => 0 };
        return _tex[start..(depth == 0 ? _at - 1 : _at)];
    }

    private (string, bool) Root()
    {
        SkipSpace();
        if (_at >= _tex.Length || _tex[_at] != '[')
            return ($"<msqrt>{Atom().Markup}</msqrt>", false);
        _at++;
        var degree = Row("]");
        return ($"<mroot>{Atom().Markup}{degree}</mroot>", false);
    }

    private (string, bool) Words(string command)
    {
        var text = Argument();
        if (command is "operatorname" or "mathrm" or "mathit")
            return (command == "mathit" ? Identifier(text) : Upright(text), text.StartsWith("arg", StringComparison.Ordinal));
        var style = command switch { "textbf" => " style=\"font-weight:bold\"", "textit" => " style=\"font-style:italic\"", _ => "" };
        return ($"<mtext{style}>{HtmlText.Escape(text).Replace(" ", "&#160;", StringComparison.Ordinal)}</mtext>", false);
    }

    private (string, bool) Fence()
    {
        SkipSpace();
        if (_at >= _tex.Length)
            return ("", false);
        var c = _tex[_at++];
        var sign = c != '\\' ? c.ToString() : CommandName() is var name && MathSymbols.Operators.TryGetValue(name, out var known) ? known
            : name == "|" ? "‖" : name;
        return (sign == "." ? "" : $"<mo fence=\"true\" stretchy=\"true\">{HtmlText.Escape(sign)}</mo>", false);
    }

    private (string, bool) Stacked(string element)
    {
        var script = Atom().Markup;
        return ($"<{element}>{Atom().Markup}{script}</{element}>", false);
    }

    private (string, bool) Environment(string name)
    {
        var close = $@"\end{{{name}}}";
        var end = _tex.IndexOf(close, _at, StringComparison.Ordinal);
        var body = _tex[_at..(end < 0 ? _tex.Length : end)];
        _at = end < 0 ? _tex.Length : end + close.Length;
        var (open, align, shut) = name.TrimEnd('*') switch
        {
            "cases" => ("{", "left left", ""),
            "pmatrix" => ("(", "center center center center center center", ")"),
            "bmatrix" => ("[", "center center center center center center", "]"),
            "matrix" => ("", "center center center center center center", ""),
            _ => ("", "right left right left", ""),
        };
        return ($"<mrow>{Delimiter(open)}{Rows(body, align)}{Delimiter(shut)}</mrow>", false);

        static string Delimiter(string sign) => sign.Length == 0 ? "" : $"<mo fence=\"true\" stretchy=\"true\">{sign}</mo>";
    }

    private static string Styled(string text, (int Capital, int Small) alphabet)
    {
        var row = new StringBuilder("<mrow>");
        foreach (var c in text)
        {
            var code = c switch
            {
                >= 'A' and <= 'Z' => alphabet.Capital + c - 'A',
                >= 'a' and <= 'z' => alphabet.Small + c - 'a',
                _ => 0,
            };
            var letter = code == 0 ? c.ToString() : MathSymbols.Exceptions.GetValueOrDefault(code) ?? char.ConvertFromUtf32(code);
            row.Append(char.IsDigit(c) ? $"<mn>{letter}</mn>" : char.IsWhiteSpace(c) ? "" : Identifier(letter));
        }
        return row.Append("</mrow>").ToString();
    }
}
