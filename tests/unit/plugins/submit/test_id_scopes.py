"""Scopes of ids: each queue or sender has ids of its own, and what was made before still counts."""

import json

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.manifest import job_manifest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.message import naming, sources
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.objects import records, selectors, state
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.submit import (
    name_conflicts,
    new_messages,
    outcomes,
    record_writes,
    rejections,
)
from kit.builders.objects import digest_of, job
from kit.builders.policies import policy
from kit.builders.rendering import PROBE, SCHEMA, SITE, TEMPLATE, lookup, message
from kit.builders.statuses import CREATED_AT

QUEUE, OTHER_QUEUE = "arn:aws:sqs:eu-central-1:1:jobs", "arn:aws:sqs:eu-central-1:1:others"
ALICE, MALLORY = "AIDAALICE", "AROAMALLORY"


@pytest.fixture
def read(tmp_path):
    """Read one message as it came from a queue and a sender."""

    def run(body=None, scope="sender", queue=QUEUE, sender=ALICE, send=None):
        path = tmp_path / "0000"
        path.write_text(json.dumps(body or message()))
        given = {
            "queues": {"0000": queue} if queue else {},
            "senders": {"0000": sender} if sender else {},
            "message_ids": {"0000": send} if send else {},
        }
        (one,) = lookup("messages", str(path), schema=str(SCHEMA), id_scope=scope, **given)
        return one

    return run


def its_job(one, label=None, **annotations):
    """A Job that this entry's message made, with another label of its id perhaps."""
    own = {"body-sha256": one["body_sha256"], **annotations}
    made = job(one["id"], webhook=one["webhook"], annotations=own)
    made["metadata"]["labels"]["sqs-k8s.jobs/id"] = label or one["id_label"]
    return made


def is_known(one, *known):
    return new_messages.new_messages([one], list(known)) == []


def heard_at(url, **more):
    return {**message(**more), "webhook": {"url": url}}


def test_without_a_scope_an_id_is_one_wherever_it_comes_from(read):
    labels = {
        read(scope="none", queue=q, sender=s)["id_label"]
        for q in (QUEUE, None)
        for s in (ALICE, None)
    }

    assert labels == {digest_of("one")}
    assert read(scope="none")["former_labels"] == []
    assert read(scope="none")["unscoped_label"] is None


@pytest.mark.parametrize(
    ("scope", "others"),
    [
        ("queue", [{"queue": OTHER_QUEUE}]),
        ("sender", [{"sender": MALLORY}, {"sender": MALLORY, "queue": OTHER_QUEUE}]),
    ],
)
def test_nobody_takes_an_id_away_from_another_queue_or_sender(read, scope, others):
    own = read(scope=scope)

    for other in others:
        anothers = read(heard_at("http://other.example"), scope=scope, **other)
        assert anothers["id_label"] != own["id_label"]
        assert not is_known(own, its_job(anothers))
        assert is_known(own, its_job(own))


@pytest.mark.parametrize(
    ("scope", "same"),
    [("queue", {"sender": MALLORY}), ("sender", {"queue": OTHER_QUEUE})],
)
def test_within_a_scope_an_id_is_one(read, scope, same):
    assert read(scope=scope)["id_label"] == read(scope=scope, **same)["id_label"]


def test_a_roles_sessions_have_the_same_ids(read):
    labels = {read(sender=f"{MALLORY}:{name}")["id_label"] for name in ("a", "b")}

    assert len(labels) == 1


def test_where_the_sender_is_not_known_its_queue_counts_and_without_one_the_id_alone(read):
    assert read(sender=None)["id_label"] == read(scope="queue")["id_label"]
    assert read(queue=None, sender=None)["id_label"] == digest_of("one")


def test_a_queue_that_is_called_like_a_sender_has_ids_of_its_own():
    assert sources.scope("queue", ALICE, None) != sources.scope("sender", None, ALICE)


@pytest.mark.parametrize("scope", ["queue", "sender"])
def test_a_job_made_before_ids_had_a_scope_keeps_its_message_from_running_twice(read, scope):
    one = read(heard_at("http://caller.example"), scope=scope)
    before = its_job(one, digest_of("one"))

    assert is_known(one, before)
    (became,) = outcomes.outcomes([one], [before], [], [])
    assert (became["outcome"], became["warnings"]) == ("exists", [])


def test_a_job_made_under_another_scope_counts_for_its_own_queue_and_sender_alone(read):
    first = read(scope="queue")
    before = its_job(first, queue=QUEUE, sender=ALICE)
    bodies = {"own": {}, "other": {"image": "other"}}

    known = {
        (name, sender): is_known(read(message(**job), sender=sender), before)
        for name, job in bodies.items()
        for sender in (ALICE, MALLORY)
    }

    assert known == {
        ("own", ALICE): True,
        ("own", MALLORY): True,  # the very same body: it asks for nothing else
        ("other", ALICE): True,
        ("other", MALLORY): False,
    }


def test_another_body_does_not_find_a_job_of_which_nobody_knows_where_it_came_from(read):
    before = its_job(read(), digest_of("one"))

    assert not is_known(read(message(image="other")), before)


def test_jobs_and_records_are_looked_for_by_every_label_that_the_id_may_have(read):
    one = read()
    labels = {naming.id_label("one", sources.scope(kind, QUEUE, ALICE)) for kind in sources.SCOPES}

    assert {one["id_label"], *one["former_labels"]} == labels
    assert selectors.selectors([one])["jobs"] == [
        "sqs-k8s.jobs/id in ({})".format(",".join(sorted(labels)))
    ]


@pytest.mark.parametrize("scope", ["none", "queue", "sender"])
def test_a_redelivered_message_finds_its_record_whatever_the_scope_was(read, scope):
    first = read({**message(image=""), "webhook": {"url": "http://a.example"}}, scope, send="m1")
    settled = rejections.recorded(outcomes.outcomes([first], [], [], []), "rules_digest")
    (kept,) = record_writes.new_records(settled, "jobs", CREATED_AT)
    kept["metadata"].update(uid="uid", resourceVersion="1")

    again = read({**message(image=""), "webhook": {"url": "http://a.example"}}, send="m1")

    found = {again["id_label"], *again["former_labels"]}
    assert state.id_label(kept) in found
    (became,) = outcomes.outcomes([again], [kept], [], [])
    assert (became["delivered"], became["record"]) == (False, state.rejection(kept))


def test_what_a_message_becomes_has_the_label_of_its_scope_and_that_of_its_id(read):
    one = read(heard_at("http://a.example"))
    made = {"metadata": {}, "spec": {"template": {"metadata": {}}}}

    stamped = job_manifest.stamp(made, one)

    expected = {"sqs-k8s.jobs/id": one["id_label"], "sqs-k8s.jobs/unscoped-id": digest_of("one")}
    assert stamped["metadata"]["labels"] == expected
    assert stamped["spec"]["template"]["metadata"]["labels"] == expected
    (dead,) = records.expired_callback_records([{**one, "key": "2", "error": "x"}], "jobs", 0.0)
    assert expected.items() <= dead["metadata"]["labels"].items()


def test_the_name_stays_as_it_is_and_the_longer_one_has_the_scope_in_it(read):
    names = {}
    for sender in (ALICE, MALLORY):
        for digits in (naming.NAME_DIGITS, naming.LONG_NAME_DIGITS):
            one = {**read(sender=sender), "name_digits": digits}
            (made,) = lookup(
                *("manifests", {**one, "message": json.dumps(one["message"])}),
                template=str(TEMPLATE),
                probe=str(PROBE),
                site=SITE,
                policy=policy(),
            )
            names[sender, digits] = made["name"]

    assert {names[one, naming.NAME_DIGITS] for one in (ALICE, MALLORY)} == {
        "t-" + digest_of("one")[:8]
    }
    assert names[ALICE, naming.LONG_NAME_DIGITS] == "t-" + read()["id_label"]
    assert names[MALLORY, naming.LONG_NAME_DIGITS] == "t-" + read(sender=MALLORY)["id_label"]


def test_beside_another_senders_job_of_its_id_a_message_gets_the_longer_name(read):
    own, anothers = read(), read(sender=MALLORY)
    holder = its_job(anothers)
    holder["metadata"]["name"] = "t-1"
    taken = {"key": "0000", "outcome": "taken", "namespace": "default", "name": "t-1"}

    (again,) = name_conflicts.name_conflicts([taken], [own], [[holder]])["pending"]

    assert again["name_digits"] == naming.LONG_NAME_DIGITS


def test_a_person_finds_an_id_of_whatever_scope_and_may_say_whose(read):
    plain, own = digest_of("one"), read()["id_label"]
    of_queue = read(scope="queue")["id_label"]

    assert selectors.id_selectors(["one"]) == [
        f"sqs-k8s.jobs/id in ({plain})",
        f"sqs-k8s.jobs/unscoped-id in ({plain})",
    ]
    assert selectors.id_selectors(["one"], sender=ALICE) == [f"sqs-k8s.jobs/id in ({own})"]
    assert selectors.id_selectors(["one"], QUEUE) == [f"sqs-k8s.jobs/id in ({of_queue})"]
    assert selectors.id_selectors([]) == ["sqs-k8s.jobs/id"]
    assert selectors.id_digests([its_job(read()), its_job(read()), {"metadata": {}}]) == [own]
    assert selectors.id_digests(["one", "one", its_job(read())]) == sorted([plain, own])


def test_no_id_can_be_made_up_that_has_the_label_of_another_scope():
    keyed = naming.id_label("one", "sender A")

    assert keyed not in {naming.id_label(text) for text in ("sender A one", "sender Aone", "one")}
    assert naming.id_label("x", "ab") != naming.id_label("bx", "a")


def test_a_message_without_an_id_has_no_scope(read):
    one = read({"id": None})

    assert one["id_label"] == one["body_sha256"][:32]
    assert (one["unscoped_label"], one["former_labels"]) == (None, [])
