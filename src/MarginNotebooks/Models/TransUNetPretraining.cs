using static TorchSharp.torch;

namespace MarginNotebooks.Models;

/// <summary>Google's names and axes of the R50+ViT weights, turned into those of <see cref="TransUNet"/>'s encoder.</summary>
internal static class TransUNetPretraining
{
    /// <summary>The arrays under the encoder's names, in its shapes.</summary>
    /// <param name="file">The .npz file.</param>
    /// <param name="target">Names and shapes wanted.</param>
    /// <param name="options">Dimensions.</param>
    /// <param name="grid">Rows and columns of tokens.</param>
    /// <param name="path">For messages.</param>
    internal static Dictionary<string, Tensor> Convert(
        NpzFile file, IReadOnlyDictionary<string, Tensor> target, TransUNetOptions options, (int Rows, int Columns) grid, string path)
    {
        Tensor Array(string name) => file.Arrays.TryGetValue(name, out var array) ? array.to(ScalarType.Float32)
            : throw new InvalidDataException($"{path} lacks the array '{name}': it is not R50+ViT-B_16.npz.");
        var converted = new Dictionary<string, Tensor>();
        foreach (var (name, wanted) in target)
            converted[name] = name == "embeddings.position_embeddings"
                ? Positions(Array("Transformer/posembed_input/pos_embedding"), options, grid, path)
                : Turned(Array(SourceName(name)), name, wanted);
        return converted;
    }

    /// <summary>Google's name of a parameter, for example <c>block1/unit2/conv1/kernel</c>.</summary>
    private static string SourceName(string name)
    {
        var parts = name.Split('.');
        string Leaf(string matrix) => parts[^1] == "bias" ? "bias" : matrix;
        return parts switch
        {
            ["embeddings", "hybrid_model", "root", var part, _] => part == "conv" ? "conv_root/kernel" : $"gn_root/{Leaf("scale")}",
            ["embeddings", "hybrid_model", "body", var block, var unit, var part, _] =>
                $"{block}/{unit}/{(part == "downsample" ? "conv_proj" : part)}/"
                + Leaf(part.StartsWith("gn", StringComparison.Ordinal) ? "scale" : "kernel"),
            ["embeddings", "patch_embeddings", _] => $"embedding/{Leaf("kernel")}",
            ["encoder", "encoder_norm", _] => $"Transformer/encoder_norm/{Leaf("scale")}",
            ["encoder", "layer", var number, .. var rest] => $"Transformer/encoderblock_{number}/" + rest switch
            {
                ["attention_norm", _] => $"LayerNorm_0/{Leaf("scale")}",
                ["ffn_norm", _] => $"LayerNorm_2/{Leaf("scale")}",
                ["ffn", var layer, _] => $"MlpBlock_3/{(layer == "fc1" ? "Dense_0" : "Dense_1")}/{Leaf("kernel")}",
                ["attn", var part, _] => $"MultiHeadDotProductAttention_1/{part}/{Leaf("kernel")}",
                _ => throw new InvalidOperationException($"The encoder has an unknown parameter '{name}'."),
            },
            _ => throw new InvalidOperationException($"The encoder has an unknown parameter '{name}'."),
        };
    }

    private static Tensor Turned(Tensor array, string name, Tensor wanted)
    {
        // (height, width, in, out) → (out, in, height, width)
        if (wanted.ndim == 4) return array.ndim == 4 ? array.permute(3, 2, 0, 1) : array;
        if (wanted.ndim == 2)
        {
            // Queries, keys and values are (hidden, heads, size), the output (heads, size, hidden).
            var matrix = array.ndim != 3 ? array : name.Contains(".out.", StringComparison.Ordinal) ? array.flatten(0, 1) : array.flatten(1);
            return matrix.t();
        }
        // Scales of group norms come as (1, 1, 1, C).
        return array.flatten();
    }

    private static Tensor Positions(Tensor positions, TransUNetOptions options, (int Rows, int Columns) grid, string path)
    {
        if (positions.ndim != 3 || positions.shape[2] != options.HiddenSize)
            throw new InvalidDataException(
                $"{path}: the position embeddings are ({string.Join(", ", positions.shape)}), this network's tokens have {options.HiddenSize} values.");
        // The class token's place comes first; what remains is a square.
        var places = positions.shape[1] - 1;
        var side = (int)Math.Round(Math.Sqrt(places));
        if ((long)side * side != places)
            throw new InvalidDataException($"{path}: {places + 1} position embeddings are not one and a square grid.");
        return VisionEncoder.Resized(positions.narrow(1, 1, places), (side, side), grid);
    }
}
