"""Fuzzing in short: what was found stays fixed, a little is looked for, and it would be found."""

import json
import sys
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings

import fuzz
from fuzz import __main__, growth, report, seeds, without_atheris
from fuzz.repair import RICH
from fuzz.strategies import inputs
from fuzz.targets import TARGETS

EXAMPLES = {"job": 50, "clock": 20}  # these render
SECONDS = 3
FEWEST_BRANCHES = 50
BROKEN = """
def target(data):
    assert b"!" not in data, "found what is hidden here"

TARGETS = {"broken": target}
"""
COLLECTION = "ansible_collections.sqs_k8s.jobs.plugins.module_utils"
RUNTIME = "a]\n          tty: [true"
FIELD = b"a: "
KEY = "k" * 300_000 + "\U0001f600"
# Too long for files: texts that were, or could be, slow to read.
LONG = {
    ("renderer", "sexagesimal digits"): FIELD + b"1" + b":1" * 120_000,
    ("renderer", "digits"): FIELD + b"9" * 1_000_000,
    ("renderer", "hexadecimal digits"): FIELD + b"0x" + b"f" * 1_000_000,
    ("renderer", "underscores"): FIELD + b"1" + b"_" * 1_000_000,
    ("renderer", "aliases"): b"a: &a [b]\nc: [" + b"*a," * 200_000 + b"]",
    ("renderer", "nested lists"): b"[" * 200_000,
    ("renderer", "nested objects"): b"{a: " * 100_000,
    ("renderer", "keys"): b"{" + b",".join(b"a%d" % n for n in range(50_000)) + b"}",
    ("renderer", "a key of many items"): b"? " + KEY.encode() + b"\n: [" + b"0," * 100_000 + b"]",
    ("reader", "a key of many items"): f'{{"{KEY}": [{"0," * 150_000}0]}}'.encode(),
    ("reader", "many keys"): b"{%s}" % b",".join(b'"%d": 0' % n for n in range(50_000)),
    ("reader", "digits"): b"[%s]" % b",".join([b"9" * 4000] * 200),
    ("reader", "a name"): b'{"id": "a", "service": "%s!"}' % (b"a-." * 300_000),
}


@pytest.fixture(params=list(TARGETS))
def name(request):
    """The name of each target in turn."""
    return request.param


@pytest.mark.parametrize(("target", "seed"), [(t, s) for t in TARGETS for s in seeds.of(t)])
def test_what_is_known_breaks_no_promise(target, seed):
    TARGETS[target](seeds.of(target)[seed])


@pytest.mark.parametrize(("target", "text"), LONG)
def test_a_long_text_is_read_or_refused_in_time(target, text):
    TARGETS[target](LONG[target, text])


def test_whatever_hypothesis_makes_of_what_is_known_breaks_no_promise(name):
    quick = settings(
        max_examples=EXAMPLES.get(name, 200),
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )

    quick(given(inputs(name))(TARGETS[name]))()


def test_what_coverage_leads_to_breaks_no_promise(name, tmp_path):
    campaign = with_atheris()

    turn = campaign.run(name, SECONDS, tmp_path / name, seed=1)

    assert (turn.failed, turn.findings) == ("", []), (tmp_path / name / "log").read_text()[-4000:]
    assert turn.executions > len(seeds.of(name)), "it never came to inputs of its own"
    assert turn.coverage >= FEWEST_BRANCHES


@pytest.mark.parametrize(
    ("target", "guard", "data"),
    [
        ("policy", "policy.checks.check_job", {"spec": {"template": {"spec": {"hostPID": True}}}}),
        (
            "job",
            "policy.checks.check_message",
            {**RICH, "job": {**RICH["job"], "namespace": "others"}},
        ),
        ("job", "policy.checks.check_job", {**RICH, "job": {**RICH["job"], "backoffLimit": 101}}),
        (
            "job",
            "policy.checks.check_fields",
            {**RICH, "job": {**RICH["job"], "args": [RUNTIME], "volume": None}},
        ),
        (
            "destination",
            "webhooks.destinations.rules.Destinations.check",
            {"url": "http://127.0.0.1/"},
        ),
        ("renderer", "manifest.strict_yaml.isfinite", {"a": float("inf")}),
        ("reader", "message.limits.check", {"id": "one"}),
    ],
)
def test_without_a_guard_the_same_input_breaks_a_promise(target, guard, data, monkeypatch):
    text = json.dumps(data).replace("Infinity", ".inf").encode()
    TARGETS[target](text)
    monkeypatch.setattr(f"{COLLECTION}.{guard}", lambda *_: True)

    with pytest.raises((AssertionError, ValueError)):
        TARGETS[target](text)


def test_the_clock_finds_what_costs_more_than_it_is_large():
    def square(text):
        return sum(text[:n].count("x") for n in range(0, len(text), 32))

    with pytest.raises(AssertionError, match="bytes cost"):
        look(square, "an x")


def test_a_manifest_that_the_policy_refuses_is_no_finding_of_the_clock():
    owned = {"name": "t-1", "namespace": "default", "ownerReferences": [{"kind": "Node"}]}
    job = {"apiVersion": "batch/v1", "kind": "Job", "spec": {}, "metadata": owned}

    TARGETS["clock"](json.dumps(job).encode())


@pytest.mark.parametrize("read", [json.loads, len, str.upper])
def test_the_clock_finds_nothing_in_what_costs_as_much_as_it_is_large(read):
    look(read, '{"a": {"b": [1, "c"]}}')


def look(read, text):
    """Grow some places of a text."""
    for seed in range(5):
        growth.check(read, text, Random(seed))


def test_a_broken_target_is_found_and_shown_with_its_input(tmp_path, monkeypatch):
    campaign = with_atheris()
    (tmp_path / "broken_module.py").write_text(BROKEN)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    turn = campaign.run("broken", 30, tmp_path / "broken", module="broken_module", seed=1)

    (found,) = turn.findings
    assert found.name.startswith("crash-")
    assert b"!" in found.read_bytes()
    assert f"found: {found}" in report.table([turn])


def test_a_target_that_cannot_be_run_is_no_success(tmp_path):
    campaign = with_atheris()

    turn = campaign.run("reader", 1, tmp_path / "reader", module="there.is.none")

    assert "ended with 1" in turn.failed


def test_an_input_is_run_again_by_its_name(tmp_path, capsys):
    file = tmp_path / "crash-1"
    file.write_bytes(b"{}")

    assert __main__.main(["reader", str(file)]) == 0
    assert capsys.readouterr().out == f"reader takes {file}\n"


def test_an_input_that_still_breaks_is_shown_as_such(tmp_path, monkeypatch, capsys):
    file = tmp_path / "crash-1"
    file.write_bytes(b"{}")
    monkeypatch.setitem(TARGETS, "reader", _break)

    assert __main__.main(["reader", str(file)]) == 1
    assert capsys.readouterr().out == f"reader still breaks on {file}\n"


def test_without_atheris_hypothesis_finds_a_broken_target(tmp_path, monkeypatch):
    monkeypatch.setitem(TARGETS, "reader", _break)

    turn = without_atheris.explore("reader", 5, tmp_path)

    assert turn.findings == [tmp_path / "crash-hypothesis"]


def test_a_machine_without_atheris_is_told_so(tmp_path, monkeypatch, capsys):
    for name in ("campaign", "child"):
        monkeypatch.delitem(sys.modules, f"fuzz.{name}", raising=False)
        monkeypatch.delattr(fuzz, name, raising=False)
    monkeypatch.setitem(sys.modules, "atheris", None)
    monkeypatch.setattr(without_atheris, "BUILD", tmp_path)
    monkeypatch.setitem(TARGETS, "reader", _break)

    assert __main__.main(["reader", "--seconds", "1"]) == 1
    said = capsys.readouterr().out
    assert said.startswith("atheris is not there")
    assert f"found: {tmp_path / 'reader' / 'crash-hypothesis'}" in said


def _break(data):
    raise AssertionError(data)


def with_atheris():
    """Return atheris' campaign, or skip."""
    pytest.importorskip("atheris", reason="atheris is not there: hypothesis alone has looked")
    from fuzz import campaign

    return campaign
