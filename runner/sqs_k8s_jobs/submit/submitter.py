"""Submitter: turns batches into Jobs, and acknowledges each message by its outcome."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqs_k8s_jobs.backoff import fault_backoff_seconds
from sqs_k8s_jobs.in_flight.acknowledger import Acknowledger
from sqs_k8s_jobs.in_flight.held.failed_try import Cause, FailedTry
from sqs_k8s_jobs.in_flight.held.holdups import SOME
from sqs_k8s_jobs.in_flight.held.standstill import standstill
from sqs_k8s_jobs.in_flight.in_flight import InFlight
from sqs_k8s_jobs.in_flight.rejections import Rejection
from sqs_k8s_jobs.in_flight.rejector import Rejector
from sqs_k8s_jobs.observability import log
from sqs_k8s_jobs.observability.health import Health
from sqs_k8s_jobs.observability.metrics import Metrics
from sqs_k8s_jobs.playbooks.events import NO_OUTCOME, Outcome
from sqs_k8s_jobs.playbooks.playbook_run import RunResult
from sqs_k8s_jobs.playbooks.submission import Submission
from sqs_k8s_jobs.queue.messages import Message
from sqs_k8s_jobs.settings import Settings
from sqs_k8s_jobs.submit.submit_runs import SubmitRuns
from sqs_k8s_jobs.workqueue.workqueue import WorkQueue

PART = "submit"
SLOW = 20.0  # seconds of a run …
SLOW_EACH = 1.0  # … and for each Job: more is what admission takes
JOB_ACTIONS = {"created": "job created", "exists": "job found"}  # by the outcome
NOT_SAID = "the run did not say what became of it"


class Submitter:
    """Takes one batch after the other; several submitters share the messages in flight.

    Where a batch fails as a whole, that is no message's fault: it stays in flight, no more
    is received or submitted, and it is retried after a pause. Where the cluster takes no Jobs of a
    namespace, its messages are held, and others go on. Those for which a run had no time are first
    in line for the next one. After a run that took too long or was killed its messages are tried
    one by one: whichever does it is rejected.
    """

    def __init__(
        self,
        in_flight: InFlight,
        acknowledger: Acknowledger,
        rejector: Rejector,
        runs: SubmitRuns,
        workqueue: WorkQueue,
        metrics: Metrics,
        settings: Settings,
        health: Health,
    ) -> None:
        self._in_flight = in_flight
        self._acknowledger = acknowledger
        self._rejector = rejector
        self._runs = runs
        self._workqueue = workqueue
        self._metrics = metrics
        self._settings = settings
        self._health = health
        self._failed_runs = 0

    def work(self, stopping: threading.Event) -> None:
        """Submit batches until closed."""
        while batch := self._in_flight.next_batch():
            self.submit(batch)
            self._in_flight.batch_finished(batch)
            if self._failed_runs:
                seconds = fault_backoff_seconds(self._failed_runs, self._settings)
                if stopping.wait(seconds):
                    self._in_flight.rest(seconds)
                self._in_flight.resume()

    def submit(self, batch: list[Message]) -> None:
        """Submit one batch and acknowledge its messages, or requeue them where it failed."""
        if not self._runs.may_run():
            self._failed_runs += 1
            self._in_flight.requeue(batch)
            return
        parts = self._in_flight.stalls.parts(batch)
        self._in_flight.requeue_at_once(parts.later)
        left = self._submit(parts.first) if parts.first else []
        if parts.alone:
            is_well = not (parts.first and self._failed_runs)
            left += self._submit(parts.alone) if is_well else parts.alone
        if self._failed_runs:
            self._in_flight.requeue(left)

    def _submit(self, batch: list[Message]) -> list[Message]:
        """Submit messages in one run; where it fails, return those to requeue."""
        message_of = {f"{number:04d}": message for number, message in enumerate(batch)}
        began = time.monotonic()
        done = self._runs.run(self._submission(message_of))
        outcome_of = {event["key"]: event for event in done.of_kind("outcome")}
        left = [message for key, message in message_of.items() if key not in outcome_of]
        if done.error:
            self._failed_runs += 1
            self._note_failed(message_of, done)
            left = self._not_hopeless(left, done)
        else:
            self._failed_runs = 0
            self._in_flight.stalls.ended(batch, began)
            for message in left:
                self._hold(message, {**NO_OUTCOME, "error": NOT_SAID, "fault": True})
        self._note_pace(batch, done.seconds, outcome_of.values())
        self._handle_outcomes(message_of, outcome_of, began)
        self._acknowledger.make_room(self._in_flight.surplus())
        self._say(done.error)
        return left if done.error else []

    def _not_hopeless(self, left: list[Message], done: RunResult) -> list[Message]:
        """Return the messages of a failed run, except those that no run can even reject."""
        if done.ended_in is None:
            return left
        stalls, is_killed = self._in_flight.stalls, done.is_killed
        hopeless = stalls.cut_short(left, done.ended_in, is_killed=is_killed)
        self._rejector.reject_unread(hopeless)
        return [one for one in left if one not in hopeless]

    def _note_failed(self, message_of: Mapping[str, Message], done: RunResult) -> None:
        """Note of each message that a run did not settle why that has failed."""
        read = {event["key"]: event["id"] for event in done.of_kind("unprocessed")}
        settled = {event["key"] for event in done.of_kind("outcome")}
        for key in message_of.keys() - settled:
            self._acknowledger.note_failed_try(message_of[key], read.get(key), str(done.error))

    def _submission(self, message_of: dict[str, Message]) -> Submission:
        in_flight = self._in_flight
        return Submission(
            files={key: one.body for key, one in message_of.items()},
            traceparents={
                key: one.traceparent for key, one in message_of.items() if one.traceparent
            },
            message_ids={key: one.message_id for key, one in message_of.items()},
            queues={key: one.queue_arn for key, one in message_of.items() if one.queue_arn},
            senders={key: one.sender for key, one in message_of.items() if one.sender},
            waiting={
                name: one.cause.reason
                for name, one in in_flight.holdups().items()
                if _is_whole(name) and one.is_closed
            },
            probes=[key for key, one in message_of.items() if in_flight.is_probe(one)],
            give_up=[key for key, one in message_of.items() if in_flight.is_given_up(one)],
            stalled=[key for key, one in message_of.items() if self._in_flight.stalls.stalls(one)],
            cautious=in_flight.is_slow,
            alone=any(map(self._in_flight.stalls.is_suspect, message_of.values())),
        )

    def _handle_outcomes(
        self, message_of: dict[str, Message], outcome_of: dict[str, Outcome], began: float
    ) -> None:
        created: list[Message] = []
        rejections: list[Rejection] = []
        postponed: list[tuple[Message, Outcome]] = []
        held: list[tuple[Message, Outcome]] = []
        works = {
            one["namespace"] or "" for one in outcome_of.values() if one["outcome"] == "created"
        }
        for key, outcome in outcome_of.items():
            self._metrics.observe_outcome(message_of[key], outcome)
            if outcome["outcome"] in ("created", "exists"):
                self._workqueue.undefer(outcome["id_label"])
                _log(JOB_ACTIONS[outcome["outcome"]], message_of[key], outcome)
                created.append(message_of[key])
                if outcome["outcome"] == "created":
                    self._free(message_of[key])
            elif outcome["outcome"] == "rejected":
                self._in_flight.end_try(message_of[key])
                rejections.append(Rejection(message_of[key], outcome))
            elif outcome["outcome"] == "postponed":
                postponed.append((message_of[key], outcome))
            else:
                held.append((message_of[key], outcome))
        # Those that were tried come first: their errors are the reason of the others.
        for message, outcome in sorted(held, key=lambda one: not one[1]["attempted"]):
            self._hold(message, outcome, takes_some=outcome["namespace"] in works)
        for namespace in works:
            self._in_flight.took_job(namespace)
        self._postpone(postponed, outcome_of.values())
        self._acknowledger.acknowledge(created)
        self._rejector.reject(rejections, began)

    def _postpone(
        self, postponed: Sequence[tuple[Message, Outcome]], outcomes: Iterable[Outcome]
    ) -> None:
        """Have those first in the next run that lacked time, and those in turn that lack an id."""
        for message, outcome in postponed:
            if outcome["namespace"] is None:
                self._in_flight.set_aside(outcome["id_label"], message)
        for digest in {one["id_label"] for one in outcomes if one["outcome"] != "postponed"}:
            self._in_flight.had_turn(digest)
        late = [(message, one) for message, one in postponed if one["namespace"] is not None]
        self._in_flight.requeue_at_once(_in_turn(late, outcomes))

    def _hold(self, message: Message, outcome: Outcome, *, takes_some: bool = False) -> None:
        namespace, reason = outcome["namespace"] or "", str(outcome["error"])
        self._acknowledger.note_failed_try(message, outcome["id"], reason)
        was_probe = self._in_flight.is_probe(message)  # of which it was said before
        failed = FailedTry(
            namespace,
            message,
            Cause(reason, is_fault=outcome["fault"], is_invented=outcome["invented"]),
            takes_some=takes_some,
            is_attempted=outcome["attempted"],
            digest=outcome["id_label"],
        )
        held = self._in_flight.hold(failed)
        if held.is_news and namespace:
            action = "namespace partly paused" if held.takes_some else "namespace paused"
            log.warning(action, namespace=namespace, error=reason)
        if not was_probe:  # why, its namespace's line says for all of them
            is_said = namespace and held.is_said
            shown: Outcome = {**outcome, "error": None if is_said else reason}
            log.warning("message retry scheduled", **_values(message, shown))

    def _free(self, message: Message) -> None:
        """Resume the messages of the namespace for which a message was tried."""
        freed = self._in_flight.free(message)
        if freed and freed.was_said and freed.namespace:
            values = {"namespace": freed.namespace, "messages": len(freed.messages)}
            log.info("namespace resumed", **values)

    def _note_pace(
        self, batch: Sequence[Message], seconds: float, outcomes: Collection[Outcome]
    ) -> None:
        """Say whether creations take long; that they do not, only what was held can show."""
        is_slow = _is_slow(seconds, outcomes)
        if is_slow or not self._in_flight.holdups() or any(map(self._in_flight.is_probe, batch)):
            self._in_flight.note_pace(is_slow=is_slow)

    def _say(self, error: str | None) -> None:
        """Say what is the operator's matter: a run that failed, or messages that pile up."""
        fault = error or standstill(self._in_flight.holdups(), len(self._in_flight.messages()))
        if fault:
            self._health.fault(PART, fault)
        else:
            self._health.clear_fault(PART)


def _in_turn(
    postponed: Iterable[tuple[Message, Outcome]], outcomes: Iterable[Outcome]
) -> list[Message]:
    """Return postponed messages, first those of namespaces that had no turn in their run."""
    had_turn = {one["namespace"] for one in outcomes if one["attempted"]}
    return [one for one, _ in sorted(postponed, key=lambda one: one[1]["namespace"] in had_turn)]


def _is_slow(seconds: float, outcomes: Iterable[Outcome]) -> bool:
    """Tell whether a run took long for the Jobs that it has tried to create."""
    tried = sum(one["attempted"] for one in outcomes)
    return seconds > max(SLOW, tried * SLOW_EACH)


def _is_whole(name: str) -> bool:
    """Tell whether what is held waits for a namespace that takes no Job at all."""
    return bool(name) and not name.endswith(SOME)


def _log(action: str, message: Message, outcome: Outcome) -> None:
    write = log.warning if outcome["warnings"] else log.info
    write(action, **_values(message, outcome))


def _values(message: Message, outcome: Outcome) -> dict[str, Any]:
    values = {name: outcome[name] for name in ("id", "namespace", "job", "error", "warnings")}
    return {**values, "attempt": message.receive_count}
