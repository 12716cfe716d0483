namespace MarginNotebooks.Data.Nifti;

/// <summary>A header extension: something another program stored between header and voxels; kept as it is.</summary>
/// <param name="Code">The registered number of that program (for example 4, AFNI; 6, a comment).</param>
/// <param name="Content">Its bytes, padding included.</param>
public sealed record NiftiExtension(int Code, ReadOnlyMemory<byte> Content);

/// <summary>A NIfTI-1 or NIfTI-2 header, field by field; the names are those of the standard (nifti1.h, nifti2.h).</summary>
public sealed record NiftiHeader
{
    /// <summary>1 or 2: the version of the format.</summary>
    public int Version { get; init; } = 1;

    /// <summary>True when the file's numbers are big-endian.</summary>
    public bool BigEndian { get; init; }

    /// <summary>True when header and voxels are two files (<c>.hdr</c> and <c>.img</c>).</summary>
    public bool IsPair { get; init; }

    /// <summary>Extents along x, y, z, t, …, one to seven of them; x varies fastest in memory.</summary>
    public required IReadOnlyList<int> Shape { get; init; }

    /// <summary>Type of a voxel.</summary>
    public required NiftiDataType DataType { get; init; }

    /// <summary>Eight numbers: the handedness factor of the quaternion (±1), then the step along each axis.</summary>
    public IReadOnlyList<double> PixDim { get; init; } = [1, 1, 1, 1, 1, 1, 1, 1];

    /// <summary>Byte at which the voxels begin.</summary>
    public long VoxOffset { get; init; }

    /// <summary>Factor from stored numbers to intensities; 0 means "not scaled".</summary>
    public double SclSlope { get; init; }

    /// <summary>Added after the factor.</summary>
    public double SclInter { get; init; }

    /// <summary>Intensity that the file's maker suggests to show as white.</summary>
    public double CalMax { get; init; }

    /// <summary>Intensity that the file's maker suggests to show as black.</summary>
    public double CalMin { get; init; }

    /// <summary>Units: the low three bits for space (1 m, 2 mm, 3 µm), the next three for time.</summary>
    public int XyztUnits { get; init; }

    /// <summary>Which axes are frequency, phase and slice encoding, two bits each.</summary>
    public byte DimInfo { get; init; }

    /// <summary>Order in which slices were taken.</summary>
    public int SliceCode { get; init; }

    /// <summary>First slice that <see cref="SliceCode"/> speaks of.</summary>
    public long SliceStart { get; init; }

    /// <summary>Last slice that <see cref="SliceCode"/> speaks of.</summary>
    public long SliceEnd { get; init; }

    /// <summary>Time a slice took.</summary>
    public double SliceDuration { get; init; }

    /// <summary>Time of the first volume.</summary>
    public double TOffset { get; init; }

    /// <summary>Free text, 79 bytes at most.</summary>
    public string Description { get; init; } = "";

    /// <summary>Name of an auxiliary file, 23 bytes at most.</summary>
    public string AuxFile { get; init; } = "";

    /// <summary>What the quaternion's space is; 0 when it is not to be used.</summary>
    public int QformCode { get; init; }

    /// <summary>What the affine matrix's space is; 0 when it is not to be used.</summary>
    public int SformCode { get; init; }

    /// <summary>Quaternion b, c, d, then the offsets x, y, z.</summary>
    public IReadOnlyList<double> Quaternion { get; init; } = [0, 0, 0, 0, 0, 0];

    /// <summary>The first three rows of the affine matrix, twelve numbers.</summary>
    public IReadOnlyList<double> Srow { get; init; } = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>What the numbers mean (for example 1002, label); 0 when not said.</summary>
    public int IntentCode { get; init; }

    /// <summary>Parameters of the intent, three of them.</summary>
    public IReadOnlyList<double> IntentParameters { get; init; } = [0, 0, 0];

    /// <summary>Name of the intent, 15 bytes at most.</summary>
    public string IntentName { get; init; } = "";

    /// <summary>What other programs stored between header and voxels.</summary>
    public IReadOnlyList<NiftiExtension> Extensions { get; init; } = [];

    /// <summary>Number of voxels: the product of <see cref="Shape"/>.</summary>
    public long VoxelCount => Shape.Aggregate(1L, (product, extent) => product * extent);

    /// <summary>Millimetres in one unit of length: 1000, 1 or 0.001; 1 when the unit is not said.</summary>
    public double MillimetresPerUnit => (XyztUnits & 7) switch { 1 => 1000, 3 => 0.001, _ => 1 };

    /// <summary>True when the file says in which unit its lengths are.</summary>
    public bool HasLengthUnit => (XyztUnits & 7) is 1 or 2 or 3;

    /// <summary>True when stored numbers must be scaled: the slope is not 0 and not the identity.</summary>
    public bool IsScaled => SclSlope != 0 && double.IsFinite(SclSlope) && (SclSlope != 1 || SclInter != 0);
}
