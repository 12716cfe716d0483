namespace MarginNotebooks.Training;

/// <summary>PyTorch's <c>StepLR</c>: the learning rate is multiplied by a factor each time a number of epochs has passed.</summary>
/// <param name="Initial">Learning rate of epoch 0.</param>
/// <param name="StepSize">Epochs between multiplications.</param>
/// <param name="Gamma">The factor.</param>
public sealed record StepSchedule(double Initial, int StepSize, double Gamma)
{
    /// <summary>Learning rate of an epoch, multiplied up step by step so that every digit is PyTorch's.</summary>
    /// <param name="epoch">Zero-based epoch.</param>
    /// <returns>The learning rate.</returns>
    public double At(int epoch)
    {
        var rate = Initial;
        for (var passed = StepSize; passed <= epoch; passed += StepSize) rate *= Gamma;
        return rate;
    }
}
