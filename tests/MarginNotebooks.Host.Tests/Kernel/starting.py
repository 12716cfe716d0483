"""How long it takes until a first result is there."""

import os
import time

from client import Kernel, equal, result


def processor_seconds(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def check_start_to_first_result(_):
    started = time.monotonic()
    with Kernel() as kernel:
        _, outputs = kernel.run("6 * 7")
        elapsed, work = time.monotonic() - started, processor_seconds(kernel.pid)
        equal(result(outputs), "42")
        with open(f"/proc/{kernel.pid}/maps") as maps:
            assert "libtorch" not in maps.read(), "libtorch is loaded before it is used"
    # A busy machine takes longer, but does not work more.
    assert work < 4, work
    if os.getloadavg()[0] < 0.5 * os.cpu_count():
        assert elapsed < 3, elapsed
    return f"{elapsed:.2f} s, {work:.2f} s of processor time"
