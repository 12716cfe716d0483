"""Interrupt, restart, shutdown."""

import os
import signal
import time

from client import equal, gone, outputs_of, reply_to, result, text, wait_for

TRAINING = """
using MarginNotebooks.Data.Phantom;
using MarginNotebooks.Runtime;
using MarginNotebooks.Studies;
using MarginNotebooks.Training;
var phantom = new PhantomOptions { Patients = 12 };
var run = new RunConfiguration
{
    Dataset = StudyData.PhantomKey, PhantomPatients = 12, Method = "ce", Seed = 1, Filters = 4,
    Epochs = 10_000, BatchSize = 8, LearningRateStep = 5_000,
};
var options = new ExperimentOptions
{
    Data = StudyData.Phantom(phantom), Again = true,
    Progress = TrainingProgressReporter.Auto(), Cancellation = RunCancellation.Token,
};
Experiment.Run(run, options);
"""


def check_interrupt_a_training_by_message_and_by_signal(kernel):
    for interrupt in (kernel.manager.interrupt_kernel, lambda: os.kill(kernel.pid, signal.SIGINT)):
        sent = kernel.client.execute(TRAINING)
        wait_for(kernel.client, sent, lambda m: m["msg_type"] == "update_display_data")
        started = time.monotonic()
        interrupt()
        reply = reply_to(kernel.client, sent)["content"]
        equal((reply["status"], reply["ename"]), ("error", "Interrupted"))
        assert time.monotonic() - started < 5, time.monotonic() - started
        # The cell after it has a request to stop of its own.
        after, outputs = kernel.run("RunCancellation.Token.IsCancellationRequested")
        assert after["status"] == "ok", after
        equal(result(outputs), "False")


def check_interrupt_between_cells_does_nothing(kernel):
    for _ in range(4):
        os.kill(kernel.pid, signal.SIGINT)
    message = kernel.client.session.msg("interrupt_request", {})
    kernel.client.control_channel.send(message)
    equal(reply_to(kernel.client, message["header"]["msg_id"], "control")["content"], {"status": "ok"})
    time.sleep(0.5)
    equal(kernel.run("await Task.Delay(100, MarginNotebooks.Runtime.RunCancellation.Token);")[0]["status"], "ok")


def check_a_cell_that_does_not_listen_is_told_of_and_lives(kernel):
    kernel.run("0")
    sent = kernel.client.execute("System.Threading.Thread.Sleep(4500); \"done\"")
    wait_for(kernel.client, sent, lambda m: m["msg_type"] == "execute_input")
    time.sleep(0.5)
    kernel.manager.interrupt_kernel()
    outputs = outputs_of(kernel.client, sent)
    assert "still runs" in text(outputs, "stderr"), outputs
    equal(result(outputs), "done")
    equal(reply_to(kernel.client, sent)["content"]["status"], "ok")


def check_interrupt_ends_a_question(kernel):
    sent = kernel.client.execute("Console.ReadLine()", allow_stdin=True)
    kernel.client.get_stdin_msg(timeout=20)
    kernel.manager.interrupt_kernel()
    equal(reply_to(kernel.client, sent)["content"]["ename"], "Interrupted")


def check_restart_forgets(kernel):
    kernel.run("var kept = 1;")
    before = kernel.pid
    kernel.manager.restart_kernel(now=False)
    kernel.client.wait_for_ready(timeout=60)
    assert kernel.pid != before and gone(before)
    reply, _ = kernel.run("kept")
    equal((reply["ename"], reply["execution_count"]), ("CompilationError", 1))


def check_shutdown_replies_and_ends(kernel):
    sent = kernel.client.execute('Console.Write("last words"); System.Threading.Thread.Sleep(200);')
    reply_to(kernel.client, sent)
    sent_end = kernel.client.shutdown()
    equal(reply_to(kernel.client, sent_end, "control")["content"], {"status": "ok", "restart": False})
    equal(text(outputs_of(kernel.client, sent)), "last words")
    equal(kernel.manager.provisioner.process.wait(10), 0)


def check_shutdown_while_a_cell_runs(kernel):
    kernel.run("0")
    kernel.client.execute("new System.Threading.Thread(() => System.Threading.Thread.Sleep(-1)).Start(); while (true) { }")
    time.sleep(1)
    sent = kernel.client.shutdown()
    equal(reply_to(kernel.client, sent, "control")["content"]["status"], "ok")
    equal(kernel.manager.provisioner.process.wait(15), 0)


def check_terminate_ends_it(kernel):
    os.kill(kernel.pid, signal.SIGTERM)
    equal(kernel.manager.provisioner.process.wait(15), 0)
