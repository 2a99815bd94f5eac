"""The queues that are served, and the dead-letter queue of each."""

from __future__ import annotations

import pytest
from kit.models.memory_queue import OTHER, URL, FakeQueue, message
from sqs_k8s_jobs.errors import OperatorError
from sqs_k8s_jobs.queue import queues, sqs
from sqs_k8s_jobs.queue.dead_letters import DeadLetter
from sqs_k8s_jobs.queue.queues import Queues
from sqs_k8s_jobs.queue.redrive import Redrive
from sqs_k8s_jobs.settings import Settings


class Harness:
    """Two queues, with a dead-letter queue each."""

    def __init__(self):
        self.one, self.other = FakeQueue(), FakeQueue(url=OTHER)
        self.dead, self.others_dead = FakeQueue(), FakeQueue()
        self.queues = Queues([self.one, self.other], {URL: self.dead, OTHER: self.others_dead})
        self.messages = [message("a"), message("b", url=OTHER), message("c")]


@pytest.fixture
def harness():
    return Harness()


def test_each_message_is_deleted_from_its_own_queue(harness):
    assert harness.queues.delete(harness.messages) == []

    assert (harness.one.deleted, harness.other.deleted) == (["a", "c"], ["b"])


def test_each_message_is_hidden_in_its_own_queue_for_its_own_time(harness):
    assert (
        harness.queues.change_visibility(dict(zip(harness.messages, (5, 6, 7), strict=True))) == []
    )

    assert (harness.one.hidden, harness.other.hidden) == ([("a", 5), ("c", 7)], [("b", 6)])


def test_each_message_is_released_to_its_own_queue(harness):
    harness.queues.release(harness.messages)

    assert (harness.one.hidden, harness.other.hidden) == ([("a", 0), ("c", 0)], [("b", 0)])


def test_each_dead_letter_is_kept_in_its_own_queues_dead_letter_queue(harness):
    letters = [DeadLetter(one, "A110", one.message_id) for one in harness.messages]

    assert harness.queues.send_dead_letters(letters) == {}

    assert harness.dead.sent == [("{}", "A110", "a"), ("{}", "A110", "c")]
    assert harness.others_dead.sent == [("{}", "A110", "b")]


def test_a_queue_that_is_away_keeps_nothing_from_another(harness, logged):
    harness.one.broken = harness.dead.broken = True
    letters = [DeadLetter(one, "A110", "") for one in harness.messages]

    assert len(harness.queues.delete(harness.messages)) == 1
    assert len(harness.queues.change_visibility(dict.fromkeys(harness.messages, 5))) == 1
    assert set(harness.queues.send_dead_letters(letters)) == {
        harness.messages[0],
        harness.messages[2],
    }
    harness.queues.release(harness.messages)

    assert harness.other.deleted == ["b"]
    assert harness.other.hidden == [("b", 5), ("b", 0)]
    assert len(harness.others_dead.sent) == 1
    assert len(logged.records("message release failed")) == 1


class There(FakeQueue):
    """A queue as it is opened: its dead letters go to what the class says."""

    targets: dict[str, str] = {}  # noqa: RUF012
    receives = 5

    def read_attributes(self):
        if "gone" in self.url:
            raise OperatorError(f"the queue {self.url} cannot be used")
        target = self.targets.get(self.url)
        self.redrive = Redrive(target, self.receives if target else None)
        return self.redrive

    def url_of(self, arn):
        return arn


@pytest.fixture
def opened(monkeypatch):
    """Open queues with these settings; each URL's dead letters go where it is said."""

    def open_them(targets, **settings):
        monkeypatch.setattr(There, "targets", targets)
        monkeypatch.setattr(sqs, "open_queue", lambda url, *_: There(url=url))
        return queues.open_queues(Settings(**settings))

    return open_them


def dead_letter_urls(some):
    """Return dead-letter URLs by queue URL."""
    return {url: queue.url for url, queue in some._dead_letters.items()}


def test_each_queue_has_the_dead_letter_queue_of_its_own_redrive_policy(opened):
    targets = {URL: "dead", OTHER: "others-dead"}

    some = opened(targets, queue_url=f"{URL} {OTHER}=3")

    assert list(some.served) == [URL, OTHER]
    assert dead_letter_urls(some) == targets


def test_a_dead_letter_queue_in_the_settings_is_for_all(opened):
    some = opened({URL: "x"}, queue_url=f"{URL} {OTHER}", dead_letter_queue_url="dead")

    assert dead_letter_urls(some) == {URL: "dead", OTHER: "dead"}


def test_the_queue_that_has_no_dead_letter_queue_is_named(opened):
    with pytest.raises(OperatorError, match=f"^the queue {OTHER} has no dead-letter queue"):
        opened({URL: "dead"}, queue_url=f"{URL} {OTHER}")


def test_without_dead_letters_of_one_queue_those_of_another_are_kept(opened, logged):
    some = opened({URL: "dead"}, queue_url=f"{URL} {OTHER}", allow_missing_dead_letter_queue=True)

    assert some.has_dead_letters(message("a"))
    assert not some.has_dead_letters(message("b", url=OTHER))
    (record,) = logged.records("dead-letter queue missing")
    assert record["queue"] == OTHER


@pytest.mark.parametrize(("receives", "said"), [(1, 1), (2, 1), (3, 0)])
def test_a_queue_that_gives_its_messages_few_times_is_named_with_what_that_means(
    opened, logged, monkeypatch, receives, said
):
    monkeypatch.setattr(There, "receives", receives)

    opened({URL: "dead"}, queue_url=URL)

    records = [one for one in logged.records() if one["action"].startswith("few receives allowed")]
    assert [one["max_receive_count"] for one in records] == [receives] * said


def test_a_queue_that_cannot_be_used_is_named(opened):
    with pytest.raises(OperatorError, match="gone cannot be used"):
        opened({URL: "dead"}, queue_url=f"{URL} http://sqs.example/gone")


def test_a_dead_letter_queue_that_is_served_as_well_is_refused(opened):
    with pytest.raises(OperatorError) as caught:
        opened({URL: OTHER}, queue_url=f"{URL} {OTHER}")

    assert str(caught.value).startswith(f"{OTHER} is among the queues in queue_url")
    assert URL in str(caught.value)
