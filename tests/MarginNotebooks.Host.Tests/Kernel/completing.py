"""Completion, inspection, completeness."""

import statistics
import time

from client import equal, reply_to


def ask(kernel, kind, code, at=None, **more):
    """Sends a question about code at the mark '|'."""
    at = code.index("|") if at is None and "|" in code else at
    code = code.replace("|", "", 1)
    content = {"code": code, "cursor_pos": len(code) if at is None else at, **more}
    message = kernel.client.session.msg(kind, content)
    kernel.client.shell_channel.send(message)
    return reply_to(kernel.client, message["header"]["msg_id"])["content"]


def check_complete_after_a_dot_and_for_names(kernel):
    kernel.run("var patients = new List<int> { 1, 2 };\nint Doubled(int n) => 2 * n;")
    reply = ask(kernel, "complete_request", "patients.Ad|")
    equal((reply["status"], reply["cursor_start"], reply["cursor_end"]), ("ok", 9, 11))
    assert {"Add", "AddRange"} <= set(reply["matches"]), reply["matches"]
    for prefix, name in (("pat", "patients"), ("Doub", "Doubled"), ("Consol", "Console")):
        assert name in ask(kernel, "complete_request", prefix)["matches"], prefix
    # Positions are counted in characters: an emoji is one.
    reply = ask(kernel, "complete_request", 'var s = "😀😀"; patients.Ad|')
    equal((reply["cursor_start"], reply["cursor_end"]), (23, 25))
    types = reply["metadata"]["_jupyter_types_experimental"]
    equal([t["text"] for t in types], reply["matches"])


def check_completion_is_fast_once_warm(kernel):
    times = []
    for i in range(10):
        started = time.monotonic()
        ask(kernel, "complete_request", f"var v{i} = patients.W|")
        times.append(time.monotonic() - started)
    assert statistics.median(times) < 0.3, times
    return f"median {1000 * statistics.median(times):.0f} ms"


def check_inspect(kernel):
    reply = ask(kernel, "inspect_request", "Math.Ma|x(1, 2)", detail_level=0)
    assert reply["found"] and "Max" in reply["data"]["text/plain"], reply
    reply = ask(kernel, "inspect_request", "Doub|led(1)", detail_level=0)
    assert reply["found"] and "int Doubled(int n)" in reply["data"]["text/plain"], reply
    equal(ask(kernel, "inspect_request", "nowhere|", detail_level=0)["found"], False)


def check_is_complete(kernel):
    for code, status in (("var a = 1;", "complete"), ("1 + 1", "complete"), ("for (;;) {", "incomplete"), ("int F(int n)\n{", "incomplete"),
                         ("var = = 3;", "invalid")):
        equal((code, ask(kernel, "is_complete_request", code)["status"]), (code, status))
