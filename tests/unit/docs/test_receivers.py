"""The receivers of the docs, as whole programs: they take what is sent to them, once."""

import base64
import json
import os
import shutil
import socket
import subprocess
import sys
from contextlib import contextmanager

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks import delivery, signatures
from cluster.go_build import go_build
from cluster.ports import free_ports
from kit.builders.delivery_options import PATIENCE, UNSIGNED, options
from kit.paths import DOCS
from kit.processes import doc_commands
from kit.wait import until

PAGE = DOCS / "how-to" / "receive-callbacks.md"
SECRET = "whsec_" + base64.b64encode(b"s3cret" * 5).decode()
SIGNED = signatures.read({"default": SECRET})
BODY = {"id": "one", "status": 2, "detail": {"duration": 42}}


def python(folder):
    """The command of the page's receiver in Python."""
    (program,) = doc_commands.blocks(PAGE, "python")
    (folder / "receiver.py").write_text(program, "utf-8")
    return [sys.executable, folder / "receiver.py"]


def go(folder):
    """The command of the page's receiver in Go."""
    (program,) = doc_commands.blocks(PAGE, "go")
    (folder / "receiver.go").write_text(program, "utf-8")
    go_build("the receiver", folder, "receiver.go", folder / "receiver", linker_flags="")
    return [folder / "receiver"]


@contextmanager
def listening(command):
    """A receiver that listens: its URL, and its process."""
    (port,) = free_ports(1)
    environment = {**os.environ, "PORT": str(port), "WEBHOOK_SECRET": SECRET}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            until(lambda: is_open(port), "the receiver listens")
            yield f"http://127.0.0.1:{port}/callbacks", process
        finally:
            process.kill()


def is_open(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def answer(url, delivery_id, secrets=SIGNED):
    """Send a callback; return the answer."""
    callback = {"id": "one", "url": url, "status": 2, "body": json.dumps(BODY)}
    sent = {**callback, "service": "billing", "delivery_id": delivery_id}
    (attempt,) = delivery.deliver([sent], options(PATIENCE, 1, secrets))
    return attempt["code"]


@pytest.mark.skipif(not shutil.which("curl"), reason="the page's commands use curl")
def test_a_callback_by_curl_is_taken_as_one_of_the_runner(tmp_path):
    command = doc_commands.blocks(PAGE)[1]

    with listening(python(tmp_path)) as (url, process):
        typed = {**os.environ, "PORT": url.split(":")[2].split("/")[0], "WEBHOOK_SECRET": SECRET}
        told = [
            subprocess.check_output(["bash", "-c", text], env=typed)
            for text in (command, command, command.replace("v1,$mac", "v1,none"))
        ]
        process.kill()
        printed = process.stdout.read().splitlines()

    assert [one.split()[1] for one in told] == [b"204", b"204", b"401"]
    assert len(printed) == 1


@pytest.mark.parametrize("receiver", [python, go])
def test_a_receiver_takes_what_is_signed_and_of_repeats_one(receiver, tmp_path):
    with listening(receiver(tmp_path)) as (url, process):
        assert answer(url, "forged", UNSIGNED) == 401
        assert answer(url, "other", signatures.read({"default": SECRET[:-4] + "AAA="})) == 401
        assert [answer(url, "first"), answer(url, "first"), answer(url, "second")] == [204] * 3
        process.kill()
        printed = process.stdout.read().splitlines()

    assert len(printed) == 2
    assert all("'duration': 42" in one or '"duration": 42' in one for one in printed)
