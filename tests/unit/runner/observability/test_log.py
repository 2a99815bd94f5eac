"""The log: one line per event, for people or as JSON, whatever a message put there."""

import json
import logging
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.logs import started
from sqs_k8s_jobs.observability import log

# As the Kubernetes client does up to version 34, as it is imported.
LIBRARY = """
import logging
from sqs_k8s_jobs.observability import log
log.start("text")
logging.basicConfig(level=logging.INFO)
logging.getLogger("urllib3").warning("Retrying …")
logging.info("a look")
log.info("runner started")
"""


@pytest.fixture
def said(capsys):
    """Start the log in a format; return what it says of some events."""

    def run(log_format, *events):
        with started(log_format):
            for event in events:
                event()
        return capsys.readouterr().err.splitlines()

    return run


def formatted(log_format, action, **values):
    """An event as one of the log's formats writes it."""
    record = logging.LogRecord("sqs_k8s_jobs", logging.INFO, "", 0, action, None, None)
    record.values = values
    with started(log_format) as handler:
        return handler.format(record)


def test_a_line_for_people_has_time_level_action_and_values(said):
    (line,) = said("text", lambda: log.info("job created", id="a", job="t-1", tries=0))

    time, rest = line.split(" ", 1)
    assert time.endswith("Z")
    assert "T" in time
    assert rest == "INFO    job created id=a job=t-1 tries=0"


def test_what_has_no_value_is_left_out_of_a_line_for_people(said):
    (line,) = said("text", lambda: log.info("job created", id=None, error="", warnings=[]))

    assert line.endswith(" job created")


def test_a_line_in_json_has_the_same_under_its_names(said):
    (line,) = said("json", lambda: log.warning("callback attempt failed", id="a", status=1))

    record = json.loads(line)
    assert record.pop("time") > 0
    assert record == {
        "level": "warning",
        "action": "callback attempt failed",
        "id": "a",
        "status": 1,
    }


@pytest.mark.parametrize(("write", "level"), [(log.info, "INFO"), (log.error, "ERROR")])
def test_each_event_has_its_level(said, write, level):
    (line,) = said("text", lambda: write("done"))

    assert f" {level}" in line


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_fault_is_one_line_with_its_trace(said, log_format):
    def fault():
        try:
            int("broken\nfor good")
        except ValueError:
            log.exception("thread failed", thread="submit")

    (line,) = said(log_format, fault)

    assert "thread failed" in line
    assert "ValueError: invalid literal" in line


def test_a_value_with_spaces_or_quotes_is_quoted(said):
    (line,) = said("text", lambda: log.info("x", a="two words", b='say "no"', c=["d"]))

    assert line.endswith('a="two words" b="say \\"no\\"" c="[\\"d\\"]"')


def test_starting_again_does_not_double_the_lines(said):
    def once():
        log.start("text")
        log.info("once")

    assert len(said("json", once)) == 1


def test_what_libraries_log_is_no_part_of_it():
    done = subprocess.run(
        [sys.executable, "-c", LIBRARY], capture_output=True, text=True, check=True
    )

    (line,) = done.stderr.splitlines()
    assert line.endswith(" started")


@given(st.text(st.characters()))
def test_any_text_in_a_value_stays_on_one_line_and_can_be_written(text):
    for value in (text, [text], {text: text}):
        for log_format in ("text", "json"):
            line = formatted(log_format, "message rejected", error=value)
            assert len(line.splitlines()) == 1
            assert line.isprintable()
            assert line.encode("utf-8")
    assert json.loads(formatted("json", "message rejected", error=text))["error"] == text
