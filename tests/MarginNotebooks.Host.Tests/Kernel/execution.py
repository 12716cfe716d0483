"""Execution and what it publishes."""

import os
import time

from client import equal, finish, is_asked, kinds, of, outputs_of, reply_to, result, text, wait_for


def check_value_streams_and_order(kernel):
    reply, outputs = kernel.run('Console.Write("a"); Console.Error.Write("b"); display("c"); Console.WriteLine("d"); 6 * 7')
    equal(kinds(outputs), ["status", "execute_input", "stream", "stream", "display_data", "stream", "execute_result", "status"])
    equal([(c["name"], c["text"]) for c in of(outputs, "stream")], [("stdout", "a"), ("stderr", "b"), ("stdout", "d\n")])
    equal(result(outputs), "42")
    equal(reply["status"], "ok")
    (shown,) = of(outputs, "execute_result")
    equal(shown["execution_count"], reply["execution_count"])
    equal(of(outputs, "execute_input")[0]["execution_count"], reply["execution_count"])


def check_state_persists_and_counts(kernel):
    first, _ = kernel.run('using System.Text;\nrecord Point(int X, int Y);\nint Twice(int n) => 2 * n;\nvar p = new Point(1, 2);')
    second, _ = kernel.run("await Task.Delay(1);\np = p with { Y = Twice(p.Y) };")
    third, outputs = kernel.run("new StringBuilder().Append(p.X + p.Y).ToString()")
    equal(result(outputs), "5")
    equal([second["execution_count"] - first["execution_count"], third["execution_count"] - second["execution_count"]], [1, 1])


def check_runtime_error_names_the_line(kernel):
    reply, outputs = kernel.run('Console.WriteLine("before");\n\nvar zero = 0;\nvar broken = 1 / zero;')
    (error,) = of(outputs, "error")
    equal((reply["status"], reply["ename"], error["ename"]), ("error", "DivideByZeroException", "DivideByZeroException"))
    assert f"Cell [{reply['execution_count']}], line 4" in error["traceback"][0], error["traceback"]
    assert ">   4 | var broken = 1 / zero;" in error["traceback"], error["traceback"]
    equal(text(outputs), "before\n")


def check_compiler_error_names_line_and_column(kernel):
    reply, outputs = kernel.run("var fine = 1;\n  var b = missing;")
    equal(reply["ename"], "CompilationError")
    assert reply["evalue"].startswith("CS0103"), reply["evalue"]
    assert "line 2, column 11: CS0103" in of(outputs, "error")[0]["traceback"][0]


def check_display_updates_in_place(kernel):
    _, outputs = kernel.run('var bar = display("0 %"); bar.Update("50 %");')
    shown, updated = of(outputs, "display_data"), of(outputs, "update_display_data")
    equal([c["data"]["text/plain"] for c in shown + updated], ["0 %", "50 %"])
    identity = shown[0]["transient"]["display_id"]
    equal(updated[0]["transient"]["display_id"], identity)
    _, outputs = kernel.run('bar.Update("100 %");')
    (later,) = of(outputs, "update_display_data")
    equal((later["data"]["text/plain"], later["transient"]["display_id"]), ("100 %", identity))


def check_clear_output(kernel):
    _, outputs = kernel.run('Console.Write("x"); clear_output(); clear_output(wait: true); Console.Write("y");')
    equal(of(outputs, "clear_output"), [{"wait": False}, {"wait": True}])
    equal(kinds(outputs)[2:-1], ["stream", "clear_output", "clear_output", "stream"])


def check_time_magic(kernel):
    _, outputs = kernel.run("#!time\nawait Task.Delay(30);\n7")
    assert text(outputs).startswith("Wall time: "), outputs
    equal(result(outputs), "7")


def check_html_and_json_forms(kernel):
    _, outputs = kernel.run(
        'MarginNotebooks.Display.PenaltyCurves.Draw([MarginNotebooks.Display.PenaltyCurve.CrossEntropy])')
    data = of(outputs, "execute_result")[0]["data"]
    assert isinstance(data["application/vnd.plotly.v1+json"], dict) and isinstance(data["text/html"], str), data.keys()


def check_silent_publishes_only_states(kernel):
    before = kernel.run("1")[0]["execution_count"]
    reply, outputs = kernel.run('Console.Write("unseen"); display("unseen"); 5', silent=True)
    equal(kinds(outputs), ["status", "status"])
    equal(reply["status"], "ok")
    after = kernel.run("1")[0]["execution_count"]
    equal(after - before, 1)


def check_store_history_false_does_not_count(kernel):
    before = kernel.run("1")[0]["execution_count"]
    reply, outputs = kernel.run('Console.Write("seen"); "unlisted"', store_history=False)
    equal((text(outputs), result(outputs)), ("seen", "unlisted"))
    equal(kernel.run("1")[0]["execution_count"] - before, 1)
    kernel.client.history(hist_access_type="tail", n=2, raw=True, output=False)
    history = kernel.client.get_shell_msg(timeout=10)["content"]["history"]
    equal([entry[2] for entry in history], ["1", "1"])


def check_user_expressions(kernel):
    reply, _ = kernel.run("var seven = 7;", user_expressions={"good": "seven + 1", "bad": "seven / (seven - seven)", "none": "nowhere"})
    values = reply["user_expressions"]
    equal(values["good"]["data"]["text/plain"], "8")
    equal((values["bad"]["status"], values["bad"]["ename"]), ("error", "DivideByZeroException"))
    equal(values["none"]["ename"], "CompilationError")
    equal(kernel.run("1")[0]["status"], "ok")


def check_stop_on_error_drops_what_waits(kernel):
    client = kernel.client
    sent = [client.execute(code) for code in ['await Task.Delay(300); throw new Exception("first");', 'display("no")', 'display("no")']]
    equal([reply_to(client, one)["content"]["status"] for one in sent], ["error", "aborted", "aborted"])
    for one in sent[1:]:
        equal(kinds(outputs_of(client, one)), ["status", "status"])
    equal(kernel.run("1 + 1")[0]["status"], "ok")
    sent = [client.execute(code, stop_on_error=False) for code in ['await Task.Delay(300); throw new Exception("again");', '"runs"']]
    equal([reply_to(client, one)["content"]["status"] for one in sent], ["error", "ok"])


def check_history(kernel):
    first, _ = kernel.run('var needle = "in a haystack"; needle')
    second, _ = kernel.run("2 + 2")
    client, line = kernel.client, first["execution_count"]

    def ask(**what):
        client.history(raw=True, **what)
        return client.get_shell_msg(timeout=10)["content"]["history"]

    equal(ask(hist_access_type="tail", n=1, output=False), [[0, line + 1, "2 + 2"]])
    equal(ask(hist_access_type="range", session=0, start=line, stop=line + 2, output=True),
          [[0, line, ['var needle = "in a haystack"; needle', "in a haystack"]], [0, line + 1, ["2 + 2", "4"]]])
    equal(ask(hist_access_type="search", pattern="*needle =*", n=5, output=False), [[0, line, 'var needle = "in a haystack"; needle']])
    equal(ask(hist_access_type="range", session=-1, start=0, stop=9, output=False), [])


def check_input(kernel):
    client = kernel.client
    sent = client.execute('Console.Write("Name? "); var name = Console.ReadLine(); $"{name}, {(char)Console.Read()}"', allow_stdin=True)
    equal(wait_for(client, sent, lambda m: m["msg_type"] == "stream")["content"]["text"], "Name? ")
    for answer in ("Zoë 😀", "x"):
        request = client.get_stdin_msg(timeout=20)
        equal((request["msg_type"], request["content"]["password"], request["parent_header"]["msg_id"]), ("input_request", False, sent))
        client.input(answer)
    equal(result(outputs_of(client, sent)), "Zoë 😀, x")
    equal(reply_to(client, sent)["content"]["status"], "ok")
    reply, _ = kernel.run("Console.ReadLine()", allow_stdin=False)
    equal(reply["ename"], "InvalidOperationException")
    assert "allow_stdin" in reply["evalue"], reply


def check_background_output_belongs_to_its_cell(kernel):
    client = kernel.client
    sent = client.execute('_ = Task.Run(async () => { await Task.Delay(600); Console.Write("late"); display("late too"); });')
    outputs_of(client, sent)
    reply_to(client, sent)
    other = client.execute("await Task.Delay(1200); 0")
    seen = {}
    while len(seen) < 3:
        message = client.get_iopub_msg(timeout=20)
        if message["msg_type"] in ("stream", "display_data", "execute_result"):
            seen[message["msg_type"]] = message["parent_header"]["msg_id"]
    equal(seen, {"stream": sent, "display_data": sent, "execute_result": other})
    reply_to(client, other)


def check_twenty_megabytes(kernel):
    code = 'for (int i = 0; i < 200_000; i++) Console.WriteLine(i.ToString().PadLeft(99)); Console.Write(new string(\'z\', 20_000_000)); "end"'
    started = time.monotonic()
    reply, outputs = kernel.run(code)
    lines = text(outputs)
    equal(len(lines), 40_000_000)
    equal([int(line) for line in lines[:20_000_000].splitlines()], list(range(200_000)))
    equal((lines[20_000_000:].strip("z"), kinds(outputs)[-2:]), ("", ["execute_result", "status"]))
    assert len(of(outputs, "stream")) < 100 + 20 * (time.monotonic() - started), len(of(outputs, "stream"))


def check_half_characters_are_joined(kernel):
    _, outputs = kernel.run('foreach (var c in "a😀b") { Console.Write(c); await Task.Delay(80); }')
    equal(text(outputs), "a😀b")
    equal(kernel.run(r'Console.Write("lone \ud83d"); 1')[0]["status"], "ok")


def check_two_clients(kernel):
    one, two = kernel.client, kernel.connect()
    sent = [(client, client.execute(f'Console.WriteLine("{name}"); await Task.Delay(100); "{name}"'))
            for name, client in (("one", one), ("two", two), ("three", one), ("four", two))]
    for (client, request), name in zip(sent, ("one", "two", "three", "four")):
        reply, outputs = finish(client, request)
        equal((reply["status"], text(outputs), result(outputs)), ("ok", name + "\n", name))
    # Input goes to the one that runs the code.
    request = two.execute("Console.ReadLine()", allow_stdin=True)
    two.get_stdin_msg(timeout=20)
    assert not is_asked(one)
    two.input("mine")
    equal(result(outputs_of(two, request)), "mine")
    equal(reply_to(two, request)["content"]["status"], "ok")


def check_thousand_small_executes(kernel):
    client = kernel.client
    kernel.run("var count = 0;")
    sent = [client.execute("Console.WriteLine(++count);") for _ in range(1000)]
    replies = [reply_to(client, one)["content"] for one in sent]
    equal({reply["status"] for reply in replies}, {"ok"})
    numbers = [reply["execution_count"] for reply in replies]
    equal(numbers, list(range(numbers[0], numbers[0] + 1000)))
    for number, one in enumerate(sent, 1):
        outputs = outputs_of(client, one)
        equal((kinds(outputs), text(outputs)), (["status", "execute_input", "stream", "status"], f"{number}\n"))
    memory = next(line for line in open(f"/proc/{kernel.pid}/status") if line.startswith("VmRSS"))
    assert int(memory.split()[1]) < 1_500_000, memory
    return f"{int(memory.split()[1]) // 1024} MiB after them"


def check_working_directory_is_the_notebooks(kernel):
    folder = os.environ["MARGIN_LOGS"]
    with open(os.path.join(folder, "more.csx"), "w") as more:
        more.write("int Thrice(int n) => 3 * n;")
    _, outputs = kernel.run('#load "more.csx"\n$"{Thrice(5)} in {Directory.GetCurrentDirectory()}"')
    equal(result(outputs), f"15 in {os.path.realpath(folder)}")
