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
        Assert.Contains("mbls-NUMBER", message);
    }

    [Fact]
    public void A_number_the_loss_refuses_is_an_error_that_says_so() =>
        Assert.Contains("0..1", Assert.Throws<ArgumentException>(() => MethodCatalog.Get("ls-1.5")).Message);
}
