"""Times a Jupyter kernel from its start to its first result, one JSON answer for each JSON line of standard input.

    python3 kernel_start.py COMMAND ARGUMENT...

The arguments are the kernel's command line with {connection_file} in it. A request {"code": "1 + 1"} starts a fresh kernel, runs the code as soon as the kernel
answers, and stops the kernel; the answer is {"ms": ..., "text": ...}: from the start of the process to the message with the result.
"""
import json
import platform
import sys
import time

try:
    import jupyter_client
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import KernelManager
except ImportError as error:
    print(json.dumps({"missing": f"jupyter_client is missing ({error})"}), flush=True)
    sys.exit(0)


class OneKernel(KernelManager):
    """A manager whose kernel is the command line of this script, installed or not."""

    @property
    def kernel_spec(self):
        return KernelSpec(argv=sys.argv[1:], display_name="kernel", language="C#")


def first_result(code):
    manager = OneKernel()
    start = time.perf_counter()
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        sent = client.execute(code)
        while True:
            message = client.get_iopub_msg(timeout=60)
            if message["parent_header"].get("msg_id") != sent:
                continue
            if message["msg_type"] == "error":
                return {"error": "\n".join(message["content"]["traceback"])}
            if message["msg_type"] in ("execute_result", "display_data"):
                milliseconds = (time.perf_counter() - start) * 1000
                return {"ms": milliseconds, "text": message["content"]["data"].get("text/plain")}
    except Exception as error:  # reported to the benchmark, which stops
        return {"error": f"{type(error).__name__}: {error}"}
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


versions = {"jupyter_client": jupyter_client.__version__, "Python": platform.python_version()}
print(json.dumps({"versions": versions}), flush=True)
for line in sys.stdin:
    print(json.dumps(first_result(json.loads(line)["code"])), flush=True)
