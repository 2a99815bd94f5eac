"""A runner leads while it renews its Lease in time, and no longer."""

import threading

import pytest
from kit.threads import PATIENCE, meanwhile, within_patience
from sqs_k8s_jobs.cluster.leader import STANDBY_SECONDS, AlwaysLeader, Leader
from sqs_k8s_jobs.cluster.lease import RENEW_SECONDS, identity
from sqs_k8s_jobs.observability.health import Health


class Harness:
    """A candidate, with what each of its steps comes to; an error is raised."""

    def __init__(self, *steps):
        self.steps = list(steps)
        self.health = Health()
        self.now = 1000.0
        self.released = []
        self.finished = threading.Event()
        self.standby = None  # what another one has said on the Lease
        self.said = []
        self.leader = Leader(self, self, self.health, self.clock)

    def release(self):
        self.released.append(self.now)

    def stand_by(self):
        self.said.append(self.now)
        return True

    def clock(self):
        return self.now

    def try_acquire_or_renew(self):
        step = self.steps.pop(0)
        if not self.steps:
            self.finished.set()
        if isinstance(step, Exception):
            raise step
        return step

    def take_steps(self):
        while self.steps:
            self.leader.step()
        return self.leader.is_leader()


@pytest.mark.parametrize(
    ("steps", "leads"), [([False], False), ([True], True), ([False, True], True)]
)
def test_it_leads_once_the_lease_is_its_own(steps, leads):
    assert Harness(*steps).take_steps() is leads


def test_it_relies_on_a_renewal_for_a_while_and_no_longer():
    harness = Harness(True, OSError("no route"))
    assert harness.take_steps()

    harness.now += RENEW_SECONDS - 0.1
    assert harness.leader.is_leader()
    harness.now += 0.1
    assert not harness.leader.is_leader()


def test_the_time_counts_from_before_the_renewal():
    harness = Harness(True)
    step = harness.try_acquire_or_renew

    def slow():
        harness.now += RENEW_SECONDS
        return step()

    harness.try_acquire_or_renew = slow
    harness.leader.step()

    assert not harness.leader.is_leader()


def test_where_the_lease_cannot_be_had_the_operator_hears_why_once(logged):
    harness = Harness(OSError("no route"), OSError("no route"), False)
    harness.leader.step()
    harness.leader.step()

    (record,) = logged.records("fault raised", part="lease")
    assert record["error"] == "no route"
    harness.leader.step()
    assert harness.health.ready


def test_when_all_is_done_the_lease_is_released():
    harness = Harness(True, True)
    within_patience(harness.leader.work, harness.finished)

    assert harness.released == [harness.now]
    assert not harness.leader.is_leader()


def test_a_lease_of_another_is_not_released():
    harness = Harness(False)
    within_patience(harness.leader.work, harness.finished)

    assert harness.released == []


def test_a_release_that_fails_is_said_and_keeps_nobody_from_stopping(logged):
    harness = Harness(True)

    def fail():
        raise OSError("no route")

    harness.release = fail
    within_patience(harness.leader.work, harness.finished)

    (record,) = logged.records("lease release failed")
    assert record["error"] == "no route"


def test_who_leads_is_logged_when_it_changes(logged):
    harness = Harness(True, True)
    within_patience(harness.leader.work, harness.finished)

    assert len(logged.records("leadership acquired")) == 1
    assert len(logged.records("leadership lost")) == 1


def test_who_stands_by_says_so_now_and_then_and_who_leads_does_not():
    standby, leader = Harness(False, False, False), Harness(True, False)
    for seconds in (0, 1, STANDBY_SECONDS):
        standby.now += seconds
        standby.leader.step()
    leader.take_steps()

    assert standby.said == [1000.0, 1001.0 + STANDBY_SECONDS]
    assert leader.said == []


def test_others_are_known_from_what_they_say_until_they_say_no_more():
    harness = Harness(*[True] * 4)
    harness.standby = "other, long ago"
    harness.leader.step()
    assert not harness.leader.has_others()

    harness.standby = "other, now"
    harness.leader.step()
    assert harness.leader.has_others()

    harness.now += 3 * STANDBY_SECONDS
    harness.leader.step()
    assert not harness.leader.has_others()


def test_two_runners_on_a_host_are_two_candidates():
    assert identity() != identity()


def test_the_only_runner_leads_until_all_is_done():
    finished = threading.Event()
    working = meanwhile(AlwaysLeader().work, finished)

    assert AlwaysLeader().is_leader()
    assert not working.done()
    finished.set()
    assert working.result(PATIENCE) is None
