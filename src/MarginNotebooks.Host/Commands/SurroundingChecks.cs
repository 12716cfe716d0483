using MarginNotebooks.Display;

namespace MarginNotebooks.Host.Commands;

/// <summary>Checks what is around the kit: the folders it reads and the programs it can use.</summary>
internal static class SurroundingChecks
{
    public static IEnumerable<DoctorCheck> Run()
    {
        yield return Folder("MARGIN_DATA", MarginNotebooks.Data.DataFolders.Prepared(), "prepared data", "run a script of data-scripts; the phantom needs no data");
        yield return Environment.GetEnvironmentVariable("MARGIN_SOURCE") is { Length: > 0 } source
            ? Folder("MARGIN_SOURCE", source, "official downloads", "point MARGIN_SOURCE at the folder that holds acdc/, hippocampus/ …")
            : new DoctorCheck(CheckState.Optional, "source", "MARGIN_SOURCE is not set: tests on official downloads are skipped");
        yield return HeadlessChromium.MissingNotice() is { } notice
            ? new DoctorCheck(CheckState.Optional, "pictures", notice)
            : new DoctorCheck(CheckState.Good, "pictures", HeadlessChromium.Find() is { } program ? $"of charts are taken with {program}" : "of charts are switched off (MARGIN_CHROMIUM=none)");
    }

    private static DoctorCheck Folder(string variable, string path, string what, string remedy) => Directory.Exists(path)
        ? new DoctorCheck(CheckState.Good, what.Split(' ')[0], $"{what} in {Path.GetFullPath(path)}")
        : new DoctorCheck(CheckState.Optional, what.Split(' ')[0], $"no {what}: {Path.GetFullPath(path)} does not exist ({variable})", remedy);
}
