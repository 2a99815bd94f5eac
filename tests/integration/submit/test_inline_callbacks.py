"""playbooks/submit.yml, asked to tell at once: callers of a few new Jobs hear that these exist."""

import hashlib
import json

import pytest
from kit.servers.endpoint import Endpoint, with_status

REPORTED = "sqs-k8s.jobs/reported-0"
EXPIRED = "sqs-k8s.jobs/expired-0"
RETRY = "sqs-k8s.jobs/retry"


@pytest.fixture
def submit_at_once(submit):
    """Submit texts as one batch, with more variables where the test has some."""

    def run(*texts, **variables):
        patient = {"report_patience_at_once": 30.0, **variables}
        return submit(*texts, submit_inline_callback_limit=2, **patient)

    return run


def marks(jobs):
    return [one["metadata"]["annotations"] for one in jobs.all()]


def test_the_caller_of_a_new_job_hears_status_0_and_the_next_report_does_not_repeat_it(
    submit_at_once, report, message, receiver, jobs
):
    done = submit_at_once(message("at-once-1"), message("at-once-2"))

    assert [receiver.statuses_of(f"at-once-{one}") for one in (1, 2)] == [[0], [0]]
    assert all(REPORTED in one for one in marks(jobs))
    told = done.of("status")
    assert [(one["status"], one["accepted"]) for one in told] == [(0, True), (0, True)]

    jobs.until_ended()
    report("at-once-1", "at-once-2")

    assert receiver.statuses_of("at-once-1") == [0, 1, 2]


def test_of_more_jobs_than_a_few_the_next_report_tells(submit_at_once, message, receiver, jobs):
    submit_at_once(message("many-1"), message("many-2"), message("many-3"))

    assert receiver.callbacks() == []
    assert not any(REPORTED in one for one in marks(jobs))


def test_both_callers_hear_at_once_where_one_job_s_name_was_taken_by_the_other(
    submit_at_once, message, receiver, jobs
):
    ids = ["told-at-once-34659", "told-at-once-73043"]
    digests = [hashlib.sha256(one.encode()).hexdigest() for one in ids]
    assert digests[0][:8] == digests[1][:8]

    submit_at_once(*map(message, ids))

    assert [receiver.statuses_of(one) for one in ids] == [[0], [0]]
    assert all(REPORTED in one for one in marks(jobs))


def test_a_job_that_was_there_is_not_told_again(submit_at_once, message, receiver):
    submit_at_once(message("told-once"))
    submit_at_once(message("told-once"))

    assert receiver.statuses_of("told-once") == [0]


def test_an_endpoint_that_is_not_prompt_is_left_to_the_next_report(
    submit_at_once, report, message, receiver, jobs
):
    endpoint = receiver.url.removesuffix("/callbacks")
    submit_at_once(message("not-prompt"), report_slow_endpoints=[endpoint])

    assert receiver.callbacks() == []
    jobs.until_ended()
    report("not-prompt")
    assert receiver.statuses_of("not-prompt") == [0, 1, 2]


def test_where_it_cannot_be_told_the_message_is_settled_all_the_same(
    submit_at_once, report, message, receiver, jobs, tmp_path
):
    missing = str(tmp_path / "no-secrets.yml")
    done = submit_at_once(message("no-secrets"), report_webhook_secrets_file=missing)

    assert done.outcomes == ["created"]
    (line,) = [one["text"] for one in done.of("line")]
    assert "no-secrets.yml" in line
    assert "the next report tells" in line
    assert not any(RETRY in one for one in marks(jobs))
    jobs.until_ended()
    report("no-secrets")
    assert receiver.statuses_of("no-secrets") == [0, 1, 2]


def test_a_first_try_is_not_taken_for_the_last(submit_at_once, report, message, namespace, jobs):
    refusing = {**message("tried-once"), "webhook": {"url": "http://127.0.0.1:1025/"}}
    limits = {
        "report_retry_max_age": 0,
        "report_retry_backoff": 0,
        "report_record_namespace": namespace,
    }

    submit_at_once(refusing, **limits)
    assert jobs.all("configmaps") == []
    assert not any(EXPIRED in one for one in marks(jobs))
    report("tried-once", **limits)
    assert len(jobs.all("configmaps")) == 1


def test_an_endpoint_that_takes_its_time_hears_it_again_and_that_was_no_try(
    submit_at_once, report, message, jobs
):
    with Endpoint() as slow:
        slow.answer = lambda _handler: slow.released.wait() and None
        late = {**message("takes-its-time"), "webhook": {"url": slow.url}}
        done = submit_at_once(late, report_patience_at_once=0.5)

        (told,) = [*done.of("status"), *done.of("postponed")]
        assert (told["event"], told["status"], told["endpoint"]) == ("postponed", 0, slow.url)
        assert not any(RETRY in one or REPORTED in one for one in marks(jobs))
        slow.answer = with_status(200)
        jobs.until_ended()
        report("takes-its-time")

        heard = [(one.headers["webhook-id"], one.body) for one in slow.requests]
        assert [json.loads(body)["status"] for _, body in heard] == [0, 0, 1, 2]
        assert heard[0] == heard[1]
