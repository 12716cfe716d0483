using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using MarginNotebooks.Host.Kernel;

namespace MarginNotebooks.Host.Commands;

/// <summary><c>margin kernel start</c>: what a Jupyter client runs.</summary>
public static class KernelStartCommand
{
    private static readonly TimeSpan s_exitLimit = TimeSpan.FromSeconds(5);

    /// <summary>Describes the command.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var file = new Option<string>("--connection-file", "-f")
        {
            Description = "The file in which the client wrote ports and key.",
            HelpName = "FILE",
            Required = true,
        };
        var command = new Command(
            "start",
            "Serve one Jupyter client. Jupyter runs this itself. SIGINT interrupts the running cell; SIGTERM, a shutdown request, or the end of "
            + "the program that started it end the kernel.") { file };
        command.SetAction((parsed, _) => RunAsync(parsed.GetRequiredValue(file)));
        return command;
    }

    private static async Task<int> RunAsync(string path)
    {
        var kernel = new JupyterKernel(ConnectionFile.Load(path), path, Console.Error);
        // Ctrl-C belongs to the running cell here, however often it comes.
        InterruptSignal.Current.Dispose();
        using var interrupt = On(PosixSignal.SIGINT, kernel.Interrupt);
        using var terminate = On(PosixSignal.SIGTERM, kernel.End);
        using var hangUp = On(PosixSignal.SIGHUP, kernel.End);
        using var ended = new CancellationTokenSource();
        _ = EndWithParentAsync(kernel, ended.Token);
        await kernel.RunAsync();
        await ended.CancelAsync();
        Exit();
        return ExitCodes.Success;
    }

    private static PosixSignalRegistration On(PosixSignal signal, Action act) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        act();
    });

    private static async Task EndWithParentAsync(JupyterKernel kernel, CancellationToken ended)
    {
        try
        {
            await ParentWatch.GoneAsync(ended);
            kernel.End();
        }
        catch (OperationCanceledException)
        {
            // The kernel ended first.
        }
    }

    /// <summary>Ends the process, with the clean-up that others have registered for its end, also when threads of a cell go on.</summary>
    private static void Exit()
    {
        var limit = new Thread(() =>
        {
            Thread.Sleep(s_exitLimit);
            Process.GetCurrentProcess().Kill();
        })
        { IsBackground = true, Name = "limit of the exit" };
        limit.Start();
        Environment.Exit(ExitCodes.Success);
    }
}
