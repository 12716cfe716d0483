using MarginNotebooks.Data.Phantom;

namespace MarginNotebooks.Tests.Data.Phantom;

public sealed class PhantomDatasetTests
{
    private static readonly PhantomOptions Options = new() { Patients = 10 };

    [Fact]
    public void Same_seed_gives_same_cases_whatever_the_number_of_patients()
    {
        var ten = PhantomDataset.Generate(Options);
        var three = PhantomDataset.Generate(Options with { Patients = 3 });
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(ten[i].Image, three[i].Image);
            Assert.Equal(ten[i].Labels, three[i].Labels);
        }
        Assert.NotEqual(ten[0].Labels, PhantomDataset.Generate(Options with { Seed = 2 }, 0).Labels);
    }

    [Fact]
    public void Every_case_has_every_structure_and_finite_intensities()
    {
        foreach (var item in PhantomDataset.Generate(Options))
        {
            for (byte label = 0; label < 4; label++)
                Assert.Contains(label, item.Labels);
            Assert.DoesNotContain(item.Labels, label => label > 3);
            Assert.All(item.Image, value => Assert.True(float.IsFinite(value) && value >= 0));
        }
    }

    [Fact]
    public void The_left_ventricle_never_touches_the_background_within_a_slice()
    {
        foreach (var item in PhantomDataset.Generate(Options))
        {
            for (var i = 0; i < item.Labels.Length - 1; i++)
            {
                if (i % item.Width != item.Width - 1)
                    Assert.False(item.Labels[i] == 3 && item.Labels[i + 1] == 0, $"{item.Id}: voxel {i}");
            }
        }
    }

    [Fact]
    public void Blood_is_brighter_than_muscle()
    {
        foreach (var item in PhantomDataset.Generate(Options))
        {
            double Mean(byte label) => item.Image.Where((_, i) => item.Labels[i] == label).Average();
            Assert.True(Mean(3) > 1.3 * Mean(2), $"{item.Id}: LV {Mean(3)}, MYO {Mean(2)}");
        }
    }

    [Fact]
    public void Without_disagreement_the_annotation_is_certain_and_with_it_only_the_borders_are_not()
    {
        var certain = PhantomDataset.AnnotationProbability(Options with { AnnotatorSpread = 0 }, 0, 3, 20);
        Assert.All(certain, p => Assert.True(p < 1e-4 || p > 1 - 1e-4));

        var unsure = PhantomDataset.AnnotationProbability(Options, 0, 3, 50);
        var pixels = Options.Size * Options.Size;
        var top = Enumerable.Range(0, pixels).Select(i => Enumerable.Range(0, 4).Max(k => unsure[k * pixels + i])).ToArray();
        Assert.InRange(top.Count(p => p < 0.95) / (double)pixels, 0.01, 0.30);
    }

    [Fact]
    public void Sizes_other_than_64_scale_the_anatomy()
    {
        double Fraction(int size) => PhantomDataset.Generate(Options with { Size = size }, 1).Labels.Average(label => label > 0 ? 1.0 : 0.0);
        Assert.Equal(Fraction(64), Fraction(128), 0.01);
    }
}
