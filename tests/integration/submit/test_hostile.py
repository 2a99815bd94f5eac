"""The table of hostile messages, in one batch, against a real API server: nothing runs."""

import json

import pytest
from data.hostile import messages
from data.hostile.case import FORBIDDEN, INVALID, RUNS, Case
from data.hostile.pairs import PAIRS, colliding

CASES = messages.CASES


@pytest.fixture
def batch(message, namespace, tmp_path):
    """Each case's text, in the table's order; MARK is a file that must not be there."""
    mark = str(tmp_path / "ran")
    valid = [message(f"hostile {place} {namespace}") for place in range(len(CASES))]
    return [case.body(body).replace("MARK", mark) for case, body in zip(CASES, valid, strict=True)]


@pytest.fixture
def settled(submit, batch, namespace):
    """Outcomes of the cases, in the table's order."""
    done = submit(*batch, submit_policy_namespaces=[namespace])
    found = {one["key"]: one for one in done.of("outcome")}
    return [found[f"{place:04d}"] for place in range(len(CASES))]


def test_there_are_many_and_each_is_another():
    assert len(CASES) >= 60
    assert len({case.name for case in CASES}) == len(CASES)
    assert {case.outcome for case in CASES} == {RUNS, INVALID, FORBIDDEN}


def test_each_ends_as_the_table_says_and_nothing_runs(settled, batch, jobs, tmp_path):
    became = [one["error_code"] or one["outcome"] for one in settled]
    told = [(one["error"] or "") + " ".join(one["warnings"]) for one in settled]

    assert list(zip(names(), became, strict=True)) == [(one.name, one.outcome) for one in CASES]
    assert [
        (case.name, words)
        for case, words in zip(CASES, told, strict=True)
        if case.words not in words
    ] == []
    assert sorted(jobs_by_id(jobs)) == sorted(
        json.loads(body)["id"]
        for case, body in zip(CASES, batch, strict=True)
        if case.outcome == RUNS
    )
    assert not (tmp_path / "ran").exists()
    for case, body in zip(CASES, batch, strict=True):
        if case.outcome == RUNS:
            sent = json.loads(body)
            assert arrived(jobs_by_id(jobs)[sent["id"]]) == texts_of(sent), case.name


@pytest.fixture
def both(message, namespace):
    """The messages of each pair: the first ones, and the second ones, in the table's order."""
    firsts, seconds = [], []
    for place, pair in enumerate(PAIRS):
        own = f"hostile pair {place} {namespace}"
        one, other = colliding(own) if pair.other_id else (own, own)
        firsts.append(body(pair.first, message(one)))
        seconds.append(body(pair.second, message(other)))
    return firsts, seconds


def test_a_message_does_nothing_to_another_one_of_its_id(submit, both, namespace):
    became, told = [], []
    for batch in both:
        done = submit(*batch, submit_record_namespace=namespace)
        found = {one["key"]: one for one in done.of("outcome")}
        ended = [found[f"{place:04d}"] for place in range(len(PAIRS))]
        became.append([one["error_code"] or one["outcome"] for one in ended])
        told = [(one["error"] or "") + " ".join(one["warnings"]) for one in ended]

    assert [(pair.name, *ends) for pair, *ends in zip(PAIRS, *became, strict=True)] == [
        (pair.name, *pair.became) for pair in PAIRS
    ]
    assert [
        (pair.name, words)
        for pair, words in zip(PAIRS, told, strict=True)
        if pair.words not in words
    ] == []


@pytest.mark.parametrize("form", ["as text", "as data"])
def test_a_message_that_is_passed_as_an_extra_variable_is_data(
    playbook, message, jobs, tmp_path, form
):
    mark = str(tmp_path / "ran")
    pipe = messages.PIPE.replace("MARK", mark)
    sent = message(f"{form} {pipe}", command=[pipe, "{{ undefined }}"])

    playbook(
        "message.yml",
        message_interval=1,
        message=sent if form == "as data" else json.dumps(sent),
        submit_policy_namespaces=[jobs.namespace],
    )

    assert not (tmp_path / "ran").exists()
    job = jobs_by_id(jobs)[sent["id"]]
    assert arrived(job) == texts_of(sent)


def names():
    return [case.name for case in CASES]


def jobs_by_id(jobs):
    return {one["metadata"]["annotations"]["sqs-k8s.jobs/message-id"]: one for one in jobs.all()}


def arrived(job):
    """The texts in a Job, by where the message had them."""
    (container,) = job["spec"]["template"]["spec"]["containers"]
    return {
        "image": container["image"],
        "command": container.get("command", []),
        "args": container.get("args", []),
        "env": [(one["name"], one.get("value", "")) for one in container.get("env", [])],
        "mounts": [one["mountPath"] for one in container.get("volumeMounts", []) if own(one)],
        "webhook": job["metadata"]["annotations"].get("sqs-k8s.jobs/webhook"),
    }


def own(mount):
    return mount["name"] == "volume"


def texts_of(message):
    """The same texts in a message."""
    job = message["job"]
    return {
        "image": job["image"],
        "command": job.get("command", []),
        "args": job.get("args", []),
        "env": [(one["name"], one["value"]) for one in job.get("env", [])],
        "mounts": ["/" + job["volume"]["mountPath"].lstrip("/")] if "volume" in job else [],
        "webhook": message.get("webhook", {}).get("url"),
    }


def body(says, valid):
    return Case("", says, RUNS).body(valid)
