"""Messages other than execution, and messages that are wrong."""

import time

import zmq

from client import equal, kinds, outputs_of, reply_to

LAST_OF_KERNEL = ("check_bad_messages_are_dropped",)


def ask(kernel, kind, channel="shell", **content):
    client = kernel.client
    message = client.session.msg(kind, content)
    getattr(client, f"{channel}_channel").send(message)
    return reply_to(client, message["header"]["msg_id"], channel), outputs_of(client, message["header"]["msg_id"])


def check_kernel_info(kernel):
    for channel in ("shell", "control"):
        reply, outputs = ask(kernel, "kernel_info_request", channel)
        info = reply["content"]
        equal((info["status"], info["implementation"], info["protocol_version"]), ("ok", "margin", "5.3"))
        equal({key: info["language_info"][key] for key in ("name", "mimetype", "file_extension", "pygments_lexer")},
              {"name": "csharp", "mimetype": "text/x-csharp", "file_extension": ".cs", "pygments_lexer": "csharp"})
        equal([m["content"]["execution_state"] for m in outputs], ["busy", "idle"])


def check_small_requests(kernel):
    reply, _ = ask(kernel, "connect_request")
    equal(reply["content"]["shell_port"], kernel.manager.shell_port)
    reply, _ = ask(kernel, "comm_info_request")
    equal(reply["content"], {"status": "ok", "comms": {}})
    message = kernel.client.session.msg("comm_open", {"comm_id": "c1", "target_name": "nobody", "data": {}})
    kernel.client.shell_channel.send(message)
    equal(kinds(outputs_of(kernel.client, message["header"]["msg_id"])), ["status", "comm_close", "status"])


def check_unusable_details_are_answered(kernel):
    reply, outputs = ask(kernel, "execute_request", code=5)
    equal((reply["content"]["status"], kinds(outputs)), ("error", ["status", "status"]))
    equal(kernel.run("1")[0]["status"], "ok")


def check_control_answers_while_a_cell_runs(kernel):
    client = kernel.client
    sent = client.execute("System.Threading.Thread.Sleep(1500);")
    started = time.monotonic()
    reply, _ = ask(kernel, "kernel_info_request", "control")
    assert reply["content"]["status"] == "ok" and time.monotonic() - started < 1, time.monotonic() - started
    assert client.hb_channel.is_beating()
    equal(reply_to(client, sent)["content"]["status"], "ok")


def check_bad_messages_are_dropped(kernel):
    info = kernel.manager.get_connection_info()
    context = zmq.Context()
    socket = context.socket(zmq.DEALER)
    socket.connect(f"tcp://{info['ip']}:{info['shell_port']}")
    session = kernel.client.session

    def frames(code):
        return session.serialize(session.msg("execute_request", {"code": code, "silent": False}))

    good = frames('File.WriteAllText("good", "1");')
    forged = frames('File.WriteAllText("forged", "1");')
    forged[1] = b"0" * 64
    changed = frames('File.WriteAllText("changed", "1");')
    changed[-1] = changed[-1].replace(b"changed", b"forged2")
    unsigned = frames('File.WriteAllText("unsigned", "1");')
    unsigned[1] = b""
    not_json = [b"<IDS|MSG>", None, b"{", b"{}", b"{}", b"{}"]
    not_json[1] = session.sign(not_json[2:])
    array = [b"<IDS|MSG>", None, b"[]", b"{}", b"{}", b"{}"]
    array[1] = session.sign(array[2:])
    for wrong in ([b""], [b"hello"], [b"<IDS|MSG>"], [b"\xff" * 100_000], not_json, array, forged, changed, unsigned, good, good):
        socket.send_multipart(wrong)
    # The good one is answered, once.
    equal(socket.poll(20_000), zmq.POLLIN)
    socket.recv_multipart()
    equal(socket.poll(500), 0)
    reply, outputs = kernel.run('string.Join(" ", new[] { "good", "forged", "forged2", "unsigned" }.Where(File.Exists))')
    equal(outputs[2]["content"]["data"]["text/plain"], "good")
    log = kernel.errors()
    equal(log.count("dropped a message"), 10)
    for word in ("signature is wrong", "signature came before", "is not JSON", "without '<IDS|MSG>'"):
        assert word in log, log
    socket.close(0)
    context.term()
