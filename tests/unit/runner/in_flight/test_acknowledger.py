"""Settling: a message leaves the queue when its effect is durable, and never before."""

import time

import pytest
from kit.builders.outcomes import refused
from kit.models.memory_queue import OTHER, URL, FakeQueue, message, messages
from kit.models.recorders import RecordedWorkQueue, never
from kit.threads import within_patience
from sqs_k8s_jobs.in_flight import rejections
from sqs_k8s_jobs.in_flight.acknowledger import Acknowledger
from sqs_k8s_jobs.in_flight.in_flight import InFlight
from sqs_k8s_jobs.in_flight.rejections import Rejection
from sqs_k8s_jobs.in_flight.rejector import BACKOFF_MAX, Rejector
from sqs_k8s_jobs.queue.queues import Queues
from sqs_k8s_jobs.settings import Settings
from sqs_k8s_jobs.workqueue.endpoints import Endpoints

SETTINGS = Settings(retry_backoff=8, retry_backoff_max=100)
DIGEST = "digest-0000"


class Harness:
    """Messages in flight, the queues, and what is to be reported."""

    def __init__(self, *some, dead_letters=True):
        self.queue = FakeQueue()
        self.dead_letters = FakeQueue() if dead_letters else None
        self.other = FakeQueue(url=OTHER)  # it has no dead-letter queue
        self.in_flight = InFlight(100, {URL: 1, OTHER: 1}, never)
        self.workqueue = RecordedWorkQueue()
        dead_letters = {URL: self.dead_letters} if self.dead_letters else {}
        queues = Queues([self.queue, self.other], dead_letters)
        self.acknowledger = Acknowledger(queues, self.in_flight, SETTINGS)
        self.rejector = Rejector(queues, self.acknowledger, self.workqueue, Endpoints())
        for one in some:
            self.in_flight.add(one.queue_url, [one], more=False)
        within_patience(self.in_flight.next_batch)

    def refuse(self, one, *, delivered=False, key="0000", began=None):
        began = time.monotonic() if began is None else began
        self.rejector.reject([Rejection(one, refused(key, delivered=delivered))], began)

    @property
    def left(self):
        return [one.message_id for one in self.in_flight.messages()]


def test_what_has_its_job_is_deleted_and_no_longer_in_flight():
    both = messages(2)
    harness = Harness(*both)

    harness.acknowledger.acknowledge(both[:1])

    assert (harness.queue.deleted, harness.left) == (["m0"], ["m1"])


def test_what_is_worth_another_try_is_hidden_for_longer_each_time_and_no_longer_in_flight():
    often = [message("first"), message("third", receive_count=3), message("old", receive_count=50)]
    harness = Harness(*often)

    harness.acknowledger.retry_later(often)

    hidden = dict(harness.queue.hidden)
    assert 4 <= hidden["first"] <= 8
    assert 16 <= hidden["third"] <= 32
    assert 50 <= hidden["old"] <= 100
    assert harness.left == []


def test_a_refused_message_whose_caller_was_told_goes_to_the_dead_letters(logged):
    one = message("a", "body")
    harness = Harness(one)

    harness.refuse(one, delivered=True)

    assert harness.dead_letters.sent == [("body", "A110", "no image")]
    assert (harness.queue.deleted, harness.left) == (["a"], [])
    (record,) = logged.records("message rejected")
    assert (record["id"], record["message_id"], record["error_code"]) == ("id-0000", "a", "A110")


def test_a_refused_message_without_an_id_is_said_with_its_record(logged):
    one = message("a")
    harness = Harness(one)
    outcome = {**refused("0000", delivered=True, record="body-1"), "id": None}

    harness.rejector.reject([Rejection(one, outcome)], 0.0)

    (record,) = logged.records("message rejected")
    assert (record["record"], record["message_id"]) == ("body-1", "a")


def test_a_refused_message_stays_in_flight_until_its_caller_was_asked_to_hear_of_it():
    one = message("a")
    harness = Harness(one)

    harness.refuse(one)

    assert (harness.queue.deleted, harness.queue.hidden) == ([], [])
    assert (harness.left, harness.workqueue) == (["a"], [DIGEST])


def test_a_refused_message_whose_caller_accepts_its_99_goes_to_the_dead_letters():
    one = message("a", "body")
    harness = Harness(one)
    harness.refuse(one)

    harness.rejector.rejection_attempted([DIGEST], True)

    assert harness.dead_letters.sent == [("body", "A110", "no image")]
    assert (harness.queue.deleted, harness.left) == (["a"], [])


def test_a_refused_message_whose_caller_does_not_accept_comes_again_and_is_no_dead_letter():
    one = message("a", receive_count=1)
    harness = Harness(one)
    harness.refuse(one)

    harness.rejector.rejection_attempted([DIGEST], False)

    ((_, seconds),) = harness.queue.hidden
    assert 4 <= seconds <= 8
    assert (harness.queue.deleted, harness.dead_letters.sent, harness.left) == ([], [], [])


def test_a_refused_message_that_came_often_waits_for_up_to_an_hour():
    one = message("a", receive_count=100)
    harness = Harness(one)
    harness.refuse(one)

    harness.rejector.rejection_attempted([DIGEST], False)

    ((_, seconds),) = harness.queue.hidden
    assert BACKOFF_MAX / 2 <= seconds <= BACKOFF_MAX


def test_an_answer_settles_all_refused_messages_of_its_id_and_no_others():
    same, again, other = messages(3)
    harness = Harness(same, again, other)
    harness.refuse(same)
    harness.refuse(again)
    harness.refuse(other, key="0001")

    harness.rejector.rejection_attempted([DIGEST], True)

    assert (harness.queue.deleted, harness.left) == (["m0", "m1"], ["m2"])


def test_an_answer_that_comes_twice_or_for_nobody_changes_nothing():
    one = message("a")
    harness = Harness(one)
    harness.refuse(one)

    for _ in range(2):
        harness.rejector.rejection_attempted([DIGEST], True)
    harness.rejector.rejection_attempted(["another"], False)

    assert (harness.queue.deleted, len(harness.dead_letters.sent)) == (["a"], 1)
    assert harness.queue.hidden == []


def test_a_refused_message_stays_in_the_queue_where_there_is_no_dead_letter_queue(logged):
    one = message("a")
    harness = Harness(one, dead_letters=False)

    harness.refuse(one, delivered=True)

    assert (harness.queue.deleted, harness.left) == ([], [])
    assert [name for name, _ in harness.queue.hidden] == ["a"]
    (record,) = logged.records("message rejected")
    assert record["kept"] == "there is no dead-letter queue"


def test_a_refused_message_stays_where_its_dead_letter_could_not_be_sent(logged):
    one = message("a")
    harness = Harness(one)
    harness.dead_letters.broken = True

    harness.refuse(one, delivered=True)

    assert (harness.queue.deleted, harness.left) == ([], [])
    assert [name for name, _ in harness.queue.hidden] == ["a"]
    assert len(logged.records("dead letter send failed")) == 1


def test_what_callers_accept_is_kept_and_deleted_by_one_call_each():
    three = messages(3)
    harness = Harness(*three)
    for number, one in enumerate(three):
        harness.refuse(one, key=f"000{number}")

    harness.rejector.rejection_attempted([f"digest-000{number}" for number in range(3)], True)

    assert harness.queue.deleted == ["m0", "m1", "m2"]
    assert (harness.dead_letters.calls, harness.queue.calls) == (1, 1)


def test_of_several_queues_only_those_without_a_dead_letter_queue_keep_what_is_refused(logged):
    one, other = message("a", "body"), message("b", url=OTHER)
    harness = Harness(one, other)

    harness.rejector.reject(
        [Rejection(each, refused("0000", delivered=True)) for each in (one, other)], 0.0
    )

    assert harness.dead_letters.sent == [("body", "A110", "no image")]
    assert (harness.queue.deleted, harness.other.deleted) == (["a"], [])
    assert [name for name, _ in harness.other.hidden] == ["b"]
    assert [record.get("kept") for record in logged.records("message rejected")] == [
        None,
        "there is no dead-letter queue",
    ]


def test_at_the_end_what_waits_for_its_callers_answer_is_released():
    one = message("a")
    harness = Harness(one)
    harness.refuse(one)

    harness.rejector.release_pending()
    harness.rejector.rejection_attempted([DIGEST], True)

    assert (harness.queue.hidden, harness.left) == ([("a", 0)], [])
    assert harness.queue.deleted == []


@pytest.mark.parametrize(
    ("call", "words"),
    [("acknowledge", "message deletion failed"), ("retry_later", "visibility change failed")],
)
def test_messages_that_sqs_did_not_settle_are_said_and_let_go(call, words, logged):
    one = message("a")
    harness = Harness(one)
    harness.queue.failures = ["ReceiptHandleIsInvalid: gone"]

    getattr(harness.acknowledger, call)([one])

    (record,) = logged.records(words)
    assert record["error"] == "ReceiptHandleIsInvalid: gone"
    assert harness.left == []


@pytest.mark.parametrize("call", ["acknowledge", "retry_later"])
def test_a_queue_that_is_gone_breaks_nothing(call, logged):
    one = message("a")
    harness = Harness(one)
    harness.queue.broken = True

    getattr(harness.acknowledger, call)([one])

    assert len(logged.records()) == 1
    assert harness.left == []


@pytest.mark.parametrize("accepted", [True, False])
def test_what_its_caller_answered_before_the_run_that_refused_it_was_over_settles_it(accepted):
    one = message("a")
    harness = Harness(one)
    began = time.monotonic()
    harness.rejector.rejection_attempted(["digest-0000"], accepted)

    harness.refuse(one, began=began)

    assert (harness.left, harness.workqueue) == ([], [])
    assert harness.queue.deleted == (["a"] if accepted else [])


def test_what_its_caller_answered_an_earlier_time_does_not_settle_it():
    one = message("a")
    harness = Harness(one)
    harness.rejector.rejection_attempted(["digest-0000"], True)

    harness.refuse(one)

    assert (harness.left, harness.workqueue) == (["a"], ["digest-0000"])


def test_a_refused_message_that_its_queue_gives_no_more_is_kept_with_its_reason_at_once():
    one = message("a", "body", is_last=True)
    harness = Harness(one)
    harness.refuse(one)

    harness.rejector.rejection_attempted([DIGEST], False)

    assert harness.dead_letters.sent == [("body", "A110", "no image")]
    assert (harness.queue.deleted, harness.queue.hidden, harness.left) == (["a"], [], [])


def test_a_stop_keeps_what_its_queue_gives_no_more_and_releases_the_rest():
    last, again = message("last", "body", is_last=True), message("again")
    harness = Harness(last, again)
    harness.refuse(last)
    harness.refuse(again, key="0001")

    harness.rejector.release_pending()

    assert harness.dead_letters.sent == [("body", "A110", "no image")]
    assert (harness.queue.deleted, harness.queue.hidden) == (["last"], [("again", 0)])


def test_what_did_not_become_a_job_before_the_stop_is_released_or_kept_with_a_reason(logged):
    last, again = message("last", "body", is_last=True), message("again")
    harness = Harness(last, again)

    harness.acknowledger.release([last, again])

    ((body, code, reason),) = harness.dead_letters.sent
    assert (body, code) == ("body", "A117")
    assert reason.startswith("the runner was stopped")
    assert (harness.queue.deleted, harness.queue.hidden) == (["last"], [("again", 0)])
    (record,) = logged.records("message given up")
    assert record["message_id"] == "last"


def test_what_is_given_up_at_the_stop_says_its_id_and_what_the_cluster_said_last(logged):
    last = message("last", "body", receive_count=3, is_last=True)
    harness = Harness(last)
    harness.acknowledger.note_failed_try(last, "id-1", "exceeded quota")
    harness.acknowledger.note_failed_try(last, None, "no route to host")

    harness.acknowledger.release([last])

    ((_, code, reason),) = harness.dead_letters.sent
    assert code == "A117"
    assert reason.endswith("its queue's last try: no route to host")
    (record,) = logged.records("message given up")
    assert (record["id"], record["message_id"], record["attempt"]) == ("id-1", "last", 3)
    assert (record["error_code"], record["error"]) == ("A117", reason)


def test_what_was_said_of_a_message_that_is_settled_is_forgotten():
    one = message("a")
    harness = Harness(one)
    harness.acknowledger.note_failed_try(one, "id-1", "exceeded quota")

    harness.acknowledger.retry_later([one])

    assert harness.acknowledger._tries.of(one).reason == ""


def test_what_cannot_be_kept_is_not_deleted(logged):
    last = message("last", is_last=True)
    harness = Harness(last)
    harness.dead_letters.broken = True

    harness.acknowledger.release([last])

    assert harness.queue.deleted == []
    assert len(logged.records("message given up")) == 1


def test_of_more_messages_than_are_kept_for_their_callers_the_oldest_come_again(monkeypatch):
    monkeypatch.setattr(rejections, "MAX_MESSAGES", 1)
    some = [message("a"), message("b"), message("c")]
    harness = Harness(*some)

    for number, one in enumerate(some):
        harness.refuse(one, key=f"000{number}")

    assert harness.left == ["c"]
    assert sorted(dict(harness.queue.hidden)) == ["a", "b"]
    assert harness.queue.deleted == []
