"""A message that keeps a run from its end: it is found, its caller hears, and others go on."""

import yaml
from kit.builders.outcomes import outcome, refused
from kit.builders.rendering import ROLE, entry, message
from kit.models.memory_queue import messages
from kit.models.submitting import Harness
from sqs_k8s_jobs.in_flight import stalls
from sqs_k8s_jobs.playbooks.playbook_run import RunResult

READING = "TASK [sqs_k8s.jobs.submit : Read the messages]"
STALLS = RunResult(error="it took longer than run_timeout", ended_in=READING)
KILLED = RunResult(error="it was killed by SIGKILL", ended_in=READING, is_killed=True)


def work(harness, batches):
    """So many batches, each after the pause that the one before it asked for."""
    for _ in range(batches):
        batch = harness.in_flight.next_batch()
        harness.submitter.submit(batch)
        harness.in_flight.batch_finished(batch)
        if harness.submitter._failed_runs:
            harness.in_flight.resume()


def test_the_one_that_stalls_is_rejected_and_the_others_become_jobs():
    works = RunResult([outcome("0000")])
    told = RunResult([refused("0000", delivered=True)])
    # All three; the first alone; the two others; the first again, to be rejected.
    harness = Harness(STALLS, STALLS, works, works, told)
    harness.in_flight.add(harness.queue.url, messages(3), more=False)

    work(harness, 5)

    assert harness.queue.deleted == ["m1", "m2", "m0"]
    assert harness.dead_letters.sent == [("{}", "A110", "no image")]
    assert [(len(one.files), one.alone, list(one.stalled)) for one in harness.submissions] == [
        *((3, False, []), (1, True, []), (1, True, []), (1, True, []), (1, True, ["0000"])),
    ]
    assert harness.in_hand == []


def test_one_that_uses_up_all_memory_is_rejected_too_and_its_batch_is_not_put_back_whole():
    works = RunResult([outcome("0000")])
    # Both; the first alone; the other; the first again, and once more to be rejected.
    harness = Harness(KILLED, KILLED, works, KILLED, RunResult([refused("0000", delivered=True)]))
    harness.in_flight.add(harness.queue.url, messages(2), more=False)

    work(harness, 5)

    assert harness.queue.deleted == ["m1", "m0"]
    assert harness.dead_letters.sent == [("{}", "A110", "no image")]
    assert [list(one.stalled) for one in harness.submissions] == [[], [], [], [], ["0000"]]


def test_messages_that_came_meanwhile_are_submitted_in_the_same_batch():
    harness = Harness(STALLS, RunResult([outcome("0000")]), RunResult([outcome("0000")]))
    harness.in_flight.add(harness.queue.url, messages(2), more=False)
    work(harness, 1)
    harness.in_flight.add(harness.queue.url, messages(1, "new"), more=False)

    work(harness, 1)

    assert harness.queue.deleted == ["new0", "m0"]
    assert harness.in_hand == ["m1"]


def test_where_the_run_of_the_others_fails_nothing_is_tried_alone():
    harness = Harness(STALLS, RunResult(error="no route"))
    harness.in_flight.add(harness.queue.url, messages(2), more=False)
    work(harness, 1)
    harness.in_flight.add(harness.queue.url, messages(1, "new"), more=False)

    work(harness, 1)

    assert len(harness.submissions) == 2
    assert sorted(harness.in_hand) == ["m0", "m1", "new0"]


def test_one_that_cannot_even_be_rejected_is_kept_as_a_dead_letter_and_said(logged):
    harness = Harness(STALLS, STALLS, STALLS)
    harness.in_flight.add(harness.queue.url, messages(1), more=False)

    work(harness, 3)

    ((body, code, words),) = harness.dead_letters.sent
    assert (body, code) == ("{}", "A110")
    assert "run_timeout" in words
    assert harness.queue.deleted == ["m0"]
    assert len(logged.records("message given up")) == 1


def test_a_message_that_stalls_is_not_read_and_its_caller_is_known():
    body = {**message("slow"), "webhook": {"url": "http://caller.example/"}}

    read = entry(body, stalls=True)

    assert read["message"] is None
    assert read["error"]["errorCode"] == "A110"
    assert "tried alone" in read["error"]["message"]
    assert (read["id"], read["webhook"]) == ("slow", "http://caller.example/")


def test_the_tasks_in_which_nobody_is_asked_are_tasks_of_the_role_that_set_facts():
    tasks = yaml.safe_load((ROLE / "tasks" / "main.yml").read_text())[0]["block"]
    tasks += yaml.safe_load((ROLE / "tasks" / "create.yml").read_text())
    found = [one for one in tasks if one["name"] in stalls.BY_ITSELF]

    assert len(found) == len(stalls.BY_ITSELF)
    assert all("ansible.builtin.set_fact" in one for one in found)
