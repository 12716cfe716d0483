using MarginNotebooks.Losses;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Losses;

public sealed class MethodCatalogTests
{
    public static TheoryData<string> Keys => [.. MethodCatalog.Keys];

    [Fact]
    public void It_holds_the_comparison_of_the_paper()
    {
        string[] expected =
        [
            "ce", "ce-dice", "focal-1", "focal-2", "focal-3", "ls-0.1", "ls-0.2", "ls-0.3", "svls-0.5", "svls-1", "svls-2",
            "ecp-0.1", "ecp-0.2", "ecp-0.3",
            "mbls-3", "mbls-5", "mbls-8", "mbls-10", "mbls-l2-5", "mbls-l2-10", "mbls-dice-5", "mbls-dice-10", "nacl",
        ];
        Assert.Equal(expected, MethodCatalog.Keys);
        Assert.Equal(expected, MethodCatalog.All.Select(method => method.Key));
        Assert.Equal(expected.Length, MethodCatalog.All.Select(method => method.DisplayName).Distinct().Count());
    }

    [Fact]
    public void It_holds_what_else_this_kit_knows()
    {
        string[] expected =
        [
            "acls", "adafocal", "crac", "crac-distances", "crac-p2", "crac-p3", "dca", "dual-focal-5", "flsd-53",
            "l1ace-hard", "l1ace-hard-ce", "l1ace-hard-dice", "l1ace-hard-term", "l1ace-soft", "l1ace-soft-ce", "l1ace-soft-dice", "l1ace-soft-term",
            "mbls-classwise-5", "mbls-classwise-10", "mdca", "mdca-focal-1",
            "nacl-bilateral", "nacl-bilateral-filter", "nacl-gaussian", "nacl-gradient", "nacl-image-l1", "nacl-image-l2", "nacl-l2", "nacl-max", "nacl-median", "nacl-min",
            "nacl-mode", "nacl-softmax", "nacl-softmax-l2", "sdc",
        ];
        // Other tests register methods of their own.
        Assert.Equal(expected, MethodCatalog.ExtendedKeys.Where(expected.Contains));
        Assert.Equal(MethodCatalog.ExtendedKeys, MethodCatalog.Extended.Select(method => method.Key));
        var all = MethodCatalog.All.Concat(MethodCatalog.Extended).ToList();
        Assert.Equal(all.Count, all.Select(method => method.DisplayName).Distinct().Count());
        Assert.All(MethodCatalog.Families, family => Assert.NotEqual("", family.HyperParameters));
    }

    [Fact]
    public void A_notebook_can_add_a_method_and_run_the_cell_again()
    {
        var family = Family("mine", 1);
        MethodCatalog.Register(family);
        Assert.Equal(4, Assert.IsType<FocalLoss>(MethodCatalog.Get("mine-4").CreateLoss()).Gamma);
        Assert.Contains("mine-1", MethodCatalog.ExtendedKeys);
        var message = Assert.Throws<ArgumentException>(() => MethodCatalog.Register(Family("mine", 2))).Message;
        Assert.Contains("'mine' is taken", message);
        Assert.Contains("replace: true", message);
        MethodCatalog.Register(Family("mine", 2), replace: true);
        Assert.Contains("mine-2", MethodCatalog.ExtendedKeys);
        Assert.DoesNotContain("mine-1", MethodCatalog.ExtendedKeys);
    }

    [Theory]
    [InlineData("ce")]
    [InlineData("crac")]
    [InlineData("focal-2")] // focal with the number 2
    [InlineData("focal")]
    public void A_key_that_means_something_already_is_refused(string key)
    {
        foreach (var replace in new[] { false, true })
            Assert.Contains("is taken", Assert.Throws<ArgumentException>(() => MethodCatalog.Register(Family(key), replace)).Message);
        Assert.IsNotType<DcaLoss>(MethodCatalog.Get(key == "focal" ? "focal-1" : key).CreateLoss());
    }

    [Theory]
    [InlineData("")]
    [InlineData("My loss")]
    [InlineData("Mine")]
    [InlineData("mine-")]
    [InlineData("2mine")]
    public void A_key_is_made_of_plain_characters(string key) =>
        Assert.Contains($"'{key}'", Assert.Throws<ArgumentException>(() => Family(key)).Message);

    [Fact]
    public void An_assembly_is_read_once_and_one_without_methods_is_an_error()
    {
        MethodCatalog.Register(typeof(PolyLoss).Assembly);
        MethodCatalog.Register(typeof(PolyLoss).Assembly);
        MethodCatalog.Register(typeof(MethodCatalog).Assembly);
        Assert.Equal("Poly-1 (ε=1)", MethodCatalog.Get("poly-1").DisplayName);
        Assert.Contains("declares no methods", Assert.Throws<ArgumentException>(() => MethodCatalog.Register(typeof(string).Assembly)).Message);
    }

    private static MethodFamily Family(string key, params double[] numbers) => new()
    {
        Key = key,
        Numbers = numbers,
        Display = key + " {0}",
        Source = "a test",
        HyperParameters = "none",
        Create = (number, ignore) => new FocalLoss(number) { IgnoreIndex = ignore },
    };

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_method_trains(string key)
    {
        using var scope = NewDisposeScope();
        var loss = MethodCatalog.Get(key, ignoreIndex: 255).CreateLoss();
        Assert.Equal(255, loss.IgnoreIndex);
        var logits = Tensors.Logits(1, ScalarType.Float32, 2, 4, 5, 6).requires_grad_();
        loss.Forward(logits, Tensors.WithIgnored(Tensors.Classes(1, 4, 2, 5, 6), 1, 255)).Total.backward();
        Assert.Contains(Tensors.Flat(logits.grad!), value => value != 0);
    }

    [Fact]
    public void Numbers_outside_the_paper_are_understood()
    {
        Assert.Equal(7.5, Assert.IsType<MarginLoss>(MethodCatalog.Get("mbls-7.5").CreateLoss()).Margin);
        Assert.Equal("MbLS (m=7.5)", MethodCatalog.Get("mbls-7.5").DisplayName);
        Assert.Equal(4, Assert.IsType<FocalLoss>(MethodCatalog.Get("focal-4").CreateLoss()).Gamma);
        Assert.Equal(SquaredMarginVariant.Published, Assert.IsType<MarginSquaredLoss>(MethodCatalog.Get("mbls-l2-7").CreateLoss()).Variant);
        Assert.Equal(
            SquaredMarginVariant.AuthorsCode,
            Assert.IsType<MarginSquaredLoss>(MethodCatalog.Get("mbls-l2-authors-7").CreateLoss()).Variant);
    }

    [Fact]
    public void Each_loss_is_fresh()
    {
        var method = MethodCatalog.Get("mbls-5");
        Assert.NotSame(method.CreateLoss(), method.CreateLoss());
        var (first, second) = ((MarginLoss)method.CreateLoss(), (MarginLoss)method.CreateLoss());
        Assert.NotSame(first.Lambda, second.Lambda);
    }

    [Theory]
    [InlineData("mbls")]
    [InlineData("mbls-")]
    [InlineData("mbls-l3-5")]
    [InlineData("mbls--5")]
    [InlineData("focal-1e1")]
    [InlineData("ce-1")]
    [InlineData("CE")]
    public void An_unknown_key_lists_the_known_ones(string key)
    {
        var message = Assert.Throws<ArgumentException>(() => MethodCatalog.Get(key)).Message;
        Assert.Contains($"'{key}'", message);
        Assert.Contains("mbls-dice-10", message);
        Assert.Contains("crac", message);
        Assert.Contains("mbls-NUMBER", message);
    }

    [Fact]
    public void A_number_the_loss_refuses_is_an_error_that_says_so() =>
        Assert.Contains("0..1", Assert.Throws<ArgumentException>(() => MethodCatalog.Get("ls-1.5")).Message);
}
