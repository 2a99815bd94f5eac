"""What tests of the playbooks share: submitting messages, and what came of it."""

import json

import pytest
from kit.cluster.jobs import Jobs


@pytest.fixture
def jobs(cluster, namespace):
    """The Jobs of the test's own namespace."""
    return Jobs(cluster, namespace)


@pytest.fixture
def submit(playbook, tmp_path):
    """Submit texts as one batch and return the events that came of it."""

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
        return done, [json.loads(line) for line in lines]

    return run


@pytest.fixture
def submitted(submit, message):
    """Submit one message, with whatever its job has beyond the usual; variables too."""

    def run(message_id, submit_template=None, **job):
        variables = {"submit_template": submit_template} if submit_template else {}
        done, events = submit(message(message_id, **job), **variables)
        assert done.returncode == 0, done.stdout
        return events

    return run
