using MarginNotebooks.Losses;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Losses;

public sealed class WeightedMethodTests
{
    [Theory]
    [InlineData("mbls-5", 0.2, "mbls-5-lambda-0.2", "MbLS (m=5, λ=0.2)")]
    [InlineData("mbls-5-lambda-0.2", 0.05, "mbls-5-lambda-0.05", "MbLS (m=5, λ=0.05)")]
    [InlineData("mbls-l2-5", 0, "mbls-l2-5-lambda-0", "MbLS L2 (m=5, λ=0)")]
    [InlineData("nacl", 1, "nacl-lambda-1", "NACL (λ=1)")]
    public void A_weight_is_part_of_the_key_and_of_the_name(string method, double lambda, string key, string name)
    {
        Assert.Equal(key, WeightedMethod.Key(method, lambda));
        Assert.Equal(name, MethodCatalog.Get(key).DisplayName);
        Assert.Equal(key, MethodCatalog.Get(key).Key);
    }

    [Theory]
    [InlineData("mbls-5")]
    [InlineData("mbls-5-lambda-0.3")]
    public void The_papers_weight_leaves_the_plain_key(string method) => Assert.Equal("mbls-5", WeightedMethod.Key(method, 0.1));

    [Theory]
    [InlineData("mbls-2")]
    [InlineData("mbls-l2-2")]
    [InlineData("mbls-dice-2")]
    [InlineData("nacl")]
    public void The_penalty_grows_with_its_weight(string method)
    {
        using var scope = NewDisposeScope();
        var logits = tensor([4f, 0f, -3f, 1f, 1f, 2f, 0f, 5f], [1, 2, 2, 2]);
        var labels = zeros([1, 2, 2], ScalarType.Int64);
        double Loss(double lambda) => MethodCatalog.Get(WeightedMethod.Key(method, lambda)).CreateLoss().Forward(logits, labels).Total.item<float>();
        var (none, plain, more) = (Loss(0), Loss(0.1), Loss(0.5));
        Assert.True(plain > none);
        Assert.Equal(5 * (plain - none), more - none, 4);
    }

    [Fact]
    public void Methods_without_a_margin_have_no_weight()
    {
        Assert.Contains("'ce-lambda-0.2' has no λ", Assert.Throws<ArgumentException>(() => WeightedMethod.Key("ce", 0.2)).Message);
        Assert.Contains("'ce' has no λ", Assert.Throws<ArgumentException>(() => WeightedMethod.Key("ce", 0.1)).Message);
        Assert.Throws<ArgumentException>(() => MethodCatalog.Get("mbls-5-lambda-x"));
        Assert.ThrowsAny<ArgumentException>(() => MethodCatalog.Get("mbls-5-lambda--1"));
    }

    [Fact]
    public void An_ignored_label_stays_ignored() => Assert.Equal(255, MethodCatalog.Get("mbls-5-lambda-0.2", 255).CreateLoss().IgnoreIndex);
}
