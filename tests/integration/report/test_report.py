"""playbooks/report.yml: callers hear what is due, in order, and what they accepted is kept."""

import pytest

PREFIX = "sqs-k8s.jobs/reported-"


@pytest.fixture
def ended(submit, jobs):
    """Submit messages and wait until their Jobs have ended."""

    def run(*messages):
        submit(*messages)
        jobs.until_ended()

    return run


def reported(jobs):
    """The statuses that each Job says were accepted, by its id."""
    return {
        found["sqs-k8s.jobs/message-id"]: "".join(
            name.removeprefix(PREFIX) for name in sorted(found) if name.startswith(PREFIX)
        )
        for found in (job["metadata"]["annotations"] for job in jobs.all())
    }


def test_jobs_that_came_and_went_before_anyone_looked_give_all_three_once_with_a_webhook_or_without(
    playbook, ended, message, receiver, jobs
):
    quick = message("quick", env=[{"name": "FAKE_RUN_SECONDS", "value": "0.1s"}])
    silent = message("silent")
    del silent["webhook"]
    ended(quick, message("once"), silent)

    playbook("report.yml")  # of whatever there is

    assert [receiver.statuses_of(one) for one in ("quick", "once")] == [[0, 1, 2]] * 2
    assert reported(jobs) == dict.fromkeys(("quick", "once", "silent"), "012")
    heard = len(receiver.callbacks())

    playbook("report.yml")

    assert len(receiver.callbacks()) == heard


def test_few_jobs_and_their_pods_are_read_at_once_and_all_are_reported(
    ended, report, message, receiver
):
    ids = [f"part-{number}" for number in range(5)]
    ended(*map(message, ids))

    done = report(*ids, report_jobs_per_read=2, report_pods_per_read=2)

    assert [receiver.statuses_of(one) for one in ids] == [[0, 1, 2]] * 5
    for kind in ("Jobs", "Pods of Jobs"):
        _before, read = done.stdout.split(f": Read {kind}] ")
        assert read.split("TASK")[0].count("(item=") == 3


def test_a_status_that_was_not_accepted_holds_back_the_later_ones_and_comes_again(
    ended, report, message, receiver, jobs
):
    ended(message("held"))
    receiver.answer = lambda body: 500 if body["status"] == 1 else 200
    report("held", report_retry_backoff=0)
    assert reported(jobs) == {"held": "0"}
    first_try = [one for one in receiver.callbacks() if one.body["status"] == 1]

    receiver.answer = None
    report("held")

    assert reported(jobs) == {"held": "012"}
    tries = [one for one in receiver.callbacks() if one.body["status"] == 1]
    assert len(tries) == len(first_try) + 1
    assert len({(one.raw, one.delivery_id) for one in tries}) == 1
    of_it = [one.body for one in receiver.callbacks() if one.body["id"] == "held"]
    assert [body["status"] for body in of_it] == [0, 1, 1, 2]  # a port may have been another's
