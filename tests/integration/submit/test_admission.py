"""Admission webhooks of the cluster: denials of Jobs, and additions to Pods."""

import pytest
from kit.builders.messages import REAL
from kit.cluster.admission import Admission
from kit.wait import until

UNPULLED = "127.0.0.1:1/none:1"
PROXY = {"name": "a-proxy", "image": "busybox", "command": ["sleep", "600"]}


@pytest.fixture
def admission(cluster, namespace, tmp_path):
    """An admission webhook for new objects of this kind in the test's namespace."""
    entered = []

    def begin(resource):
        entered.append(Admission(cluster, namespace, resource, tmp_path / "authority"))
        return entered[-1].__enter__()

    yield begin
    for one in entered:
        one.__exit__(None, None, None)


@pytest.mark.parametrize("code", [429, 503])
def test_a_message_waits_where_admission_says_that_it_is_for_now_and_runs_afterwards(
    submit, message, admission, receiver, jobs, code
):
    webhook = admission("jobs")
    webhook.deny(code, "the policy engine is busy")

    done = submit(message(f"admitted-later-{code}"))

    assert done.outcomes == ["retry"]
    assert "the policy engine is busy" in str(done.events)
    assert webhook.asked() >= 1
    assert jobs.all() == receiver.callbacks() == []
    webhook.response = {"allowed": True}
    done = submit(message(f"admitted-later-{code}"))
    assert done.outcomes == ["created"]
    assert len(jobs.all()) == 1


def test_what_a_run_has_no_time_for_is_postponed_and_created_by_the_next_one(
    submit, message, admission, jobs
):
    admission("jobs").seconds = 0.2
    some = [message(f"slow-{number:02d}") for number in range(20)]

    first = submit(*some, submit_creation_timeout=1, submit_jobs_per_call=5)
    second = submit(*some, submit_creation_timeout=30)

    assert first.outcomes == ["created"] * 5 + ["postponed"] * 15
    assert second.outcomes == ["exists"] * 5 + ["created"] * 15
    assert len(jobs.all()) == 20


def test_of_many_one_that_admission_refuses_for_what_it_names_keeps_no_other_from_its_job(
    submit, message, admission, jobs
):
    webhook = admission("jobs")
    webhook.deny_what_has("registry.away.example", 503, "the registry does not answer")
    some = [message("names-it", image="registry.away.example/one:1")]
    some += [message(f"beside-it-{number:02d}") for number in range(24)]

    done = submit(*some)

    assert done.outcomes == ["retry"] + ["created"] * 24
    assert len(jobs.all()) == 24


def test_a_message_that_admission_denies_for_good_is_refused_in_its_words(
    submit, message, admission, jobs
):
    admission("jobs").deny(403, "no Jobs on Fridays")

    done = submit(message("on-a-friday"))

    assert "A103" in str(done.events)
    assert "no Jobs on Fridays" in str(done.events)
    assert jobs.all() == []


@pytest.mark.usefixtures("real_node")
def test_a_sidecar_that_a_webhook_adds_is_no_start_where_the_main_container_cannot_be_pulled(
    submitted, report, receiver, admission, jobs
):
    admission("pods").add("/spec/containers/0", PROXY)
    submitted("beside-an-added-one", image=UNPULLED, **REAL)
    until(lambda: "'running'" in str(jobs.pods()), "the sidecar runs")
    until(lambda: "ErrImagePull" in str(jobs.pods()), "the image could not be pulled")

    report("beside-an-added-one")
    assert receiver.statuses_of("beside-an-added-one") == [0]
    report("beside-an-added-one", report_start_timeout=1)

    assert receiver.statuses_of("beside-an-added-one") == [0, 99]
    error = receiver.callbacks()[-1].body["detail"]["error"]
    assert error["errorCode"] == "A105"
    assert UNPULLED in error["message"]
