"""The bench's own parts: a figure that is wrong is worse than none."""

import json

import pytest
from bench import plots
from bench.cases.latency import percentile
from bench.measure import Measure, Target
from bench.messages import as_created, bodies
from bench.process_kinds import kind_of
from bench.queue import Queue


def test_a_received_message_is_hidden_and_comes_back_after_its_time():
    queue = Queue("q", visibility_timeout=30)
    queue.send("one")
    (first,) = queue.receive(0, 10)
    assert queue.receive(29, 10) == []
    (again,) = queue.receive(30, 10)
    assert (again.body, again.received) == ("one", 2)
    assert again is first


def test_what_is_hidden_for_longer_stays_hidden_for_longer():
    queue = Queue("q")
    queue.send("one")
    (message,) = queue.receive(0, 1, 10)
    assert queue.hide(message.handle, 5, 60)
    assert queue.counts(64) == (0, 1)
    assert queue.counts(65) == (1, 0)


def test_what_is_released_is_visible_at_once():
    queue = Queue("q")
    queue.send("one")
    (message,) = queue.receive(0, 1)
    queue.hide(message.handle, 1, 0)
    assert queue.counts(1) == (1, 0)


def test_only_what_is_in_flight_is_deleted_or_hidden():
    queue = Queue("q", visibility_timeout=30)
    queue.send("one")
    (message,) = queue.receive(0, 1)
    old = message.handle
    queue.receive(30, 1)
    queue.delete(old)
    assert not queue.hide(old, 31, 60)
    assert queue.counts(31) == (0, 1)
    queue.delete(message.handle)
    assert queue.counts(100) == (0, 0)


def test_messages_are_given_in_their_order():
    queue = Queue("q")
    for body in "abc":
        queue.send(body)
    assert [one.body for one in queue.receive(0, 2)] == ["a", "b"]
    assert [one.body for one in queue.receive(0, 2)] == ["c"]


def test_the_value_is_the_median_and_the_target_says_whether_it_holds():
    assert Measure(Target("x", 2.0), [3.0, 1.0, 2.0]).as_json() == {
        "value": 2.0,
        "target": 2.0,
        "holds": True,
        "at_least": False,
        "spread": [1.0, 3.0],
        "runs": [3.0, 1.0, 2.0],
    }
    assert not Measure(Target("x", 2.0, at_least=True), [1.0, 1.9, 3.0]).holds


@pytest.mark.parametrize(
    ("share", "value"), [(0.5, 20.0), (0.51, 21.0), (0.99, 40.0), (1.0, 40.0), (0.01, 1.0)]
)
def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed(share, value):
    assert percentile([float(n) for n in range(40, 0, -1)], share) == value


@pytest.mark.parametrize(
    ("command_line", "kind"),
    [
        ("/venv/bin/python -m sqs_k8s_jobs run ", "runner"),
        ("/venv/bin/python /venv/bin/sqs-k8s-jobs run --queue-url x ", "runner"),
        ("/venv/bin/python /venv/bin/ansible-playbook -e @x sqs_k8s.jobs.submit ", "playbooks"),
        ("/venv/bin/python3.11 ", "modules"),
        ("/usr/bin/python3 /home/one/.ansible/tmp/ansible-tmp-1/AnsiballZ_k8s.py ", "modules"),
        ("/bin/python -S /x/fork_server/client.py /s ansible-playbook -- -e @x ", "fork clients"),
        ("/bin/true ", "other"),
    ],
)
def test_the_kind_of_a_process_follows_from_its_words(command_line, kind):
    assert kind_of(command_line) == kind


@pytest.mark.parametrize(
    ("program", "kind"), [("ansible-playbook", "playbooks"), ("module-python", "modules")]
)
def test_what_a_warm_server_forks_is_of_the_kind_that_it_serves(program, kind):
    server = f"/venv/bin/python -m sqs_k8s_jobs.fork_server.server {program} 5 /dev/shm/x "
    assert kind_of(server, "/venv/bin/python -m sqs_k8s_jobs run ") == "fork servers"
    assert kind_of(server, server) == kind


def test_a_job_is_created_again_as_it_was_sent():
    uid, prefix = "controller-uid", "batch.kubernetes.io/"
    servers = {prefix + uid: "u", uid: "u", prefix + "job-name": "j", "job-name": "j"}
    ours = {"sqs-k8s.jobs/id": "d", "app.kubernetes.io/name": "bench"}
    job = {
        "metadata": {
            "name": "j",
            "namespace": "n",
            "uid": "u",
            "resourceVersion": "7",
            "labels": {**ours, "sqs-k8s.jobs/done": "2"},
            "annotations": {"sqs-k8s.jobs/message-id": "i", "sqs-k8s.jobs/reported-0": "t"},
            "finalizers": ["sqs-k8s.jobs/reported"],
        },
        "spec": {
            "backoffLimit": 0,
            "selector": {"matchLabels": servers},
            "template": {"metadata": {"labels": {**ours, **servers}}, "spec": {"x": 1}},
        },
        "status": {"succeeded": 1},
    }
    assert as_created(job) == {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": "j",
            "namespace": "n",
            "labels": ours,
            "annotations": {"sqs-k8s.jobs/message-id": "i"},
            "finalizers": ["sqs-k8s.jobs/reported"],
        },
        "spec": {
            "backoffLimit": 0,
            "template": {"metadata": {"labels": ours}, "spec": {"x": 1}},
        },
    }


def test_no_two_messages_of_a_run_have_the_same_id():
    ids = [json.loads(body)["id"] for name in ("a", "b") for body in bodies(name, 50, "http://c")]
    assert len(set(ids)) == 100


def test_the_same_figures_are_drawn_the_same(tmp_path):
    figures = {"latencies": [1.0, 2.0], "starts": [0.5], "in_starts": [2.0, 4.0]}
    (tmp_path / "latency.json").write_text(json.dumps(figures), "utf-8")
    (drawn,) = plots.draw(tmp_path)
    first = drawn.read_bytes()
    plots.draw(tmp_path)
    assert drawn.read_bytes() == first
    assert b"2 messages" in first
