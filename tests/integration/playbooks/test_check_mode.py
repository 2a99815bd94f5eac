"""--check and --diff on every playbook: it says what it would do, and does nothing."""

import json
from pathlib import Path

import pytest
from kit.builders.messages import LONG
from kit.builders.objects import digest_of
from kit.paths import ROOT

PLAYBOOKS = ROOT / "playbooks"
ELSEWHERE = {
    "awx.yml": "test_awx.py",
    "golden.yml": "test_golden.py",
    "event.yml": "below",
    "deploy.yml": "test_deploy.py",
    "undeploy.yml": "test_deploy.py",
    "manifests.yml": "test_deploy.py",
}


@pytest.fixture
def written(message, tmp_path):
    """Write a message into a folder of its own; return its file."""

    def write(message_id):
        folder = tmp_path / "checked"
        folder.mkdir()
        path = folder / "message.json"
        path.write_text(json.dumps(message(message_id)))
        return path

    return write


@pytest.fixture
def seen(jobs, receiver):
    """A look at the objects and the callbacks."""

    def look():
        things = [one["metadata"] for one in jobs.all("jobs,configmaps")]
        # Their status is the Job controller's to change.
        ours = ("annotations", "labels", "finalizers", "generation", "deletionTimestamp")
        return {
            one["name"]: [one.get(name) for name in ours] for one in things
        }, receiver.callbacks()

    return look


def test_every_playbook_is_tried_in_check_mode():
    tests = Path(__file__).read_text("utf-8")

    for path in PLAYBOOKS.glob("*.yml"):
        assert f'"{path.name}"' in tests, path.name


@pytest.mark.parametrize(
    ("name", "variable"), [("submit.yml", "message_dir"), ("message.yml", "message_file")]
)
def test_a_message_is_judged_by_the_api_server_and_becomes_no_job(
    playbook, written, seen, name, variable
):
    path = written(f"checked {name}")
    before = seen()

    done = playbook(
        name,
        *("--check", "--diff"),
        **{variable: str(path if variable == "message_file" else path.parent)},
    )

    assert "created" in done.stdout
    assert seen() == before


def test_a_message_that_is_refused_leaves_no_record_and_is_told_to_nobody(
    playbook, message, seen, jobs, message_file
):
    path = message_file(message("checked and bad", image=""))
    before = seen()

    done = playbook(
        "message.yml",
        "--check",
        message_file=path,
        submit_record_namespace=jobs.namespace,
        fails=True,
    )

    assert "rejected" in done.stdout
    assert seen() == before


def test_an_event_becomes_no_job(playbook, message, seen):
    before = seen()
    event = {"event": {"body": json.dumps(message("checked event"))}}

    playbook("event.yml", "--check", "--diff", ansible_eda=event)

    assert seen() == before


def test_what_looks_at_jobs_leaves_them_as_they_are(playbook, submitted, report, jobs, seen):
    variables = {
        "report.yml": {"report_digests": [digest_of("left alone")]},
        "cancel.yml": {"id": "left alone"},
        "logs.yml": {"id": "left alone"},
        "release_jobs.yml": {"only_namespace": jobs.namespace},
        "replay.yml": {"ids": ["left alone"]},
        "list.yml": {},
        "move_records.yml": {"from": jobs.namespace},
    }
    submitted("left alone", env=LONG)
    jobs.until_running()
    report("left alone")
    before = seen()

    for name, own in variables.items():
        # a fake node has no log
        playbook(name, "--check", "--diff", fails=None if name == "logs.yml" else False, **own)

        assert seen() == before, name


def test_what_is_due_is_sent_to_nobody(playbook, submitted, seen, jobs):
    submitted("due and checked", env=LONG)
    jobs.until_running()
    before = seen()

    playbook("report.yml", "--check", "--diff", report_digests=[digest_of("due and checked")])

    assert seen() == before


def test_a_preview_is_the_same_in_check_mode(playbook, written, seen):
    path = written("previewed and checked")
    before = seen()

    done = playbook("preview.yml", "--check", message_file=str(path))

    assert "would be created" in done.stdout
    assert seen() == before
