using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MarginNotebooks.Models;
using MarginNotebooks.Training;

namespace MarginNotebooks.Studies;

/// <summary>Everything that decides the result of one training run; two runs with equal configurations are the same run.</summary>
public sealed record RunConfiguration
{
    /// <summary>Key of the data set, for example <c>hippocampus</c> or <c>phantom</c>.</summary>
    public required string Dataset { get; init; }

    /// <summary>Key of the method, for example <c>ce</c> or <c>mbls-5</c>; see <see cref="Losses.MethodCatalog"/>.</summary>
    public required string Method { get; init; }

    /// <summary>Seed of the weights and of the order of the slices.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Key of the network, for example <c>unet</c> or <c>attunet</c>; see <see cref="BackboneCatalog"/>.</summary>
    public string Backbone { get; init; } = BackboneCatalog.Default;

    /// <summary>Filters of the network's first level; the paper's U-Net has 32, for others see <see cref="Models.Backbone.PublishedFilters"/>.</summary>
    public int Filters { get; init; } = 32;

    /// <summary>Rate of dropout while training, where <see cref="Models.Backbone.TakesDropout"/>; 0, as in the paper, for none. Needed for Monte-Carlo
    /// dropout.</summary>
    public double Dropout { get; init; }

    /// <summary>
    /// Weights to start from: a file of the whole network, or for <c>transunet</c> Google's <c>R50+ViT-B_16.npz</c>; null for fresh ones.
    /// Where the file lies is not part of the run's name, its content is: see <see cref="InitialWeightsSha256"/>.
    /// </summary>
    public string? InitialWeights { get; init; }

    /// <summary>SHA-256 of <see cref="InitialWeights"/>, in lower-case hexadecimal; a run must have it when it starts from a file.</summary>
    public string? InitialWeightsSha256 { get; init; }

    /// <summary>In-plane factor by which images and label maps are made smaller before anything else, test volumes included; 1, as in the
    /// paper, for none. See <see cref="Data.InPlaneDownsampling"/>.</summary>
    public int Downsampling { get; init; } = 1;

    /// <summary>Epochs; the paper uses 100.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>Slices a batch.</summary>
    public int BatchSize { get; init; } = 4;

    /// <summary>Learning rate of Adam at the start.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Epochs after which the learning rate is divided by ten, again and again; the paper uses 50.</summary>
    public int LearningRateStep { get; init; } = 50;

    /// <summary>Largest norm of the gradient; null leaves gradients as they are.</summary>
    public double? GradientClip { get; init; }

    /// <summary>Number format of the training steps, never <see cref="Precision.Auto"/>: a record says what was used.</summary>
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>Number of phantom patients; 0 for data sets that come from files.</summary>
    public int PhantomPatients { get; init; }

    /// <summary>A short name that is unique to the configuration: method, seed and a hash of all values.</summary>
    public string Name => $"{Method}-seed{Seed}-{Hash}";

    /// <summary>The first eight hexadecimal digits of the SHA-256 of the configuration's JSON.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToJson())))[..8];

    /// <summary>The arguments of <c>margin</c> that repeat the run.</summary>
    public string Command
    {
        get
        {
            var text = FormattableString.Invariant(
                $"margin train --dataset {Dataset} --method {Method} --seed {Seed} --filters {Filters} --epochs {Epochs} --batch-size {BatchSize} --lr {LearningRate} --lr-step {LearningRateStep}");
            text += $" --precision {Precision.ToString().ToLowerInvariant()}";
            if (GradientClip is { } clip)
                text += FormattableString.Invariant($" --clip {clip}");
            if (Backbone != BackboneCatalog.Default)
                text += $" --backbone {Backbone}";
            if (Downsampling > 1)
                text += FormattableString.Invariant($" --downsampling {Downsampling}");
            if (Dropout > 0)
                text += FormattableString.Invariant($" --dropout {Dropout}");
            if (InitialWeights is not null)
                text += $" --initial-weights '{InitialWeights}'";
            return PhantomPatients > 0 ? text + $" --phantom-patients {PhantomPatients}" : text;
        }
    }

    /// <summary>Throws when a value cannot be trained with.</summary>
    /// <returns>This configuration.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    /// <exception cref="ArgumentException">The method is unknown.</exception>
    public RunConfiguration Validated()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Filters, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Epochs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Downsampling, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(LearningRateStep, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(LearningRate);
        ArgumentOutOfRangeException.ThrowIfNegative(PhantomPatients);
        if (GradientClip is { } clip)
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(clip);
        if (Precision is not (Precision.Float32 or Precision.BFloat16))
            throw new ArgumentException(
                $"A run's precision is Float32 or BFloat16, not {Precision}: write the one meant, for example Precision.Auto.For(device).",
                nameof(Precision));
        Losses.MethodCatalog.Get(Method);
        var backbone = BackboneCatalog.Get(Backbone);
        if (Precision == Precision.BFloat16 && !backbone.BFloat16)
            throw new ArgumentException($"The backbone '{Backbone}' cannot be trained in bfloat16: choose float32.", nameof(Precision));
        if (Dropout is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(Dropout), Dropout, "The rate of dropout must be from 0 to below 1.");
        if (Dropout > 0 && !backbone.TakesDropout)
            throw new ArgumentException($"The backbone '{Backbone}' has no dropout to set: choose unet, or leave Dropout at 0.", nameof(Dropout));
        if (InitialWeights is null != InitialWeightsSha256 is null)
            throw new ArgumentException(
                "InitialWeights and InitialWeightsSha256 belong together: set both (see Studies.InitialWeights.Sha256), or neither.", nameof(InitialWeights));
        return this;
    }

    private string ToJson() => JsonSerializer.Serialize(this with { }, HashOptions);

    private static readonly Dictionary<string, Func<object?, bool>> Optional = new()
    {
        [nameof(Precision)] = value => value is not Precision.Float32,
        [nameof(Backbone)] = value => value is not BackboneCatalog.Default,
        [nameof(Dropout)] = value => value is not 0.0,
        [nameof(Downsampling)] = value => value is not 1,
        [nameof(InitialWeights)] = _ => false,
        [nameof(InitialWeightsSha256)] = value => value is not null,
    };

    private static readonly JsonSerializerOptions HashOptions = new()
    {
        // Computed properties would make the hash depend on itself.
        IgnoreReadOnlyProperties = true,
        // Named, because single-file programs switch the default, reflection, off. Runs from before there was a choice keep their names.
        TypeInfoResolver = new DefaultJsonTypeInfoResolver
        {
            Modifiers =
            {
                type =>
                {
                    // Only those named: a rule for a computed property would bring it in.
                    foreach (var property in type.Properties.Where(property => Optional.ContainsKey(property.Name)))
                        property.ShouldSerialize = (_, value) => Optional[property.Name](value);
                },
            },
        },
    };
}
