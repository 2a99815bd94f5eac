"""The messages in hand: received, not settled yet."""

from __future__ import annotations

import threading

from sqs_k8s_jobs import hand
from sqs_k8s_jobs.hand import Hand
from support.sqs import messages
from support.threads import PATIENCE, meanwhile, within_patience


def take(held):
    """A batch that is there already."""
    return within_patience(held.take)


def room_comes_with(held, what):
    """Whether there is room once this was done, and none before."""
    order = []

    def wait():
        room = held.wait_for_room()
        order.append("room")
        return room

    waiting = meanwhile(wait)
    order.append("done")
    what()
    return waiting.result(PATIENCE) and order == ["done", "room"]


def test_one_message_is_a_batch_as_soon_as_the_queue_gives_no_more():
    held, (one,) = Hand(10), messages(1)

    held.add([one], more=False)

    assert take(held) == [one]


def test_a_flood_fills_a_batch_up_to_the_limit(monkeypatch):
    monkeypatch.setattr(hand, "LINGER", PATIENCE)
    held, flood = Hand(20), messages(30)
    for start in (0, 10, 20):
        held.add(flood[start : start + 10], more=True)

    assert take(held) == flood[:20]


def test_what_is_over_the_limit_is_the_next_batch():
    held, flood = Hand(4), messages(6)
    held.add(flood, more=False)

    assert [take(held), take(held)] == [flood[:4], flood[4:]]


def test_while_the_queue_gives_more_a_batch_waits_for_it(monkeypatch):
    monkeypatch.setattr(hand, "LINGER", PATIENCE)
    held, both = Hand(10), messages(2)
    held.add(both[:1], more=True)

    taken = meanwhile(held.take)
    held.add(both[1:], more=False)

    assert taken.result(PATIENCE) == both


def test_a_batch_does_not_wait_for_more_for_ever(monkeypatch):
    monkeypatch.setattr(hand, "LINGER", 0.01)
    held, (one,) = Hand(10), messages(1)

    held.add([one], more=True)

    assert take(held) == [one]


def test_taking_waits_until_there_is_something():
    held, (one,) = Hand(10), messages(1)

    taken = meanwhile(held.take)
    held.add([], more=False)
    held.add([one], more=False)

    assert taken.result(PATIENCE) == [one]


def test_what_was_taken_stays_in_hand_until_it_is_settled():
    held, three = Hand(2), messages(3)
    held.add(three, more=False)
    taken = take(held)
    assert held.all() == three

    held.settle(taken[:1])

    assert held.all() == three[1:]


def test_what_is_settled_twice_or_was_never_in_hand_is_no_matter():
    held, (one, other) = Hand(1), messages(2)
    held.add([one], more=False)
    held.settle(take(held))

    held.settle([one, other])

    assert held.all() == []


def test_a_full_hand_has_room_again_once_a_batch_was_taken():
    held = Hand(2)
    held.add(messages(2), more=False)

    assert room_comes_with(held, lambda: take(held))


def test_messages_that_were_put_back_come_first_and_in_their_order():
    held, four = Hand(2), messages(4)
    held.add(four, more=False)

    held.put_back(take(held))

    assert [take(held), take(held)] == [four[:2], four[2:]]


def test_messages_that_were_put_back_stay_in_hand():
    held, two = Hand(2), messages(2)
    held.add(two, more=False)

    held.put_back(take(held)[1:])

    assert sorted(one.message_id for one in held.all()) == ["m0", "m1"]
    assert held.close() == two[1:]


def test_messages_that_were_put_back_do_not_wait_for_more(monkeypatch):
    monkeypatch.setattr(hand, "LINGER", 2 * PATIENCE)
    held, (one,) = Hand(10), messages(1)
    held.add([one], more=True)

    held.put_back([])

    assert take(held) == [one]


def test_after_messages_were_put_back_there_is_no_room_until_it_resumes():
    held = Hand(10)
    held.put_back(messages(1))

    assert room_comes_with(held, held.resume)


def test_a_full_hand_that_resumes_has_no_room_until_a_batch_was_taken():
    held = Hand(1)
    held.put_back(messages(1))
    held.resume()

    assert room_comes_with(held, lambda: take(held))


def test_a_paused_hand_can_be_closed():
    held, one = Hand(10), messages(1)
    held.put_back(one)
    waiting = meanwhile(held.wait_for_room)

    assert held.close() == one
    assert waiting.result(PATIENCE) is False


def test_a_closed_hand_gives_back_what_nobody_has_begun():
    held, three = Hand(2), messages(3)
    held.add(three, more=False)
    take(held)

    assert held.close() == three[2:]
    assert held.all() == three[:2]


def test_a_closed_hand_has_neither_batches_nor_room():
    held = Hand(2)
    held.add(messages(1), more=False)
    held.close()

    assert take(held) == []
    assert within_patience(held.wait_for_room) is False


def test_closing_wakes_all_that_wait():
    full, empty = Hand(1), Hand(1)
    full.add(messages(1), more=False)
    room, batch = meanwhile(full.wait_for_room), meanwhile(empty.take)

    full.close()
    empty.close()

    assert (room.result(PATIENCE), batch.result(PATIENCE)) == (False, [])


def test_no_message_is_lost_or_given_out_twice_between_threads():
    held, flood, done = Hand(7), messages(200), threading.Event()
    taken = []

    def work():
        while batch := held.take():
            taken.extend(batch)
            held.settle(batch)
            if len(taken) == len(flood):
                done.set()

    workers = [meanwhile(work) for _ in range(3)]
    for start in range(0, len(flood), 10):
        within_patience(held.wait_for_room)
        held.add(flood[start : start + 10], more=False)
    assert done.wait(PATIENCE)
    held.close()

    assert [one.result(PATIENCE) for one in workers] == [None] * 3
    assert sorted(one.message_id for one in taken) == sorted(one.message_id for one in flood)
    assert held.all() == []
