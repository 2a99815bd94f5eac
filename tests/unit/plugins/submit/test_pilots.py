"""Pilots: the first Job of each namespace, which fails for all others where nothing passes."""

import json

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.cluster import create_result
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.submit import (
    pilots,
)

MADE = {"changed": True, "method": "create", "result": {"kind": "Job"}}
AWAY = {"error": {"msg": "Failed to create object: failed calling webhook"}}
SKIPPED = {"skipped": True}


def invalid():
    """Return the module's result for a Job that the API server rejects."""
    status = json.dumps({"code": 422, "message": "image: Required value"})
    return {"error": {"msg": f"Failed to create object: b'{status}'"}}


def rendered(*names, manifest="{}"):
    """Return rendered Jobs for names such as `a/1`: namespace, id."""
    return [
        {"id_label": name, "namespace": name.partition("/")[0], "manifest": manifest}
        for name in names
    ]


def registered(*results):
    """Return results as kubernetes.core.k8s registers them."""
    return results[0] if len(results) == 1 else {"result": {"results": list(results)}}


def ids(some):
    return [one["id_label"] for one in some]


def test_the_first_with_a_manifest_goes_ahead_in_each_namespace():
    some = [*rendered("a/0", manifest=None), *rendered("a/1", "b/1", "a/2", "b/2")]

    assert ids(pilots.pilots(some)) == ["a/1", "b/1"]


@pytest.mark.parametrize("result", [MADE, invalid()])
def test_where_it_passed_or_was_refused_for_itself_the_others_follow(result):
    some = rendered("a/1", "a/2", "a/3")

    assert ids(pilots.followers(some, registered(result))) == ["a/2", "a/3"]


def test_where_it_could_not_pass_nobody_of_its_namespace_follows_and_others_do():
    some = rendered("a/1", "b/1", "a/2", "b/2")

    assert ids(pilots.followers(some, registered(AWAY, MADE))) == ["b/2"]


def test_its_result_is_that_of_those_who_were_not_tried():
    some = rendered("a/1", "b/1", "a/2", "b/2", "b/3")

    results = pilots.results_of_all(some, registered(AWAY, MADE), registered(MADE, invalid()))

    verdicts = {name: create_result.classify(result)[0] for name, result in results.items()}
    assert verdicts == {
        "a/1": "retry",
        "a/2": "retry",
        "b/1": "created",
        "b/2": "created",
        "b/3": "rejected",
    }


def test_where_none_went_ahead_all_are_created_together():
    some = rendered("a/1", "a/2")

    assert pilots.followers(some, SKIPPED) == some
    results = pilots.results_of_all(some, SKIPPED, registered(MADE, AWAY))
    assert results == {"a/1": MADE, "a/2": AWAY}


def test_what_has_no_manifest_has_no_result():
    some = [*rendered("a/0", manifest=None), *rendered("a/1")]

    assert pilots.results_of_all(some, SKIPPED, MADE) == {"a/1": MADE}


def test_manifests_are_those_of_the_pilots_or_of_their_followers_or_all():
    some = [
        one
        for name in ("a/1", "b/1", "a/2", "b/2")
        for one in rendered(name, manifest=json.dumps({"name": name}))
    ]

    def names(*part):
        return [one["name"] for one in pilots.rendered_manifests(some, *part)]

    assert names() == ["a/1", "b/1", "a/2", "b/2"]
    assert names("pilots") == ["a/1", "b/1"]
    assert names("followers", registered(AWAY, MADE)) == ["b/2"]
    assert names("followers", SKIPPED) == names("followers") == names()


def test_a_part_of_the_manifests_that_there_is_not_is_an_error():
    with pytest.raises(ValueError, match="the part is 'pilot', and not one of all, pilots"):
        pilots.rendered_manifests([], "pilot")
