"""Submitting: each message is settled by what became of it; a batch that fails stays in flight."""

import threading
import time
from dataclasses import replace

import pytest
from kit.builders.outcomes import outcome, refused, unprocessed
from kit.builders.statuses import TRACE
from kit.models.memory_queue import URL, message, messages
from kit.models.submitting import Harness
from kit.threads import PATIENCE, Pauses, meanwhile, within_patience
from sqs_k8s_jobs.in_flight import in_flight as of_in_flight
from sqs_k8s_jobs.in_flight.held.failed_try import Cause
from sqs_k8s_jobs.playbooks.playbook_run import RunResult
from sqs_k8s_jobs.submit.submitter import JOB_ACTIONS

NO_ROUTE = "Create the Jobs: no route"
FORBIDDEN = {"error": "cannot create resource jobs", "fault": True}


def test_each_message_is_a_file_of_its_own_and_keeps_its_text():
    harness = Harness(RunResult([outcome("0000"), outcome("0001")]))

    harness.submit(message("a", '{"{{ 7 * 7 }}": "\udc80"}'), message("b", ""))

    assert harness.given == [{"0000": '{"{{ 7 * 7 }}": "\udc80"}', "0001": ""}]


def test_a_message_of_a_trace_is_submitted_with_it():
    harness = Harness(RunResult([outcome("0000"), outcome("0001")]))

    harness.submit(message("a"), replace(message("b"), traceparent=TRACE))

    assert harness.traces == [{"0001": TRACE}]


def test_each_message_is_submitted_with_sqs_own_id_of_it():
    harness = Harness(RunResult([outcome("0000"), outcome("0001")]))

    harness.submit(*messages(2))

    assert harness.submissions[0].message_ids == {"0000": "m0", "0001": "m1"}


def test_each_message_is_submitted_with_its_queue_and_its_sender_as_sqs_says_them():
    harness = Harness(RunResult([outcome("0000"), outcome("0001")]))
    from_sqs = replace(message("a"), queue_arn="arn:a", sender="AIDA")

    harness.submit(from_sqs, message("b"))

    assert harness.submissions[0].queues == {"0000": "arn:a"}
    assert harness.submissions[0].senders == {"0000": "AIDA"}


@pytest.mark.parametrize("kind", ["created", "exists"])
def test_a_message_whose_job_is_there_is_deleted(kind, logged):
    harness = Harness(RunResult([outcome("0000", kind)]))

    harness.submit(message("a", receive_count=2))

    assert (harness.queue.deleted, harness.queue.hidden, harness.in_hand) == (["a"], [], [])
    (record,) = logged.records(JOB_ACTIONS[kind])
    assert (record["id"], record["job"], record["attempt"]) == ("id-0000", "t-1", 2)


def test_a_message_with_warnings_runs_and_its_warnings_are_said(logged):
    harness = Harness(RunResult([outcome("0000", warnings=["job.imgae is unknown"])]))

    harness.submit(message("a"))

    (record,) = logged.records("job created")
    assert (record["level"], record["warnings"]) == ("warning", ["job.imgae is unknown"])
    assert harness.queue.deleted == ["a"]


def test_a_refused_message_whose_caller_was_told_is_kept_as_a_dead_letter_and_deleted():
    harness = Harness(RunResult([refused("0000", delivered=True)]))

    harness.submit(message("a", "body"))

    assert harness.dead_letters.sent == [("body", "A110", "no image")]
    assert harness.queue.deleted == ["a"]


def test_a_refused_message_whose_caller_was_not_told_stays_in_flight_and_is_to_be_reported():
    harness = Harness(RunResult([refused("0000", delivered=False)]))

    harness.submit(message("a"))

    assert (harness.queue.deleted, harness.queue.hidden, harness.dead_letters.sent) == ([], [], [])
    assert harness.in_hand == ["a"]
    assert harness.workqueue == ["digest-0000"]


def test_a_message_that_is_worth_another_try_stays_in_flight_and_uses_up_no_receive(logged):
    harness = Harness(RunResult([outcome("0000", "retry", error="apiserver not ready")]))

    harness.submit(message("a"))

    assert (harness.queue.hidden, harness.queue.deleted, harness.in_hand) == ([], [], ["a"])
    (record,) = logged.records("message retry scheduled")
    assert (record["id"], record["error"]) == ("id-0000", "apiserver not ready")


def test_one_message_that_fails_pauses_no_other_of_its_namespace(logged):
    runs = [
        RunResult([outcome("0000", "retry", error="no registry")]),
        RunResult([outcome("0000")]),
    ]
    harness = Harness(*runs, held_pause=3600)

    harness.submit(message("bad"))
    assert harness.health.ready
    harness.submit(message("good"))

    assert harness.submissions[1].waiting == {}
    assert harness.queue.deleted == ["good"]
    assert logged.records("namespace paused") == []


def test_a_namespace_is_paused_once_two_messages_have_failed_there(logged):
    fails = [outcome(f"000{n}", "retry", error="apiserver not ready") for n in range(2)]
    harness = Harness(RunResult(fails), held_pause=3600)

    harness.submit(*messages(2))

    (record,) = logged.records("namespace paused")
    assert (record["namespace"], record["error"]) == ("default", "apiserver not ready")
    first, second = logged.records("message retry scheduled")
    assert (first["error"], second.get("error")) == ("apiserver not ready", None)


def test_what_a_run_had_no_time_for_is_in_the_next_one_and_pauses_nothing():
    slow = [outcome("0000"), outcome("0001", "postponed", error="not attempted")]
    harness = Harness(RunResult(slow), RunResult([outcome("0000"), outcome("0001")]))

    harness.submit(*messages(2))
    assert (harness.queue.deleted, harness.in_hand) == (["m0"], ["m1"])
    harness.submit(message("another"))

    assert harness.queue.deleted == ["m0", "m1", "another"]
    assert harness.health.ready


@pytest.mark.parametrize(
    ("seconds", "tried", "postponed", "is_slow"),
    [(21, 2, 0, True), (21, 2, 30, True), (20, 2, 9, False), (30, 40, 9, False), (50, 40, 0, True)],
)
def test_after_a_run_in_which_each_job_took_long_the_next_one_is_cautious_whoever_does_it(
    seconds, tried, postponed, is_slow
):
    kinds = ["retry"] * tried + ["postponed"] * postponed
    done = [
        outcome(f"{number:04d}", kind, attempted=kind == "retry")
        for number, kind in enumerate(kinds)
    ]
    harness = Harness(RunResult(done, seconds=seconds), RunResult(), held_pause=1000.0)
    harness.submit(*messages(len(kinds)))

    harness.submitter = harness.another()
    harness.submit(message("next"))

    assert [one.cautious for one in harness.submissions] == [False, is_slow]


def test_a_fast_run_of_others_says_nothing_of_what_is_held_and_one_of_these_does():
    failed = [outcome(f"000{number}", "retry", attempted=number < 2) for number in range(3)]
    others = [outcome("0000", namespace="other")]
    probe = outcome("0001")
    runs = RunResult(failed, seconds=60), RunResult(others), RunResult([*others, probe])
    harness = Harness(*runs, held_pause=1000.0)
    harness.submit(*messages(3))

    harness.submit(message("other"))
    assert harness.in_flight.is_slow
    harness.in_flight.took_job("default")  # so that who has not tried yet does so
    harness.submit(message("another"))

    assert list(harness.given[-1]) == ["0000", "0001"]
    assert not harness.in_flight.is_slow


def test_what_a_run_had_no_time_for_comes_first_where_its_namespace_had_no_turn():
    done = [
        outcome("0000", namespace="a"),
        outcome("0001", "postponed", namespace="a", attempted=False),
        outcome("0002", "postponed", namespace="b", attempted=False),
        outcome("0003", "postponed", namespace="a", attempted=False),
    ]
    harness = Harness(RunResult(done))
    harness.submit(*messages(4))

    batch = within_patience(harness.in_flight.next_batch)

    assert [one.message_id for one in batch] == ["m2", "m1", "m3"]


def test_of_the_bodies_of_an_id_one_is_in_a_run_at_a_time():
    def twin(key, kind="postponed"):
        where = {"namespace": None, "attempted": False} if kind == "postponed" else {}
        return outcome(key, kind, id_label="one", **where)

    harness = Harness(
        RunResult([twin("0000", "created"), twin("0001"), twin("0002")]),
        RunResult([twin("0000", "exists")]),
        RunResult([twin("0000", "rejected")]),
    )
    harness.submit(*messages(3))
    for _ in range(2):
        harness.submitter.submit(within_patience(harness.in_flight.next_batch))

    assert [list(one) for one in harness.given] == [["0000", "0001", "0002"], ["0000"], ["0000"]]
    assert harness.queue.deleted == ["m0", "m1"]


def test_a_namespace_is_no_standstill_once_another_one_takes_a_job():
    full = [outcome("0000", "retry", namespace="a"), outcome("0001", "retry", namespace="a")]
    harness = Harness(
        RunResult(full), RunResult([outcome("0000", namespace="b")]), held_pause=1000.0
    )
    harness.submit(*messages(2))
    assert not harness.health.ready

    harness.submit(message("other"))

    assert harness.health.ready


def test_a_message_of_a_namespace_that_a_sender_may_have_invented_is_held_as_such():
    harness = Harness(RunResult([outcome("0000", "retry", invented=True, error="no right")]))

    harness.submit(message("a"))

    (held,) = harness.in_flight.holdups().values()
    assert held.cause == Cause("no right", is_invented=True)
    assert harness.health.ready


def test_a_message_that_was_not_tried_itself_tries_before_those_that_were():
    done = [outcome("0000", "retry", error="full"), outcome("0001", "retry", attempted=False)]
    harness = Harness(RunResult([*done, outcome("0002", "retry", error="full")]))
    harness.submit(*messages(3))

    assert [one.message_id for one in within_patience(harness.in_flight.next_batch)] == ["m1", "m0"]


def test_where_most_messages_fail_the_runner_is_not_ready_and_says_so_once(logged):
    fails = [outcome(f"000{n}", "retry", error=f"quota {n}") for n in range(4)]
    harness = Harness(RunResult(fails), RunResult(fails[:1]), held_pause=3600)

    harness.submit(*messages(4))
    harness.submit(message("more"))

    assert not harness.health.ready
    assert len(logged.records("fault raised", part="submit")) == 1
    assert harness.submissions[1].waiting == {"default": "quota 1"}
    assert harness.submissions[1].probes == []


def test_where_a_namespace_takes_some_jobs_only_the_others_wait(logged):
    some = [outcome("0000", "retry", error="no priority left"), outcome("0001")]
    harness = Harness(RunResult(some), RunResult([outcome("0000")]))

    harness.submit(*messages(2))
    harness.submitter.submit(within_patience(harness.in_flight.next_batch))

    assert len(logged.records("namespace partly paused")) == 1
    assert harness.submissions[1].waiting == {}
    assert harness.queue.deleted == ["m1", "m0"]


def test_the_message_that_tries_for_its_namespace_is_named_and_its_success_frees_the_others(logged):
    fails = RunResult([outcome(f"000{n}", "retry", error="quota") for n in range(3)])
    rest = RunResult([outcome("0000"), outcome("0001")])
    harness = Harness(fails, RunResult([outcome("0000")]), rest)
    harness.submit(*messages(3))

    harness.submitter.submit(within_patience(harness.in_flight.next_batch))  # after the pause
    harness.submitter.submit(within_patience(harness.in_flight.next_batch))

    assert harness.submissions[1].probes == ["0000"]
    assert harness.queue.deleted == ["m0", "m1", "m2"]
    (record,) = logged.records("namespace resumed")
    assert record["messages"] == 2
    assert harness.health.ready


def test_what_its_queue_gives_no_more_is_to_be_given_up_when_the_runner_stops():
    last = message("last", is_last=True)
    harness = Harness(RunResult([refused("0000", delivered=False)]))
    harness.in_flight.add(URL, [last], more=False)
    harness.in_flight.drain()

    harness.submitter.submit(within_patience(harness.in_flight.next_batch))

    assert harness.submissions[0].give_up == ["0000"]
    assert harness.in_hand == ["last"]


@pytest.mark.parametrize(
    ("run", "reason"),
    [
        (RunResult([outcome("0000", "retry", error="exceeded quota")]), "exceeded quota"),
        (RunResult([unprocessed("0000")], error=NO_ROUTE), NO_ROUTE),
    ],
)
def test_what_is_given_up_by_the_stop_says_why_its_last_try_came_to_nothing(run, reason, logged):
    harness = Harness(run)
    harness.submit(message("last", is_last=True))

    harness.acknowledger.release(harness.in_flight.abandon())

    ((_, code, said),) = harness.dead_letters.sent
    assert code == "A117"
    assert said.endswith(f": {reason}")
    (record,) = logged.records("message given up")
    assert (record["id"], record["error"]) == ("id-0000", said)


def test_each_message_is_settled_by_its_own_outcome():
    harness = Harness(
        RunResult([outcome("0002"), refused("0001", delivered=True), outcome("0000", "retry")])
    )

    harness.submit(*messages(4))

    assert sorted(harness.queue.deleted) == ["m1", "m2"]
    assert (harness.queue.hidden, sorted(harness.in_hand)) == ([], ["m0", "m3"])


def test_a_message_that_a_run_said_nothing_of_is_tried_again_after_a_pause():
    harness = Harness(RunResult(), RunResult([outcome("0000")]))

    harness.submit(message("a"))
    harness.submitter.submit(within_patience(harness.in_flight.next_batch))

    assert (harness.queue.deleted, harness.queue.hidden) == (["a"], [])


def test_a_run_that_failed_keeps_in_flight_all_messages_that_it_did_not_settle(logged):
    harness = Harness(RunResult([outcome("0000")], error=NO_ROUTE))

    harness.submit(*messages(3))

    assert (harness.queue.deleted, harness.queue.hidden) == (["m0"], [])
    assert harness.in_hand == ["m1", "m2"]
    assert not harness.health.ready
    (record,) = logged.records("fault raised", part="submit")
    assert record["error"] == NO_ROUTE


def test_what_the_operator_has_to_set_right_keeps_the_whole_batch_in_flight(logged):
    harness = Harness(
        RunResult([outcome(f"000{number}", "retry", **FORBIDDEN) for number in range(2)])
    )

    harness.submit(*messages(2))

    assert (harness.queue.deleted, harness.queue.hidden) == ([], [])
    assert harness.in_hand == ["m0", "m1"]
    assert [one["error"] for one in logged.records("fault raised", part="submit")] == [
        f"namespace default takes no Jobs: {FORBIDDEN['error']}"
    ]


def test_what_only_some_messages_may_not_do_is_said_and_does_not_stop_the_others():
    some = RunResult([outcome("0000", "retry", **FORBIDDEN), outcome("0001")])
    harness = Harness(some, RunResult([outcome("0000")]))

    harness.submit(*messages(2))

    assert (harness.queue.deleted, harness.in_hand) == (["m1"], ["m0"])
    assert not harness.health.ready
    harness.submitter.submit(within_patience(harness.in_flight.next_batch))
    assert harness.health.ready


def test_before_a_template_has_passed_nothing_is_submitted():
    harness = Harness(RunResult([outcome("0000")]))
    harness.has_passed = False

    harness.submit(message("a"))
    assert (harness.given, harness.in_hand) == ([], ["a"])
    harness.has_passed = True
    harness.in_flight.resume()
    harness.submitter.submit(within_patience(harness.in_flight.next_batch))

    assert harness.queue.deleted == ["a"]


def test_a_batch_that_failed_comes_first_again():
    harness = Harness(
        RunResult(error=NO_ROUTE), RunResult([outcome(f"000{number}") for number in range(3)])
    )

    harness.submit(message("a", "first"), message("b", "second"))
    harness.in_flight.resume()
    harness.submit(message("c", "later"))

    assert list(harness.given[1].values()) == ["first", "second", "later"]
    assert harness.queue.deleted == ["a", "b", "c"]
    assert harness.health.ready


def test_while_runs_fail_the_pauses_grow_and_nothing_is_received_in_them():
    fails, works = RunResult(error=NO_ROUTE), RunResult([outcome("0000")])
    harness = Harness(fails, fails, fails, works)
    stopping = Pauses()
    harness.at_run[4] = harness.in_flight.close
    harness.in_flight.add(URL, messages(1), more=False)

    harness.work(stopping)

    first, second, third = stopping.seconds
    assert 4 <= first <= 8 <= second <= 16 <= third <= 32
    assert [list(files.values()) for files in harness.given] == [["{}"]] * 4
    assert (harness.queue.deleted, harness.queue.hidden) == (["m0"], [])


def test_after_a_run_that_worked_the_pauses_begin_anew():
    fails, works = RunResult(error=NO_ROUTE), RunResult([outcome("0000")])
    harness = Harness(fails, fails, works, fails, works)
    stopping = Pauses()
    harness.at_run = {
        3: lambda: harness.in_flight.add(URL, [message("next")], more=False),
        5: harness.in_flight.close,
    }
    harness.in_flight.add(URL, messages(1), more=False)

    harness.work(stopping)

    assert len(stopping.seconds) == 3
    assert 4 <= stopping.seconds[-1] <= 8
    assert harness.queue.deleted == ["m0", "next"]


def test_what_is_refused_in_one_batch_is_kept_and_deleted_by_one_call_each():
    harness = Harness(RunResult([refused(f"000{number}", delivered=True) for number in range(3)]))

    harness.submit(*messages(3))

    assert len(harness.dead_letters.sent) == len(harness.queue.deleted) == 3
    assert (harness.dead_letters.calls, harness.queue.calls) == (1, 1)


def test_of_two_that_submit_neither_goes_on_before_the_pause_after_a_failure_is_over():
    fails, works = RunResult(error=NO_ROUTE), RunResult([outcome("0000")])
    harness = Harness(fails, works)
    harness.in_flight.add(URL, messages(1), more=False)
    other = harness.another()
    order, beside = [], []

    def pause():
        beside.append(meanwhile(other.work, threading.Event()))
        order.append(len(harness.given))

    harness.at_run[2] = lambda: (order.append("again"), harness.in_flight.close())

    harness.work(Pauses(pause))

    assert beside[0].result(PATIENCE) is None
    assert order == [1, "again"]
    assert harness.queue.deleted == ["m0"]


def test_work_ends_once_it_is_closed():
    harness = Harness()
    harness.in_flight.close()

    harness.work(threading.Event())

    assert harness.given == []


def test_a_new_job_is_timed_and_its_id_is_held_no_longer():
    harness = Harness(RunResult([outcome("0000"), refused("0001", delivered=True)]))
    made = harness.metrics.registry.get_sample_value

    harness.submit(message("a", sent_at=time.time()), message("b", sent_at=time.time()))

    assert made("sqs_k8s_jobs_job_creation_latency_seconds_count") == 1
    assert harness.workqueue.undeferred == ["digest-0000"]


def test_messages_beyond_the_room_of_their_namespace_are_hidden_for_a_quarter_of_what_is_patience(
    monkeypatch, logged
):
    monkeypatch.setattr(of_in_flight, "MAX_HELD", 2)
    full = {"namespace": "full", "error": "exceeded quota", "fault": False}
    harness = Harness(RunResult([outcome(f"000{number}", "retry", **full) for number in range(3)]))

    harness.submit(*messages(3))

    assert [name for name, _ in harness.queue.hidden] == ["m1", "m2"]
    assert all(450 <= seconds <= 900 for _, seconds in harness.queue.hidden)
    assert harness.in_hand == ["m0"]
    (record,) = logged.records("surplus messages deferred")
    assert record["messages"] == 2
