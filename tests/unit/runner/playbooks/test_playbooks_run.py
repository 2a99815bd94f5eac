"""Playbooks run in fork servers for as long as these do no worse than cold ones."""

import pytest
from sqs_k8s_jobs.fork_server.supervisor import Executables
from sqs_k8s_jobs.observability.metrics import Metrics
from sqs_k8s_jobs.playbooks import playbooks
from sqs_k8s_jobs.playbooks.playbook_run import RunConfig, RunResult
from sqs_k8s_jobs.playbooks.playbooks import Playbooks
from sqs_k8s_jobs.playbooks.submission import Submission
from sqs_k8s_jobs.settings import Settings

TOO_LONG = RunResult(error="too long", ended_in="TASK [Read the messages]")
KILLED = RunResult(error="killed", ended_in="TASK [Read the messages]", is_killed=True)
EXECUTABLES = Executables("/fork/ansible-playbook", "/fork/python", "/fork")


class ForkServers:
    """Fork servers that are there until they are suspected."""

    def __init__(self):
        self.disabled = []
        self.stopped = False

    def executables(self):
        return None if self.disabled else EXECUTABLES

    def disable(self, reason):
        self.disabled.append(reason)

    def stop(self):
        self.stopped = True


@pytest.fixture
def runs(monkeypatch):
    """The runs: playbook, and if forked; each ends with the error that a test put in."""
    seen, errors = [], []

    def run(name, _settings, inputs, *_what):
        seen.append((name.rpartition(".")[2], inputs.executables is not None))
        return RunResult(error=errors.pop(0) if errors else None)

    monkeypatch.setattr(playbooks.playbook_run, "run", run)
    return seen, errors


@pytest.fixture
def made(monkeypatch):
    """Plays with fork servers that only pretend."""
    monkeypatch.setattr(playbooks, "ForkServers", lambda _folder: ForkServers())
    return Playbooks(Settings(), Metrics())


def test_runs_use_the_fork_servers(made, runs):
    made.submit(Submission({"0000": "{}"}), RunConfig())
    made.report(["a"], RunConfig())
    made.golden(RunConfig())

    assert runs[0] == [("submit", True), ("report", True), ("golden", True)]


def test_a_run_gets_sqs_own_ids_of_messages_and_no_text_that_ansible_would_evaluate(
    made, monkeypatch
):
    given = []
    monkeypatch.setattr(
        playbooks.playbook_run, "run", lambda *what: given.append(what) or RunResult()
    )
    sqs_ids = {"0000": "6e0ec78f-0a1c-4b8e-9d7c-3f1a2b4c5d6e", "0001": "{{ 7 * 7 }}"}

    made.submit(Submission({"0000": "{}", "0001": "{}"}, message_ids=sqs_ids), RunConfig())

    ((_, _, _, variables, _),) = given
    assert variables["submit_message_ids"] == {"0000": sqs_ids["0000"]}


def test_a_run_gets_where_messages_come_from_as_sqs_says_it_and_nothing_that_is_evaluated(
    made, monkeypatch
):
    given = []
    monkeypatch.setattr(
        playbooks.playbook_run, "run", lambda *what: given.append(what[3]) or RunResult()
    )
    arn, sender = "arn:aws:sqs:eu-central-1:123456789012:jobs", "AROAEXAMPLE:me@example.com"
    queues, senders = {"0000": arn, "0001": "{{ 7 }}"}, {"0000": sender, "0001": "a:{{ 7 }}"}

    made.submit(
        Submission({"0000": "{}", "0001": "{}"}, queues=queues, senders=senders), RunConfig()
    )
    made.report(["a"], RunConfig())

    assert given[0]["submit_queues"] == {"0000": arn}
    assert given[0]["submit_senders"] == {"0000": sender}


def test_a_run_gets_how_many_queues_are_served(monkeypatch):
    given = []
    monkeypatch.setattr(
        playbooks.playbook_run, "run", lambda *what: given.append(what[3]) or RunResult()
    )
    several = Playbooks(
        Settings(queue_url="http://a/1/a http://a/1/b", fork_server=False), Metrics()
    )

    several.submit(Submission({"0000": "{}"}), RunConfig())
    several.report(["a"], RunConfig())

    assert [one["report_queue_count"] for one in given] == [2, 2]


def test_after_a_run_that_failed_the_next_one_is_cold_and_where_it_fails_too_that_was_no_reason(
    made, runs
):
    runs[1].extend(["no route to host", "no route to host", None])
    for _ in range(3):
        made.report(["a"], RunConfig())

    assert runs[0] == [("report", True), ("report", False), ("report", True)]
    assert made._fork_servers.disabled == []


def test_where_a_cold_run_does_what_a_forked_one_did_not_the_fork_servers_are_disabled(made, runs):
    runs[1].append("MODULE FAILURE")
    for _ in range(3):
        made.report(["a"], RunConfig())

    assert runs[0] == [("report", True), ("report", False), ("report", False)]
    assert made._fork_servers.disabled == ["MODULE FAILURE"]


def test_one_playbooks_failure_casts_no_doubt_on_anothers(made, runs):
    runs[1].append("no such template")
    made.golden(RunConfig())
    made.report(["a"], RunConfig())

    assert runs[0] == [("golden", True), ("report", True)]


def test_an_operator_may_do_without(runs):
    without = Playbooks(Settings(fork_server=False), Metrics())
    without.report(["a"], RunConfig())
    without.end()

    assert runs[0] == [("report", False)]


def test_fork_servers_end_with_the_runner(made):
    made.end()

    assert made._fork_servers.stopped


@pytest.mark.parametrize(("is_cautious", "jobs"), [(False, 18), (True, 5)])
def test_a_run_looks_at_the_time_more_often_after_one_that_had_no_time_for_all(
    made, monkeypatch, is_cautious, jobs
):
    given = []
    monkeypatch.setattr(
        playbooks.playbook_run, "run", lambda *what: given.append(what[3]) or RunResult()
    )

    made.submit(Submission({"0000": "{}"}, cautious=is_cautious), RunConfig())

    assert given[0]["submit_jobs_per_call"] == jobs
    assert 0 < given[0]["submit_creation_timeout"] < 60


def test_what_a_cluster_said_is_no_text_that_ansible_would_evaluate(made, monkeypatch):
    given = []
    monkeypatch.setattr(
        playbooks.playbook_run, "run", lambda *what: given.append(what[3]) or RunResult()
    )

    made.submit(Submission({"0000": "{}"}, waiting={"nightly": "{{ 7 * 7 }}"}), RunConfig())

    assert given[0]["submit_waiting_namespaces"] == {"nightly": "e3sgNyAqIDcgfX0="}


def test_a_message_is_tried_alone_without_fork_servers(made, runs):
    for alone in (False, True, False):
        made.submit(Submission({"0000": "{}"}, alone=alone), RunConfig())

    assert runs[0] == [("submit", True), ("submit", False), ("submit", True)]


def test_a_message_that_stalls_is_named_by_its_key(made, monkeypatch):
    given = []
    monkeypatch.setattr(
        playbooks.playbook_run, "run", lambda *what: given.append(what[3]) or RunResult()
    )

    made.submit(Submission({"0000": "{}"}, stalled=["0000"]), RunConfig())

    assert given[0]["submit_stalled"] == ["0000"]


@pytest.mark.parametrize(
    ("ends", "disabled"),
    [
        ([TOO_LONG, TOO_LONG], ["too long"]),
        ([TOO_LONG, RunResult()], []),
        ([TOO_LONG, RunResult(), TOO_LONG], []),
        ([KILLED, RunResult()], []),
    ],
)
def test_fork_servers_are_disabled_where_two_runs_in_a_row_take_too_long(
    made, monkeypatch, ends, disabled
):
    left = list(ends)
    monkeypatch.setattr(playbooks.playbook_run, "run", lambda *_: left.pop(0))

    for _ in ends:
        made.submit(Submission({"0000": "{}"}), RunConfig())

    assert made._fork_servers.disabled == disabled
