"""Signed callbacks: those of the queues and senders that may speak for a service."""

import base64

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.message import sources
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks import (
    delivery,
    delivery_options,
    signatures,
    speakers,
)

QUEUE = "arn:aws:sqs:eu-central-1:123456789012:billing-jobs"
OTHER = "arn:aws:sqs:eu-central-1:123456789012:public"
ROLE, SESSION = "AROAEXAMPLE", "AROAEXAMPLE:i-0123"
SECRETS = {
    name: "whsec_" + base64.b64encode(name.encode() * 8).decode() for name in ("billing", "default")
}


def sent(endpoint, rules, queues=1, secrets=SECRETS, **callback):
    """The headers with which a callback is sent."""
    options = {"ca_file": None, "allow_nonstrict_certificates": False, "hosts": ["*"]}
    options |= {"allow": ["127.0.0.1"], "deny": [], "timeout": 30, "workers": 1, "patience": None}
    options |= {"answering": {}, "ports": ["1-65535"]}
    options |= {"secrets_file": None, "secrets": secrets, "secrets_for": rules}
    options["queue_count"] = queues
    one = {"id": "one", "url": endpoint.url, "status": 99, "body": "{}", "delivery_id": "x-99"}
    (answer,) = delivery.deliver([{**one, **callback}], delivery_options.read(options))
    assert answer["accepted"], answer
    return endpoint.requests[-1].headers


def is_signed(*what, **more):
    return "webhook-signature" in sent(*what, **more)


@pytest.mark.parametrize("queue", [QUEUE, OTHER, None])
def test_of_one_queue_every_callback_is_signed_where_nothing_is_said(endpoint, queue):
    assert is_signed(endpoint, {}, service="billing", queue=queue)
    assert is_signed(endpoint, None, service="other", queue=queue)


def test_of_several_queues_it_must_be_said_which_speak_for_a_service(endpoint):
    with pytest.raises(speakers.InvalidSpeakers, match="3 queues are served: say from which"):
        sent(endpoint, {}, 3, service="billing", queue=QUEUE)

    assert not is_signed(endpoint, {}, 3, secrets=None, service="billing", queue=QUEUE)


@pytest.mark.parametrize(
    ("rule", "queue", "sender", "expected"),
    [
        ({"queues": [QUEUE]}, QUEUE, ROLE, True),
        ({"queues": ["billing-*"]}, QUEUE, ROLE, True),
        ({"queues": ["billing-*"]}, OTHER, ROLE, False),
        ({"queues": ["*", "!public"]}, OTHER, ROLE, False),
        ({"senders": [ROLE]}, OTHER, ROLE, True),
        ({"senders": [ROLE]}, QUEUE, "AIDAEXAMPLE", False),
        ({"queues": ["public"], "senders": [ROLE]}, QUEUE, ROLE, True),
        ({"queues": [QUEUE], "senders": [ROLE]}, None, None, False),
        ({"queues": ["", QUEUE]}, None, None, True),
        ({"queues": ["*"]}, None, None, True),
        ({"queues": []}, QUEUE, ROLE, False),
    ],
)
def test_a_callback_is_signed_for_the_queues_and_senders_that_may_speak_for_its_service(
    endpoint, rule, queue, sender, expected
):
    headers = sent(endpoint, {"billing": rule}, 2, service="billing", queue=queue, sender=sender)

    assert ("webhook-signature" in headers) == ("webhook-timestamp" in headers) == expected
    assert headers["webhook-id"] == "x-99"


def test_who_may_speak_for_one_service_speaks_for_no_other_one(endpoint):
    rules = {"billing": {"queues": ["billing-*"]}}

    assert not is_signed(endpoint, rules, service="other", queue=QUEUE)
    assert not is_signed(endpoint, rules, queue=QUEUE)
    assert not is_signed(endpoint, {"default": {"queues": ["*"]}}, service="billing", queue=QUEUE)
    assert is_signed(endpoint, {"default": {"queues": ["*"]}}, service="other", queue=QUEUE)


@pytest.mark.parametrize(
    "rules",
    [
        ["billing"],
        {"billing": []},
        {"billing": {}},
        {"billing": {"queues": "billing-*"}},
        {"billing": {"queue": ["billing-*"]}},
    ],
)
def test_what_cannot_be_read_is_said_by_its_variable(rules):
    with pytest.raises(speakers.InvalidSpeakers, match="report_webhook_secrets_for"):
        speakers.read(rules, 1)


def test_whose_secret_signs_is_the_services_own_or_that_of_all_others():
    secrets = signatures.read(SECRETS)

    assert [secrets.owner(one) for one in ("billing", "other", None, "")] == [
        "billing",
        *["default"] * 3,
    ]


@pytest.mark.parametrize(
    ("sender_id", "sender"),
    [
        (SESSION, ROLE),
        (f"{ROLE}:any: name\n", ROLE),
        ("AIDAEXAMPLE", "AIDAEXAMPLE"),
        ("123456789012", "123456789012"),
        ("123456789012:bob", "123456789012:bob"),
        ("", None),
        (None, None),
    ],
)
def test_a_sender_is_a_user_or_a_role_whatever_its_session_is_called(sender_id, sender):
    assert sources.sender(sender_id) == sender


def test_where_a_message_comes_from_is_what_sqs_says_of_it():
    found = sources.of_all(["0000", "0001"], {"0000": QUEUE}, {"0000": SESSION, "0002": "x"})

    assert found == {
        "0000": {"queue": QUEUE, "sender": ROLE},
        "0001": {"queue": None, "sender": None},
    }
    assert [sources.of_entry(one) for one in found.values()] == [(QUEUE, ROLE), ("", "")]


RULE = {"queues": ["*"]}


@pytest.mark.parametrize("rules", [{"other": RULE}, {"billing": RULE, "other": RULE}])
def test_a_service_that_is_listed_and_has_no_secret_is_refused_by_name(endpoint, rules):
    with pytest.raises(speakers.InvalidSpeakers, match="service other has no secret of its own"):
        sent(endpoint, rules, service="other", queue=QUEUE)

    assert endpoint.requests == []


def test_services_may_be_listed_before_there_is_any_secret(endpoint):
    assert not is_signed(endpoint, {"other": RULE}, secrets=None, service="other", queue=QUEUE)
