using static TorchSharp.torch;

namespace MarginNotebooks.Losses;

/// <summary>A loss value and the named terms it is made of, all scalars that carry gradients.</summary>
/// <param name="Total">The value to minimise.</param>
/// <param name="Parts">The unweighted terms by name, for logs (for example <c>ce</c> and <c>margin</c>); the total is their weighted
/// sum.</param>
public sealed record LossTerms(Tensor Total, IReadOnlyList<KeyValuePair<string, Tensor>> Parts);
