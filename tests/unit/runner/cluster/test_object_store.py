"""The watch's memory of Jobs and records: their states, and how long callers wait."""

import json
from datetime import UTC, datetime

import pytest
from sqs_k8s_jobs.cluster import predicates
from sqs_k8s_jobs.cluster.object_store import ObjectStore

CREATED, ENDED, REFUSED = 1_700_000_000.0, 1_700_000_100.0, 1_700_000_050.0


def moment(seconds):
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def thing(uid="a", status=None, spec=None, annotations=None, **labels):
    metadata = {
        "uid": uid,
        "creationTimestamp": moment(CREATED),
        "labels": labels,
        "annotations": annotations or {},
    }
    return {"metadata": metadata, "spec": spec or {}, "status": status or {}}


def ended(kind="Complete", uid="a", **more):
    condition = {"type": kind, "status": "True", "lastTransitionTime": moment(ENDED)}
    return thing(uid, {"conditions": [condition]}, **more)


RUNNING = {"ready": 1}
DONE = {predicates.DONE_LABEL: "true"}


class Changes:
    """Keeps the changes that were said."""

    def __init__(self):
        self.said = []

    def started(self, created):
        self.said.append(("started", created))

    def delivered(self, ended):
        self.said.append(("delivered", ended))


@pytest.fixture
def changes():
    return Changes()


@pytest.fixture
def seen(changes, clock):
    return ObjectStore(changes, clock)


def states(seen):
    return {state: count for state, count in seen.states().items() if count}


@pytest.mark.parametrize(
    ("job", "state"),
    [
        (thing(), "pending"),
        (thing(spec={"suspend": True}), "suspended"),
        (thing(status=RUNNING), "running"),
        (ended(), "complete"),
        (ended("Failed"), "failed"),
        (ended(**DONE), "delivered"),
    ],
)
def test_a_job_is_in_one_state(seen, job, state):
    seen.upsert(job)

    assert states(seen) == {state: 1}


def test_the_last_look_at_a_job_counts(seen):
    seen.upsert(thing())
    seen.upsert(thing("b"))
    seen.upsert(thing(status=RUNNING))

    assert states(seen) == {"pending": 1, "running": 1}


def test_what_is_gone_counts_no_more_whether_seen_to_go_or_not_listed(seen):
    for uid in ("a", "b", "c"):
        seen.upsert(thing(uid))
    seen.delete(thing("a"))
    assert states(seen) == {"pending": 2}

    seen.begin_relist()
    seen.upsert(thing("c"))
    seen.finish_relist()
    assert states(seen) == {"pending": 1}


def test_a_start_and_an_acceptance_are_said_once_when_they_are_seen_to_happen(seen, changes):
    steps = [thing(), thing(status=RUNNING), thing(status=RUNNING), ended(), ended(**DONE)]
    for step in (*steps, ended(**DONE)):
        seen.upsert(step)

    assert changes.said == [("started", CREATED), ("delivered", ENDED)]


def test_of_what_had_happened_before_the_first_look_no_time_is_said(seen, changes):
    seen.upsert(thing("a", RUNNING))
    seen.upsert(ended(uid="b", **DONE))

    assert changes.said == []


def refused(uid="a", text=None, **labels):
    retry = json.dumps({"since": REFUSED, "tries": 3}) if text is None else text
    return thing(uid, annotations={predicates.RETRY_ANNOTATION: retry}, **labels)


def record(uid="a", **labels):
    return thing(uid, **{predicates.RECORD_LABEL: "refused", **labels})


@pytest.mark.parametrize(
    ("one", "since"),
    [
        (thing(), None),
        (refused(), REFUSED),
        (refused(**DONE), None),
        (ended(), ENDED),
        (ended(**DONE), None),
        (record(), CREATED),
        (record(**DONE), None),
        (record(**{predicates.EXPIRED_LABEL: "true"}), None),
    ],
)
def test_somebody_waits_from_the_first_refusal_or_the_end(seen, one, since):
    seen.upsert(one)

    assert seen.waits_since() == since


def test_the_one_that_waits_longest_counts(seen):
    seen.upsert(ended(uid="a"))
    seen.upsert(refused("b"))

    assert seen.waits_since() == REFUSED


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"since": "soon"}', "{}", "[" * 99_999])
def test_somebody_elses_words_of_a_retry_are_no_fault(seen, text):
    seen.upsert(refused(text=text))

    assert seen.waits_since() is None


def test_of_jobs_that_may_wait_for_ever_the_oldest_is_known(seen):
    failing = {"type": "FailureTarget", "status": "True", "lastTransitionTime": moment(ENDED)}
    earlier = {**failing, "lastTransitionTime": moment(REFUSED)}
    seen.upsert(thing("a", {"conditions": [failing]}))
    seen.upsert(thing("b", {"conditions": [earlier]}))
    seen.upsert(thing("c", spec={"suspend": True}))
    seen.upsert(thing("d"))

    assert seen.oldest() == {predicates.ENDING: REFUSED, predicates.SUSPENDED: CREATED}
    seen.upsert(ended("Failed", "b"))
    assert seen.oldest()[predicates.ENDING] == ENDED


def test_of_several_objects_of_an_id_the_first_that_is_due_counts_until_it_is_gone(seen, clock):
    labels = {predicates.ID_LABEL: "one"}
    seen.upsert(thing("a", **labels), 10.0)
    seen.upsert(thing("b", **labels), 20.0)
    seen.upsert(thing("c", **labels))
    clock.now += 4
    assert (seen.due_in("one"), seen.due_in("other")) == (6.0, None)

    seen.upsert(thing("a", **labels), 30.0)
    assert seen.due_in("one") == 16.0
    seen.delete(thing("b", **labels))
    assert seen.due_in("one") == 30.0
    seen.begin_relist()
    seen.upsert(thing("c", **labels))
    seen.finish_relist()
    assert seen.due_in("one") is None
