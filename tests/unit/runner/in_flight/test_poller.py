"""Receiving: from the queue into in flight, as long as there is room."""

import threading

import pytest
from kit.models.memory_queue import URL, FakeQueue, messages
from kit.models.recorders import never
from kit.threads import PATIENCE, Pauses, meanwhile, within_patience
from sqs_k8s_jobs.in_flight import poller
from sqs_k8s_jobs.in_flight.in_flight import InFlight
from sqs_k8s_jobs.observability.health import Health
from sqs_k8s_jobs.observability.metrics import Metrics
from sqs_k8s_jobs.settings import Settings

SETTINGS = Settings(receive_wait_time=7, retry_backoff=8, retry_backoff_max=100)


class Queue(FakeQueue):
    """Gives out its batches; at each call it does what else is wanted."""

    def __init__(self, *batches, at=()):
        super().__init__(*batches)
        self.waits = []
        self.at = dict(at)

    def receive(self, wait_time):
        self.waits.append(wait_time)
        self.at.get(len(self.waits), lambda: None)()
        return super().receive(wait_time)

    def breaks(self):
        self.broken = True

    def works(self):
        self.broken = False


class RecordingInFlight(InFlight):
    """Keeps what was added to it."""

    def __init__(self, limit=100):
        super().__init__(limit, {URL: 1}, never)
        self.added = []
        self.asked = threading.Event()  # whether there is room

    def wait_for_capacity(self, url):
        self.asked.set()
        return super().wait_for_capacity(url)

    def add(self, url, some, more):
        self.added.append((len(some), more))
        super().add(url, some, more)


@pytest.fixture
def in_flight():
    return RecordingInFlight()


def receive(queue, in_flight, health=None, stopping=None):
    within_patience(
        *(poller.poll, queue, in_flight, SETTINGS),
        *(health or Health(), Metrics(), stopping or threading.Event()),
    )


def test_what_is_received_is_taken_up_until_in_flight_is_closed(in_flight):
    queue = Queue(messages(10), messages(3), at={3: in_flight.close})

    receive(queue, in_flight)

    assert in_flight.added == [(10, True), (3, False), (0, False)]
    assert queue.waits == [7, 7, 7]


def test_at_the_limit_nothing_more_is_received():
    in_flight = RecordingInFlight(limit=10)
    queue = Queue(messages(10), messages(1), at={2: in_flight.close})
    receiving = meanwhile(receive, queue, in_flight)

    batch = within_patience(in_flight.next_batch)

    assert receiving.result(PATIENCE) is None
    assert len(batch) == 10
    assert in_flight.added == [(10, True), (1, False)]


def test_while_a_batch_that_failed_is_in_flight_nothing_is_received(in_flight):
    in_flight.requeue(messages(1))
    order = []
    queue = Queue(at={1: lambda: order.append("receive"), 2: in_flight.close})
    receiving = meanwhile(receive, queue, in_flight)
    assert in_flight.asked.wait(PATIENCE)

    order.append("resume")
    in_flight.resume()

    assert receiving.result(PATIENCE) is None
    assert order == ["resume", "receive"]


def test_what_comes_while_stopping_is_released_at_once(in_flight):
    stopping = threading.Event()
    queue = Queue(messages(2), at={1: stopping.set})

    receive(queue, in_flight, stopping=stopping)

    assert queue.hidden == [("m0", 0), ("m1", 0)]
    assert in_flight.messages() == []


def test_what_cannot_be_released_is_said(in_flight, logged):
    stopping = threading.Event()
    queue = Queue(messages(2), at={1: stopping.set})
    received = queue.receive

    def receive_and_break(wait_time):
        some = received(wait_time)
        queue.breaks()
        return some

    queue.receive = receive_and_break

    receive(queue, in_flight, stopping=stopping)

    (record,) = logged.records("message release failed")
    assert record["messages"] == 2


def test_nothing_is_received_after_the_stop(in_flight):
    stopping = threading.Event()
    stopping.set()
    queue = Queue(messages(1))

    receive(queue, in_flight, stopping=stopping)

    assert queue.waits == []


def test_a_queue_that_is_away_is_asked_again_after_growing_pauses(in_flight):
    stopping = Pauses()
    queue = Queue(messages(1), at={5: in_flight.close})
    queue.at[4] = queue.works
    queue.breaks()

    receive(queue, in_flight, stopping=stopping)

    first, second, third = stopping.seconds
    assert 4 <= first <= 8 <= second <= 16
    assert poller.PAUSE_LIMIT / 2 <= third <= poller.PAUSE_LIMIT
    assert in_flight.added[0] == (1, False)


def test_a_queue_that_is_away_is_said_once_and_when_it_is_back(in_flight, health, logged):
    ready = []
    queue = Queue(messages(1), at={5: in_flight.close})
    queue.at[4] = queue.works
    queue.breaks()

    receive(queue, in_flight, health, Pauses(lambda: ready.append(health.ready)))

    assert (ready, health.ready) == ([False] * 3, True)
    (record,) = logged.records("fault raised", part=f"queue {URL}")
    assert queue.url in record["error"]
    assert len(logged.records("fault cleared", part=f"queue {URL}")) == 1


def test_after_a_success_the_pauses_begin_anew(in_flight):
    stopping = Pauses()
    queue = Queue()
    broken = {1: queue.breaks, 2: queue.breaks, 3: queue.works, 4: queue.breaks, 5: queue.works}
    queue.at = {**broken, 6: in_flight.close}

    receive(queue, in_flight, stopping=stopping)

    _, _, anew = stopping.seconds
    assert 4 <= anew <= 8
