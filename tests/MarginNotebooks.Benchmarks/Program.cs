using MarginNotebooks.Benchmarks;

return BenchmarkProgram.Command().Parse(args).Invoke();
