"""The messages in flight: received, not settled yet."""

import dataclasses
import threading
from concurrent import futures

from kit.models.memory_queue import OTHER, URL, message, messages
from kit.models.recorders import never
from kit.threads import PATIENCE, meanwhile, within_patience
from sqs_k8s_jobs.in_flight import batches, in_flight
from sqs_k8s_jobs.in_flight.in_flight import InFlight


def hand_of(limit, **weights):
    """Messages in flight for one queue; with a weight for another one, for both."""
    return InFlight(limit, {URL: 1, OTHER: weights["other"]} if weights else {URL: 1}, never)


def names(batch):
    """The ids of messages."""
    return [one.message_id for one in batch]


def take(held):
    """A batch that is there already."""
    return within_patience(held.next_batch)


def room_comes_with(held, what):
    """Tell whether this makes room where there was none."""
    order = []

    def wait():
        room = held.wait_for_capacity(URL)
        order.append("room")
        return room

    waiting = meanwhile(wait)
    order.append("done")
    what()
    return waiting.result(PATIENCE) and order == ["done", "room"]


def test_one_message_is_a_batch_as_soon_as_the_queue_gives_no_more():
    held, (one,) = hand_of(10), messages(1)

    held.add(URL, [one], more=False)

    assert take(held) == [one]


def test_a_flood_fills_a_batch_up_to_the_limit(monkeypatch):
    monkeypatch.setattr(in_flight, "LINGER", PATIENCE)
    held, flood = hand_of(20), messages(30)
    for start in (0, 10, 20):
        held.add(URL, flood[start : start + 10], more=True)

    assert take(held) == flood[:20]


def test_what_is_over_the_limit_is_the_next_batch():
    held, flood = hand_of(4), messages(6)
    held.add(URL, flood, more=False)

    assert [take(held), take(held)] == [flood[:4], flood[4:]]


def test_attributes_and_wide_characters_count_as_what_they_take_in_memory():
    value = {"DataType": "String", "StringValue": "x" * 1000}
    plain = message("plain", "x" * 1000)

    assert 1000 < plain.length < 1100
    assert 2000 < message("more", "x" * 1000, attributes={"a": value}).length < 2500
    assert message("wide", "x" * 1000 + "\N{GRINNING FACE}").length > 4000


def test_long_bodies_fill_a_batch_before_the_limit_and_the_room_of_their_queue(monkeypatch):
    monkeypatch.setattr(in_flight, "LINGER", PATIENCE)
    monkeypatch.setattr(batches, "FULL", 3 * message("m", "x" * 4).length)
    held, flood = hand_of(20), [message(f"m{number}", "x" * 4) for number in range(7)]
    held.add(URL, flood, more=True)

    assert take(held) == flood[:3]
    assert room_comes_with(held, lambda: take(held))
    held.add(URL, [], more=False)
    assert take(held) == flood[6:]


def test_a_batch_holds_as_much_as_its_bodies_take_where_they_are_passed_on(monkeypatch):
    monkeypatch.setattr(batches, "FULL", 120)
    plain, wide = message("plain", "x" * 118), message("wide", "\U0001f600" * 10)
    held = hand_of(20)
    held.add(URL, [wide, plain, plain], more=False)

    assert [take(held), take(held), take(held)] == [[wide], [plain], [plain]]


def test_a_body_that_is_longer_than_a_batch_is_a_batch(monkeypatch):
    monkeypatch.setattr(batches, "FULL", 10)
    held, both = hand_of(20), [message(f"m{number}", "x" * 11) for number in range(2)]
    held.add(URL, both, more=False)

    assert [take(held), take(held)] == [both[:1], both[1:]]


def test_while_the_queue_gives_more_a_batch_waits_for_it(monkeypatch):
    monkeypatch.setattr(in_flight, "LINGER", PATIENCE)
    held, both = hand_of(10), messages(2)
    held.add(URL, both[:1], more=True)

    taken = meanwhile(held.next_batch)
    held.add(URL, both[1:], more=False)

    assert taken.result(PATIENCE) == both


def test_a_batch_does_not_wait_for_more_for_ever(monkeypatch):
    monkeypatch.setattr(in_flight, "LINGER", 0.01)
    held, (one,) = hand_of(10), messages(1)

    held.add(URL, [one], more=True)

    assert take(held) == [one]


def test_taking_waits_until_there_is_something():
    held, (one,) = hand_of(10), messages(1)

    taken = meanwhile(held.next_batch)
    held.add(URL, [], more=False)
    held.add(URL, [one], more=False)

    assert taken.result(PATIENCE) == [one]


def test_what_was_taken_stays_in_flight_until_it_is_settled():
    held, three = hand_of(2), messages(3)
    held.add(URL, three, more=False)
    taken = take(held)
    assert held.messages() == three

    held.forget(taken[:1])

    assert held.messages() == three[1:]


def test_what_is_settled_twice_or_was_never_in_flight_is_no_matter():
    held, (one, other) = hand_of(1), messages(2)
    held.add(URL, [one], more=False)
    held.forget(take(held))

    held.forget([one, other])

    assert held.messages() == []


def test_at_the_limit_there_is_room_again_once_a_batch_was_taken():
    held = hand_of(2)
    held.add(URL, messages(2), more=False)

    assert room_comes_with(held, lambda: take(held))


def test_messages_that_were_put_back_come_first_and_in_their_order():
    held, four = hand_of(2), messages(4)
    held.add(URL, four, more=False)

    held.requeue(take(held))
    held.resume()

    assert [take(held), take(held)] == [four[:2], four[2:]]


def test_messages_that_were_requeued_stay_in_flight():
    held, two = hand_of(2), messages(2)
    held.add(URL, two, more=False)

    held.requeue(take(held)[1:])

    assert sorted(one.message_id for one in held.messages()) == ["m0", "m1"]
    assert held.close() == two[1:]


def test_messages_that_were_put_back_do_not_wait_for_more(monkeypatch):
    monkeypatch.setattr(in_flight, "LINGER", 2 * PATIENCE)
    held, (one,) = hand_of(10), messages(1)
    held.add(URL, [one], more=True)

    held.requeue([])
    held.resume()

    assert take(held) == [one]


def test_after_messages_were_put_back_there_is_no_room_until_it_resumes():
    held = hand_of(10)
    held.requeue(messages(1))

    assert room_comes_with(held, held.resume)


def test_at_the_limit_there_is_no_room_after_a_pause_until_a_batch_was_taken():
    held = hand_of(1)
    held.requeue(messages(1))
    held.resume()

    assert room_comes_with(held, lambda: take(held))


def test_there_is_no_room_for_as_long_as_messages_are_left_to_others():
    others = [True]
    held = InFlight(10, {URL: 1}, lambda: bool(others))

    assert room_comes_with(held, others.clear)


def test_while_messages_are_left_to_others_it_can_be_closed():
    held = InFlight(10, {URL: 1}, lambda: True)
    waiting = meanwhile(held.wait_for_capacity, URL)

    held.close()

    assert waiting.result(PATIENCE) is False


def test_while_it_is_paused_it_can_be_closed():
    held, one = hand_of(10), messages(1)
    held.requeue(one)
    waiting = meanwhile(held.wait_for_capacity, URL)

    assert held.close() == one
    assert waiting.result(PATIENCE) is False


def test_once_closed_it_returns_what_nobody_has_begun():
    held, three = hand_of(2), messages(3)
    held.add(URL, three, more=False)
    take(held)

    assert held.close() == three[2:]
    assert held.messages() == three[:2]


def test_once_closed_it_has_neither_batches_nor_room():
    held = hand_of(2)
    held.add(URL, messages(1), more=False)
    held.close()

    assert take(held) == []
    assert within_patience(held.wait_for_capacity, URL) is False


def test_closing_wakes_all_that_wait():
    full, empty = hand_of(1), hand_of(1)
    full.add(URL, messages(1), more=False)
    room, batch = meanwhile(full.wait_for_capacity, URL), meanwhile(empty.next_batch)

    full.close()
    empty.close()

    assert (room.result(PATIENCE), batch.result(PATIENCE)) == (False, [])


def test_while_a_batch_that_failed_waits_to_be_tried_again_no_other_is_given_out():
    held, (first, *rest) = hand_of(1), messages(3)
    held.add(URL, [first, *rest], more=False)
    held.requeue(take(held))
    order = []

    taken = meanwhile(lambda: (held.next_batch(), order.append("taken")))
    order.append("resumed")
    held.resume()

    assert taken.result(PATIENCE)[0] == [first]
    assert order == ["resumed", "taken"]


def test_where_two_batches_failed_both_have_to_be_resumed():
    held = hand_of(1)
    held.add(URL, messages(2), more=False)
    for batch in (take(held), take(held)):
        held.requeue(batch)

    held.resume()

    assert room_comes_with(held, lambda: (held.resume(), take(held), take(held)))


def test_a_flood_on_one_queue_leaves_room_for_another():
    held = hand_of(2, other=1)
    held.add(URL, messages(2), more=True)

    assert within_patience(held.wait_for_capacity, OTHER) is True


def test_what_comes_on_a_quiet_queue_is_in_the_next_batch_whatever_waits_elsewhere():
    held, quiet = hand_of(5, other=1), message("quiet", url=OTHER)
    held.add(URL, messages(20), more=True)
    take(held)

    held.add(OTHER, [quiet], more=False)

    assert quiet in take(held)


def test_a_batch_is_shared_by_weight_and_each_queues_messages_are_in_their_order():
    held = hand_of(8, other=3)
    held.add(URL, messages(20), more=False)
    held.add(OTHER, messages(20, "o", OTHER), more=False)

    batch = take(held)

    assert [one for one in names(batch) if one.startswith("m")] == ["m0", "m1"]
    assert [one for one in names(batch) if one.startswith("o")] == [f"o{n}" for n in range(6)]


def test_a_batch_that_is_put_back_is_in_order_on_each_queue():
    held = hand_of(4, other=1)
    held.add(URL, messages(3), more=False)
    held.add(OTHER, messages(3, "o", OTHER), more=False)
    first = take(held)

    held.requeue(first)
    held.resume()

    assert take(held) == first
    assert names(take(held)) == ["m2", "o2"]


def test_a_queue_that_gives_no_more_waits_for_one_that_flows_but_once(monkeypatch):
    monkeypatch.setattr(in_flight, "LINGER", 0.01)
    held, (one,) = hand_of(10, other=1), messages(1, "o", OTHER)
    held.add(URL, messages(1), more=True)
    take(held)

    monkeypatch.setattr(in_flight, "LINGER", 2 * PATIENCE)
    held.add(OTHER, [one], more=False)

    assert take(held) == [one]


def test_while_a_batch_that_failed_is_in_flight_another_queue_gives_some_and_no_more():
    held = hand_of(10, other=1)
    held.requeue(messages(1))

    assert within_patience(held.wait_for_capacity, OTHER) is True
    held.add(OTHER, messages(1, "o", OTHER), more=False)
    held.resume()
    held.requeue([])
    waiting = meanwhile(held.wait_for_capacity, OTHER)
    assert held.close() == [*messages(1), *messages(1, "o", OTHER)]
    assert waiting.result(PATIENCE) is False


def test_of_two_that_wait_for_a_batch_one_gets_it_and_the_other_waits_on(monkeypatch):
    monkeypatch.setattr(in_flight, "LINGER", 0.01)
    held, (first, second) = hand_of(10), messages(2)
    taken = [meanwhile(held.next_batch), meanwhile(held.next_batch)]

    held.add(URL, [first], more=True)
    futures.wait(taken, PATIENCE, futures.FIRST_COMPLETED)
    held.add(URL, [second], more=True)

    assert sorted(names(one.result(PATIENCE)) for one in taken) == [["m0"], ["m1"]]


def test_a_message_that_came_twice_is_held_until_both_are_settled():
    held = hand_of(1)
    first = message("twice")
    again = dataclasses.replace(first, receipt_handle="another")
    held.add(URL, [first, again], more=False)
    batches = [take(held), take(held)]

    held.forget(batches[0])

    assert held.messages() == [again]


def test_no_message_is_lost_or_given_out_twice_between_threads():
    held, flood, done = hand_of(7), messages(200), threading.Event()
    taken = []

    def work():
        while batch := held.next_batch():
            taken.extend(batch)
            held.forget(batch)
            if len(taken) == len(flood):
                done.set()

    workers = [meanwhile(work) for _ in range(3)]
    for start in range(0, len(flood), 10):
        within_patience(held.wait_for_capacity, URL)
        held.add(URL, flood[start : start + 10], more=False)
    assert done.wait(PATIENCE)
    held.close()

    assert [one.result(PATIENCE) for one in workers] == [None] * 3
    assert sorted(one.message_id for one in taken) == sorted(one.message_id for one in flood)
    assert held.messages() == []
