namespace MarginNotebooks.Data;

/// <summary>The data sets that the kit knows how to prepare or make.</summary>
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
        Licence = "CC BY-NC-SA 4.0, research use with attribution",
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
            + "algorithms, arXiv 1902.09063, 2019; M. Antonelli et al., The Medical Segmentation Decathlon, Nature Communications 13:4128, 2022",
        Source = "http://medicaldecathlon.com (Task04_Hippocampus.tar)",
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
    public static IReadOnlyList<DatasetInfo> All { get; } = [Phantom, Hippocampus, Acdc];

    /// <summary>The data set of a key.</summary>
    /// <param name="key">For example <c>acdc</c>; upper and lower case are the same.</param>
    /// <returns>What is known about it.</returns>
    /// <exception cref="ArgumentException">No such data set; the message lists those that exist.</exception>
    public static DatasetInfo Get(string key) => Find(key)
        ?? throw new ArgumentException($"There is no data set '{key}'; known are {string.Join(", ", All.Select(info => info.Key))}.");

    /// <summary>The data set of a key, if there is one.</summary>
    /// <param name="key">For example <c>acdc</c>.</param>
    /// <returns>What is known about it, or null.</returns>
    public static DatasetInfo? Find(string key) => All.FirstOrDefault(info => info.Key.Equals(key, StringComparison.OrdinalIgnoreCase));
}
