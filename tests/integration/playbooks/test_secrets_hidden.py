"""Values of variables, tokens in URLs and signing secrets are neither shown nor left behind."""

import base64
import json
import threading
from pathlib import Path

import pytest
from kit.wait import until

VALUE = "value-of-a-variable-4711"
TOKEN = "token-in-a-url-4712"
SECRET = base64.b64encode(b"a secret that signs callbacks").decode()


@pytest.fixture
def told(message, receiver):
    """A message whose texts nobody but its Job and its caller may see."""
    sent = message("discreet", env=[{"name": "PASSWORD", "value": VALUE}])
    sent["webhook"]["url"] = f"{receiver.url}?token={TOKEN}"
    return sent


@pytest.fixture
def secrets_file(tmp_path):
    path = tmp_path / "secrets.json"
    path.write_text(json.dumps({"default": f"whsec_{SECRET}"}))
    return str(path)


def shown(text):
    """Return the secrets in a text."""
    return [one for one in (VALUE, TOKEN, SECRET) if one in text]


class Arguments:
    """Looks at every process' arguments again and again, for as long as a block lasts."""

    def __enter__(self):
        self.seen = 0
        self.found = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_exc):
        self._over.set()
        self._thread.join()

    def _look(self):
        while not self._over.wait(0.05):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    text = path.read_text("utf-8", "replace")
                except OSError:
                    continue  # it has ended meanwhile
                self.seen += "ansible-playbook" in text
                self.found += shown(text)


@pytest.mark.parametrize("verbosity", ["-v", "-vvvv"])
def test_a_playbook_shows_none_of_them_however_much_it_says(
    playbook, told, secrets_file, receiver, message_file, verbosity
):
    told["id"] += verbosity

    done = playbook(
        *("message.yml", verbosity),
        message_file=message_file(told),
        report_webhook_secrets_file=secrets_file,
    )

    assert receiver.statuses_of(told["id"]) == [0, 1, 2]
    assert shown(done.stdout + done.stderr) == []


def test_a_playbook_that_fails_shows_none_of_them_and_says_why(
    playbook, told, secrets_file, message_file
):
    done = playbook(
        *("message.yml", "-vvv"),
        message_file=message_file(told),
        submit_template="/nowhere/job.yaml.j2",
        report_webhook_secrets_file=secrets_file,
        fails=True,
    )

    assert "no usable template /nowhere/job.yaml.j2" in done.stdout
    assert shown(done.stdout + done.stderr) == []


def test_the_runner_logs_none_of_them_and_leaves_no_file_of_a_run(
    runner, told, secrets_file, receiver, tmp_path
):
    runs = tmp_path / "runs"
    runs.mkdir()
    runner.set_variables(report_webhook_secrets_file=secrets_file)
    with Arguments() as arguments:
        runner.start(SQS_K8S_JOBS_TEMP_DIR=str(runs))
        runner.queue.send(told)
        until(lambda: receiver.statuses_of("discreet") == [0, 1, 2], "the caller has heard all")
        until(runner.queue.is_empty, "the queue is empty")
        runner.stop()

    assert arguments.seen > 0
    assert arguments.found == []
    assert shown(runner.log()) == []
    assert list(runs.iterdir()) == []
