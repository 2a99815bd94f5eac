"""Settling: a message leaves the queue when its effect is durable, and never before."""

from __future__ import annotations

import time

import pytest
from kit.builders.outcomes import refused
from kit.models.parts_asked import Wants, never
from kit.models.sqs import OTHER, URL, FakeQueue, message, messages
from kit.threads import within_patience
from sqs_k8s_jobs.in_flight import rejections
from sqs_k8s_jobs.in_flight.acknowledger import REJECTION_BACKOFF_MAX, Acknowledger
from sqs_k8s_jobs.in_flight.in_flight import InFlight
from sqs_k8s_jobs.in_flight.rejections import Rejection
from sqs_k8s_jobs.queue.queues import Queues
from sqs_k8s_jobs.settings import Settings
from sqs_k8s_jobs.workqueue.endpoints import Endpoints

SETTINGS = Settings(retry_backoff=8, retry_backoff_max=100)
DIGEST = "digest-0000"


class Bench:
    """Messages in hand, the queues, and what is to be reported."""

    def __init__(self, *some, dead_letters=True):
        self.queue = FakeQueue()
        self.dead_letters = FakeQueue() if dead_letters else None
        self.other = FakeQueue(url=OTHER)  # it has no dead-letter queue
        self.hand = InFlight(100, {URL: 1, OTHER: 1}, never)
        self.wanted = Wants()
        dead_letters = {URL: self.dead_letters} if self.dead_letters else {}
        queues = Queues([self.queue, self.other], dead_letters)
        self.settling = Acknowledger(queues, self.hand, self.wanted, Endpoints(), SETTINGS)
        for one in some:
            self.hand.add(one.queue_url, [one], more=False)
        within_patience(self.hand.next_batch)

    def refuse(self, one, *, told=False, key="0000", began=None):
        began = time.monotonic() if began is None else began
        self.settling.reject([Rejection(one, refused(key, told=told))], began)

    @property
    def left(self):
        return [one.message_id for one in self.hand.messages()]


def test_what_has_its_job_is_deleted_and_out_of_hand():
    both = messages(2)
    bench = Bench(*both)

    bench.settling.acknowledge(both[:1])

    assert (bench.queue.deleted, bench.left) == (["m0"], ["m1"])


def test_what_is_worth_another_try_is_hidden_for_longer_each_time_and_out_of_hand():
    often = [message("first"), message("third", receive_count=3), message("old", receive_count=50)]
    bench = Bench(*often)

    bench.settling.retry_later(often)

    hidden = dict(bench.queue.hidden)
    assert 4 <= hidden["first"] <= 8
    assert 16 <= hidden["third"] <= 32
    assert 50 <= hidden["old"] <= 100
    assert bench.left == []


def test_a_refused_message_whose_caller_was_told_goes_to_the_dead_letters(logged):
    one = message("a", "body")
    bench = Bench(one)

    bench.refuse(one, told=True)

    assert bench.dead_letters.letters == [("body", "A110", "no image")]
    assert (bench.queue.deleted, bench.left) == (["a"], [])
    (record,) = logged.records("message refused")
    assert (record["id"], record["message_id"], record["error_code"]) == ("id-0000", "a", "A110")


def test_a_refused_message_without_an_id_is_said_with_its_record(logged):
    one = message("a")
    bench = Bench(one)
    outcome = {**refused("0000", told=True, record="body-1"), "id": None}

    bench.settling.reject([Rejection(one, outcome)], 0.0)

    (record,) = logged.records("message refused")
    assert (record["record"], record["message_id"]) == ("body-1", "a")


def test_a_refused_message_stays_in_hand_until_its_caller_was_asked_to_hear_of_it():
    one = message("a")
    bench = Bench(one)

    bench.refuse(one)

    assert (bench.queue.deleted, bench.queue.hidden) == ([], [])
    assert (bench.left, bench.wanted) == (["a"], [DIGEST])


def test_a_refused_message_whose_caller_accepts_its_99_goes_to_the_dead_letters():
    one = message("a", "body")
    bench = Bench(one)
    bench.refuse(one)

    bench.settling.rejection_delivered([DIGEST], True)

    assert bench.dead_letters.letters == [("body", "A110", "no image")]
    assert (bench.queue.deleted, bench.left) == (["a"], [])


def test_a_refused_message_whose_caller_does_not_accept_comes_again_and_is_no_dead_letter():
    one = message("a", receive_count=1)
    bench = Bench(one)
    bench.refuse(one)

    bench.settling.rejection_delivered([DIGEST], False)

    ((_, seconds),) = bench.queue.hidden
    assert 4 <= seconds <= 8
    assert (bench.queue.deleted, bench.dead_letters.letters, bench.left) == ([], [], [])


def test_a_refused_message_that_came_often_waits_for_up_to_an_hour():
    one = message("a", receive_count=100)
    bench = Bench(one)
    bench.refuse(one)

    bench.settling.rejection_delivered([DIGEST], False)

    ((_, seconds),) = bench.queue.hidden
    assert REJECTION_BACKOFF_MAX / 2 <= seconds <= REJECTION_BACKOFF_MAX


def test_an_answer_settles_all_refused_messages_of_its_id_and_no_others():
    same, again, other = messages(3)
    bench = Bench(same, again, other)
    bench.refuse(same)
    bench.refuse(again)
    bench.refuse(other, key="0001")

    bench.settling.rejection_delivered([DIGEST], True)

    assert (bench.queue.deleted, bench.left) == (["m0", "m1"], ["m2"])


def test_an_answer_that_comes_twice_or_for_nobody_changes_nothing():
    one = message("a")
    bench = Bench(one)
    bench.refuse(one)

    for _ in range(2):
        bench.settling.rejection_delivered([DIGEST], True)
    bench.settling.rejection_delivered(["another"], False)

    assert (bench.queue.deleted, len(bench.dead_letters.letters)) == (["a"], 1)
    assert bench.queue.hidden == []


def test_a_refused_message_stays_in_the_queue_where_there_is_no_dead_letter_queue(logged):
    one = message("a")
    bench = Bench(one, dead_letters=False)

    bench.refuse(one, told=True)

    assert (bench.queue.deleted, bench.left) == ([], [])
    assert [name for name, _ in bench.queue.hidden] == ["a"]
    (record,) = logged.records("message refused")
    assert record["kept"] == "there is no dead-letter queue"


def test_a_refused_message_stays_where_its_dead_letter_could_not_be_sent(logged):
    one = message("a")
    bench = Bench(one)
    bench.dead_letters.broken = True

    bench.refuse(one, told=True)

    assert (bench.queue.deleted, bench.left) == ([], [])
    assert [name for name, _ in bench.queue.hidden] == ["a"]
    assert len(logged.records("cannot keep a dead letter")) == 1


def test_what_callers_accept_is_kept_and_deleted_by_one_call_each():
    three = messages(3)
    bench = Bench(*three)
    for number, one in enumerate(three):
        bench.refuse(one, key=f"000{number}")

    bench.settling.rejection_delivered([f"digest-000{number}" for number in range(3)], True)

    assert bench.queue.deleted == ["m0", "m1", "m2"]
    assert (bench.dead_letters.calls, bench.queue.calls) == (1, 1)


def test_of_several_queues_only_those_without_a_dead_letter_queue_keep_what_is_refused(logged):
    one, other = message("a", "body"), message("b", url=OTHER)
    bench = Bench(one, other)

    bench.settling.reject(
        [Rejection(each, refused("0000", told=True)) for each in (one, other)], 0.0
    )

    assert bench.dead_letters.letters == [("body", "A110", "no image")]
    assert (bench.queue.deleted, bench.other.deleted) == (["a"], [])
    assert [name for name, _ in bench.other.hidden] == ["b"]
    assert [record.get("kept") for record in logged.records("message refused")] == [
        None,
        "there is no dead-letter queue",
    ]


def test_at_the_end_what_waits_for_its_callers_answer_is_handed_back():
    one = message("a")
    bench = Bench(one)
    bench.refuse(one)

    bench.settling.release_pending()
    bench.settling.rejection_delivered([DIGEST], True)

    assert (bench.queue.hidden, bench.left) == ([("a", 0)], [])
    assert bench.queue.deleted == []


@pytest.mark.parametrize(
    ("call", "words"),
    [("acknowledge", "messages not deleted"), ("retry_later", "messages not hidden")],
)
def test_messages_that_sqs_did_not_settle_are_said_and_let_go(call, words, logged):
    one = message("a")
    bench = Bench(one)
    bench.queue.failures = ["ReceiptHandleIsInvalid: gone"]

    getattr(bench.settling, call)([one])

    (record,) = logged.records(words)
    assert record["error"] == "ReceiptHandleIsInvalid: gone"
    assert bench.left == []


@pytest.mark.parametrize("call", ["acknowledge", "retry_later"])
def test_a_queue_that_is_gone_breaks_nothing(call, logged):
    one = message("a")
    bench = Bench(one)
    bench.queue.broken = True

    getattr(bench.settling, call)([one])

    assert len(logged.records()) == 1
    assert bench.left == []


@pytest.mark.parametrize("accepted", [True, False])
def test_what_its_caller_answered_before_the_run_that_refused_it_was_over_settles_it(accepted):
    one = message("a")
    bench = Bench(one)
    began = time.monotonic()
    bench.settling.rejection_delivered(["digest-0000"], accepted)

    bench.refuse(one, began=began)

    assert (bench.left, bench.wanted) == ([], [])
    assert bench.queue.deleted == (["a"] if accepted else [])


def test_what_its_caller_answered_an_earlier_time_does_not_settle_it():
    one = message("a")
    bench = Bench(one)
    bench.settling.rejection_delivered(["digest-0000"], True)

    bench.refuse(one)

    assert (bench.left, bench.wanted) == (["a"], ["digest-0000"])


def test_a_refused_message_that_its_queue_gives_no_more_is_kept_with_its_reason_at_once():
    one = message("a", "body", is_last=True)
    bench = Bench(one)
    bench.refuse(one)

    bench.settling.rejection_delivered([DIGEST], False)

    assert bench.dead_letters.letters == [("body", "A110", "no image")]
    assert (bench.queue.deleted, bench.queue.hidden, bench.left) == (["a"], [], [])


def test_a_stop_keeps_what_its_queue_gives_no_more_and_hands_the_rest_back():
    last, again = message("last", "body", is_last=True), message("again")
    bench = Bench(last, again)
    bench.refuse(last)
    bench.refuse(again, key="0001")

    bench.settling.release_pending()

    assert bench.dead_letters.letters == [("body", "A110", "no image")]
    assert (bench.queue.deleted, bench.queue.hidden) == (["last"], [("again", 0)])


def test_what_did_not_become_a_job_before_the_stop_is_released_or_kept_with_a_reason(logged):
    last, again = message("last", "body", is_last=True), message("again")
    bench = Bench(last, again)

    bench.settling.release([last, again])

    ((body, code, reason),) = bench.dead_letters.letters
    assert (body, code) == ("body", "A117")
    assert reason.startswith("the runner was stopped")
    assert (bench.queue.deleted, bench.queue.hidden) == (["last"], [("again", 0)])
    (record,) = logged.records("message given up, its caller was not told")
    assert record["message_id"] == "last"


def test_what_is_given_up_at_the_stop_says_its_id_and_what_the_cluster_said_last(logged):
    last = message("last", "body", receive_count=3, is_last=True)
    bench = Bench(last)
    bench.settling.tried(last, "id-1", "exceeded quota")
    bench.settling.tried(last, None, "no route to host")

    bench.settling.release([last])

    ((_, code, reason),) = bench.dead_letters.letters
    assert code == "A117"
    assert reason.endswith("its queue's last try: no route to host")
    (record,) = logged.records("message given up, its caller was not told")
    assert (record["id"], record["message_id"], record["attempt"]) == ("id-1", "last", 3)
    assert (record["error_code"], record["error"]) == ("A117", reason)


def test_what_was_said_of_a_message_that_is_settled_is_forgotten():
    one = message("a")
    bench = Bench(one)
    bench.settling.tried(one, "id-1", "exceeded quota")

    bench.settling.retry_later([one])

    assert bench.settling._tries.of(one).reason == ""


def test_what_cannot_be_kept_is_not_deleted(logged):
    last = message("last", is_last=True)
    bench = Bench(last)
    bench.dead_letters.broken = True

    bench.settling.release([last])

    assert bench.queue.deleted == []
    assert len(logged.records("message given up, its caller was not told")) == 1


def test_of_more_messages_than_are_kept_for_their_callers_the_oldest_come_again(monkeypatch):
    monkeypatch.setattr(rejections, "MOST", 1)
    some = [message("a"), message("b"), message("c")]
    bench = Bench(*some)

    for number, one in enumerate(some):
        bench.refuse(one, key=f"000{number}")

    assert bench.left == ["c"]
    assert sorted(dict(bench.queue.hidden)) == ["a", "b"]
    assert bench.queue.deleted == []
