#!/usr/bin/env bash
# Makes a new container ready to run: a Chromium for pictures of charts, the build, the kernel for notebooks.
set -euo pipefail
cd "$(dirname "$0")/.."

sudo apt-get update -q
DEBIAN_FRONTEND=noninteractive sudo apt-get install -q -y --no-install-recommends chromium

dotnet build src/MarginNotebooks.Host -c Release --nologo
dotnet run -c Release --no-build --project src/MarginNotebooks.Host -- kernel install
dotnet run -c Release --no-build --project src/MarginNotebooks.Host -- doctor
