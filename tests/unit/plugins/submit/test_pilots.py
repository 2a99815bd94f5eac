"""Pilots: Jobs that go ahead in each namespace, and fail for all others where nothing passes."""

import json

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.cluster import create_result
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.submit import (
    pilots,
)
from kit.builders.creations import MADE, NONE, in_pieces, registered, without_pilots

AWAY = {"error": {"msg": "Failed to create object: failed calling webhook"}}


def invalid():
    """Return the module's result for a Job that the API server rejects."""
    status = json.dumps({"code": 422, "message": "image: Required value"})
    return {"error": {"msg": f"Failed to create object: b'{status}'"}}


def rendered(*names, manifest="{}"):
    """Return rendered Jobs for names such as `a/1`: namespace, id."""
    return [
        {
            "id_label": name,
            "namespace": name.partition("/")[0],
            "name": f"job-{name}",
            "manifest": manifest,
        }
        for name in names
    ]


def ids(some):
    return [one["id_label"] for one in some]


def test_the_first_with_a_manifest_goes_ahead_in_each_namespace():
    some = [*rendered("a/0", manifest=None), *rendered("a/1", "b/1", "a/2", "b/2")]

    assert ids(pilots.pilots(some)) == ["a/1", "b/1"]


def followers(some, *created):
    """Return who follows, given what was said of the pilots and of the second ones."""
    return ids(pilots.followers(some, pilots.results_of(some, created)))


@pytest.mark.parametrize("result", [MADE, invalid()])
def test_where_it_passed_or_was_refused_for_itself_the_others_follow(result):
    some = rendered("a/1", "a/2", "a/3")
    piloted = in_pieces(result)

    assert pilots.second_pilots(some, pilots.results_of(some, [piloted])) == []
    assert followers(some, piloted, NONE) == ["a/2", "a/3"]


def test_where_it_could_not_pass_the_last_of_its_namespace_is_tried_and_others_follow():
    some = rendered("a/1", "b/1", "a/2", "b/2", "a/3", "c/1")
    piloted = in_pieces(registered(AWAY, MADE, AWAY))

    assert ids(pilots.second_pilots(some, pilots.results_of(some, [piloted]))) == ["a/3"]
    assert followers(some, piloted, in_pieces(MADE)) == ["a/2", "b/2"]


def test_where_the_second_one_passes_the_first_has_failed_for_what_is_its_own():
    some = rendered("a/1", "a/2", "a/3", "a/4")

    assert followers(some, in_pieces(AWAY), in_pieces(MADE)) == ["a/2", "a/3"]


def test_where_neither_could_pass_nobody_of_the_namespace_follows_and_others_do():
    some = rendered("a/1", "b/1", "a/2", "b/2", "a/3")
    created = [in_pieces(registered(AWAY, MADE)), in_pieces(AWAY)]

    assert followers(some, *created) == ["b/2"]


def test_followers_are_of_each_namespace_in_turn_and_in_their_order():
    some = rendered("a/1", "a/2", "a/3", "b/1", "c/1", "c/2")

    assert followers(some) == ["a/1", "b/1", "c/1", "a/2", "c/2", "a/3"]


def test_where_there_was_no_time_for_a_second_one_the_first_says_nothing_of_others():
    some = rendered("a/1", "a/2", "a/3")
    no_time = in_pieces({"skipped": True})

    results = pilots.results_of_all(some, [in_pieces(AWAY), no_time, no_time])

    assert list(results) == ["a/1"]


def test_a_pilots_result_is_that_of_those_who_were_not_tried_and_is_known_as_such():
    some = rendered("a/1", "b/1", "a/2", "b/2", "b/3", "a/3")
    created = [
        in_pieces(registered(AWAY, MADE)),
        in_pieces(AWAY),
        in_pieces(registered(MADE, invalid())),
    ]

    results = pilots.results_of_all(some, created)

    verdicts = {name: create_result.classify(result)[0] for name, result in results.items()}
    assert verdicts == {
        "a/1": "retry",
        "a/2": "retry",
        "a/3": "retry",
        "b/1": "created",
        "b/2": "created",
        "b/3": "rejected",
    }
    assert [name for name, one in results.items() if one.get(pilots.OF_ANOTHER)] == ["a/2"]


def test_where_none_went_ahead_all_are_created_together():
    some = rendered("a/1", "a/2")

    assert followers(some) == followers(some, NONE, NONE) == ["a/1", "a/2"]
    results = pilots.results_of_all(some, without_pilots(registered(MADE, AWAY)))
    assert results == {"a/1": MADE, "a/2": AWAY}


def test_what_has_no_manifest_has_no_result():
    some = [*rendered("a/0", manifest=None), *rendered("a/1")]

    assert list(pilots.results_of_all(some, without_pilots(MADE))) == ["a/1"]


def test_what_was_created_in_pieces_has_the_results_of_its_own_piece_and_what_was_left_out_none():
    some = rendered(*(f"a/{number}" for number in range(7)))
    pieces = in_pieces(registered(MADE, AWAY, MADE), {"skipped": True}, invalid(), size=3)

    results = pilots.results_of_all(some, [NONE, NONE, pieces])

    verdicts = {name: create_result.classify(result)[0] for name, result in results.items()}
    assert verdicts == {"a/0": "created", "a/1": "retry", "a/2": "created", "a/6": "rejected"}


def test_manifests_are_those_of_a_piece_of_a_part_or_all():
    some = [
        one
        for name in ("a/1", "b/1", "a/2", "b/2", "b/3")
        for one in rendered(name, manifest=json.dumps({"name": name}))
    ]
    away = [in_pieces(registered(AWAY, MADE)), in_pieces(AWAY)]

    def names(*part):
        return [one["name"] for one in pilots.rendered_manifests(some, *part)]

    assert names() == ["a/1", "b/1", "a/2", "b/2", "b/3"]
    assert names("pilots") == ["a/1", "b/1"]
    assert names("pilots", [], 1, 15) == ["b/1"]
    assert names("second_pilots", away[:1]) == ["a/2"]
    assert names("followers", away) == ["b/2", "b/3"]
    assert [names("followers", away, start, 1) for start in (0, 1, 2)] == [["b/2"], ["b/3"], []]
    assert names("followers", [NONE, NONE]) == names("followers") == names()


def test_a_part_of_the_manifests_that_there_is_not_is_an_error():
    with pytest.raises(ValueError, match="the part is 'pilot', and not one of all, pilots"):
        pilots.rendered_manifests([], "pilot")
