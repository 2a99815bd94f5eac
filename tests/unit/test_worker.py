"""The runner as a whole: each part is given what it asks others for, and a stop hands all back."""

from __future__ import annotations

import threading
import time

import pytest
from sqs_k8s_jobs import worker
from sqs_k8s_jobs.playbook import Inputs
from sqs_k8s_jobs.settings import Settings
from sqs_k8s_jobs.untold import Refused
from sqs_k8s_jobs.worker import Worker
from support.outcomes import refused
from support.sqs import URL, FakeQueue, alone, message


@pytest.fixture
def queue():
    return FakeQueue()


@pytest.fixture
def made(queue, monkeypatch, tmp_path):
    """A runner with its queue, that has not started."""
    monkeypatch.setattr(worker.queues, "open_queues", lambda _settings: alone(queue, FakeQueue()))
    monkeypatch.setattr(worker.api, "connect", lambda _settings: None)
    monkeypatch.setattr(worker.signal, "signal", lambda *_: None)
    own = {"run_dir": str(tmp_path), "without_warm_processes": True, "lease": "reports"}
    return Worker(Settings(queue_url=URL, **own))


def left_empty(part):
    """The names of what its constructor has put there until somebody gives it the real one."""
    default = f"{type(part).__qualname__}.__init__.<locals>.<lambda>"
    found = vars(part).items()
    return [name for name, value in found if getattr(value, "__qualname__", "") == default]


def test_each_part_is_given_what_it_asks_others_for(made, queue):
    work = made._work()
    workers = {kind: [one.func.__self__ for one in work[kind]] for kind in ("submit", "report")}
    watch = work["watch"][0].func.__self__
    parts = [made._plays, made._settling, made._hand, watch, watch.jobs]

    for part in (*parts, *workers["submit"], *workers["report"]):
        assert left_empty(part) == [], type(part).__name__
    assert made._plays.inputs is not Inputs
    assert queue.received.func == made._metrics.received


def test_it_is_alive_while_each_of_its_threads_is_and_while_it_stops(made):
    ended = threading.Thread(target=lambda: None)
    made._threads = {"receive": [threading.main_thread()], "hold": [threading.main_thread()]}
    assert made._is_alive()

    made._threads["hold"].append(ended)
    assert not made._is_alive()
    made._stopping.set()
    assert made._is_alive()


def test_a_stop_hands_back_what_waits_and_what_waits_for_its_callers_answer(
    made, queue, monkeypatch
):
    nothing = {kind: [] for kind in made._work()}
    monkeypatch.setattr(made, "_work", lambda: nothing)
    made._hand.add(URL, [message("waits")], more=False)
    unheard = Refused(message("unheard"), refused("0000", told=False))
    made._settling.refused([unheard], time.monotonic())
    made._stopping.set()

    assert made.run() == 0

    assert sorted(queue.hidden) == [("unheard", 0), ("waits", 0)]
    assert queue.deleted == []
