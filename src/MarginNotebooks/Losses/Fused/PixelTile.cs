using System.Numerics;
using System.Runtime.CompilerServices;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace MarginNotebooks.Losses.Fused;

/// <summary>A few hundred counted pixels, class by class, small enough to stay in a processor's cache while every term looks at them.</summary>
/// <remarks>
/// Ignored pixels never enter a tile, and any memory layout of the logits looks the same in it. The softmax is computed when a term first
/// asks for it. A term's gradient may be given with respect to logits, log probabilities or probabilities; <see cref="ChainGradient"/>
/// brings all to the logits.
/// </remarks>
/// <typeparam name="T">float or double.</typeparam>
internal sealed class PixelTile<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Most pixels in a tile; a multiple of every vector width, so that vectors may run over the end of a row.</summary>
    public const int Capacity = 512;

    private readonly T[] logits;
    private readonly T[] logProbabilities;
    private readonly T[] probabilities;
    private readonly T[] targets;
    private readonly T[] gradient;
    private readonly T[] probabilityGradient;
    private readonly T[] rows = new T[Row.Count * Capacity];
    private bool hasSoftmax;
    private bool hasProbabilities;
    private bool hasLogGradient;
    private bool hasProbabilityGradient;

    public PixelTile(int classes, bool hasTargets)
    {
        Classes = classes;
        logits = new T[classes * Capacity];
        logProbabilities = new T[classes * Capacity];
        probabilities = new T[classes * Capacity];
        gradient = new T[classes * Capacity];
        probabilityGradient = new T[classes * Capacity];
        targets = hasTargets ? new T[classes * Capacity] : [];
    }

    public int Classes { get; }

    /// <summary>Pixels in the tile.</summary>
    public int Count { get; private set; }

    /// <summary>Class of each pixel.</summary>
    public int[] Labels { get; } = new int[Capacity];

    /// <summary>Where each pixel lies, counted from the first one that the tile looked at.</summary>
    public int[] Offsets { get; } = new int[Capacity];

    /// <summary>Empties the gradients and forgets the softmax; the loader then fills logits, targets and labels.</summary>
    public void Reset(int count)
    {
        Count = count;
        hasSoftmax = hasProbabilities = false;
        hasLogGradient = hasProbabilityGradient = false;
    }

    public Span<T> Logits(int k) => logits.AsSpan(k * Capacity, Count);

    /// <summary>What the neighbourhood suggests, where the loss has targets.</summary>
    public Span<T> Target(int k) => targets.AsSpan(k * Capacity, Count);

    public Span<T> LogProbability(int k)
    {
        EnsureSoftmax();
        return logProbabilities.AsSpan(k * Capacity, Count);
    }

    public Span<T> Probability(int k)
    {
        EnsureProbabilities();
        return probabilities.AsSpan(k * Capacity, Count);
    }

    /// <summary>A row a pixel for a term's intermediate values; gone when the next term comes.</summary>
    public Span<T> Scratch(int row) => rows.AsSpan(row * Capacity, Count);

    /// <summary>Collects the value of each pixel's own class.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Span<T> OfLabel(bool logarithm, int row = Row.First)
    {
        if (logarithm)
            EnsureSoftmax();
        else
            EnsureProbabilities();
        var from = logarithm ? logProbabilities : probabilities;
        var to = Scratch(row);
        for (var i = 0; i < to.Length; i++)
            to[i] = from[Labels[i] * Capacity + i];
        return to;
    }

    /// <summary>Sum of the probabilities of all classes but the pixel's own: 1 - s_y without cancellation.</summary>
    public void SumOfOthers(Span<T> sum) => OverOthers(Labels, sum, []);

    /// <summary>Sums of the probabilities, and of their squares, of all classes but one of each pixel.</summary>
    /// <param name="excluded">The class that is left out at each pixel.</param>
    /// <param name="sum">Receives the sums.</param>
    /// <param name="squares">Receives the sums of squares; empty when they are not wanted.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void OverOthers(ReadOnlySpan<int> excluded, Span<T> sum, Span<T> squares)
    {
        EnsureProbabilities();
        var own = Scratch(Row.Own);
        for (var i = 0; i < own.Length; i++)
        {
            ref var value = ref probabilities[excluded[i] * Capacity + i];
            own[i] = value;
            value = T.Zero;
        }

        sum.Clear();
        squares.Clear();
        for (var k = 0; k < Classes; k++)
        {
            var probability = probabilities.AsSpan(k * Capacity, Count);
            TensorPrimitives.Add(sum, probability, sum);
            if (!squares.IsEmpty)
                TensorPrimitives.MultiplyAdd(probability, probability, squares, squares);
        }

        for (var i = 0; i < own.Length; i++)
            probabilities[excluded[i] * Capacity + i] = own[i];
    }

    /// <summary>Finds each pixel's largest logit.</summary>
    public Span<T> FindLargest()
    {
        var largest = Scratch(Row.Largest);
        Logits(0).CopyTo(largest);
        for (var k = 1; k < Classes; k++)
            TensorPrimitives.Max(largest, Logits(k), largest);
        return largest;
    }

    /// <summary>Collects the logit of each pixel's own class.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void LogitsOfLabel(Span<T> logit)
    {
        for (var i = 0; i < logit.Length; i++)
            logit[i] = logits[Labels[i] * Capacity + i];
    }

    /// <summary>The softmax probability of given logits, one of each pixel; 0 for -∞.</summary>
    public void ProbabilityOf(ReadOnlySpan<T> logit, Span<T> probability)
    {
        EnsureSoftmax();
        TensorPrimitives.Subtract(logit, Scratch(Row.Largest), probability);
        TensorPrimitives.Exp(probability, probability);
        TensorPrimitives.Divide(probability, Scratch(Row.ExponentialSum), probability);
    }

    /// <summary>Pixels whose label is the class of the largest logit, the first of equal ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int CountRight()
    {
        var largest = FindLargest();
        var right = 0;
        for (var i = 0; i < Count; i++)
        {
            var label = Labels[i];
            if (logits[label * Capacity + i] != largest[i])
                continue;
            var earlier = 0;
            while (earlier < label && logits[earlier * Capacity + i] != largest[i])
                earlier++;
            right += earlier == label ? 1 : 0;
        }

        return right;
    }

    /// <summary>As <see cref="FindLargest"/>, which it calls for class 0 only: for loops over the classes.</summary>
    public Span<T> FindLargestOnce(int k) => k == 0 ? FindLargest() : Scratch(Row.Largest);

    /// <summary>Starts the gradient pass.</summary>
    public void ClearGradient() => gradient.AsSpan().Clear();

    /// <summary>Gradient with respect to the logits of class k, to be added to.</summary>
    public Span<T> Gradient(int k) => gradient.AsSpan(k * Capacity, Count);

    /// <summary>
    /// Sum over classes of the gradients with respect to log probabilities. Whoever adds such a gradient to <see cref="Gradient"/> adds it
    /// here too.
    /// </summary>
    public Span<T> LogGradientSum()
    {
        var sum = Scratch(Row.LogGradientSum);
        if (!hasLogGradient)
            sum.Clear();
        hasLogGradient = true;
        return sum;
    }

    /// <summary>Gradient with respect to the probability of class k, to be added to.</summary>
    public Span<T> ProbabilityGradient(int k)
    {
        if (!hasProbabilityGradient)
            probabilityGradient.AsSpan().Clear();
        hasProbabilityGradient = true;
        return probabilityGradient.AsSpan(k * Capacity, Count);
    }

    /// <summary>Collects one class's logit at each pixel, and finds the largest one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void LogitsOf(ReadOnlySpan<int> chosen, Span<T> logit, Span<T> largest)
    {
        EnsureSoftmax();
        for (var i = 0; i < logit.Length; i++)
            logit[i] = logits[chosen[i] * Capacity + i];
        Scratch(Row.Largest).CopyTo(largest);
    }

    /// <summary>Adds a number to the gradient of each pixel's own class.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddAtLabel(bool probability, ReadOnlySpan<T> value)
    {
        if (probability)
            ProbabilityGradient(0);
        var to = probability ? probabilityGradient : gradient;
        for (var i = 0; i < value.Length; i++)
            to[Labels[i] * Capacity + i] += value[i];
    }

    /// <summary>
    /// Adds an amount a pixel to the gradient of the class whose logit is the given one, the first of equal ones; the amount is used up.
    /// </summary>
    /// <param name="chosen">A logit of each pixel.</param>
    /// <param name="amount">What its class receives; 0 afterwards wherever there was such a class.</param>
    /// <param name="probability">Whether the gradient is with respect to probabilities.</param>
    public void AddAtFirst(ReadOnlySpan<T> chosen, Span<T> amount, bool probability)
    {
        for (var k = 0; k < Classes; k++)
            Give(Logits(k), chosen, amount, probability ? ProbabilityGradient(k) : Gradient(k));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Give(ReadOnlySpan<T> logits, ReadOnlySpan<T> chosen, Span<T> amount, Span<T> gradient)
    {
        var i = 0;
        for (; i <= logits.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var rest = new Vector<T>(amount[i..]);
            var gain = Vector.ConditionalSelect(Vector.Equals(new Vector<T>(logits[i..]), new Vector<T>(chosen[i..])), rest, Vector<T>.Zero);
            (new Vector<T>(gradient[i..]) + gain).CopyTo(gradient[i..]);
            (rest - gain).CopyTo(amount[i..]);
        }

        for (; i < logits.Length; i++)
            if (logits[i] == chosen[i])
            {
                gradient[i] += amount[i];
                amount[i] = T.Zero;
            }
    }

    /// <summary>
    /// Chain rule through the softmax: <c>dl_k = r_k + s_k·(q_k - Σ_j s_j q_j - Σ_j r_j)</c>, r with respect to log probabilities, q to
    /// probabilities.
    /// </summary>
    public void ChainGradient()
    {
        if (!hasLogGradient && !hasProbabilityGradient)
            return;
        var shared = LogGradientSum();
        if (hasProbabilityGradient)
            for (var k = 0; k < Classes; k++)
                TensorPrimitives.MultiplyAdd(Probability(k), ProbabilityGradient(k), shared, shared);
        TensorPrimitives.Negate(shared, shared);
        var own = Scratch(Row.First);
        for (var k = 0; k < Classes; k++)
        {
            if (hasProbabilityGradient)
                TensorPrimitives.Add(ProbabilityGradient(k), shared, own);
            TensorPrimitives.MultiplyAdd(Probability(k), hasProbabilityGradient ? own : shared, Gradient(k), Gradient(k));
        }
    }

    private void EnsureSoftmax()
    {
        if (hasSoftmax)
            return;
        hasSoftmax = true;
        var largest = FindLargest();
        var sum = Scratch(Row.ExponentialSum);
        for (var k = 0; k < Classes; k++)
        {
            var shifted = logProbabilities.AsSpan(k * Capacity, Count);
            var exponential = probabilities.AsSpan(k * Capacity, Count);
            TensorPrimitives.Subtract(Logits(k), largest, shifted);
            TensorPrimitives.Exp(shifted, exponential);
            if (k == 0)
                exponential.CopyTo(sum);
            else
                TensorPrimitives.Add(sum, exponential, sum);
        }

        var logSum = Scratch(Row.First);
        TensorPrimitives.Log(sum, logSum);
        for (var k = 0; k < Classes; k++)
        {
            var shifted = logProbabilities.AsSpan(k * Capacity, Count);
            TensorPrimitives.Subtract(shifted, logSum, shifted);
        }
    }

    private void EnsureProbabilities()
    {
        if (hasProbabilities)
            return;
        EnsureSoftmax();
        hasProbabilities = true;
        for (var k = 0; k < Classes; k++)
        {
            var exponential = probabilities.AsSpan(k * Capacity, Count);
            TensorPrimitives.Divide(exponential, Scratch(Row.ExponentialSum), exponential);
        }
    }

    /// <summary>Rows of a number a pixel.</summary>
    public static class Row
    {
        /// <summary>Free for terms, as are the next two; the softmax is computed before a term writes to them.</summary>
        public const int First = 0;
        public const int Second = 1;
        public const int Third = 2;
        internal const int Largest = 3;
        internal const int ExponentialSum = 4;
        internal const int LogGradientSum = 5;
        internal const int Own = 6;

        /// <summary>Free for terms too.</summary>
        public const int Fourth = 7;
        public const int Fifth = 8;
        internal const int Count = 9;
    }
}
