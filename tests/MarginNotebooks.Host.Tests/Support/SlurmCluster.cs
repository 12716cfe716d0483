using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace MarginNotebooks.Host.Tests.Support;

/// <summary>A Slurm of one node on this machine's loopback, from Debian's packages, that ends with the test.</summary>
internal sealed class SlurmCluster : IDisposable
{
    private static readonly string[] s_programs = ["munged", "slurmctld", "slurmd", "sbatch", "scontrol", "squeue", "scancel"];

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _daemons = [];

    private SlurmCluster()
    {
    }

    /// <summary>Starts the cluster, or skips the test where Slurm is missing or a daemon refuses to run here.</summary>
    public static SlurmCluster StartOrSkip()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("Slurm runs on Linux.");
        if (s_programs.FirstOrDefault(program => Find(program) is null) is { } missing)
            Assert.Skip($"{missing} is missing: apt-get install -y --no-install-recommends slurmctld slurmd slurm-client munge");
        var cluster = new SlurmCluster();
        try
        {
            if (cluster.Start() is { } refusal)
                Assert.Skip($"Slurm does not run here: {refusal}");
            return cluster;
        }
        catch
        {
            cluster.Dispose();
            throw;
        }
    }

    /// <summary>Runs a client of this cluster, or any program that starts one.</summary>
    public Finished Run(ProcessStartInfo start)
    {
        start.Environment["SLURM_CONF"] = _folder["slurm.conf"];
        return Processes.Run(start);
    }

    public Finished Run(string program, params string[] arguments) => Run(new ProcessStartInfo(Find(program)!, arguments));

    public void Dispose()
    {
        if (_daemons.Contains("slurmctld"))
            Run("scancel", "--user", Environment.UserName);
        // slurmd first: it ends what its tasks left.
        foreach (var daemon in _daemons.AsEnumerable().Reverse())
            End(daemon);
        _folder.Dispose();
    }

    private string? Start()
    {
        var node = Dns.GetHostName().Split('.')[0];
        File.WriteAllBytes(_folder["munge.key"], RandomNumberGenerator.GetBytes(1024));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder["munge.key"], UnixFileMode.UserRead);
        foreach (var name in new[] { "state", "spool" })
            Directory.CreateDirectory(_folder[name]);
        var (controller, daemon) = (FreePort(), FreePort());
        File.WriteAllText(_folder["slurm.conf"], $"""
            ClusterName=test
            SlurmctldHost={node}(127.0.0.1)
            SlurmctldPort={controller}
            SlurmdPort={daemon}
            SlurmUser={Environment.UserName}
            SlurmdUser={Environment.UserName}
            AuthType=auth/munge
            # A requeued job waits until the credential of its first start has expired: two minutes by default.
            AuthInfo=socket={_folder["munge.socket"]},cred_expire=2
            StateSaveLocation={_folder["state"]}
            SlurmdSpoolDir={_folder["spool"]}
            SlurmctldPidFile={_folder["slurmctld.pid"]}
            SlurmdPidFile={_folder["slurmd.pid"]}
            SlurmctldLogFile={_folder["slurmctld.log"]}
            SlurmdLogFile={_folder["slurmd.log"]}
            ProctrackType=proctrack/linuxproc
            TaskPlugin=task/none
            JobAcctGatherType=jobacct_gather/none
            SelectType=select/cons_tres
            SelectTypeParameters=CR_CPU
            SchedulerParameters=batch_sched_delay=0,sched_interval=1
            ReturnToService=2
            MailProg=/bin/true
            MpiDefault=none
            KillWait=30
            MinJobAge=600
            NodeName={node} NodeAddr=127.0.0.1 CPUs={Environment.ProcessorCount} State=UNKNOWN
            PartitionName=test Nodes={node} Default=YES MaxTime=INFINITE State=UP

            """);
        if (Daemon("munged", "munge", "--force", $"--key-file={_folder["munge.key"]}", $"--socket={_folder["munge.socket"]}", $"--pid-file={_folder["munge.pid"]}",
                $"--log-file={_folder["munge.log"]}", $"--seed-file={_folder["munge.seed"]}") is { } munge)
            return munge;
        if (Daemon("slurmctld", "slurmctld") is { } control)
            return control;
        // No task is confined, yet slurmd insists on a plugin that this machine's kernel can load.
        string? refusal = null;
        foreach (var plugin in new[] { "disabled", "cgroup/v1", "cgroup/v2" })
        {
            File.WriteAllText(_folder["cgroup.conf"], $"CgroupPlugin={plugin}\n{(plugin == "cgroup/v1" ? "CgroupAutomount=no\n" : "")}{(plugin == "cgroup/v2" ? "IgnoreSystemd=yes\n" : "")}"
                + "ConstrainCores=no\nConstrainRAMSpace=no\nConstrainSwapSpace=no\nConstrainDevices=no\n");
            refusal = Daemon("slurmd", "slurmd", "-N", node) ?? (Until(() => Run("sinfo", "-h", "-o", "%T").Output.Contains("idle"), 20) ? null : LastLines("slurmd"));
            if (refusal is null)
                return null;
            End("slurmd");
        }
        return refusal;
    }

    private string? Daemon(string program, string pidFile, params string[] arguments)
    {
        var ended = Run(program, arguments);
        if (!_daemons.Contains(pidFile))
            _daemons.Add(pidFile);
        return ended.ExitCode == 0 && Until(() => File.Exists(_folder[$"{pidFile}.pid"]), 10) ? null : $"{program}: {ended.Errors} {LastLines(pidFile)}";
    }

    private void End(string pidFile)
    {
        if (!File.Exists(_folder[$"{pidFile}.pid"]) || !int.TryParse(File.ReadAllText(_folder[$"{pidFile}.pid"]).Trim(), CultureInfo.InvariantCulture, out var id))
            return;
        foreach (var signal in new[] { "-TERM", "-KILL" })
        {
            Processes.Run(new ProcessStartInfo("kill", [signal, $"{id}"]));
            if (Until(() => !Directory.Exists($"/proc/{id}"), 10))
                break;
        }
        File.Delete(_folder[$"{pidFile}.pid"]);
    }

    private string LastLines(string log) =>
        File.Exists(_folder[$"{log}.log"]) ? string.Join(' ', File.ReadLines(_folder[$"{log}.log"]).Where(line => line.Contains("error") || line.Contains("fatal")).TakeLast(3)) : "";

    private static bool Until(Func<bool> condition, int seconds)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed.TotalSeconds < seconds; Thread.Sleep(200))
        {
            if (condition())
                return true;
        }
        return false;
    }

    private static string? Find(string program) => new[] { "/usr/bin", "/usr/sbin", "/bin", "/sbin" }.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
