"""Reporting: lanes side by side; what came of it is said, and a report that fails loses no id."""

from __future__ import annotations

import threading

import pytest
from kit.builders.outcomes import expired, postponed, status, unwritten
from kit.models.parts_asked import Settled
from kit.threads import Pauses, within_patience
from sqs_k8s_jobs.backoff import FAULT_BACKOFF_MAX
from sqs_k8s_jobs.health import Health
from sqs_k8s_jobs.playbooks.playbook_run import RunResult
from sqs_k8s_jobs.report.reporter import (
    BATCH_WAIT_MAX,
    IDLE_SECONDS,
    SMALL_BATCH,
    STANDBY_POLL_SECONDS,
    Reporter,
)
from sqs_k8s_jobs.report.unwritable import Unwritable
from sqs_k8s_jobs.settings import Settings
from sqs_k8s_jobs.workqueue.endpoints import FAST, SLOW, Endpoints
from sqs_k8s_jobs.workqueue.workqueue import WorkQueue

NO_ROUTE = "Read the Jobs: no route"
CALLER = "http://caller.example"


class Lead:
    """Answers whether a runner leads: these, and then yes."""

    def __init__(self):
        self.answers = []

    def is_leader(self):
        return self.answers.pop(0) if self.answers else True


class Bench:
    """A reporter, given what each run of the playbook comes to; with the last the work ends."""

    def __init__(self, *runs, limit=10):
        self.wanted = WorkQueue()
        self.endpoints = Endpoints()
        self.health = Health()
        self.pauses = Pauses()
        self.settling = Settled()
        self.leader = Lead()
        self.reported = []
        self.unwritable = []  # the namespaces that are known to be at each run
        self._runs = list(runs)
        settings = Settings(report_batch_size=limit, retry_backoff=8, retry_backoff_max=100)
        self._places = Unwritable(self.health, settings)
        self.reporter = Reporter(
            self.wanted,
            self.endpoints,
            self.settling,
            self.leader,
            self._places,
            self,
            settings,
            self.health,
        )

    @property
    def told(self):
        return self.settling.told_of

    def run(self, digests):
        self.reported.append(digests)
        self.unwritable.append(self._places.namespaces())
        done = self._runs.pop(0)
        if not self._runs:
            self.wanted.shut_down()
        return done

    def report(self, *digests):
        return self.reporter.report(list(digests), FAST)

    def work(self, *digests, lane=FAST):
        for digest in digests:
            self.wanted.add(digest, lane)
        within_patience(self.reporter.work, lane, self.pauses)


def test_an_accepted_status_is_logged(logged):
    bench = Bench(RunResult([status("a"), status("a", 3, attempt=2)]))

    assert bench.report("a").error is None

    first, last = logged.records("callback accepted")
    assert (first["id"], first["job"], first["status"]) == ("id-a", "t-a", 0)
    assert (last["status"], last["errorCode"], last["attempt"]) == (3, "A108", 2)


def test_a_callback_that_is_given_up_is_said_with_what_sends_it(logged):
    bench = Bench(RunResult([status("a", accepted=False), expired("a", 3)]))

    bench.report("a")

    (record,) = logged.records("callback given up")
    assert (record["level"], record["id"], record["job"]) == ("warning", "id-a", "t-a")
    assert (record["status"], record["endpoint"]) == (3, "http://caller.example")
    assert record["error"] == "it is gone: HTTP status 410"
    assert record["kept"] == "playbooks/replay.yml sends it"


def test_what_is_removed_untold_is_said(logged):
    gone = {"event": "dropped", "id": None, "id_label": "a", "record": "b", "error": "too long"}

    Bench(RunResult([gone])).report("a")

    (record,) = logged.records("callbacks removed untold")
    assert (record["level"], record["id_label"]) == ("warning", "a")
    assert record["error"] == "too long"


@pytest.mark.parametrize("accepted", [True, False])
def test_a_99_without_an_id_is_logged_with_its_record_and_sqs_own_ids(logged, accepted):
    nameless = status("no-id", 99, accepted=accepted, id=None, record="body-1")
    bench = Bench(RunResult([nameless, status("a", 99, record="body-2")]))
    bench.settling.ids = {"body-1": ["m1", "m2"], "body-2": ["m3"]}

    bench.report("body-1", "body-2")

    (record,) = [one for one in logged.records() if "record" in one]
    assert (record["record"], record["message_id"]) == ("body-1", "m1, m2")


def test_a_status_that_was_not_accepted_is_logged_with_why_and_is_no_fault(logged):
    bench = Bench(RunResult([status("a", accepted=False)]))

    assert bench.report("a").error is None

    (record,) = logged.records("callback not accepted")
    assert (record["level"], record["error"]) == ("warning", "HTTP status 500")
    assert bench.health.ready


@pytest.mark.parametrize("accepted", [True, False])
def test_what_came_of_a_99_is_told_and_of_no_other_status(accepted):
    numbers = (0, 1, 2, 3, 99)
    done = RunResult([status(f"d{number}", number, accepted=accepted) for number in numbers])
    bench = Bench(done)

    bench.report("d0")

    assert bench.told == [("d99", accepted)]


def test_what_came_of_a_records_99_is_told_by_the_record():
    bench = Bench(RunResult([status("same", 99, record="body-1"), status("same", 99)]))

    bench.report("body-1", "same")

    assert bench.told == [("body-1", True), ("same", True)]


def test_what_a_report_that_failed_has_told_is_told():
    bench = Bench(RunResult([status("a", 99)], error=NO_ROUTE))

    bench.report("a")

    assert bench.told == [("a", True)]


@pytest.mark.parametrize(("silent", "lane"), [(True, SLOW), (False, FAST)])
def test_whether_an_endpoint_answered_decides_its_lane(silent, lane):
    bench = Bench(RunResult([status("a", accepted=False, silent=silent)]))

    bench.report("a")

    assert bench.endpoints.lane(CALLER) == lane


def test_an_endpoint_that_answers_again_leaves_the_slow_lane():
    bench = Bench(RunResult([status("a", accepted=False, silent=True)]), RunResult([status("a")]))

    bench.report("a")
    bench.report("a")

    assert bench.endpoints.lane(CALLER) == FAST


def test_a_status_without_an_endpoint_marks_none():
    bench = Bench(RunResult([status("a", endpoint="", silent=True)]))

    bench.report("a")

    assert bench.endpoints.lane("") == FAST


def test_ids_are_reported_in_batches_until_nothing_more_is_given_out():
    bench = Bench(RunResult(), RunResult(), RunResult(), limit=2)

    bench.work(*"abcde")

    assert bench.reported == [["a", "b"], ["c", "d"], ["e"]]
    assert bench.pauses.seconds == []


def test_a_lane_reports_its_own_ids_only():
    bench = Bench(RunResult())
    bench.wanted.add("fast", FAST)

    bench.work("slow", lane=SLOW)

    assert bench.reported == [["slow"]]


def test_a_report_that_failed_loses_no_id(logged):
    bench = Bench(RunResult([status("b", accepted=False)], error=NO_ROUTE), RunResult())

    bench.work("a", "b", "c", lane=SLOW)

    assert bench.reported == [["a", "b", "c"], ["a", "b", "c"]]
    (record,) = logged.records("not ready: report slow")
    assert record["error"] == NO_ROUTE
    assert bench.health.ready


def test_an_id_that_is_wanted_while_it_is_reported_is_reported_again():
    bench = Bench(RunResult(), RunResult())
    report = bench.reporter.report

    def report_and_want(digests, lane):
        if not bench.reported:
            bench.wanted.add("a", lane)
        return report(digests, lane)

    bench.reporter.report = report_and_want
    bench.work("a")

    assert bench.reported == [["a"], ["a"]]


def test_after_reports_that_failed_the_pauses_grow_up_to_a_limit():
    bench = Bench(*[RunResult(error=NO_ROUTE)] * 8)

    bench.work("a")

    first, second, third, *_, last = bench.pauses.seconds
    assert 4 <= first <= 8 <= second <= 16 <= third <= 32
    assert FAULT_BACKOFF_MAX / 2 <= last <= FAULT_BACKOFF_MAX


def test_after_a_report_that_worked_the_pauses_begin_anew():
    fails = RunResult(error=NO_ROUTE)
    bench = Bench(fails, fails, RunResult(), fails, RunResult(), limit=1)

    bench.work("a", "b", "c")

    assert len(bench.pauses.seconds) == 3
    assert 4 <= bench.pauses.seconds[-1] <= 8


def killed(count=1):
    return [RunResult(error="it was killed", ended_in="TASK [Read]", is_killed=True)] * count


def test_after_a_report_that_was_killed_the_next_one_has_half_as_many_and_others_ever_more_again():
    bench = Bench(*killed(2), *[RunResult()] * 3, limit=8)

    bench.work(*"abcdefgh")

    assert [len(one) for one in bench.reported] == [8, 4, 2, 4, 2]


def test_a_job_whose_report_is_killed_alone_keeps_the_others_waiting_no_more():
    bench = Bench(*killed(), RunResult(), limit=1)

    bench.work("large", "b")

    assert bench.reported == [["large"], ["b"]]
    assert bench.wanted.depth() == 0


def test_one_lanes_failure_is_not_the_others():
    bench = Bench(RunResult(error=NO_ROUTE), RunResult())

    bench.reporter.report(["a"], SLOW)
    bench.reporter.report(["b"], FAST)

    assert not bench.health.ready


@pytest.mark.parametrize(("took", "rest"), [(3.0, 6.0), (60.0, BATCH_WAIT_MAX)])
def test_after_a_report_of_many_as_many_come_together_again(monkeypatch, took, rest):
    bench = Bench(RunResult(seconds=took), RunResult(), limit=SMALL_BATCH + 1)
    gathered = []
    monkeypatch.setattr(bench.wanted, "wait_for_batch", lambda *what: gathered.append(what))

    bench.work(*(f"{number:04d}" for number in range(SMALL_BATCH + 2)))

    assert [len(one) for one in bench.reported] == [SMALL_BATCH + 1, 1]
    assert gathered == [(SMALL_BATCH + 1, rest, IDLE_SECONDS, FAST)]


def test_after_a_report_of_few_the_next_one_comes_at_once():
    bench = Bench(RunResult(), RunResult(), limit=SMALL_BATCH)

    bench.work(*(f"{number:04d}" for number in range(SMALL_BATCH + 1)))

    assert [len(one) for one in bench.reported] == [SMALL_BATCH, 1]
    assert bench.pauses.seconds == []


def test_who_does_not_lead_waits_until_it_does():
    bench = Bench(RunResult())
    bench.leader.answers = [False, False]

    bench.work("a")

    assert bench.reported == [["a"]]
    assert bench.pauses.seconds == [STANDBY_POLL_SECONDS] * 2


def test_who_leads_no_more_once_something_is_wanted_reports_it_when_it_does_again():
    bench = Bench(RunResult())
    bench.leader.answers = [True, False, False]

    bench.work("a", "b")

    assert bench.reported == [["a", "b"]]


def test_who_never_led_ends_when_it_is_told_to_stop():
    bench = Bench(RunResult())
    bench.leader.answers = [False] * 10
    stopping = threading.Event()
    stopping.set()
    bench.wanted.add("a", FAST)

    within_patience(bench.reporter.work, FAST, stopping)

    assert bench.reported == []


def test_what_there_was_no_time_for_is_reported_again_at_once_in_the_slow_lane(logged):
    bench = Bench(RunResult([status("a"), postponed("b"), postponed("c")]), RunResult())
    for digest in "abc":
        bench.wanted.add(digest, FAST)

    bench.reporter.report(bench.wanted.get_batch(10, FAST), FAST)

    assert bench.endpoints.lane(CALLER) == SLOW
    assert bench.wanted.get_batch(10, SLOW) == ["b", "c"]
    assert bench.wanted.depth() == 0
    assert logged.records("callback not accepted") == []


def test_what_a_silent_endpoint_was_not_asked_waits_for_the_pause_on_its_job(logged):
    silent = [status("a", accepted=False, silent=True), postponed("b", silent=True)]
    bench = Bench(RunResult(silent), RunResult())
    bench.wanted.add("b", FAST)

    bench.reporter.report(bench.wanted.get_batch(10, FAST), FAST)

    assert bench.wanted.depth() == 0
    assert bench.endpoints.lane(CALLER) == SLOW
    assert len(logged.records("callback not accepted")) == 1


@pytest.mark.parametrize(("silent", "told"), [(True, [("a", False)]), (False, [])])
def test_of_a_99_that_a_silent_endpoint_was_not_asked_the_message_does_not_wait(silent, told):
    bench = Bench(RunResult([postponed("a", 99, silent=silent), postponed("b", 3, silent=silent)]))

    bench.report("a", "b")

    assert bench.told == told


def test_what_could_not_be_written_comes_again_after_a_pause_and_others_go_on(logged):
    denied = RunResult([unwritten("a")])
    bench = Bench(denied, RunResult(), limit=1)

    bench.work("a", "b")

    assert bench.reported == [["a"], ["b"]]
    assert bench.pauses.seconds == []
    assert bench.unwritable == [[], ["default"]]
    assert [one["action"] for one in logged.records()] == ["not ready: Jobs in default"]


def test_what_could_not_be_written_is_not_wanted_before_its_pause_is_over():
    bench = Bench(RunResult([unwritten("a")]))
    bench.work("a")

    bench.wanted.add("a", FAST)  # as the watch does, whatever changes

    assert bench.wanted.depth() == 0


def test_once_a_namespace_can_be_written_all_that_waits_there_is_wanted_now():
    bench = Bench(RunResult([unwritten("a"), unwritten("b")]), RunResult(), RunResult())
    bench.report("a", "b")
    assert bench.wanted.depth() == 0

    bench.report("a")

    assert bench.wanted.depth() == 1
    assert bench.wanted.get_batch(10, FAST) == ["b"]


def test_who_leads_no_more_has_no_fault_of_what_could_not_be_written():
    bench = Bench(RunResult([unwritten("a")]), RunResult())
    bench.leader.answers = [True, True, False]

    bench.work("a", "b")

    assert bench.health.ready


def test_what_was_postponed_for_others_sake_says_nothing_of_its_endpoint_and_comes_again():
    bench = Bench(RunResult([postponed("a", crowded=True)]))

    bench.report("a")

    assert bench.endpoints.lane(CALLER) == FAST
    assert bench.wanted.depth() == 1
