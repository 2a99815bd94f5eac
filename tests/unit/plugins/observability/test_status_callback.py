"""The callback plugin `status`: a play's results as events in a file and lines for a person."""

import json
from types import SimpleNamespace

import pytest
from ansible.plugins.loader import callback_loader
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.observability import events
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report import callbacks
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.submit import (
    outcomes,
)
from kit.builders.objects import record
from kit.builders.rendering import entry, message


class Play:
    """The callback plugin, fed as a play feeds it."""

    def __init__(self, events_file):
        self._file = events_file
        self._plugin = callback_loader.get("sqs_k8s.jobs.status")
        options = {"events_file": str(events_file) if events_file else None}
        self._plugin.set_options(direct=options)

    def task(self, action, **data):
        self._plugin.v2_runner_on_ok(_result(action, data))

    def reads(self, entries):
        self._facts(submit_events=events.of_read(entries))

    def settles(self, outcomes):
        self._facts(submit_events=events.of_outcomes(outcomes))

    def tells(self, results):
        self._facts(report_events=events.of_answers(results))

    def _facts(self, **facts):
        self.task("ansible.builtin.set_fact", ansible_facts=facts)

    def fails(self, name, words, *, ignored=False, unreachable=False):
        result = _result("kubernetes.core.k8s", {"msg": words}, name)
        if unreachable:
            self._plugin.v2_runner_on_unreachable(result)
        else:
            self._plugin.v2_runner_on_failed(result, ignore_errors=ignored)

    def hides(self):
        self._plugin.v2_runner_on_failed(_result("kubernetes.core.k8s", {"censored": "hidden"}))

    def ends(self):
        self._plugin.v2_playbook_on_stats(None)
        if self._file and self._file.exists():
            return [json.loads(line) for line in self._file.read_text("utf-8").splitlines()]
        return []


def _result(action, data, name="A task"):
    return SimpleNamespace(result=data, task=SimpleNamespace(action=action, get_name=lambda: name))


@pytest.fixture
def play(tmp_path):
    return Play(tmp_path / "events.jsonl")


@pytest.fixture
def entries():
    return [entry(message("one"), "0000"), entry("{", "0001")]


def outcomes_of(entries):
    """Return the outcomes of an untried valid message, and of an invalid message."""
    valid = entries[0]
    rendered = {"namespace": "default", "name": "t-1", "manifest": {}, "error": None, "fault": None}
    ready = [{**rendered, **{name: valid[name] for name in ("id_label", "body_sha256")}}]
    return outcomes.outcomes(entries, [], ready, [])


def test_each_message_and_status_is_one_event_in_the_order_in_which_it_happened(play, entries):
    told = [{**callbacks.callback(record(), "99", {}), "accepted": True}]
    play.reads(entries)
    play.task("kubernetes.core.k8s_info", resources=[])
    play.tells(told)
    play.settles(outcomes_of(entries))

    happened = play.ends()

    assert [one["event"] for one in happened] == ["status", "outcome", "outcome"]
    assert [one.get("outcome") for one in happened] == [None, "postponed", "rejected"]


def test_a_play_that_ended_early_names_each_message_that_it_held_and_why(play, entries):
    play.reads(entries)
    play.fails("Create the Jobs", "no route to host")

    failure, *unprocessed = play.ends()

    assert (failure["event"], failure["task"]) == ("failure", "Create the Jobs")
    assert [(one["event"], one["key"]) for one in unprocessed] == [
        *(("unprocessed", "0000"), ("unprocessed", "0001"))
    ]
    assert {one["error"] for one in unprocessed} == {"no route to host"}


def test_a_message_that_was_settled_is_not_unsettled_by_a_later_failure(play, entries):
    play.reads(entries)
    play.settles(outcomes_of(entries))
    play.fails("A later task", "too late")

    assert [one["event"] for one in play.ends()] == ["outcome", "outcome", "failure"]


def test_a_failure_that_the_play_ignores_is_none(play):
    play.fails("Try", "never mind", ignored=True)

    assert play.ends() == []


def test_a_task_that_hides_its_result_leaves_its_failure_to_the_next(play):
    play.hides()
    play.fails("Fail with the reason of the failed task", "no route to host")

    (failure,) = play.ends()
    assert failure["error"] == "no route to host"


def test_a_host_that_cannot_be_reached_is_a_failure(play):
    play.fails("Try", "unreachable", unreachable=True)

    (failure,) = play.ends()
    assert failure["error"] == "unreachable"


def test_each_event_is_shown_as_a_line(play, entries, capsys):
    play.settles(outcomes_of(entries))
    play.ends()

    shown = capsys.readouterr().out
    assert "t-1: postponed" in shown
    assert "0001: rejected - invalid message: not JSON" in shown


def test_without_a_file_the_lines_are_shown_all_the_same(entries, capsys):
    play = Play(None)
    play.settles(outcomes_of(entries))

    assert play.ends() == []
    assert "t-1: postponed" in capsys.readouterr().out


def test_events_are_added_to_those_of_earlier_plays(tmp_path, entries):
    for _ in range(2):
        play = Play(tmp_path / "events.jsonl")
        play.settles(outcomes_of(entries))

    assert len(play.ends()) == 4
