using MarginNotebooks.Data;
using MarginNotebooks.Data.Preparation;

namespace MarginNotebooks.Tests.Data.Preparation;

/// <summary>Long calls, stopped when the test is.</summary>
internal static class InTest
{
    public static IReadOnlyList<DatasetProblem> Verify(string root) =>
        DatasetVerifier.Verify(root, null, TestContext.Current.CancellationToken);

    public static PreparationReport Prepare(this DatasetPreparer preparer, string source, string output) =>
        preparer.Run(source, output, null, TestContext.Current.CancellationToken);
}
