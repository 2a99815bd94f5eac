"""playbooks/event.yml, as ansible-rulebook runs it."""

from __future__ import annotations

from hostile.messages import PIPE


def test_what_an_event_holds_is_data_and_nothing_evaluates_it(playbook, message, jobs, tmp_path):
    pipe = PIPE.replace("MARK", str(tmp_path / "ran"))
    sent = message(f"event {pipe}", command=[pipe, "{{ undefined }}"])
    event = {"meta": {"MessageId": pipe, "other": "{{ undefined }}"}, "body": sent}

    done = playbook("event.yml", ansible_eda={"rule": pipe, "event": event})

    assert done.returncode == 0, done.stdout
    assert not (tmp_path / "ran").exists()
    job = jobs.one()
    (container,) = job["spec"]["template"]["spec"]["containers"]
    assert container["command"] == sent["job"]["command"]
    assert job["metadata"]["annotations"]["sqs-k8s.jobs/message-id"] == sent["id"]


def test_without_an_event_the_playbook_says_what_it_is_for(playbook):
    done = playbook("event.yml")

    assert done.returncode != 0
    assert "this is for a rulebook" in done.stdout
