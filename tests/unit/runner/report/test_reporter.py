"""Reporting: lanes side by side; what came of it is said, and a report that fails loses no id."""

import threading

import pytest
from kit.builders.outcomes import expired, postponed, status, unwritten
from kit.models.recorders import RecordedRejector
from kit.threads import Pauses, within_patience
from sqs_k8s_jobs.backoff import FAULT_BACKOFF_MAX
from sqs_k8s_jobs.observability.health import Health
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


class Harness:
    """A reporter, given what each run of the playbook comes to; with the last the work ends."""

    def __init__(self, *runs, limit=10):
        self.workqueue = WorkQueue()
        self.endpoints = Endpoints()
        self.health = Health()
        self.pauses = Pauses()
        self.rejector = RecordedRejector()
        self.leader = Lead()
        self.reported = []
        self.unwritable = []  # the namespaces that are known to be at each run
        self._runs = list(runs)
        settings = Settings(report_batch_size=limit, retry_backoff=8, retry_backoff_max=100)
        self._places = Unwritable(self.health, settings)
        self.reporter = Reporter(
            self.workqueue,
            self.endpoints,
            self.rejector,
            self.leader,
            self._places,
            self,
            settings,
            self.health,
        )

    @property
    def told(self):
        return self.rejector.delivered

    def run(self, digests):
        self.reported.append(digests)
        self.unwritable.append(self._places.namespaces())
        done = self._runs.pop(0)
        if not self._runs:
            self.workqueue.shut_down()
        return done

    def report(self, *digests):
        return self.reporter.report(list(digests), FAST)

    def work(self, *digests, lane=FAST):
        for digest in digests:
            self.workqueue.add(digest, lane)
        within_patience(self.reporter.work, lane, self.pauses)


def test_an_accepted_status_is_logged(logged):
    harness = Harness(RunResult([status("a"), status("a", 3, attempt=2)]))

    assert harness.report("a").error is None

    first, last = logged.records("callback accepted")
    assert (first["id"], first["job"], first["status"]) == ("id-a", "t-a", 0)
    assert (last["status"], last["errorCode"], last["attempt"]) == (3, "A108", 2)


def test_a_callback_that_is_given_up_is_said_with_what_sends_it(logged):
    harness = Harness(RunResult([status("a", accepted=False), expired("a", 3)]))

    harness.report("a")

    (record,) = logged.records("callback expired")
    assert (record["level"], record["id"], record["job"]) == ("warning", "id-a", "t-a")
    assert (record["status"], record["endpoint"]) == (3, "http://caller.example")
    assert record["error"] == "it is gone: HTTP status 410"
    assert record["kept"] == "playbooks/replay.yml sends it"


def test_what_is_removed_untold_is_said(logged):
    gone = {"event": "dropped", "id": None, "id_label": "a", "record": "b", "error": "too long"}

    Harness(RunResult([gone])).report("a")

    (record,) = logged.records("expired callbacks removed")
    assert (record["level"], record["id_label"]) == ("warning", "a")
    assert record["error"] == "too long"


@pytest.mark.parametrize("accepted", [True, False])
def test_a_99_without_an_id_is_logged_with_its_record_and_sqs_own_ids(logged, accepted):
    nameless = status("no-id", 99, accepted=accepted, id=None, record="body-1")
    harness = Harness(RunResult([nameless, status("a", 99, record="body-2")]))
    harness.rejector.ids = {"body-1": ["m1", "m2"], "body-2": ["m3"]}

    harness.report("body-1", "body-2")

    (record,) = [one for one in logged.records() if "record" in one]
    assert (record["record"], record["message_id"]) == ("body-1", "m1, m2")


def test_a_status_that_was_not_accepted_is_logged_with_why_and_is_no_fault(logged):
    harness = Harness(RunResult([status("a", accepted=False)]))

    assert harness.report("a").error is None

    (record,) = logged.records("callback attempt failed")
    assert (record["level"], record["error"]) == ("warning", "HTTP status 500")
    assert harness.health.ready


@pytest.mark.parametrize("accepted", [True, False])
def test_what_came_of_a_99_is_told_and_of_no_other_status(accepted):
    numbers = (0, 1, 2, 3, 99)
    done = RunResult([status(f"d{number}", number, accepted=accepted) for number in numbers])
    harness = Harness(done)

    harness.report("d0")

    assert harness.told == [("d99", accepted)]


def test_what_came_of_a_records_99_is_told_by_the_record():
    harness = Harness(RunResult([status("same", 99, record="body-1"), status("same", 99)]))

    harness.report("body-1", "same")

    assert harness.told == [("body-1", True), ("same", True)]


def test_what_a_report_that_failed_has_told_is_told():
    harness = Harness(RunResult([status("a", 99)], error=NO_ROUTE))

    harness.report("a")

    assert harness.told == [("a", True)]


@pytest.mark.parametrize(("late", "lane"), [(True, SLOW), (False, FAST)])
def test_whether_an_endpoint_answered_soon_decides_its_lane(late, lane):
    harness = Harness(RunResult([status("a", accepted=False, late=late)]))

    harness.report("a")

    assert harness.endpoints.lane(CALLER) == lane


def test_an_endpoint_that_answers_again_leaves_the_slow_lane():
    harness = Harness(RunResult([status("a", accepted=False, late=True)]), RunResult([status("a")]))

    harness.report("a")
    harness.report("a")

    assert harness.endpoints.lane(CALLER) == FAST


def test_an_attempt_that_reached_nobody_does_not_make_an_endpoint_one_that_answers():
    harness = Harness(RunResult([status("a", accepted=False, answered=False, server=None)]))

    harness.report("a")

    assert harness.endpoints.server_of(CALLER) is None


@pytest.mark.parametrize(("server", "known"), [("203.0.113.1", "203.0.113.1"), (None, CALLER)])
def test_an_endpoint_that_accepted_is_known_by_its_server_and_behind_a_proxy_by_name(server, known):
    harness = Harness(RunResult([status("a", server=server), status("b", accepted=False)]))

    harness.report("a", "b")

    assert harness.endpoints.server_of(CALLER) == known


def test_an_endpoint_that_answers_but_accepts_nothing_is_not_known_to():
    harness = Harness(RunResult([status("a", accepted=False)]))

    harness.report("a")

    assert harness.endpoints.server_of(CALLER) is None


def test_an_endpoint_is_not_late_where_one_of_its_urls_answered_soon():
    late = status("b", accepted=False, answered=False, late=True)
    harness = Harness(RunResult([late, status("a"), {**late, "id_label": "c"}]))

    harness.report("a", "b", "c")

    assert harness.endpoints.lane(CALLER) == FAST


def test_a_status_without_an_endpoint_marks_none():
    harness = Harness(RunResult([status("a", endpoint="", late=True)]))

    harness.report("a")

    assert harness.endpoints.lane("") == FAST


def test_ids_are_reported_in_batches_until_nothing_more_is_given_out():
    harness = Harness(RunResult(), RunResult(), RunResult(), limit=2)

    harness.work(*"abcde")

    assert harness.reported == [["a", "b"], ["c", "d"], ["e"]]
    assert harness.pauses.seconds == []


def test_a_lane_reports_its_own_ids_only():
    harness = Harness(RunResult())
    harness.workqueue.add("fast", FAST)

    harness.work("slow", lane=SLOW)

    assert harness.reported == [["slow"]]


def test_a_report_that_failed_loses_no_id(logged):
    harness = Harness(RunResult([status("b", accepted=False)], error=NO_ROUTE), RunResult())

    harness.work("a", "b", "c", lane=SLOW)

    assert harness.reported == [["a", "b", "c"], ["a", "b", "c"]]
    (record,) = logged.records("fault raised", part="report slow")
    assert record["error"] == NO_ROUTE
    assert harness.health.ready


def test_an_id_that_is_wanted_while_it_is_reported_is_reported_again():
    harness = Harness(RunResult(), RunResult())
    report = harness.reporter.report

    def report_and_want(digests, lane):
        if not harness.reported:
            harness.workqueue.add("a", lane)
        return report(digests, lane)

    harness.reporter.report = report_and_want
    harness.work("a")

    assert harness.reported == [["a"], ["a"]]


def test_after_reports_that_failed_the_pauses_grow_up_to_a_limit():
    harness = Harness(*[RunResult(error=NO_ROUTE)] * 8)

    harness.work("a")

    first, second, third, *_, last = harness.pauses.seconds
    assert 4 <= first <= 8 <= second <= 16 <= third <= 32
    assert FAULT_BACKOFF_MAX / 2 <= last <= FAULT_BACKOFF_MAX


def test_after_a_report_that_worked_the_pauses_begin_anew():
    fails = RunResult(error=NO_ROUTE)
    harness = Harness(fails, fails, RunResult(), fails, RunResult(), limit=1)

    harness.work("a", "b", "c")

    assert len(harness.pauses.seconds) == 3
    assert 4 <= harness.pauses.seconds[-1] <= 8


def killed(count=1):
    return [RunResult(error="it was killed", ended_in="TASK [Read]", is_killed=True)] * count


def test_after_a_report_that_was_killed_the_next_one_has_half_as_many_and_others_ever_more_again():
    harness = Harness(*killed(2), *[RunResult()] * 3, limit=8)

    harness.work(*"abcdefgh")

    assert [len(one) for one in harness.reported] == [8, 4, 2, 3, 3]


def test_a_job_whose_report_is_killed_alone_keeps_the_others_waiting_no_more():
    harness = Harness(*killed(), RunResult(), limit=1)

    harness.work("large", "b")

    assert harness.reported == [["large"], ["b"]]
    assert harness.workqueue.depth() == 0


def test_one_lanes_failure_is_not_the_others():
    harness = Harness(RunResult(error=NO_ROUTE), RunResult())

    harness.reporter.report(["a"], SLOW)
    harness.reporter.report(["b"], FAST)

    assert not harness.health.ready


@pytest.mark.parametrize(("took", "rest"), [(3.0, 6.0), (60.0, BATCH_WAIT_MAX)])
def test_after_a_report_of_many_as_many_come_together_again(monkeypatch, took, rest):
    harness = Harness(RunResult(seconds=took), RunResult(), limit=SMALL_BATCH + 1)
    gathered = []
    monkeypatch.setattr(harness.workqueue, "wait_for_batch", lambda *what: gathered.append(what))

    harness.work(*(f"{number:04d}" for number in range(SMALL_BATCH + 2)))

    assert [len(one) for one in harness.reported] == [SMALL_BATCH + 1, 1]
    assert gathered == [(SMALL_BATCH + 1, rest, IDLE_SECONDS, FAST)]


def test_after_a_report_of_few_the_next_one_comes_at_once():
    harness = Harness(RunResult(), RunResult(), limit=SMALL_BATCH)

    harness.work(*(f"{number:04d}" for number in range(SMALL_BATCH + 1)))

    assert [len(one) for one in harness.reported] == [SMALL_BATCH, 1]
    assert harness.pauses.seconds == []


def test_who_does_not_lead_waits_until_it_does():
    harness = Harness(RunResult())
    harness.leader.answers = [False, False]

    harness.work("a")

    assert harness.reported == [["a"]]
    assert harness.pauses.seconds == [STANDBY_POLL_SECONDS] * 2


def test_who_leads_no_more_once_something_is_wanted_reports_it_when_it_does_again():
    harness = Harness(RunResult())
    harness.leader.answers = [True, False, False]

    harness.work("a", "b")

    assert harness.reported == [["a", "b"]]


def test_who_never_led_ends_when_it_is_told_to_stop():
    harness = Harness(RunResult())
    harness.leader.answers = [False] * 10
    stopping = threading.Event()
    stopping.set()
    harness.workqueue.add("a", FAST)

    within_patience(harness.reporter.work, FAST, stopping)

    assert harness.reported == []


def test_what_there_was_no_time_for_is_reported_again_at_once_in_the_slow_lane(logged):
    harness = Harness(RunResult([status("a"), postponed("b"), postponed("c")]), RunResult())
    for digest in "abc":
        harness.workqueue.add(digest, FAST)

    harness.reporter.report(harness.workqueue.get_batch(10, FAST), FAST)

    assert harness.endpoints.lane(CALLER) == SLOW
    assert harness.workqueue.get_batch(10, SLOW) == ["b", "c"]
    assert harness.workqueue.depth() == 0
    assert logged.records("callback attempt failed") == []


def test_what_a_silent_endpoint_was_not_asked_waits_for_the_pause_on_its_job(logged):
    silent = [status("a", accepted=False, late=True), postponed("b", silent=True)]
    harness = Harness(RunResult(silent), RunResult())
    harness.workqueue.add("b", FAST)

    harness.reporter.report(harness.workqueue.get_batch(10, FAST), FAST)

    assert harness.workqueue.depth() == 0
    assert harness.endpoints.lane(CALLER) == SLOW
    assert len(logged.records("callback attempt failed")) == 1


@pytest.mark.parametrize(("silent", "told"), [(True, [("a", False)]), (False, [])])
def test_of_a_99_that_a_silent_endpoint_was_not_asked_the_message_does_not_wait(silent, told):
    harness = Harness(
        RunResult([postponed("a", 99, silent=silent), postponed("b", 3, silent=silent)])
    )

    harness.report("a", "b")

    assert harness.told == told


def test_what_could_not_be_written_comes_again_after_a_pause_and_others_go_on(logged):
    denied = RunResult([unwritten("a")])
    harness = Harness(denied, RunResult(), limit=1)

    harness.work("a", "b")

    assert harness.reported == [["a"], ["b"]]
    assert harness.pauses.seconds == []
    assert harness.unwritable == [[], ["default"]]
    assert [one.get("part") for one in logged.records()] == ["Jobs in default"]


def test_what_could_not_be_written_is_not_wanted_before_its_pause_is_over():
    harness = Harness(RunResult([unwritten("a")]))
    harness.work("a")

    harness.workqueue.add("a", FAST)  # as the watch does, whatever changes

    assert harness.workqueue.depth() == 0


def test_once_a_namespace_can_be_written_all_that_waits_there_is_wanted_now():
    harness = Harness(RunResult([unwritten("a"), unwritten("b")]), RunResult(), RunResult())
    harness.report("a", "b")
    assert harness.workqueue.depth() == 0

    harness.report("a")

    assert harness.workqueue.depth() == 1
    assert harness.workqueue.get_batch(10, FAST) == ["b"]


def test_who_leads_no_more_has_no_fault_of_what_could_not_be_written():
    harness = Harness(RunResult([unwritten("a")]), RunResult())
    harness.leader.answers = [True, True, False]

    harness.work("a", "b")

    assert harness.health.ready


def test_what_was_postponed_for_others_sake_says_nothing_of_its_endpoint_and_comes_again():
    harness = Harness(RunResult([postponed("a", crowded=True)]))

    harness.report("a")

    assert harness.endpoints.lane(CALLER) == FAST
    assert harness.workqueue.depth() == 1
