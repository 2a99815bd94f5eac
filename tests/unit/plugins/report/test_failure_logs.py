"""The end of a failed container's log: told with the failure, once, and no more than is wanted."""

import json

import pytest
import yaml
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report import failure_logs
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report.callbacks import callbacks_due
from kit.builders.objects import COMPLETE, FAILED, JOB_UID, job, pod, terminated
from kit.paths import ROLES

TASKS = ROLES / "report/tasks"
BROKEN = pod("a", "Failed", container=terminated(3))


def due(thing, *pods):
    return callbacks_due([thing], list(pods), 0)


def read(callbacks, log, *pods):
    ends = []
    for one in failure_logs.failed_containers(callbacks, list(pods)):
        result = {"log": log, "log_lines": log.split("\n")}
        ends = failure_logs.log_ends(ends, one, result, failure_logs.MAX_BYTES)
    return ends


def told(callbacks):
    """The details of these callbacks, by their status."""
    return {one["status"]: json.loads(one["body"])["detail"] for one in callbacks}


def test_a_failure_tells_the_end_of_the_log_and_other_callbacks_do_not():
    callbacks = due(job(ended=FAILED), BROKEN)

    details = told(failure_logs.with_logs(callbacks, read(callbacks, "one\ntwo\n", BROKEN), 4))

    assert details[3]["log"] == "two\n"
    assert details[3]["error"] == told(callbacks)[3]["error"]
    assert "log" not in details[0]


@pytest.mark.parametrize(("limit", "log"), [(99, "xéé"), (5, "xéé"), (4, "éé"), (3, "é")])
def test_a_log_is_cut_between_characters(limit, log):
    callbacks = due(job(ended=FAILED), BROKEN)

    found = failure_logs.with_logs(callbacks, read(callbacks, "xéé", BROKEN), limit)

    assert told(found)[3]["log"] == log


def test_a_log_with_half_a_character_is_told_all_the_same():
    callbacks = due(job(ended=FAILED), BROKEN)

    found = failure_logs.with_logs(callbacks, read(callbacks, "a\ud800b", BROKEN), 99)

    assert told(found)[3]["log"] == "a?b"


def test_no_log_is_longer_than_an_annotation_may_keep():
    callbacks = due(job(ended=FAILED), BROKEN)

    found = failure_logs.with_logs(callbacks, read(callbacks, "x" * 99999, BROKEN), 99999)

    assert len(told(found)[3]["log"]) == failure_logs.MAX_BYTES


def test_of_several_pods_it_is_the_last_that_failed():
    first = pod("a", "Failed", start="2026-01-01T00:00:01Z", container=terminated(3))
    last = pod("b", "Failed", start="2026-01-01T00:00:02Z", container=terminated(4))
    fine = pod("c", "Succeeded", start="2026-01-01T00:00:03Z", container=terminated(0, "Completed"))
    callbacks = due(job(ended=FAILED), last, first, fine)

    (one,) = failure_logs.failed_containers(callbacks, [last, first, fine])

    assert one == {"namespace": "default", "pod": "b", "container": "job", "job": JOB_UID}


@pytest.mark.parametrize(
    ("thing", "pods"), [(job(ended=COMPLETE), [BROKEN]), (job(ended=FAILED), []), (job(), [BROKEN])]
)
def test_what_has_not_failed_or_left_no_pod_has_no_log(thing, pods):
    callbacks = due(thing, *pods)

    assert failure_logs.failed_containers(callbacks, pods) == []
    assert failure_logs.with_logs(callbacks, [], 100) == callbacks


def test_a_failure_that_was_written_down_stays_as_it_was():
    written = job(ended=FAILED)
    written["metadata"]["annotations"]["sqs-k8s.jobs/detail-3"] = json.dumps({"error": {}})
    callbacks = due(written, BROKEN)

    assert failure_logs.failed_containers(callbacks, [BROKEN]) == []


@pytest.mark.parametrize("result", [{}, {"log": ""}, {"log": None}, {"failed": True, "msg": "no"}])
def test_a_log_that_could_not_be_read_is_left_out(result):
    callbacks = due(job(ended=FAILED), BROKEN)
    (failed,) = failure_logs.failed_containers(callbacks, [BROKEN])
    ends = failure_logs.log_ends([], failed, result, 100)

    assert ends == []
    assert failure_logs.with_logs(callbacks, ends, 100) == callbacks


@pytest.mark.parametrize(("limit", "kept"), [(4, 4), ("4", 4), (99_999, failure_logs.MAX_BYTES)])
def test_of_logs_that_are_read_no_more_is_kept_than_is_told(limit, kept):
    line = "x" * 16_384
    result = {"log": "\n".join([line] * 200), "log_lines": [line] * 200}

    ends = failure_logs.log_ends([], {"job": "a"}, result, limit)
    ends = failure_logs.log_ends(ends, {"job": "b"}, result, limit)

    assert [one["report_failed"]["job"] for one in ends] == ["a", "b"]
    assert [len(one["log"]) for one in ends] == [kept, kept]


def test_whole_logs_are_held_one_at_a_time():
    tasks = {
        name: yaml.safe_load((TASKS / f"{name}.yml").read_text("utf-8"))
        for name in ("failure_logs", "failure_log")
    }
    reading, keeping = tasks["failure_log"]

    assert [one.get("loop") for one in (reading, keeping)] == [None, None]
    assert reading["register"] in keeping["ansible.builtin.set_fact"]["report_log_ends"]
    assert not any("kubernetes.core.k8s_log" in one for one in tasks["failure_logs"])


def test_a_report_tells_nothing_of_what_another_one_of_its_play_has_read():
    (block, *_) = yaml.safe_load((TASKS / "main.yml").read_text("utf-8"))
    facts = [one.get("ansible.builtin.set_fact") or {} for one in block["block"]]

    begun = {name: fact[name] for fact in facts for name in fact}

    assert (begun["report_log_ends"], begun["report_with_logs"]) == ([], [])
