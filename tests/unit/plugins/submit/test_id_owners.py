"""Owners of ids: another body with an id does not run, and its caller learns why."""

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.objects import state
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report import callbacks
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.submit import (
    id_owners,
    new_messages,
    outcomes,
    record_writes,
    rejections,
)
from kit.builders.creations import AWAY, CONFLICT, MADE, NO_RIGHTS, NOT_FOUND, without_pilots
from kit.builders.objects import job
from kit.builders.rendering import entry, message
from kit.builders.statuses import CREATED_AT

HERE, THERE = "http://caller.example/hook", "http://other.example/hook"
SKIPPED = {"skipped": True}


def sent(url, key="0000", **more):
    """The entry of a message with one id, whose caller listens at the URL."""
    webhook = {"webhook": {"url": url}} if url else {}
    return entry({**message("one", **more), **webhook}, key)


def settle(entries, answer=SKIPPED, known=()):
    ready = [
        {
            **{name: one[name] for name in ("id_label", "body_sha256")},
            "namespace": "default",
            "name": "t-1",
            "error": None,
            "fault": None,
            "is_listed": True,
            "manifest": {"kind": "Job"},
        }
        for one in new_messages.new_messages(entries, list(known))
    ]
    return outcomes.outcomes(entries, list(known), ready, without_pilots(answer))


def its_job(one):
    return job("one", webhook=one["webhook"], annotations={"body-sha256": one["body_sha256"]})


@pytest.mark.parametrize("image", ["other", ""])
def test_an_id_in_use_by_another_body_is_answered_at_its_own_webhook(image):
    owner, other = sent(HERE), sent(THERE, image=image)

    settled = settle([other], known=[its_job(owner)])

    (one,) = rejections.recorded(settled, "rules_digest")
    assert (one["outcome"], one["error"]["errorCode"]) == ("rejected", "A118")
    (kept,) = record_writes.new_records([one], "jobs", CREATED_AT)
    assert state.webhook(kept) == THERE
    kept["metadata"].update(uid="uid", resourceVersion="1")
    (callback,) = callbacks.callbacks_due([kept], [], CREATED_AT)
    assert (callback["url"], callback["status"]) == (THERE, 99)


def test_what_is_said_of_an_id_in_use_tells_nothing_of_the_other_message():
    error = id_owners.rejection_error_beside(sent(THERE, image="other"), its_job(sent(HERE)))

    assert error["message"] == "the id is in use by another message; give this one an id of its own"


@pytest.mark.parametrize(
    ("owner", "other"),
    [
        (sent(HERE), sent(HERE, image="other")),
        (sent(HERE), sent(HERE, image="")),
        (sent(HERE), sent(None, image="other")),
        (sent(None), sent(None, image="other")),
    ],
)
def test_with_the_same_webhook_or_none_it_is_logged_alone(owner, other):
    (one,) = settle([other], known=[its_job(owner)])

    assert (one["outcome"], one["error"]) == ("exists", None)
    assert any("another body" in words for words in one["warnings"])


@pytest.mark.parametrize("webhook", [HERE, None])
def test_a_message_that_comes_again_finds_its_job(webhook):
    one = sent(webhook)

    (again,) = settle([one], known=[its_job(one)])

    assert (again["outcome"], again["warnings"]) == ("exists", [])


def test_a_body_that_is_anothers_id_is_not_that_ones_message():
    its_id = entry("no JSON")["id_label"]
    found = {its_id: its_job(sent(HERE))}

    assert id_owners.job_of(entry("no JSON"), found) is None


@pytest.mark.parametrize(
    "spelling",
    [
        "HTTP://CALLER.example/hook",
        "http://caller.example:80/hook",
        "http://caller.example./hook",
        "http://caller.example/hook#here",
        "http://caller.example/%68ook",
        "http://caller.example//./x/../hook",
    ],
)
def test_another_spelling_of_its_webhook_tells_an_ids_caller_nothing(spelling):
    assert id_owners.rejection_error_beside(sent(spelling), its_job(sent(HERE))) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://caller.example/hook",
        "http://caller.example:8080/hook",
        "http://caller.example/",
        "http://caller.example/hook?token=1",
        "http://caller.example:x/hook",
    ],
)
def test_another_url_is_another_webhook(url):
    assert id_owners.rejection_error_beside(
        {**sent(HERE, image="other"), "webhook": url}, its_job(sent(HERE))
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://m\u00fcnchen.example/hook", "https://xn--mnchen-3ya.example/hook"),
        ("http://8.8.8.8/hook", "http://134744072/hook"),
        ("http://8.8.8.8/hook", "http://[::ffff:8.8.8.8]/hook"),
        ("http://caller.example/hook?a=b+c", "http://caller.example/hook?a=b%20c"),
        ("http://caller.example/%2fhook", "http://caller.example/%2Fhook"),
        ("http://caller.example/\u00e4?q=\u00e4", "http://caller.example/%C3%A4?q=%c3%a4"),
        ("http://caller.example/a|b{1}", "http://caller.example/a%7Cb%7B1%7D"),
        ("http://caller.example/a@b!;c", "http://caller.example/a%40b%21%3Bc"),
    ],
)
def test_two_spellings_of_one_webhook_are_the_same_one(one, other):
    assert id_owners.rejection_error_beside(sent(other, image="other"), its_job(sent(one))) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://caller.example/hook?token=abc", "http://caller.example/hook?token%3Dabc"),
        ("http://caller.example/a/b", "http://caller.example/a%2Fb"),
        ("http://caller.example/a%25zz", "http://caller.example/a%zz0"),
        ("http://caller.example/a?b=c%26d", "http://caller.example/a?b=c&d"),
    ],
)
def test_an_escape_that_means_something_else_makes_another_webhook(one, other):
    error = id_owners.rejection_error_beside(sent(one, image="other"), its_job(sent(other)))

    assert error["errorCode"] == "A118"


@pytest.mark.parametrize("image", ["other", ""])
def test_within_a_batch_the_body_that_made_the_job_has_the_id(image):
    owner, other = sent(HERE), sent(THERE, "0001", image=image)

    made, refused = settle([owner, other], MADE)

    assert (made["outcome"], refused["outcome"]) == ("created", "rejected")
    assert refused["error"]["errorCode"] == "A118"


@pytest.mark.parametrize("answer", [AWAY, CONFLICT, NO_RIGHTS, NOT_FOUND])
@pytest.mark.parametrize("webhook", [HERE, THERE])
def test_where_the_first_body_has_made_no_job_the_other_one_is_tried_next_and_hears_nothing_of_it(
    answer, webhook
):
    owner, other = sent(HERE), sent(webhook, "0001", image="other")

    _, postponed = settle([owner, other], answer)

    assert (postponed["outcome"], postponed["attempted"]) == ("postponed", False)
    assert (postponed["namespace"], postponed["name"], postponed["error"]) == (None, None, None)
    assert postponed["reason"] == "its id is in use by another message"


def test_a_job_of_this_label_that_nobody_signed_is_anothers():
    foreign = job("one", annotations={"body-sha256": None, "webhook": None})

    (one,) = settle([sent(HERE)], known=[foreign])

    assert one["error"]["errorCode"] == "A118"
