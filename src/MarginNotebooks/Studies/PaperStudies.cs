namespace MarginNotebooks.Studies;

/// <summary>The experiments of the paper as studies. Runs that several of them need have equal configurations and are trained once.</summary>
public static class PaperStudies
{
    private static readonly StudyAxis Compared = Methods("ce", "ce-dice", "focal-3", "ls-0.1", "svls-2", "ecp-0.1", "nacl", "mbls-5", "mbls-10");
    private static readonly StudyAxis CoreMethods = Methods("ce", "ce-dice", "focal-3", "ls-0.1", "mbls-5");

    /// <summary>All of them, in the order of the paper. The theory needs no runs; the ranking is computed from those of <c>main</c>.</summary>
    public static IReadOnlyList<StudyTemplate> All { get; } =
    [
        new("main", "Discrimination (DSC, HD95) and calibration (ECE, CECE) of every method.", [[Compared]]),
        new("margin", "What the margin m and the weight λ of its penalty do to DSC and ECE.",
            [[Methods("ce", "mbls-3", "mbls-5", "mbls-8", "mbls-10")], [Methods("mbls-5"), new StudyAxis(ConfigurationProperties.Lambda, 0.01, 0.05, 0.1, 0.2, 0.5)]]),
        new("baselines", "How much the baselines depend on their hyper-parameter.",
            [[Methods("ce", "focal-1", "focal-2", "focal-3", "ls-0.1", "ls-0.2", "ls-0.3", "ecp-0.1", "ecp-0.2", "ecp-0.3", "svls-0.5", "svls-1", "svls-2")]]),
        new("backbones", "The methods on other networks than the U-Net.",
            [[new StudyAxis("backbone", "unet", "attunet", "unetpp", "transunet"), CoreMethods]]),
        new("penalty", "The linear against the squared penalty, with and without Dice.",
            [[Methods("ce", "ce-dice", "mbls-5", "mbls-10", "mbls-l2-5", "mbls-l2-10", "mbls-dice-5", "mbls-dice-10")]]),
        new("posthoc", "Networks for post-hoc calibration: cross-entropy and the margin.", [[Methods("ce", "mbls-5", "mbls-10")]]),
        new("reliability", "Reliability diagrams, confidence histograms and logit distances of each method.", [[Compared]]) { OneSeed = true },
        new("qualitative", "Prediction, confidence and errors on single slices, method beside method.", [[Compared]]) { OneSeed = true },
        new("shift", "Networks to be tested on images that grow noisier, blurrier and darker.", [[CoreMethods]]),
        new("dynamics", "Scores and logit distances as training goes on.", [[CoreMethods]]) { OneSeed = true },
    ];

    private static StudyAxis Methods(params object?[] keys) => new("method", keys);
}
