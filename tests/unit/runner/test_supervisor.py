"""The runner as a whole: its threads are watched, and a stop hands all back."""

import threading
import time

import pytest
from kit.builders.outcomes import refused
from kit.models.memory_queue import URL, FakeQueue, alone, message
from sqs_k8s_jobs import application, supervisor
from sqs_k8s_jobs.application import Application
from sqs_k8s_jobs.in_flight.rejections import Rejection
from sqs_k8s_jobs.settings import Settings
from sqs_k8s_jobs.supervisor import Supervisor


@pytest.fixture
def queue():
    return FakeQueue()


@pytest.fixture
def parts(queue, monkeypatch, tmp_path):
    """The parts of a runner with its queue."""
    served = alone(queue, FakeQueue())
    monkeypatch.setattr(application.queues, "open_queues", lambda _settings: served)
    monkeypatch.setattr(application.api, "connect", lambda _settings: None)
    monkeypatch.setattr(supervisor.signal, "signal", lambda *_: None)
    own = {"temp_dir": str(tmp_path), "fork_server": False, "leader_election_lease": "reports"}
    return Application(Settings(queue_url=URL, **own))


@pytest.fixture
def made(parts):
    """A runner that has not started."""
    return Supervisor(parts)


def test_it_is_alive_while_each_of_its_threads_is_and_while_it_stops(made):
    ended = threading.Thread(target=lambda: None)
    made._threads = {"receive": [threading.main_thread()], "extend": [threading.main_thread()]}
    assert made._is_alive()

    made._threads["extend"].append(ended)
    assert not made._is_alive()
    made._stopping.set()
    assert made._is_alive()


def test_a_stop_releases_what_waits_and_what_waits_for_its_callers_answer(
    made, parts, queue, monkeypatch
):
    nothing = {kind: [] for kind in made._work()}
    monkeypatch.setattr(made, "_work", lambda: nothing)
    parts.in_flight.add(URL, [message("waits")], more=False)
    unheard = Rejection(message("unheard"), refused("0000", delivered=False))
    parts.rejector.reject([unheard], time.monotonic())
    made._stopping.set()

    assert made.run() == 0

    assert sorted(queue.hidden) == [("unheard", 0), ("waits", 0)]
    assert queue.deleted == []


def test_a_report_is_wanted_of_a_message_whose_caller_has_not_heard_its_99(parts):
    unheard = Rejection(message("unheard"), refused("0000", delivered=False))

    parts.rejector.reject([unheard], time.monotonic())

    assert parts.workqueue.depth() == 1
