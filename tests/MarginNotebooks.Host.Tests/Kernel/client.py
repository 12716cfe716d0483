"""What the tests share: a kernel started through Jupyter's own client, and what it published."""

import contextlib
import os
import queue
import time

from jupyter_client import BlockingKernelClient, KernelManager
from jupyter_client.kernelspec import KernelSpecManager

NAME = os.environ["MARGIN_KERNEL"]
LIMIT = 60


class Kernel:
    """A kernel with one client. Leaving the block ends it, whatever happened."""

    def __init__(self):
        self.manager = KernelManager(kernel_name=NAME, kernel_spec_manager=KernelSpecManager())
        self.log = open(os.path.join(os.environ["MARGIN_LOGS"], f"kernel-{time.monotonic_ns()}.log"), "w+")

    def __enter__(self):
        self.manager.start_kernel(stderr=self.log, cwd=os.environ["MARGIN_LOGS"])
        self.client = self.connect()
        return self

    def __exit__(self, *_):
        for client in self.clients:
            client.stop_channels()
        if self.manager.is_alive():
            self.manager.shutdown_kernel(now=True)

    clients = ()

    def connect(self):
        # A session of its own: the manager's clients would all have one identity.
        client = BlockingKernelClient(parent=self.manager, connection_file=self.manager.connection_file)
        client.load_connection_file()
        client.start_channels()
        client.wait_for_ready(timeout=LIMIT)
        self.clients = (*self.clients, client)
        return client

    @property
    def pid(self):
        return self.manager.provisioner.process.pid

    def errors(self):
        with open(self.log.name) as log:
            return log.read()

    def run(self, code, client=None, **options):
        """Runs code and waits for reply and idle: the reply's content and the messages published for it."""
        client = client or self.client
        return finish(client, client.execute(code, **options))


def finish(client, sent):
    outputs = outputs_of(client, sent)
    return reply_to(client, sent)["content"], outputs


def reply_to(client, sent, channel="shell"):
    until = time.monotonic() + LIMIT
    while True:
        message = getattr(client, f"get_{channel}_msg")(timeout=until - time.monotonic())
        if message["parent_header"].get("msg_id") == sent:
            return message


def outputs_of(client, sent, until="idle"):
    """Everything published for a request, from busy to idle."""
    found = []
    end = time.monotonic() + LIMIT
    while True:
        message = client.get_iopub_msg(timeout=max(0.1, end - time.monotonic()))
        if message["parent_header"].get("msg_id") != sent:
            continue
        found.append(message)
        if message["msg_type"] == "status" and message["content"]["execution_state"] == until:
            return found


def wait_for(client, sent, condition):
    """The first message for a request that meets a condition."""
    end = time.monotonic() + LIMIT
    while True:
        message = client.get_iopub_msg(timeout=max(0.1, end - time.monotonic()))
        if message["parent_header"].get("msg_id") == sent and condition(message):
            return message


def kinds(outputs):
    return [m["msg_type"] for m in outputs]


def of(outputs, kind):
    return [m["content"] for m in outputs if m["msg_type"] == kind]


def text(outputs, stream="stdout"):
    return "".join(c["text"] for c in of(outputs, "stream") if c["name"] == stream)


def result(outputs):
    (content,) = of(outputs, "execute_result")
    return content["data"]["text/plain"]


def exists(pid):
    """Whether a process runs. One whose first thread has ended looks dead while others still run."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z" or len(os.listdir(f"/proc/{pid}/task")) > 1
    except (FileNotFoundError, ProcessLookupError):
        return False


def gone(pid, seconds=10):
    end = time.monotonic() + seconds
    while exists(pid) and time.monotonic() < end:
        time.sleep(0.05)
    return not exists(pid)


def equal(actual, expected):
    assert actual == expected, f"\n  expected {expected!r}\n  actual   {actual!r}"


def is_asked(client):
    """Whether the kernel asks this client for input."""
    with contextlib.suppress(queue.Empty):
        client.get_stdin_msg(timeout=0.3)
        return True
    return False
