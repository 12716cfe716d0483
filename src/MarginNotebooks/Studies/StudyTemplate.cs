using MarginNotebooks.Data;

namespace MarginNotebooks.Studies;

/// <summary>A named study before data sets and scale are chosen: axes that are crossed with every data set.</summary>
/// <param name="Name">Short name, for example <c>main</c>.</param>
/// <param name="Purpose">What it shows, in a sentence.</param>
/// <param name="Axes">Groups of axes; each group is a grid, and the study is all of them.</param>
public sealed record StudyTemplate(string Name, string Purpose, IReadOnlyList<IReadOnlyList<StudyAxis>> Axes)
{
    /// <summary>Whether a single seed is enough: for studies that show pictures and curves instead of means.</summary>
    public bool OneSeed { get; init; }

    /// <summary>The study.</summary>
    /// <param name="scale">How much of the paper's protocol.</param>
    /// <param name="datasets">Keys of data sets; null for the phantom at the quick scale, and for all prepared from files at the others.</param>
    /// <param name="seeds">Seeds; null for <see cref="PaperProtocol.Seeds"/>.</param>
    /// <returns>Data set by data set, then in the order of the axes, seeds last.</returns>
    /// <exception cref="ArgumentException">Unknown data set.</exception>
    public Study At(StudyScale scale, IReadOnlyList<string>? datasets = null, IReadOnlyList<int>? seeds = null)
    {
        datasets ??= scale == StudyScale.Quick
            ? [StudyData.PhantomKey]
            : [.. DatasetCatalog.All.Select(info => info.Key).Where(key => key != StudyData.PhantomKey)];
        seeds ??= OneSeed ? [1] : PaperProtocol.Seeds(scale);
        List<RunConfiguration> runs =
        [
            .. from dataset in datasets
               from axes in Axes
               let grid = axes.Aggregate(new StudyGrid(PaperProtocol.For(dataset, scale)), (grid, axis) => grid.Over(axis.Property, axis.Values))
               from run in grid.Over("seed", [.. seeds.Select(seed => (object?)seed)]).Runs()
               select run,
        ];
        runs = [.. runs.Distinct()];
        return new Study(Name, runs) { Purpose = Purpose, Scale = PaperProtocol.Describe(scale, runs) };
    }
}

/// <summary>A property and its values.</summary>
/// <param name="Property">Any property of <see cref="RunConfiguration"/>, or <c>lambda</c>.</param>
/// <param name="Values">Its values.</param>
public sealed record StudyAxis(string Property, params IReadOnlyList<object?> Values);
