"""Kubernetes quantities, and what a pod has of a resource in all."""

from contextlib import suppress
from fractions import Fraction

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.manifest.job_manifest import (
    InvalidManifest,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.policy import quantities
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.policy.manifest_nodes import Pod
from hypothesis import given
from hypothesis import strategies as st
from kit.builders.rendering import entry, message


@pytest.mark.parametrize(
    ("written", "number"),
    [
        *((0, 0), (2, 2), ("2", 2), ("+2", 2), (0.5, Fraction(1, 2)), ("0.5", Fraction(1, 2))),
        *((".5", Fraction(1, 2)), ("5.", 5), ("007", 7), (1e-7, Fraction(1, 10**7))),
        *(("500m", Fraction(1, 2)), ("1u", Fraction(1, 10**6)), ("1n", Fraction(1, 10**9))),
        *(("1k", 1000), ("1M", 10**6), ("1G", 10**9), ("1T", 10**12), ("1P", 10**15)),
        *(("1E", 10**18), ("1Ki", 1024), ("1.5Gi", 3 * 2**29), ("1Ti", 2**40), ("1Ei", 2**60)),
        *(("1e3", 1000), ("1E3", 1000), ("1e+3", 1000), ("5e-1", Fraction(1, 2))),
        *(("1e003", 1000), ("1e999", 10**999), (1e-300, Fraction(1, 10**300))),
    ],
)
def test_a_quantity_is_the_number_that_kubernetes_reads(written, number):
    assert quantities.read(written) == number


@pytest.mark.parametrize(
    "written",
    [
        *("", " ", "1 ", " 1", "1 Gi", "Gi", "1K", "1gi", "1Gii", "1GiB", "-1", "-1Gi", "1e", "e3"),
        *("1e1000", "1e-1000", "0x1F", "1_000", "1,5", "\u0661", "1\n", "1" * 65, "."),
        *("NaN", "inf"),
        *(True, False, None, [], {}, ["1"], {"cpu": 1}),
    ],
)
def test_what_kubernetes_would_not_take_is_no_quantity(written):
    with pytest.raises(quantities.InvalidQuantity, match="is not a quantity"):
        quantities.read(written)


@given(st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.none()))
def test_any_value_is_a_number_of_at_least_nothing_or_no_quantity(value):
    with suppress(quantities.InvalidQuantity):
        assert quantities.read(value) >= 0


@given(st.from_regex(r"[+-]?[0-9]{0,3}[.]?[0-9]{0,3}[eE]?[-+numkMGTPEi]{0,2}[0-9]{0,4}\Z"))
def test_a_message_may_hold_just_what_is_a_quantity_here(written):
    try:
        quantities.read(written)
    except quantities.InvalidQuantity:
        expected = not written  # an empty one counts as not given
    else:
        expected = True

    assert (entry(message(resources={"limits": {"cpu": written}}))["error"] is None) == expected


@pytest.mark.parametrize("number", [0, 0.5, 1e-300, 10**62, 10**63, 1e63, 10**64, 1e308])
def test_a_number_is_a_quantity_where_it_is_not_endless(number):
    error = entry(message(resources={"limits": {"cpu": number}}))["error"]

    assert (error is None) == (number < 1e63)
    if error is None:
        assert quantities.read(number) == Fraction(str(number))


def a_pod(**spec):
    return Pod({"spec": {"template": {"spec": spec}}})


def having(amount, **more):
    return {"resources": {"limits": {"cpu": amount}}, **more}


@pytest.mark.parametrize(
    ("spec", "total"),
    [
        ({}, 0),
        ({"containers": []}, 0),
        ({"containers": [{}, {"resources": None}, {"resources": {"limits": None}}]}, 0),
        ({"containers": [{"resources": {"limits": {"memory": "1Gi"}}}]}, 0),
        ({"containers": [having("1"), having("500m"), having(0.5)]}, 2),
        ({"containers": [having(1)], "initContainers": [having(3), having(2)]}, 3),
        ({"containers": [having(2)], "initContainers": [having(1)]}, 2),
        ({"containers": [having(2)], "initContainers": [having(1, restartPolicy="Always")]}, 3),
        (
            {
                "containers": [having(1)],
                "initContainers": [having(2, restartPolicy="Always"), having(4), having(1)],
            },
            6,
        ),
        ({"containers": [having(1)], "initContainers": [having(4), having(2, x=1)]}, 4),
        ({"containers": [having(1)], "resources": {"limits": {"cpu": 8}}}, 8),
    ],
)
def test_a_pod_has_what_its_containers_have_at_one_time(spec, total):
    assert quantities.total(a_pod(**spec), "limits", "cpu") == total


def test_an_amount_that_is_no_quantity_is_named():
    pod = a_pod(containers=[having("much")])

    with pytest.raises(InvalidManifest, match=r"containers\[0\].resources.limits.cpu: 'much'"):
        quantities.total(pod, "limits", "cpu")
