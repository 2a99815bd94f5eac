"""A refused body binds itself alone, and only for as long as nothing is changed that refuses it."""

import pytest
from kit.wait import until

FIRST, SECOND = {"0000": "sqs-1"}, {"0000": "sqs-2"}


@pytest.fixture
def sent(submit, report, receiver, namespace):
    """Submit messages, report their ids, and return what became of them and what callers heard."""

    def run(*bodies, **variables):
        before = len(receiver.callbacks())
        done = submit(*bodies, submit_record_namespace=namespace, **variables)
        ids = {one["id"] for one in bodies}
        report(*sorted(ids), report_record_namespace=namespace)
        return done.outcomes, receiver.callbacks()[before:]

    return run


def test_a_refused_message_that_is_sent_again_unchanged_is_answered_by_the_same_99_again(
    sent, message
):
    bad = message("unchanged", backoffLimit=-1)

    answers = [sent(bad, submit_message_ids=sqs_ids) for sqs_ids in (FIRST, SECOND)]

    assert [one for one, _ in answers] == [["rejected"], ["rejected"]]
    (first,), (again,) = (heard for _, heard in answers)
    assert first.body["status"] == 99
    assert (again.raw, again.delivery_id) == (first.raw, first.delivery_id)


def test_a_refused_message_that_sqs_redelivers_is_not_answered_twice_whatever_has_changed(
    sent, message, jobs
):
    bad = message("redelivered after a change", image="other/image")
    forbidden = {"submit_policy_images": ["busybox"], "submit_message_ids": FIRST}

    sent(bad, **forbidden)
    again, heard = sent(bad, submit_message_ids=FIRST)

    assert (again, heard, jobs.all()) == (["rejected"], [], [])


def test_a_message_sent_again_after_the_policy_was_mended_runs(sent, message, jobs, receiver):
    body = message("mended", image="other/image")

    first, (refused,) = sent(body, submit_policy_images=["busybox"], submit_message_ids=FIRST)
    again, _ = sent(body, submit_message_ids=SECOND)
    jobs.until_ended()
    sent(body, submit_message_ids=SECOND)

    assert (first, again) == (["rejected"], ["created"])
    assert receiver.statuses_of("mended") == [99, 0, 1, 2]
    others = [one.delivery_id for one in receiver.callbacks()[1:]]
    assert len({refused.delivery_id, *others}) == 4


@pytest.mark.parametrize("what", ["policy", "template", "variables"])
def test_a_message_that_is_refused_again_after_a_change_has_a_delivery_id_of_its_own(
    what, sent, message, tmp_path
):
    template = tmp_path / "own.yaml.j2"
    template.write_text("{% include 'job.yaml.j2' %}\n")
    body = message(f"refused after a change of the {what}", backoffLimit=-1)
    before = {"submit_template": str(template), "submit_message_ids": FIRST}
    _, (first,) = sent(body, **before)
    changed = {
        "policy": {"submit_policy_max_backoff_limit": 7},
        "template": {},
        "variables": {"submit_job_labels": {"team": "one"}},
    }
    if what == "template":
        template.write_text("{# another one #}{% include 'job.yaml.j2' %}\n")

    _, (second,) = sent(body, **{**before, **changed[what], "submit_message_ids": SECOND})

    assert second.raw == first.raw
    assert second.delivery_id != first.delivery_id


def test_a_refused_body_does_not_bind_its_id(sent, message, jobs, receiver):
    bad, other, valid = (
        message("of three bodies", **job) for job in ({"image": ""}, {"image": "Not One"}, {})
    )

    refused, heard = sent(bad, other, submit_message_ids={"0000": "sqs-1", "0001": "sqs-2"})
    made, _ = sent(valid, submit_message_ids={"0000": "sqs-3"})
    jobs.until_ended()
    again, _ = sent(bad, submit_message_ids={"0000": "sqs-4"})

    assert (refused, made, again) == (["rejected", "rejected"], ["created"], ["exists"])
    assert [one.body["status"] for one in heard] == [99, 99]
    assert receiver.statuses_of("of three bodies") == [99, 0, 1, 2]
    assert len({one.delivery_id for one in receiver.callbacks()}) == 5
    assert len(jobs.all()) == 1


def test_a_99_that_nobody_accepted_yet_is_told_beside_the_job_of_another_body(
    sent, message, jobs, receiver, playbook, namespace
):
    receiver.answer = lambda body: 503 if body["status"] == 99 else 200
    sent(message("beside a job", backoffLimit=-1), submit_message_ids=FIRST)
    (record,) = jobs.all("configmaps")
    digest = record["metadata"]["labels"]["sqs-k8s.jobs/rejection"]

    made, _ = sent(message("beside a job"), submit_message_ids=SECOND)
    receiver.answer = None
    now = {"report_record_namespace": namespace, "report_digests": [digest]}
    until(
        lambda: playbook("report.yml", **now) and 99 in receiver.statuses_of("beside a job"),
        "the pause before the next try is over",
    )

    assert made == ["created"]
    jobs.until_ended()
    sent(message("beside a job"), submit_message_ids=SECOND)
    heard = receiver.statuses_of("beside a job")
    assert [one for one in heard if one != 99] == [0, 1, 2]
    assert heard.count(99) == 1


def test_twins_in_one_batch_are_answered_together_and_each_of_them_once(sent, message):
    bad = message("twins", backoffLimit=-1)
    both = {"0000": "sqs-1", "0001": "sqs-2"}

    first, heard = sent(bad, bad, submit_message_ids=both)
    again, nothing = sent(bad, bad, submit_message_ids=both)

    assert first == again == ["rejected", "rejected"]
    assert [one.body["status"] for one in heard] == [99]
    assert nothing == []


def test_a_run_without_sqs_ids_counts_as_sent_again(sent, message):
    bad = message("by hand", backoffLimit=-1)

    heard = [sent(bad)[1] for _ in range(2)]

    assert len({(one.raw, one.delivery_id) for some in heard for one in some}) == 1
    assert [len(some) for some in heard] == [1, 1]


def test_a_99_that_expired_is_kept_and_replayed_as_it_was_and_tried_anew_where_it_is_sent_again(
    submit, message, report, playbook, receiver, namespace, jobs
):
    where = {"report_record_namespace": namespace}
    bad = message("refused and expired", backoffLimit=-1)
    receiver.answer = lambda _body: 503
    for sqs_ids in (FIRST, SECOND):
        submit(bad, submit_record_namespace=namespace, submit_message_ids=sqs_ids)
        report("refused and expired", report_retry_max_age=0, **where)
        (record,) = jobs.all("configmaps")
        assert "99.json" in record["data"]
    receiver.answer = None

    playbook("replay.yml", ids=["refused and expired"], **where)

    assert [one.code for one in receiver.callbacks()] == [503, 503, 200]
    assert len({(one.raw, one.delivery_id) for one in receiver.callbacks()}) == 1
    assert jobs.all("configmaps") == []
