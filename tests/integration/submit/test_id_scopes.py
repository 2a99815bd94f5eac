"""Ids of senders that do not trust each other: each has its own, and a person finds them all."""

import base64
import json

import pytest
from kit.builders.messages import LONG
from kit.servers.endpoint import Endpoint

QUEUE = "arn:aws:sqs:eu-central-1:123456789012:jobs"
ALICE, MALLORY = "AIDAALICE", "AROAMALLORY:any-session"
SECRET = "whsec_" + base64.b64encode(b"x" * 32).decode()


@pytest.fixture
def sent(submit):
    """Submit one message as a sender's, and return its outcome."""

    def run(body, sender=None, scope="sender"):
        known = {"submit_senders": {"0000": sender}, "submit_queues": {"0000": QUEUE}}
        done = submit(body, submit_id_scope=scope, **(known if sender else {}))
        (outcome,) = done.of("outcome")
        return outcome

    return run


@pytest.fixture
def told(playbook):
    """Report these outcomes' Jobs and records."""

    def run(*outcomes, **variables):
        digests = [one["record"] or one["id_label"] for one in outcomes]
        playbook("report.yml", report_digests=digests, **variables)

    return run


def test_each_sender_has_ids_of_its_own_and_both_hear_of_their_jobs(
    sent, told, message, jobs, receiver, stranger
):
    theirs = {**message("scoped, shared", args=["theirs"]), "webhook": {"url": stranger.url}}

    first, second = sent(theirs, MALLORY), sent(message("scoped, shared"), ALICE)
    again = sent(message("scoped, shared"), ALICE)
    jobs.until_ended()
    told(first, second)

    assert [one["outcome"] for one in (first, second, again)] == ["created", "created", "exists"]
    assert (
        receiver.statuses_of("scoped, shared")
        == stranger.statuses_of("scoped, shared")
        == [0, 1, 2]
    )
    names = sorted(one["metadata"]["name"] for one in jobs.all())
    assert names[1].startswith("t-")
    assert names[1].endswith(second["id_label"])


def test_a_job_made_before_ids_had_a_scope_keeps_its_message_from_running_twice(
    sent, message, jobs
):
    before = sent(message("scoped, before"), ALICE, scope="none")

    assert sent(message("scoped, before"), ALICE)["outcome"] == "exists"
    assert before["outcome"] == "created"
    assert len(jobs.all()) == 1


def test_a_person_cancels_an_id_of_whatever_scope_and_says_whose_where_several_have_it(
    sent, message, playbook
):
    body = message("scoped, to cancel", env=LONG)
    for sender in (ALICE, MALLORY):
        assert sent(body, sender)["outcome"] == "created"

    unsaid = playbook("cancel.yml", id="scoped, to cancel", fails=True)
    playbook("cancel.yml", id="scoped, to cancel", sender=ALICE)
    playbook("cancel.yml", id="scoped, to cancel", sender="AROAMALLORY")

    assert "add -e queue=ARN or -e sender=ID" in unsaid.stdout


def test_a_callback_that_expired_is_replayed_by_its_id_whatever_its_scope(
    sent, told, message, jobs, receiver, playbook, namespace
):
    where = {"report_record_namespace": namespace}
    receiver.answer = lambda _body: 503
    made = sent(message("scoped, expired"), ALICE)
    jobs.until_ended()
    told(made, report_retry_max_age=0, **where)
    receiver.answer = None

    playbook("replay.yml", ids=["scoped, expired"], **where)

    uid = jobs.one()["metadata"]["uid"]
    heard = [(one.code, one.delivery_id) for one in receiver.callbacks()]
    assert heard == [(503, f"{uid}-0"), (200, f"{uid}-0")]


def test_only_who_may_speak_for_a_service_has_its_signature(sent, told, message, tmp_path):
    secrets = tmp_path / "secrets.json"
    secrets.write_text(json.dumps({"example": SECRET}))
    rules = {"example": {"senders": ["AIDAALICE"]}}
    with Endpoint() as endpoint:
        for sender in (ALICE, MALLORY, None):
            made = sent(
                {**message(f"spoken by {sender}"), "webhook": {"url": endpoint.url}}, sender
            )
            told(
                made,
                report_webhook_secrets_file=str(secrets),
                report_webhook_secrets_for=rules,
                report_queue_count=2,
            )

        signed = {
            json.loads(one.body)["id"]: "webhook-signature" in one.headers
            for one in endpoint.requests
        }

    assert signed == {
        f"spoken by {ALICE}": True,
        f"spoken by {MALLORY}": False,
        "spoken by None": False,
    }
