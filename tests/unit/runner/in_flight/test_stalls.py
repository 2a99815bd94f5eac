"""After a run that was cut short each of its messages is tried alone, and the one at fault ends."""

import pytest
from kit.models.memory_queue import messages
from sqs_k8s_jobs.in_flight import stalls
from sqs_k8s_jobs.in_flight.stalls import Stalls

READING = "TASK [sqs_k8s.jobs.submit : Read the messages]"
ASKING = "TASK [sqs_k8s.jobs.submit : Read the Jobs of these messages]"


class Clock:
    """A clock that goes on by one at each look."""

    now = 0.0

    def __call__(self):
        self.now += 1
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def known(clock):
    """Stalls after a run of three messages that was cut short while it asked the cluster."""
    found = Stalls(clock)
    found.cut_short(messages(3), ASKING)
    return found


def test_a_batch_without_suspects_is_one_run(clock):
    parts = Stalls(clock).parts(messages(3))

    assert (parts.first, parts.alone, parts.later) == (messages(3), [], [])


def test_messages_of_a_run_that_cut_short_are_tried_one_by_one_beside_others(known):
    parts = known.parts([*messages(3), *messages(2, "new")])

    assert parts.first == messages(2, "new")
    assert (parts.alone, parts.later) == (messages(1), messages(3)[1:])


def test_the_one_that_was_tried_least_comes_first(known):
    known.cut_short(messages(1), ASKING)

    assert known.parts(messages(3)).alone == [messages(3)[1]]


def test_a_message_whose_run_ended_is_no_suspect(known, clock):
    known.ended(messages(1), clock())

    assert not known.is_suspect(messages(1)[0])
    assert known.parts(messages(3)).first == messages(1)


def test_a_silent_api_server_is_no_messages_fault(known):
    for _ in range(9):
        assert known.cut_short(messages(1), ASKING) == []

    assert not known.stalls(messages(1)[0])


def test_a_message_that_stalls_alone_while_others_end_is_to_be_rejected(known, clock):
    known.ended(messages(1, "other"), clock())
    known.cut_short(messages(1), ASKING)

    assert [known.stalls(one) for one in messages(3)] == [True, False, False]


def test_a_run_that_began_before_tells_nothing(clock):
    began, known = clock(), Stalls(clock)
    known.cut_short(messages(1), ASKING)
    known.ended(messages(1, "other"), began)
    known.cut_short(messages(1), ASKING)

    assert not known.stalls(messages(1)[0])


def test_a_message_that_stalls_alone_where_nobody_is_asked_is_to_be_rejected_at_once(clock):
    known = Stalls(clock)
    known.cut_short(messages(1), READING)
    assert not known.stalls(messages(1)[0])

    known.cut_short(messages(1), READING)

    assert known.stalls(messages(1)[0])


def test_one_that_stalls_at_another_place_is_tried_once_more(clock):
    known = Stalls(clock)
    known.cut_short(messages(1), ASKING)
    known.cut_short(messages(1), READING)
    assert not known.stalls(messages(1)[0])

    known.cut_short(messages(1), READING)

    assert known.stalls(messages(1)[0])


def test_what_was_rejected_is_rejected_again_when_it_comes_again(clock):
    known = Stalls(clock)
    for _ in range(2):
        known.cut_short(messages(1), READING)
    known.ended(messages(1), clock())

    assert known.stalls(messages(1)[0])


def test_one_that_cannot_even_be_rejected_in_time_is_hopeless(clock):
    known = Stalls(clock)
    for _ in range(2):
        assert known.cut_short(messages(1), READING) == []

    assert known.cut_short(messages(1), ASKING) == []
    assert known.cut_short(messages(1), READING) == messages(1)


def test_so_many_are_remembered_and_the_first_is_forgotten_first(clock, monkeypatch):
    monkeypatch.setattr(stalls, "MAX_SUSPECTS", 2)
    known = Stalls(clock)
    known.cut_short(messages(3), READING)

    assert [known.is_suspect(one) for one in messages(3)] == [False, True, True]


def test_a_message_whose_runs_are_killed_is_at_fault_where_others_end_and_nowhere_else(clock):
    known = Stalls(clock)
    for _ in range(9):
        assert known.cut_short(messages(1), READING, is_killed=True) == []
    assert not known.stalls(messages(1)[0])

    known.ended(messages(1, "other"), clock())
    known.cut_short(messages(1), READING, is_killed=True)

    assert known.stalls(messages(1)[0])


def test_after_a_run_that_was_killed_half_of_its_messages_are_tried_together(clock):
    known, many = Stalls(clock), messages(8)
    known.cut_short(many, READING, is_killed=True)
    assert known.parts(many).alone == many[:4]

    known.ended(many[:4], clock())
    left = known.parts(many)
    assert (left.first, left.alone) == (many[:4], many[4:])

    known.cut_short(many[4:], READING, is_killed=True)
    assert known.parts(many[4:]).alone == many[4:6]
    assert not any(known.stalls(one) for one in many)


def test_a_message_that_is_to_be_tried_alone_is_not_tried_among_others(clock):
    known, alone = Stalls(clock), messages(1, "late")
    known.cut_short(messages(8), READING, is_killed=True)
    known.cut_short(alone, READING)

    assert known.parts([*messages(2), *alone]).alone == messages(2)
