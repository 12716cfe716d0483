using System.Text.RegularExpressions;
using System.Xml.Linq;
using MarginNotebooks.Host.Notebooks.Html;

namespace MarginNotebooks.Host.Tests.Notebooks.Html;

public sealed partial class MathMlTests
{
    [Theory]
    [InlineData("x_i^2", "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>")]
    [InlineData(@"\frac{1}{N}", "<mfrac><mrow><mn>1</mn></mrow><mrow><mi>N</mi></mrow></mfrac>")]
    [InlineData(@"\lambda \le 0.1", "<mi>λ</mi><mo>≤</mo><mn>0.1</mn>")]
    [InlineData(@"\hat p", "<mover accent=\"true\"><mi>p</mi><mo stretchy=\"false\">^</mo></mover>")]
    [InlineData(@"\mathbb{R}^K", "<msup><mrow><mi>ℝ</mi></mrow><mi>K</mi></msup>")]
    [InlineData(@"\mathcal{L}", "<mi>ℒ</mi>")]
    [InlineData(@"\sum_{k}", "<munder><mo>∑</mo><mrow><mi>k</mi></mrow></munder>")]
    [InlineData(@"\text{if } a<b", "<mtext>if&#160;</mtext><mi>a</mi><mo>&lt;</mo><mi>b</mi>")]
    [InlineData(@"\sqrt[3]{x}", "<mroot><mrow><mi>x</mi></mrow><mrow><mn>3</mn></mrow></mroot>")]
    [InlineData("l'", "<msup><mi>l</mi><mrow><mo>′</mo></mrow></msup>")]
    [InlineData(@"\unknowncommand", @"<mtext>\unknowncommand</mtext>")]
    public void Formulas_become_the_elements_that_draw_them(string tex, string expected) =>
        Assert.Contains(expected, MathMl.Convert(tex, display: false));

    [Theory]
    [InlineData(@"L = \mathrm{CE} + \lambda \cdot \frac{1}{|\Omega| K}\sum_{i \in \Omega}\sum_{k} \max\left(0, \max_j l_j - l_k - m\right)")]
    [InlineData(@"f(x) = \begin{cases} 0 & x < 0 \\ x & \text{otherwise} \end{cases}")]
    [InlineData(@"\mathrm{KL}(u \| s) \le \frac1K \sum_k d_k \le \mathrm{KL}(u \| s) + \log K")]
    [InlineData(@"a &= b \\ c &= d")]
    [InlineData("{{}")]
    [InlineData("}")]
    [InlineData(@"\frac")]
    [InlineData("x_")]
    [InlineData(@"\left")]
    [InlineData(@"\begin{cases} a")]
    [InlineData(@"\hat")]
    [InlineData("\\")]
    [InlineData(@"a <script> & ""b""")]
    public void Every_formula_also_a_broken_one_gives_well_formed_markup(string tex)
    {
        foreach (var display in new[] { true, false })
        {
            var math = XElement.Parse(MathMl.Convert(tex, display));
            Assert.Equal("math", math.Name);
            Assert.Equal(tex, math.Descendants("annotation").Single().Value);
            Assert.Equal(display ? "block" : "inline", math.Attribute("display")!.Value);
        }
    }

    [Fact]
    public void No_letter_of_a_formula_is_lost()
    {
        const string tex = @"ECE = \sum_{b=1}^{B} \frac{n_b}{N} | acc(b) - conf(b) |";
        var letters = string.Concat(XElement.Parse(MathMl.Convert(tex, true)).Descendants().Where(e => e.Name == "mi" || e.Name == "mn").Select(e => e.Value));
        Assert.Equal(NotLetters().Replace(tex.Replace(@"\sum", "").Replace(@"\frac", ""), "").Order(), letters.Order());
    }

    [GeneratedRegex("[^A-Za-z0-9]")]
    private static partial Regex NotLetters();
}
