namespace MarginNotebooks.Calibration;

/// <summary>Temperatures from a file.</summary>
internal static class StoredTemperatures
{
    /// <summary>Reads them and checks that they are positive.</summary>
    internal static double[] Positive(StoredState state, string name, int count)
    {
        var values = state.Doubles(name, count);
        return values.All(value => value > 0)
            ? values
            : throw new InvalidDataException($"the tensor '{name}' holds a temperature that is not positive");
    }
}
