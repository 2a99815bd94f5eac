"""Name conflicts, and the second try at them."""

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.submit import (
    name_conflicts,
    outcomes,
)
from kit.builders.objects import job, strangers_job
from kit.builders.rendering import entry, message

TAKEN, CREATED, EXISTS = "taken", "created", "exists"


def batch(*ids, image="busybox", url="http://caller.example"):
    """Entries by their position."""
    bodies = [{**message(one, image=image), "webhook": {"url": url}} for one in ids]
    return [entry(body, f"{number:04d}") for number, body in enumerate(bodies)]


def became(entries, *outcomes, **more):
    """Return the messages' outcomes."""
    names = ("key", "id", "id_label", "webhook", "warnings", "body_sha256", "error")
    nothing = {"reason": None, "namespace": "default", "delivered": None, "fault": False}
    return [
        {**nothing, **{name: one[name] for name in names}, "outcome": outcome, **more}
        | {"name": f"t-{one['id']}"}
        for one, outcome in zip(entries, outcomes, strict=True)
    ]


def named(holder, name):
    holder["metadata"]["name"] = name
    return holder


def of_each(settled):
    return [one["outcome"] for one in settled]


def test_only_messages_whose_name_was_taken_are_tried_again():
    entries = batch("a", "b", "c")
    settled = became(entries, TAKEN, CREATED, TAKEN)

    assert name_conflicts.name_conflicts(settled)["taken"] == [settled[0], settled[2]]
    assert name_conflicts.name_conflicts(settled, entries, [[], []])["pending"] == [
        entries[0],
        entries[2],
    ]


def test_a_name_that_another_ids_job_holds_is_tried_again_with_more_digits():
    entries = batch("a", "b")

    (again,) = name_conflicts.name_conflicts(
        became(entries, TAKEN, CREATED), entries, [[named(job("other"), "t-a")]]
    )["pending"]

    assert (again["id"], again["error"]) == ("a", None)
    assert again["name_digits"] > entries[0]["name_digits"]


def test_a_name_that_a_strangers_job_holds_is_refused_and_named():
    entries = batch("a")

    (again,) = name_conflicts.name_conflicts(
        became(entries, TAKEN), entries, [[strangers_job("t-a")]]
    )["pending"]

    assert again["error"]["errorCode"] == "A102"
    assert "default/t-a" in again["error"]["message"]


def test_a_name_whose_holder_went_meanwhile_is_tried_again_as_it_is():
    entries = batch("a")

    assert (
        name_conflicts.name_conflicts(became(entries, TAKEN), entries, [[]])["pending"] == entries
    )


def long_name(one):
    return f"t-{one['id_label']}"


def test_a_longer_name_that_another_ids_job_holds_is_refused_and_named():
    entries = batch("a", "b")
    settled = became(entries, TAKEN, CREATED)
    settled[0]["name"] = long_name(entries[0])

    (again,) = name_conflicts.name_conflicts(
        settled, entries, [[named(job("other"), long_name(entries[0]))]]
    )["pending"]

    assert again["error"]["errorCode"] == "A102"
    assert f"default/{long_name(entries[0])}" in again["error"]["message"]


@pytest.mark.parametrize("holder", [job("other"), strangers_job()])
def test_a_name_that_stays_taken_is_an_end_with_words(holder):
    entries = batch("a", "b")
    again = became(entries, TAKEN, CREATED)
    again[0]["name"] = long_name(entries[0])

    ended, made = name_conflicts.ended(again, [[named(holder, long_name(entries[0]))]])

    assert (ended["outcome"], ended["error"]["errorCode"]) == ("rejected", "A102")
    assert f"default/{long_name(entries[0])}" in ended["error"]["message"]
    assert made == again[1]


@pytest.mark.parametrize("is_its_own", [True, False])
def test_a_longer_name_that_its_own_job_or_nobody_holds_is_looked_at_again(is_its_own):
    entries = batch("a")
    again = became(entries, TAKEN)
    again[0]["name"] = long_name(entries[0])
    holders = [named(job("a"), long_name(entries[0]))] if is_its_own else []

    assert name_conflicts.ended(again, [holders]) == again
    assert name_conflicts.name_conflicts(again, entries, [holders])["pending"] == entries


def test_a_short_name_that_is_taken_again_ends_nothing():
    again = became(batch("a"), TAKEN)

    assert name_conflicts.ended(again, [[named(job("other"), "t-a")]]) == again


def test_a_job_of_this_name_in_another_namespace_holds_nothing():
    entries = batch("a")
    elsewhere = strangers_job("t-a")
    elsewhere["metadata"]["namespace"] = "elsewhere"

    assert (
        name_conflicts.name_conflicts(became(entries, TAKEN), entries, [[elsewhere]])["pending"]
        == entries
    )


def test_the_second_try_has_the_last_word():
    entries = batch("a", "b")

    last = outcomes.final_outcomes(became(entries, TAKEN, CREATED), became(entries[:1], EXISTS))

    assert of_each(last) == ["exists", "created"]


def test_a_name_that_is_still_taken_is_another_days_matter():
    first = became(batch("a"), TAKEN)

    assert of_each(outcomes.final_outcomes(first)) == ["retry"]
    assert of_each(first) == ["taken"]


def test_a_submit_run_gives_a_limited_number_of_jobs_a_longer_name():
    most = name_conflicts.MAX_HOLDERS
    entries = batch(*map(str, range(most + 5)))
    first = became(entries, *[TAKEN] * len(entries))
    (taken, pending) = (
        name_conflicts.name_conflicts(first, entries, holders)[name]
        for name, holders in (
            ("taken", []),
            ("pending", [[named(job("other"), f"t-{n}")] for n in range(most)]),
        )
    )

    later = became(pending, *[CREATED] * most, EXISTS, *[TAKEN] * 4)
    last = outcomes.final_outcomes(first, later, [])

    assert [one["key"] for one in taken] == [one["key"] for one in entries[:most]]
    digits = [one["name_digits"] for one in pending]
    assert (min(digits[:most]), max(digits[most:])) == (32, 8), "the others as they are"
    assert of_each(last) == [CREATED] * most + [EXISTS] + ["retry"] * 4
    left = last[-1]
    assert (left["namespace"], left["fault"]) == (None, False), "its namespace takes Jobs"
    assert left["reason"] == name_conflicts.NEXT_RUN
