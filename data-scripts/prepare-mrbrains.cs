#!/usr/bin/env dotnet
#:project ../src/MarginNotebooks/MarginNotebooks.csproj
#:package System.CommandLine
#:package Spectre.Console
// dotnet run data-scripts/prepare-mrbrains.cs -- SOURCE [--output DIR]      (--help lists the rest, README.md says where to get SOURCE)
using MarginNotebooks.Data.Preparation;
using MarginNotebooks.DataScripts;

return PreparationCommand.Run(args, new MrBrainsSource());
