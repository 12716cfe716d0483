using MarginNotebooks.Data.Preparation;
using MarginNotebooks.Metrics;

namespace MarginNotebooks.Data;

/// <summary>The data sets that the kit knows how to prepare or make, and those that you described.</summary>
public static class DatasetCatalog
{
    /// <summary>Automated Cardiac Diagnosis Challenge: 100 patients, the two frames at end-diastole and end-systole.</summary>
    public static DatasetInfo Acdc { get; } = new()
    {
        Key = "acdc",
        Name = "ACDC, cardiac cine-MRI",
        ClassNames = ["background", "RV", "MYO", "LV"],
        AxisOrder = AxisOrder.HeightWidthDepth,
        StoredSize = (224, 224),
        Fit = new SliceFit(192, 192),
        BatchSize = 4,
        Sizes = new SplitSizes(70, 10, 20),
        PatientOf = id => id.Split('_')[0],
        Licence = "terms on the official page: citation mandatory; copies elsewhere name CC BY-NC-SA 4.0",
        Citation = "O. Bernard et al., Deep Learning Techniques for Automatic MRI Cardiac Multi-structures Segmentation and Diagnosis: "
            + "Is the Problem Solved?, IEEE Transactions on Medical Imaging 37(11), 2018, doi 10.1109/TMI.2018.2837502",
        Source = "https://www.creatis.insa-lyon.fr/Challenge/acdc/ (free registration)",
    };

    /// <summary>Medical Segmentation Decathlon task 4: 260 labelled hippocampi. Slices are about 35×50.</summary>
    public static DatasetInfo Hippocampus { get; } = new()
    {
        Key = "hippocampus",
        Name = "Hippocampus, Medical Segmentation Decathlon task 4",
        ClassNames = ["background", "anterior", "posterior"],
        AxisOrder = AxisOrder.DepthHeightWidth,
        // 32 is the total stride of the paper's U-Net.
        Fit = new SliceFit(64, 64, 32),
        BatchSize = 8,
        Sizes = new SplitSizes(185, 25, 50),
        Licence = "CC BY-SA 4.0",
        Citation = "A. L. Simpson et al., A large annotated medical image dataset for the development and evaluation of segmentation "
            + "algorithms, arXiv 1902.09063, 2019; M. Antonelli et al., The Medical Segmentation Decathlon, Nature Communications 13:4128, 2022, "
            + "doi 10.1038/s41467-022-30695-9",
        Source = "http://medicaldecathlon.com (Task04_Hippocampus.tar)",
    };

    /// <summary>MRBrainS18: seven labelled brains, three registered MR sequences each, slices of 240×240.</summary>
    /// <remarks>
    /// The authors' code names no loader for this set. The one for brain tissue in several channels (<c>calibrate/data/brainatlas.py</c>) pads
    /// slices by 8 on each side; so do the 256 here, a multiple of the U-Net's total stride. Normalisation is the kit's choice. The paper
    /// trains on five subjects, tests on two and names none to choose the epoch with; here one of the five is kept for that.
    /// </remarks>
    public static DatasetInfo MrBrains { get; } = new()
    {
        Key = "mrbrains",
        Name = "MRBrainS18, brain tissue MRI",
        ClassNames = ["background", "GM", "WM", "CSF"],
        Channels = 3,
        ChannelNames = ["FLAIR", "T1", "IR"],
        AxisOrder = AxisOrder.ChannelDepthHeightWidth,
        Orientation = "LPS",
        Fit = new SliceFit(256, 256, 32),
        BatchSize = 4,
        Sizes = new SplitSizes(4, 1, 2),
        Licence = "terms of the challenge, not checked here: read them on the official page and where you download",
        Citation = "MRBrainS18, https://mrbrains18.isi.uu.nl, where the citation of the data is to be looked up; on the challenge of 2013, its forerunner: "
            + "A. M. Mendrik et al., MRBrainS Challenge: Online Evaluation Framework for Brain Image Segmentation in 3T MRI Scans, "
            + "Computational Intelligence and Neuroscience 2015, 813696, doi 10.1155/2015/813696",
        Source = "https://mrbrains18.isi.uu.nl (training data)",
    };

    /// <summary>FLARE 2021: 361 labelled abdominal CT, slices of 512×512.</summary>
    /// <remarks>The split and the intensity window are the kit's choice: those of the paper are not known.</remarks>
    public static DatasetInfo Flare { get; } = new()
    {
        Key = "flare",
        Name = "FLARE 2021, abdominal CT",
        ClassNames = ["background", "liver", "kidneys", "spleen", "pancreas"],
        AxisOrder = AxisOrder.DepthHeightWidth,
        Orientation = "LPS",
        // Whole slices, whatever their size.
        Fit = new SliceFit(32, 32, 32),
        // The usual soft-tissue window: level 40, width 400 Hounsfield units.
        Window = (-160, 240),
        BatchSize = 4,
        Sizes = new SplitSizes(240, 40, 80),
        Licence = "terms of the challenge; the images are those of the Decathlon's pancreas (CC BY-SA 4.0) and NIH Pancreas-CT (terms at the Cancer Imaging Archive)",
        Citation = "J. Ma et al., Fast and Low-GPU-memory abdomen CT organ segmentation: The FLARE challenge, Medical Image Analysis 82, 2022, "
            + "doi 10.1016/j.media.2022.102616; J. Ma et al., AbdomenCT-1K: Is Abdominal Organ Segmentation a Solved Problem?, "
            + "IEEE TPAMI 44(10), 2022, doi 10.1109/TPAMI.2021.3100536",
        Source = "https://flare.grand-challenge.org (free registration)",
    };

    /// <summary>BraTS 2019: 335 labelled brain tumours, four MR modalities each, slices of 240×240, skull removed.</summary>
    /// <remarks>
    /// Scored as the challenge's regions. The split and the normalisation (over the brain's own voxels) are the kit's choice; slices are padded
    /// to 256, a multiple of the U-Net's total stride.
    /// </remarks>
    public static DatasetInfo Brats { get; } = new()
    {
        Key = "brats",
        Name = "BraTS 2019, brain tumour MRI",
        ClassNames = ["background", "NCR/NET", "ED", "ET"],
        Channels = 4,
        ChannelNames = ["FLAIR", "T1", "T1ce", "T2"],
        Structures = Structure.Brats,
        AxisOrder = AxisOrder.ChannelDepthHeightWidth,
        Orientation = "LPS",
        Fit = new SliceFit(256, 256, 32),
        Normalisation = IntensityNormalisation.ZScoreNonZero,
        BatchSize = 16,
        Sizes = new SplitSizes(235, 35, 65),
        PatientOf = BratsSource.PatientOf,
        Licence = "terms of the challenge: citation mandatory; read the rest when you register",
        Citation = "B. H. Menze et al., The Multimodal Brain Tumor Image Segmentation Benchmark (BRATS), IEEE Transactions on Medical Imaging 34(10), "
            + "2015, doi 10.1109/TMI.2014.2377694; S. Bakas et al., Advancing The Cancer Genome Atlas glioma MRI collections with expert segmentation "
            + "labels and radiomic features, Scientific Data 4:170117, 2017, doi 10.1038/sdata.2017.117; S. Bakas et al., arXiv 1811.02629, 2018",
        Source = "https://www.med.upenn.edu/cbica/brats2019/data.html (free registration)",
    };

    /// <summary>PROMISE12: 50 labelled prostates in T2-weighted MRI from several centres, slices of different sizes.</summary>
    /// <remarks>The split is the kit's choice: that of the paper is not known.</remarks>
    public static DatasetInfo Promise { get; } = new()
    {
        Key = "promise",
        Name = "PROMISE12, prostate MRI",
        ClassNames = ["background", "prostate"],
        AxisOrder = AxisOrder.DepthHeightWidth,
        Orientation = "LPS",
        Fit = new SliceFit(32, 32, 32),
        BatchSize = 4,
        Sizes = new SplitSizes(35, 5, 10),
        Licence = "terms of the challenge; read them when you download",
        Citation = "G. Litjens et al., Evaluation of prostate segmentation algorithms for MRI: The PROMISE12 challenge, Medical Image Analysis 18(2), "
            + "2014, doi 10.1016/j.media.2013.12.002",
        Source = "https://promise12.grand-challenge.org (free registration)",
    };

    /// <summary>The kit's own made-up short-axis hearts; nothing to download.</summary>
    public static DatasetInfo Phantom { get; } = new()
    {
        Key = "phantom",
        Name = "Phantom, synthetic short-axis cardiac MRI",
        ClassNames = Data.Phantom.PhantomDataset.ClassNames,
        AxisOrder = AxisOrder.DepthHeightWidth,
        // Whatever size is asked for, grown to what the paper's U-Net takes.
        Fit = new SliceFit(32, 32, 32),
        Normalisation = IntensityNormalisation.None,
        BatchSize = 4,
        Sizes = new SplitSizes(70, 10, 20),
        Licence = "MIT, as the kit",
        Citation = "none needed",
        Source = "made by the kit from a seed",
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<DatasetInfo> All { get; } = [Phantom, Hippocampus, Acdc, MrBrains, Flare, Brats, Promise];

    /// <summary>The data set of a key.</summary>
    /// <param name="key">For example <c>acdc</c>; upper and lower case are the same.</param>
    /// <param name="data">The folder of prepared sets, where your own are looked for; null for <c>MARGIN_DATA</c>, else <c>data</c>.</param>
    /// <returns>What is known about it.</returns>
    /// <exception cref="ArgumentException">No such data set; the message lists those that exist.</exception>
    public static DatasetInfo Get(string key, string? data = null) => Find(key, data)
        ?? throw new ArgumentException(
            $"There is no data set '{key}'; known are {string.Join(", ", All.Concat(Own(data)).Select(info => info.Key))}. "
            + $"One of your own is known by the {DatasetDescription.FileName} in its prepared folder, below '{DataFolders.Prepared(data)}'.");

    /// <summary>The data set of a key, if there is one: of the catalogue, else one of your own that is prepared.</summary>
    /// <param name="key">For example <c>acdc</c>.</param>
    /// <param name="data">The folder of prepared sets, where your own are looked for; null for <c>MARGIN_DATA</c>, else <c>data</c>.</param>
    /// <returns>What is known about it, or null.</returns>
    /// <exception cref="InvalidDataException">It is prepared, but its description is damaged.</exception>
    public static DatasetInfo? Find(string key, string? data = null)
    {
        if (FindKnown(key) is { } known)
            return known;
        key = key.ToLowerInvariant();
        var description = DatasetDescription.IsKey(key) ? DatasetDescription.OfPrepared(Path.Combine(DataFolders.Prepared(data), key)) : null;
        // A folder that was renamed is another set's.
        return description?.Key == key ? description.ToInfo() : null;
    }

    /// <summary>Your own data sets below a folder of prepared sets, by key; those whose description is damaged are left out.</summary>
    /// <param name="data">The folder; null for <c>MARGIN_DATA</c>, else <c>data</c>.</param>
    /// <returns>What their descriptions say.</returns>
    public static IReadOnlyList<DatasetInfo> Own(string? data = null)
    {
        var root = DataFolders.Prepared(data);
        if (!Directory.Exists(root))
            return [];
        var found = new List<DatasetInfo>();
        foreach (var folder in Directory.EnumerateDirectories(root).Order(StringComparer.Ordinal))
        {
            try
            {
                if (DatasetDescription.OfPrepared(folder) is { } description && description.Key == Path.GetFileName(folder))
                    found.Add(description.ToInfo());
            }
            catch (InvalidDataException)
            {
                // Asked for by name, it says what is wrong.
            }
        }
        return found;
    }

    /// <summary>A data set of the catalogue itself.</summary>
    internal static DatasetInfo? FindKnown(string key) => All.FirstOrDefault(info => info.Key.Equals(key, StringComparison.OrdinalIgnoreCase));
}
