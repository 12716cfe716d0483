"""Runs the named checks of this folder against a kernel and prints one line of JSON for each.

Checks of one module share a kernel; one that fails, or ends it, gets the next a fresh one.
"""

import importlib
import json
import sys
import time
import traceback

from client import Kernel


def main(module):
    checks = importlib.import_module(module)
    names = [name for name in vars(checks) if name.startswith("check_")]
    kernel = None
    for name in names:
        started, failure, note = time.monotonic(), None, ""
        try:
            kernel = kernel or Kernel().__enter__()
            note = getattr(checks, name)(kernel)
        except BaseException:
            failure = traceback.format_exc()
            if kernel:
                failure += f"kernel's exit status: {kernel.manager.provisioner.process.poll()}, its log:\n{kernel.errors()}"
        if kernel and (failure or not kernel.manager.is_alive() or name in getattr(checks, "LAST_OF_KERNEL", ())):
            kernel.__exit__()
            kernel = None
        print(json.dumps({"check": name, "failure": failure, "seconds": round(time.monotonic() - started, 2), "note": note}), flush=True)
    if kernel:
        kernel.__exit__()


main(sys.argv[1])
