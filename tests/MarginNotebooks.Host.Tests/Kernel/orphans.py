"""Whatever is killed, nothing is left behind."""

import os
import signal
import subprocess
import sys
import time

from client import Kernel, gone

CHILD = """
import sys, time
sys.path.insert(0, {folder!r})
from client import Kernel
kernel = Kernel().__enter__()
kernel.client.execute("while (true) {{ }}")
print(kernel.pid, flush=True)
time.sleep(600)
"""


def check_killed_client(kernel):
    client = subprocess.Popen([sys.executable, "-c", CHILD.format(folder=os.path.dirname(__file__))], stdout=subprocess.PIPE, text=True)
    pid = int(client.stdout.readline())
    client.send_signal(signal.SIGKILL)
    client.wait()
    ended = gone(pid, 15)
    if not ended:
        os.kill(pid, signal.SIGKILL)
    assert ended, "the kernel outlived its client"


def check_killed_kernel(kernel):
    _, outputs = kernel.run('MarginNotebooks.Display.PenaltyCurves.Draw([MarginNotebooks.Display.PenaltyCurve.CrossEntropy])')
    group = os.getpgid(kernel.pid)
    children = [int(line.split()[0]) for line in subprocess.run(
        ["ps", "-e", "-o", "pid=,pgid="], capture_output=True, text=True).stdout.splitlines() if int(line.split()[1]) == group]
    assert kernel.pid in children
    os.kill(kernel.pid, signal.SIGKILL)
    kernel.manager.provisioner.process.wait()
    left = [pid for pid in children if not gone(pid, 5)]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert not left, left
