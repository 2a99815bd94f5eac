"""Looking: at Jobs in flight, at what a container says, and at what would become of a message."""

import json

import pytest
from kit.builders.messages import LONG, REAL
from kit.wait import until


def test_jobs_in_flight_are_listed_with_what_is_not_accepted_yet(
    submitted, report, receiver, playbook, jobs
):
    receiver.answer = lambda body: 500 if body["status"] == 1 else 200
    submitted("in flight", env=LONG)
    jobs.until_running()
    report("in flight")

    shown = playbook("list.yml")

    (line,) = [one for one in shown.stdout.splitlines() if one.startswith("in flight ")]
    assert f"{jobs.namespace}/t-" in line
    assert " running " in line
    assert "  1: tried 1 times in " in line


def test_an_id_that_holds_a_template_is_shown_and_cancelled_as_it_is(
    submitted, report, receiver, playbook, jobs, tmp_path
):
    hostile = f"{{{{ lookup('pipe', 'touch {tmp_path}/ran') }}}}"
    submitted(hostile, env=LONG)
    jobs.until_running()
    report(hostile)

    listed = playbook("list.yml")
    playbook("cancel.yml", id=hostile)

    assert hostile[:40] in listed.stdout
    assert receiver.statuses_of(hostile) == [0, 1, 99]
    assert not (tmp_path / "ran").exists()


@pytest.mark.usefixtures("real_node")
def test_the_log_of_a_container_is_shown_without_its_control_characters(submitted, playbook, jobs):
    submitted("talks", command=["printf", "hello\\n\\033[31mred\\n"], **REAL)
    until(lambda: "Complete" in jobs.kubectl("get", "jobs"), "the Job is complete")

    shown = playbook("logs.yml", id="talks")

    assert "\nhello\n\\u001b[31mred\n" in shown.stdout


@pytest.mark.usefixtures("real_node")
def test_a_failure_tells_the_end_of_its_containers_log_only_where_that_is_wanted(
    submitted, report, receiver, jobs
):
    command = ["sh", "-c", "echo {{ 7 * 7 }} is why; exit 3"]
    for name in ("silent failure", "talking failure"):
        submitted(name, command=command, **REAL)
    jobs.until_ended()

    report("silent failure")
    report("talking failure", report_failure_log_bytes=8)

    details = {one.body["id"]: one.body["detail"] for one in receiver.callbacks()}
    assert set(details["silent failure"]) == {"error"}
    assert details["talking failure"]["log"] == " is why\n"


def test_an_id_without_a_pod_has_no_log(playbook):
    shown = playbook("logs.yml", id="nobody", fails=True)

    assert "no Pod of this id is there" in shown.stdout


def test_a_preview_shows_verdict_and_manifest_and_makes_nothing(
    playbook, message, receiver, jobs, tmp_path
):
    folder = tmp_path / "messages"
    folder.mkdir()
    odd = message("odd", namespace="no-such-namespace")
    for name, body in {
        "fine": message("fine"),
        "odd": odd,
        "bad": message("bad", image=""),
    }.items():
        (folder / name).write_text(json.dumps(body))

    done = playbook("preview.yml", message_dir=str(folder))

    shown = done.stdout.splitlines()
    assert f"fine: {jobs.namespace}/t-d14a58ba would be created" in shown
    assert "  kind: Job" in shown
    assert any(line.startswith("odd: ") and "no-such-namespace" in line for line in shown)
    assert any(line.startswith("bad: 99 A110 ") for line in shown)
    assert (jobs.all(), receiver.callbacks()) == ([], [])


def test_a_preview_of_a_job_that_is_there_says_so_and_leaves_it(
    submitted, message, playbook, jobs, message_file
):
    submitted("there", env=LONG)
    (before,) = jobs.all()
    path = message_file(message("there", env=[{"name": "A", "value": "changed"}]))

    done = playbook("preview.yml", message_file=path)

    assert f"{jobs.namespace}/{before['metadata']['name']} is there already" in done.stdout
    (after,) = jobs.all()
    assert after["spec"] == before["spec"]
