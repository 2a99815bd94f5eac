"""Nobody owns another's id: by an invalid message first, a valid one first, or one that expired."""

import pytest

FIRST, SECOND = {"0000": "sqs-1"}, {"0000": "sqs-2"}


@pytest.fixture
def sent(submit, playbook, namespace):
    """Submit a message, report what became of it, and return the outcomes."""

    def run(body, **variables):
        done = submit(body, submit_record_namespace=namespace, **variables)
        (outcome,) = done.of("outcome")
        playbook(
            "report.yml",
            report_record_namespace=namespace,
            report_digests=[outcome["record"] or outcome["id_label"]],
        )
        return done.outcomes

    return run


def at(body, caller):
    return {**body, "webhook": {"url": caller.url}}


def test_an_id_that_a_valid_message_has_is_in_use_and_another_caller_hears_so(
    sent, message, jobs, receiver, stranger
):
    owner, other = message("in use"), at(message("in use", args=["other"]), stranger)

    assert sent(owner, submit_message_ids=FIRST) == ["created"]
    assert sent(other, submit_message_ids=SECOND) == ["rejected"]
    assert sent(other, submit_message_ids=SECOND) == ["rejected"]

    (callback,) = stranger.callbacks()
    assert (callback.body["id"], callback.body["status"]) == ("in use", 99)
    assert callback.body["detail"]["error"]["errorCode"] == "A118"
    jobs.until_ended()
    sent(owner, submit_message_ids=FIRST)
    assert receiver.statuses_of("in use") == [0, 1, 2]
    assert len({one.delivery_id for one in [callback, *receiver.callbacks()]}) == 4


@pytest.mark.parametrize("answer", [200, 503])
def test_an_id_that_an_invalid_message_was_sent_with_is_its_owners_all_the_same(
    answer, sent, message, jobs, receiver, stranger
):
    stranger.answer = lambda _body: answer
    message_id = f"first refused, answered {answer}"
    bad = at(message(message_id, backoffLimit=-1), stranger)

    assert sent(bad, submit_message_ids=FIRST) == ["rejected"]
    assert sent(message(message_id), submit_message_ids=SECOND) == ["created"]
    jobs.until_ended()
    sent(message(message_id), submit_message_ids=SECOND)

    assert receiver.statuses_of(message_id) == [0, 1, 2]
    assert [one.body["status"] for one in stranger.callbacks()] == [99]


def test_a_playbook_for_one_message_tells_its_caller_and_leaves_the_others_job_alone(
    submit, message, playbook, jobs, receiver, stranger, namespace, message_file
):
    submit(message("by hand, in use"), submit_record_namespace=namespace)
    before = jobs.one()["metadata"]["finalizers"]
    other = at(message("by hand, in use", args=["other"]), stranger)
    where = {"submit_record_namespace": namespace, "report_record_namespace": namespace}
    done = playbook("message.yml", message_file=message_file(other), **where, fails=True)

    assert "the id is in use" in done.stdout
    assert [one.body["status"] for one in stranger.callbacks()] == [99]
    assert receiver.callbacks() == []
    assert jobs.one()["metadata"]["finalizers"] == before
    assert jobs.all("configmaps") == []
