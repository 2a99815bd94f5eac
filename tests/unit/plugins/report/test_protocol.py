"""The promises, on a model: whatever is delivered, crashes, is deleted or refuses, and when."""

from itertools import islice

from ansible_collections.sqs_k8s.jobs.plugins.module_utils.objects import state
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from kit.models.protocol import Cluster, entry, is_held, report, submit

IDS = ("one", "bad", "forbidden")
JUDGES = ("first", "second", "third")  # the policy of the second allows what is forbidden
TERMINAL = {2, 3, 99}
CHANGES = ("pod", "Complete", "Failed", "delete", "pods gone")
STEPS = st.integers(1, 12)


class Caller:
    """Hears callbacks; it may refuse them, and hears them all the same."""

    def __init__(self):
        self.refuses = False
        self.heard = []

    def hears(self, callback):
        self.heard.append(callback)
        return not self.refuses

    def of(self, message_id):
        return [one for one in self.heard if one["id"] == message_id]


class Protocol(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.cluster = Cluster()
        self.caller = Caller()
        self.running = []
        self.sent = {}  # key of a message in the queue to its id and body
        self.settled = set()

    # What happens to messages and runners.

    @initialize(ids=st.lists(st.sampled_from(IDS), min_size=2, max_size=6))
    def begin(self, ids):
        self.send(ids, "a")
        self.go_on_with(submit(self.cluster, self.entries(self.sent), self.settled), 100)

    @rule(ids=st.lists(st.sampled_from(IDS), min_size=1, max_size=3), body=st.sampled_from("ab"))
    def send(self, ids, body):
        for message_id in ids:
            key = f"message-{len(self.sent)}"
            self.sent[key] = (message_id, body)

    @precondition(lambda self: self.sent)
    @rule(data=st.data(), steps=STEPS)
    def deliver(self, data, steps):
        keys = data.draw(st.lists(st.sampled_from(sorted(self.sent)), min_size=1, unique=True))
        self.go_on_with(submit(self.cluster, self.entries(keys), self.settled), steps)

    def entries(self, keys):
        """Read messages, by the policy as it is now."""
        may = {"one": True, "bad": False, "forbidden": self.cluster.rules_digest == "second"}
        return [
            entry(message_id, key, body, valid=may[message_id])
            for key in keys
            for message_id, body in [self.sent[key]]
        ]

    @rule(steps=STEPS)
    def begin_report(self, steps):
        self.go_on_with(report(self.cluster, self.caller), steps)

    @precondition(lambda self: self.running)
    @rule(data=st.data(), steps=STEPS)
    def go_on(self, data, steps):
        one = data.draw(st.sampled_from(self.running))
        self.running.remove(one)
        self.go_on_with(one, steps)

    def go_on_with(self, one, steps):
        """Let a role go so many steps; one that has more to do stands still, as in a pause."""
        if len(list(islice(one, steps))) == steps:
            self.running.append(one)

    @precondition(lambda self: self.running)
    @rule(data=st.data())
    def crash(self, data):
        self.running.remove(data.draw(st.sampled_from(self.running)))

    # What happens in the cluster and at the caller.

    @rule(
        data=st.data(), what=st.sampled_from(["pod", "Complete", "Failed", "delete", "pods gone"])
    )
    def job_changes(self, data, what):
        jobs = [thing for (kind, _), thing in self.cluster.things.items() if kind == "Job"]
        if not jobs:
            return
        job = data.draw(st.sampled_from(jobs))
        ended = bool(job["status"].get("conditions"))
        gone = "deletionTimestamp" in job["metadata"]
        if what == "delete":
            self.cluster.delete(job)
        elif what == "pods gone":
            self.cluster.pods = []
        elif what == "pod" and not ended and not gone:
            self.cluster.start_pod(job)
        elif what in ("Complete", "Failed") and not ended:
            self.cluster.end(job, what)

    @rule(seconds=st.sampled_from([1, 60, 700, 4000]))
    def time_passes(self, seconds):
        self.cluster.now += seconds

    @rule(refuses=st.booleans())
    def caller_changes(self, refuses):
        self.caller.refuses = refuses

    @rule(judge=st.sampled_from(JUDGES))
    def policy_changes(self, judge):
        self.cluster.rules_digest = judge

    # What must hold at any time.

    @invariant()
    def order_is_kept_and_one_terminal_value_is_told(self):
        for message_id in IDS:
            own = [one["status"] for one in self.caller.of(message_id) if not one["record"]]
            first = list(dict.fromkeys(own))
            assert first == sorted(first)
            assert len(TERMINAL & set(first)) <= 1

    @invariant()
    def of_a_refused_body_99_is_told_and_no_other_body_is_held_back_by_it(self):
        refusals = [one for one in self.caller.heard if one["record"]]
        assert {one["status"] for one in refusals} <= {99}
        assert not [one for one in refusals if one["id"] == "one"]

    @invariant()
    def a_repeat_is_the_same_to_the_byte(self):
        bodies = {}
        for one in self.caller.heard:
            assert bodies.setdefault(one["delivery_id"], one["body"]) == one["body"]

    def teardown(self):
        """Let everything end, and see that nothing was lost and nothing ran twice."""
        self.running = []
        self.caller.refuses = False
        for _ in range(6):
            self.cluster.now += 61
            for batch in [key for key in self.sent if key not in self.settled]:
                list(submit(self.cluster, self.entries([batch]), self.settled))
            for (kind, _), thing in list(self.cluster.things.items()):
                if kind == "Job" and not thing["status"].get("conditions"):
                    self.cluster.end(thing, "Complete")
            list(report(self.cluster, self.caller))
        assert set(self.sent) == self.settled
        for message_id in {message_id for message_id, _ in self.sent.values()}:
            heard = {one["status"] for one in self.caller.of(message_id)}
            assert heard & TERMINAL, (message_id, heard)


class WithinTheWindow(Protocol):
    """The same, in less time than the window: no id has a second Job."""

    @rule(seconds=st.sampled_from([1, 2, 5]))
    def time_passes(self, seconds):
        self.cluster.now += seconds

    @invariant()
    def an_id_has_one_job(self):
        assert all(len(uids) == 1 for uids in self.cluster.made.values())

    @invariant()
    def a_job_whose_caller_was_not_told_is_held(self):
        for (kind, _), thing in self.cluster.things.items():
            if kind == "Job" and not state.callbacks_complete(thing):
                assert thing["metadata"]["finalizers"]


TestWithinTheWindow = WithinTheWindow.TestCase
TestWithinTheWindow.settings = settings(max_examples=400, stateful_step_count=80, deadline=None)


# Races that are rare in random runs, step by step.


def until(step, steps):
    """Let a role go until it has done this step."""
    return next(done for done in steps if done == step)


def one_job():
    """A cluster with the Job of one message, and a caller."""
    cluster = Cluster()
    list(submit(cluster, [entry("one", "0000", "a", valid=True)], set()))
    (job,) = (thing for (kind, _), thing in cluster.things.items() if kind == "Job")
    return cluster, job, Caller()


def test_two_reporters_that_saw_different_pods_tell_of_the_same_one():
    cluster, job, caller = one_job()
    cluster.start_pod(job)
    early, late = report(cluster, caller), report(cluster, caller)
    until("pods read", early)
    cluster.pods = []
    cluster.start_pod(job)
    until("pods read", late)

    list(late)
    list(early)

    bodies = {one["body"] for one in caller.heard if one["key"] == "1"}
    assert len(bodies) == 1


def test_an_end_that_was_decided_from_an_old_look_does_not_hold():
    cluster, job, caller = one_job()
    cluster.delete(job)
    early = report(cluster, caller)
    until("pods read", early)
    cluster.end(job, "Complete")
    caller.refuses = True
    list(report(cluster, caller))
    cluster.now += 60
    list(report(cluster, caller))
    caller.refuses = False

    list(early)
    cluster.now += 60
    list(report(cluster, caller))

    assert TERMINAL & {one["status"] for one in caller.heard} == {2}


def test_a_start_that_is_seen_after_the_end_was_told_is_not_told_any_more():
    cluster, job, caller = one_job()
    cluster.delete(job)
    steps = report(cluster, caller)
    until("told", steps)
    caller.refuses = True
    list(steps)
    caller.refuses = False
    cluster.end(job, "Complete")
    cluster.now += 60

    list(report(cluster, caller))

    assert [one["status"] for one in caller.heard] == [0, 99, 99]


def test_a_late_receipt_does_not_shorten_the_window():
    cluster, job, caller = one_job()
    cluster.end(job, "Complete")
    caller.refuses = True
    early = report(cluster, caller)
    until("told", early)
    caller.refuses = False
    list(report(cluster, caller))

    list(early)
    cluster.now += 120
    list(report(cluster, caller))

    assert is_held(job)
