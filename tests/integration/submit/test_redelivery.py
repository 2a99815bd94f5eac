"""One id, one Job, whatever SQS does: at the same time, while it runs, after it, after its TTL."""

import json
from concurrent.futures import ThreadPoolExecutor

from kit.wait import until


def test_the_same_message_to_two_runners_at_once_makes_one_job(
    message, playbook, jobs, receiver, report, tmp_path
):
    (tmp_path / "0000").write_text(json.dumps(message("both")))

    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda _: playbook("submit.yml", message_dir=str(tmp_path)), range(2)))

    assert len(jobs.uids()) == 1
    jobs.until_ended()
    report("both")
    assert receiver.statuses_of("both") == [0, 1, 2]


def test_a_message_redelivered_while_its_job_runs_or_after_it_makes_no_second_job(
    submitted, report, receiver, jobs
):
    submitted("redelivered")
    first = jobs.uids()
    submitted("redelivered")
    jobs.until_ended()
    report("redelivered")

    submitted("redelivered")
    report("redelivered")

    assert jobs.uids() == first
    assert [one.body["status"] for one in receiver.callbacks()] == [0, 1, 2]


def test_many_messages_redelivered_together_make_no_second_job_and_few_jobs_are_read_at_once(
    submit, message, jobs
):
    texts = [message(f"redelivered-{number}") for number in range(5)]
    submit(*texts)
    first = jobs.uids()

    done = submit(*texts, submit_jobs_per_read=2)

    assert (done.outcomes, jobs.uids()) == (["exists"] * 5, first)
    assert done.stdout.count("(item=") == 3


def test_a_job_outlives_its_ttl_until_its_caller_was_told_and_its_window_is_over(
    submitted, report, receiver, jobs
):
    submitted("window")
    jobs.until_ended()
    jobs.kubectl("patch", "jobs", jobs.one()["metadata"]["name"], "-p", TTL_IS_OVER)
    until(lambda: jobs.pods() == [], "its TTL has taken the Pods")
    first = jobs.uids()

    submitted("window")
    assert jobs.uids() == first
    report("window")
    assert receiver.statuses_of("window")[-1] == 2
    submitted("window")
    assert jobs.uids() == first


def test_when_the_window_is_over_the_job_goes_and_its_id_may_run_again(submitted, report, jobs):
    submitted("short-window")
    jobs.until_ended()
    first = jobs.uids()
    report("short-window", report_deduplication_window=0)

    def is_let_go():
        report("short-window", report_deduplication_window=0)
        return "finalizers" not in jobs.one()["metadata"]

    until(is_let_go, "its window is over: moments are whole seconds, rounded up")
    jobs.delete()
    until(lambda: jobs.all() == [], "the Job is gone")

    submitted("short-window")

    assert len(jobs.uids() - first) == 1


def test_an_invalid_message_with_the_id_of_a_job_does_not_end_it(
    message, submit, report, receiver, jobs
):
    submit(message("of-a-job"))
    jobs.until_ended()

    done = submit(message("of-a-job", backoffLimit=-1))
    report("of-a-job")

    assert done.outcomes == ["exists"]
    assert "another body" in done.stdout
    assert receiver.statuses_of("of-a-job") == [0, 1, 2]


TTL_IS_OVER = '{"spec": {"ttlSecondsAfterFinished": 0}}'
