"""The end of a failed container's log: told with the failure, once, and no more than is wanted."""

import json

import pytest
import yaml
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report.callbacks import callbacks_due
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report.exceptional import failure_logs
from kit.builders.objects import job, pod
from kit.builders.statuses import COMPLETE, FAILED, JOB_UID, terminated
from kit.paths import ROLES

TASKS = ROLES / "report/tasks/exceptional"
BROKEN = pod("a", "Failed", container=terminated(3))


def due(thing, *pods):
    return callbacks_due([thing], list(pods), 0)


def with_logs(callbacks, log, limit, *pods):
    """These callbacks with the logs of the containers that failed, each of which says the same."""
    texts = [json.dumps(one) for one in callbacks]
    for one in failure_logs.failed_containers(callbacks, list(pods)):
        result = {"log": log, "log_lines": log.split("\n")}
        texts = failure_logs.with_failure_log(texts, one, result, limit)
    return [json.loads(text) for text in texts]


def told(callbacks):
    """The details of these callbacks, by their status."""
    return {one["status"]: json.loads(one["body"])["detail"] for one in callbacks}


def test_a_failure_tells_the_end_of_the_log_and_other_callbacks_do_not():
    callbacks = due(job(ended=FAILED), BROKEN)

    details = told(with_logs(callbacks, "one\ntwo\n", 4, BROKEN))

    assert details[3]["log"] == "two\n"
    assert details[3]["error"] == told(callbacks)[3]["error"]
    assert "log" not in details[0]


@pytest.mark.parametrize(
    ("limit", "log"), [(99, "xéé"), ("99", "xéé"), (5, "xéé"), (4, "éé"), (3, "é")]
)
def test_a_log_is_cut_between_characters(limit, log):
    callbacks = due(job(ended=FAILED), BROKEN)

    assert told(with_logs(callbacks, "xéé", limit, BROKEN))[3]["log"] == log


def test_a_log_with_half_a_character_is_told_all_the_same():
    callbacks = due(job(ended=FAILED), BROKEN)

    assert told(with_logs(callbacks, "a\ud800b", 99, BROKEN))[3]["log"] == "a?b"


def test_no_log_is_longer_than_an_annotation_may_keep():
    callbacks = due(job(ended=FAILED), BROKEN)

    found = with_logs(callbacks, "x" * 99999, 99999, BROKEN)

    assert len(told(found)[3]["log"]) == failure_logs.MAX_BYTES


def test_each_job_has_the_log_of_its_own_container():
    others = pod("b", "Failed", owner="uid-b", container=terminated(4))
    callbacks = due(job(ended=FAILED), BROKEN) + due(job("b", uid="uid-b", ended=FAILED), others)
    texts = [json.dumps(one) for one in callbacks]

    for one in failure_logs.failed_containers(callbacks, [BROKEN, others]):
        texts = failure_logs.with_failure_log(texts, one, {"log": one["job"]}, 99)

    failures = [one for one in map(json.loads, texts) if one["status"] == 3]
    uids = [one["about"]["metadata"]["uid"] for one in failures]
    assert uids == [json.loads(one["body"])["detail"]["log"] for one in failures]
    assert uids == [JOB_UID, "uid-b"]


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


def test_a_failure_that_was_written_down_stays_as_it_was():
    written = job(ended=FAILED)
    written["metadata"]["annotations"]["sqs-k8s.jobs/detail-3"] = json.dumps({"error": {}})
    callbacks = due(written, BROKEN)
    texts = [json.dumps(one) for one in callbacks]
    (failed,) = failure_logs.failed_containers(due(job(ended=FAILED), BROKEN), [BROKEN])

    assert failure_logs.failed_containers(callbacks, [BROKEN]) == []
    assert failure_logs.with_failure_log(texts, failed, {"log": "words"}, 99) == texts


@pytest.mark.parametrize("result", [{}, {"log": ""}, {"log": None}, {"failed": True, "msg": "no"}])
def test_a_log_that_could_not_be_read_is_left_out(result):
    callbacks = due(job(ended=FAILED), BROKEN)
    texts = [json.dumps(one) for one in callbacks]
    (failed,) = failure_logs.failed_containers(callbacks, [BROKEN])

    assert failure_logs.with_failure_log(texts, failed, result, 100) == texts


def test_a_report_reads_the_logs_of_a_limited_number_of_failed_containers():
    names = [f"{number:03}" for number in range(2 * failure_logs.MAX_LOGS)]
    jobs = [job(name, uid=name, ended=FAILED) for name in names]
    pods = [pod(name, "Failed", owner=name, container=terminated(3)) for name in names]
    callbacks = callbacks_due(jobs, pods, 0)

    containers = failure_logs.failed_containers(callbacks, pods)
    found = with_logs(callbacks, "no", 9, *pods)

    assert [one["job"] for one in containers] == names[: failure_logs.MAX_LOGS]
    details = [json.loads(one["body"])["detail"] for one in found if one["status"] == 3]
    assert ["log" in one for one in details] == [
        number < failure_logs.MAX_LOGS for number in range(len(names))
    ], "the others are told all the same"


def test_whole_logs_are_held_one_at_a_time():
    tasks = {
        name: yaml.safe_load((TASKS / f"{name}.yml").read_text("utf-8"))
        for name in ("handle", "add_failure_log")
    }
    reading, adding = tasks["add_failure_log"]

    assert [one.get("loop") for one in (reading, adding)] == [None, None]
    assert reading["register"] in adding["vars"]["report_callbacks_with_log"]
    assert not any("kubernetes.core.k8s_log" in one for one in tasks["handle"])
