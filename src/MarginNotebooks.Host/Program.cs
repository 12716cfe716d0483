using MarginNotebooks.Host.Commands;

return await CommandLine.InvokeAsync(
    args,
    // One line a command; each lives in its own file under Commands.
    NotebookCommand.Create(),
    KernelCommand.Create(),
    DataCommand.Create(),
    TrainCommand.Create(),
    StudyCommand.Create(),
    EvaluateCommand.Create(),
    CalibrateCommand.Create(),
    WeightsCommand.Create(),
    BenchCommand.Create(),
    ReferenceCommand.Create(),
    DoctorCommand.Create());
