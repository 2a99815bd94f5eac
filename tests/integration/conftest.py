"""Common fixtures of playbook tests: submitting messages, and the results."""

import json

import pytest
from sqs_k8s_jobs.testing.callback_receiver import CallbackReceiver


class Submission:
    """The result of a batch of messages: events, and the playbook's output."""

    def __init__(self, done, events):
        self.stdout, self.stderr = done.stdout, done.stderr
        self.events = events

    def of(self, kind):
        """The events of a kind."""
        return [one for one in self.events if one["event"] == kind]

    @property
    def outcomes(self):
        """Each message's outcome, in the order of the batch."""
        return [one["outcome"] for one in sorted(self.of("outcome"), key=lambda one: one["key"])]


@pytest.fixture
def submit(playbook, tmp_path):
    """Submit texts as one batch and return what came of it."""

    def run(*texts, **variables):
        folder, events = tmp_path / "messages", tmp_path / "events.jsonl"
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        events.unlink(missing_ok=True)
        for number, text in enumerate(texts):
            body = text if isinstance(text, str) else json.dumps(text)
            (folder / f"{number:04d}").write_text(body)
        monkey = pytest.MonkeyPatch()
        with monkey.context() as patch:
            patch.setenv("SQS_K8S_JOBS_EVENTS_FILE", str(events))
            done = playbook("submit.yml", message_dir=str(folder), **variables)
        lines = events.read_text().splitlines() if events.exists() else []
        return Submission(done, [json.loads(line) for line in lines])

    return run


@pytest.fixture
def message_file(tmp_path):
    """Write a message into a file; return its path."""

    def write(body):
        path = tmp_path / "message.json"
        path.write_text(json.dumps(body))
        return str(path)

    return write


@pytest.fixture
def submitted(submit, message):
    """Submit one message, with whatever its job has beyond the usual; variables too."""

    def run(message_id, submit_template=None, **job):
        variables = {"submit_template": submit_template} if submit_template else {}
        return submit(message(message_id, **job), **variables)

    return run


@pytest.fixture
def stranger():
    """A caller that sends what it likes with the ids of others."""
    with CallbackReceiver() as started:
        yield started


@pytest.fixture
def pair(queues, monkeypatch):
    """A queue and its dead-letter queue, reachable through the SDK's own chain."""
    for name, value in queues.environment.items():
        monkeypatch.setenv(name, value)
    return queues.new()
