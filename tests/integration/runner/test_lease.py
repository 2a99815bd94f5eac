"""The Lease that decides who reports, on a real API server."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from kubernetes import config
from sqs_k8s_jobs.cluster.leader import Leader
from sqs_k8s_jobs.cluster.lease import LEASE_SECONDS, LeaseLock, election
from sqs_k8s_jobs.observability.health import Health

NAME = "reports"


@pytest.fixture
def candidate(cluster, namespace):
    """Make a candidate for the test's own Lease."""
    client = config.new_client_from_config(str(cluster.kubeconfig), cluster.context)

    def make(identity):
        lock = LeaseLock(client, NAME, namespace, identity)
        return Leader(election(lock), lock, Health())

    return make


@pytest.fixture
def lease(cluster, namespace):
    def read():
        return json.loads(cluster.kubectl("-n", namespace, "get", "lease", NAME, "-o", "json"))[
            "spec"
        ]

    return read


def steps(*candidates):
    for one in candidates:
        one.step()
    return [one.is_leader() for one in candidates]


def test_one_of_two_leads_and_goes_on_to(candidate, lease):
    first, second = candidate("first"), candidate("second")

    assert steps(first, second, second, first) == [True, False, False, True]
    assert lease()["holderIdentity"] == "first"
    assert lease()["leaseDurationSeconds"] == LEASE_SECONDS


def test_a_lease_that_is_released_is_taken_at_the_next_look(candidate, lease):
    first, second = candidate("first"), candidate("second")
    steps(first, second)

    first.release()

    assert lease()["holderIdentity"] == ""
    assert steps(second, first) == [True, False]
    assert lease()["holderIdentity"] == "second"


def test_a_lease_that_is_not_renewed_is_taken_once_it_has_been_seen_to_last_for_its_time(
    candidate,
):
    first, second = candidate("first"), candidate("second")
    assert steps(first, second) == [True, False]
    seen = second._election.observed_time_milliseconds

    second._election.observed_time_milliseconds = seen - 1000 * LEASE_SECONDS + 60_000
    assert steps(second) == [False]
    second._election.observed_time_milliseconds = seen - 1000 * LEASE_SECONDS
    assert steps(second) == [True]


def test_who_leads_knows_of_others_by_what_they_say_on_the_lease(candidate):
    first, second = candidate("first"), candidate("second")
    steps(first, first)
    assert not first.has_others()

    steps(second, first)

    assert first.has_others()
    assert not second.has_others()
    assert steps(first) == [True]


def test_its_moments_are_real_ones(candidate, lease):
    steps(candidate("first"))

    for name in ("acquireTime", "renewTime"):
        moment = datetime.fromisoformat(lease()[name].replace("Z", "+00:00"))
        assert abs(datetime.now(UTC) - moment) < timedelta(minutes=5)


def test_to_release_what_another_holds_changes_nothing(candidate, lease):
    first, second = candidate("first"), candidate("second")
    steps(first, second)

    second._lock.release()

    assert lease()["holderIdentity"] == "first"


def test_who_cannot_reach_it_does_not_lead_and_says_why(cluster):
    client = config.new_client_from_config(str(cluster.kubeconfig), cluster.context)
    health = Health()
    lock = LeaseLock(client, NAME, "no-such-namespace", "first")

    leader = Leader(election(lock), lock, health)
    leader.step()

    assert not leader.is_leader()
    assert "not found" in health.faults["lease"]
