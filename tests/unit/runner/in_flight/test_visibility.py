"""Visibility: what is in flight stays hidden for as long as work lasts."""

import threading

from kit.models.memory_queue import OTHER, URL, FakeQueue, alone, message, messages
from kit.models.recorders import never
from sqs_k8s_jobs.in_flight import visibility
from sqs_k8s_jobs.in_flight.in_flight import InFlight
from sqs_k8s_jobs.queue.queues import Queues
from sqs_k8s_jobs.settings import Settings


class Finished(threading.Event):
    """Comes after so many rounds, and keeps how long each was to wait."""

    def __init__(self, rounds):
        super().__init__()
        self.seconds = []
        self._rounds = rounds

    def wait(self, timeout=None):
        self.seconds.append(timeout)
        return len(self.seconds) > self._rounds


def hold(queue, in_flight, rounds):
    finished = Finished(rounds)
    visibility.extend(alone(queue), in_flight, Settings(visibility_timeout=90), finished)
    return finished


def in_flight_with(count):
    in_flight = InFlight(2, {URL: 1}, never)
    in_flight.add(URL, messages(count), more=False)
    in_flight.next_batch()
    return in_flight


def test_all_in_flight_is_hidden_anew_whether_it_is_worked_on_or_waits():
    queue = FakeQueue()

    hold(queue, in_flight_with(3), rounds=1)

    assert sorted(queue.hidden) == [("m0", 90), ("m1", 90), ("m2", 90)]


def test_what_is_of_several_queues_is_hidden_in_each():
    queue, other = FakeQueue(), FakeQueue(url=OTHER)
    in_flight = InFlight(2, {URL: 1, OTHER: 1}, never)
    for one in (*messages(1), message("o", url=OTHER)):
        in_flight.add(one.queue_url, [one], more=False)

    visibility.extend(
        Queues([queue, other], {}), in_flight, Settings(visibility_timeout=90), Finished(1)
    )

    assert (queue.hidden, other.hidden) == ([("m0", 90)], [("o", 90)])


def test_it_is_hidden_three_times_in_the_length_of_its_timeout():
    assert hold(FakeQueue(), InFlight(1, {URL: 1}, never), rounds=2).seconds == [30, 30, 30]


def test_what_was_settled_is_not_hidden_again():
    queue, in_flight = FakeQueue(), in_flight_with(2)
    in_flight.forget(messages(1))

    hold(queue, in_flight, rounds=1)

    assert queue.hidden == [("m1", 90)]


def test_once_all_is_finished_nothing_is_hidden():
    queue = FakeQueue()

    hold(queue, in_flight_with(1), rounds=0)

    assert queue.hidden == []


def test_a_queue_that_is_away_for_a_round_is_said_and_tried_again(logged):
    queue = FakeQueue()
    queue.broken = True

    finished = hold(queue, in_flight_with(2), rounds=3)

    assert len(finished.seconds) == 4
    records = logged.records("visibility extension failed")
    assert [one["messages"] for one in records] == [2, 2, 2]


def test_messages_that_sqs_would_not_hide_are_counted(logged):
    queue = FakeQueue()
    queue.failures = ["InvalidParameterValue: over twelve hours", "again"]

    hold(queue, in_flight_with(3), rounds=1)

    (record,) = logged.records("visibility extension failed")
    assert (record["failed"], record["messages"]) == (2, 3)
    assert record["error"] == "InvalidParameterValue: over twelve hours"
