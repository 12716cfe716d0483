namespace MarginNotebooks.Runtime;

/// <summary>How libtorch was loaded, for <c>margin doctor</c> and for run records.</summary>
/// <param name="Origin">Where libtorch came from: <c>LIBTORCH</c>, <c>package</c> or <c>TorchSharp's own search</c>.</param>
/// <param name="Folder">Folder of libtorch's libraries; null when TorchSharp searched by itself.</param>
/// <param name="Libstdcxx">The C++ run-time library in use and its newest version, or a dash where that does not matter.</param>
/// <param name="Remedy">What was done so that TorchSharp's library loads on this system; null when nothing was needed.</param>
/// <param name="Cuda">What became of the CUDA libraries: loaded, absent, or the reason why they did not load.</param>
public sealed record TorchRuntimeReport(string Origin, string? Folder, string Libstdcxx, string? Remedy, string Cuda);
