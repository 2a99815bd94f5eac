"""The retention of Jobs and records, and their release."""

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.objects import finalizers, keys
from kit.builders.objects import job, merged, record, strangers_job
from kit.builders.statuses import CREATED, CREATED_AT

WINDOW = 3600.0


def test_a_manifest_is_held_by_the_finalizer_once_beside_its_own():
    manifest = {"metadata": {"name": "t-1"}}

    assert finalizers.has_finalizer(finalizers.add_finalizer(manifest))
    finalizers.add_finalizer(manifest)["metadata"]["finalizers"].append("theirs")
    assert sorted(finalizers.add_finalizer(manifest)["metadata"]["finalizers"]) == [
        *(keys.FINALIZER, "theirs")
    ]


@pytest.mark.parametrize("metadata", [{}, {"finalizers": None}, {"finalizers": ["theirs"]}])
def test_a_job_without_the_finalizer_is_not_held(metadata):
    assert not finalizers.has_finalizer({"metadata": metadata})


def over(things, now, window=WINDOW):
    return finalizers.over(things, now, window)


def test_what_is_told_of_is_over_once_its_window_is():
    told = [
        job(settled="0 1 2", done=True),
        job(settled="0 99", done=True),
        record(settled="99", done=True),
        record(annotations={"expired-99": CREATED}, done=True),
    ]

    assert over(told, CREATED_AT + WINDOW) == told
    assert over(told, CREATED_AT + WINDOW - 1) == []


def test_the_window_begins_with_the_last_thing_told_and_not_with_a_later_look():
    looked_at_later = {"reported-0": "2026-01-01T01:00:00Z", "next-look": "2027-01-01T00:00:00Z"}
    told = [job(settled="1 2", done=True, annotations=looked_at_later)]

    assert over(told, CREATED_AT + WINDOW) == told


def test_what_is_not_told_of_is_never_over():
    untold = [job(settled="0 1"), record(), strangers_job()]

    assert over(untold, CREATED_AT + 1e9) == []


def test_numbers_may_be_texts_as_a_template_gives_them():
    told = [job(settled="2", done=True)]

    assert over(told, str(CREATED_AT + WINDOW), str(WINDOW)) == told
    assert over(told, str(CREATED_AT), str(WINDOW)) == []


def test_a_release_takes_our_finalizer_and_leaves_others():
    both = job(finalizers=("theirs", keys.FINALIZER, "foregroundDeletion"))

    (patch,) = finalizers.releases([both])

    assert merged(both, patch)["metadata"]["finalizers"] == ["theirs", "foregroundDeletion"]


def test_a_release_holds_for_the_job_as_it_was_read_only():
    (patch,) = finalizers.releases([job()])

    assert patch["metadata"]["resourceVersion"] == "7"
    assert patch["metadata"]["uid"] == job()["metadata"]["uid"]


def test_a_job_that_is_not_held_needs_no_release():
    assert finalizers.releases([job(finalizers=()), strangers_job()]) == []


def test_a_record_is_removed_unless_it_keeps_a_callback_that_expired():
    keeping = record("kept")
    keeping["metadata"]["labels"][keys.EXPIRED_LABEL] = "true"

    (removal,) = finalizers.removals([record("gone", uid="uid-of-gone"), keeping])

    assert removal["metadata"]["uid"] == "uid-of-gone"


@pytest.mark.parametrize(("next_look", "told_at"), [(CREATED, CREATED_AT), (None, 0.0)])
def test_without_a_terminal_status_the_window_begins_with_the_next_look(next_look, told_at):
    told = [job(settled="0", done=True, annotations={"next-look": next_look})]

    assert over(told, told_at + WINDOW) == told
    assert over(told, told_at + WINDOW - 0.5) == []
