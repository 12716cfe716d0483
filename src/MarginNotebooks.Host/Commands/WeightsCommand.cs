using System.CommandLine;
using MarginNotebooks.Models;
using MarginNotebooks.Runtime;

namespace MarginNotebooks.Host.Commands;

/// <summary><c>margin weights</c>: what a file of weights holds, and its conversion to safetensors.</summary>
public static class WeightsCommand
{
    /// <summary>Makes the command.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var command = new Command("weights", "List and convert files of weights: safetensors, and PyTorch's state dictionaries (.pth), read without running their Python.");
        var file = new Argument<string>("FILE") { Description = "A file of weights." };
        var list = new Command("list", "List names, types and shapes.") { file };
        list.SetAction(parsed => List(parsed.GetValue(file)!));
        command.Subcommands.Add(list);

        var from = new Argument<string>("IN") { Description = "A file of weights, for example model.pth." };
        var to = new Argument<string>("OUT") { Description = "The safetensors file to write." };
        var names = new Option<string?>("--map") { Description = "JSON file that gives the weights new names: {\"old name\": \"new name\"}; null leaves one out." };
        var convert = new Command("convert", "Write weights as safetensors, under other names if asked.") { from, to, names };
        convert.SetAction(parsed => Convert(parsed.GetValue(from)!, parsed.GetValue(to)!, parsed.GetValue(names)));
        command.Subcommands.Add(convert);
        return command;
    }

    /// <summary>The name map of a file.</summary>
    /// <param name="file">What the user wrote.</param>
    /// <returns>The map.</returns>
    internal static NameMap Map(string file) => NameMap.Read(Existing(file));

    private static int List(string file)
    {
        TorchRuntime.EnsureLoaded();
        using var weights = WeightFile.Read(Existing(file));
        foreach (var (name, tensor) in weights.Tensors)
            Console.WriteLine($"{name}\t{tensor.dtype}\t({string.Join(", ", tensor.shape)})");
        return ExitCodes.Success;
    }

    private static int Convert(string from, string to, string? names)
    {
        if (Path.GetFullPath(from) == Path.GetFullPath(to))
            throw new CommandException($"'{to}' is the file to convert: choose another name for the result.", ExitCodes.Usage);
        TorchRuntime.EnsureLoaded();
        using var weights = WeightFile.Read(Existing(from), names is null ? null : Map(names));
        SafeTensors.Write(to, weights.Tensors, weights.Metadata);
        Console.WriteLine($"{weights.Tensors.Count} tensors in {to}");
        return ExitCodes.Success;
    }

    private static string Existing(string file) => File.Exists(file) ? file : throw new CommandException($"There is no file '{file}'.", ExitCodes.Usage);
}
