"""Jobs in flight as a table."""

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.observability import job_table
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report import receipts
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report.exceptional import terminations
from kit.builders.objects import job, merged, pod, strangers_job
from kit.builders.statuses import COMPLETE, CREATED_AT, ERROR, FAILED, running


def rows(*jobs, pods=(), after=90.0):
    return job_table.table(list(jobs), list(pods), CREATED_AT + after)


def test_a_table_comes_with_why_jobs_failed_and_why_callers_do_not_know():
    failed = job("one", settled="0", ended=FAILED)
    complete = job("two", uid="uid-two", settled="0 1 2", ended=COMPLETE, done=True)

    found = job_table.job_table([failed, complete], [], CREATED_AT)

    assert found["lines"] == rows(failed, complete, after=0.0)
    assert found["failures"] == [terminations.failure(failed)]
    assert found["undelivered"] == [receipts.undelivered_reason(failed)]
    assert job_table.job_table([], [], 0.0)["failures"] == []


def test_each_job_is_a_line_with_what_its_caller_was_not_told():
    seen = job("one", settled="0", ready=1)

    head, line = rows(seen, pods=[pod(container=running())])

    assert head.split("  ")[0].strip() == "id"
    assert (head, line) == (head.strip(), line.strip())
    assert line.split() == ["one", "default/" + seen["metadata"]["name"], "running", "1m", "1"]


def test_what_is_tried_again_says_how_often_and_why():
    tries = {"since": CREATED_AT, "tries": 3, "error": "HTTP status 503"}
    seen = job("one", settled="0 1", ended=COMPLETE, annotations={"retry": tries})

    assert rows(seen, after=7200)[1].endswith(" 2: tried 3 times in 2h, HTTP status 503")


def test_the_columns_are_aligned_and_a_long_id_is_cut():
    head, short, long = rows(job("a"), job("b" * 200))

    assert short.index("default/") == long.index("default/") == head.index("job")
    assert "b" * 59 + "…" in long


@pytest.mark.parametrize(
    ("seen", "state"),
    [
        (job(), "starting"),
        (job(ready=1), "running"),
        (merged(job(), {"spec": {"suspend": True}}), "suspended"),
        (job(deleted=True), "being deleted"),
        (job(ended=COMPLETE), "complete"),
        (job(ended=FAILED), "failed"),
        (job(annotations={"error": ERROR}), "ended: A110"),
    ],
)
def test_a_jobs_state_is_a_word_or_two(seen, state):
    assert job_table.words(seen) == state


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-1, "0s"), (59.9, "60s"), (60, "1m"), (3599, "59m"), (7200, "2h"), (90000, "1d")],
)
def test_an_age_is_in_the_largest_unit_that_it_fills(seconds, said):
    assert job_table.age(seconds) == said


def test_jobs_of_others_and_those_that_are_told_are_not_in_flight():
    assert rows(strangers_job(), job(done=True)) == ["no Job is in flight"]


def test_what_is_not_told_and_was_not_tried_is_named():
    assert rows(job("one", settled="0", ended=COMPLETE))[1].endswith("  1 2")
    assert rows(job("one", webhook=None, ended=COMPLETE))[1].endswith("complete  1m")


def test_tries_that_a_version_before_left_half_are_shown_too():
    seen = job("one", settled="0", ended=COMPLETE, annotations={"retry": {"error": "no"}})

    assert rows(seen)[1].endswith("  1 2: tried 1 times in 0s, no")


def test_a_job_without_an_id_has_an_empty_cell():
    seen = job("one")
    del seen["metadata"]["annotations"]["sqs-k8s.jobs/message-id"]

    assert rows(seen)[1].startswith("    default/")


@pytest.mark.parametrize(("length", "shown"), [(60, "b" * 60), (61, "b" * 59 + "…")])
def test_an_id_of_sixty_characters_is_whole(length, shown):
    assert rows(job("b" * length))[1].split()[0] == shown
