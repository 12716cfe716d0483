#!/usr/bin/env dotnet
#:project ../src/MarginNotebooks/MarginNotebooks.csproj
#:package System.CommandLine
#:package Spectre.Console
// dotnet run data-scripts/prepare-own.cs -- SOURCE --description FILE.json [--output DIR]      (README.md shows a whole description)
using MarginNotebooks.DataScripts;

return PreparationCommand.RunOwn(args);
