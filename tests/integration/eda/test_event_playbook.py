"""playbooks/event.yml, as ansible-rulebook runs it."""

from data.hostile.messages import PIPE


def test_what_an_event_holds_is_data_and_nothing_evaluates_it(playbook, message, jobs, tmp_path):
    pipe = PIPE.replace("MARK", str(tmp_path / "ran"))
    sent = message(f"event {pipe}", command=[pipe, "{{ undefined }}"])
    event = {"meta": {"MessageId": pipe, "other": "{{ undefined }}"}, "body": sent}

    playbook("event.yml", ansible_eda={"rule": pipe, "event": event})

    assert not (tmp_path / "ran").exists()
    job = jobs.one()
    (container,) = job["spec"]["template"]["spec"]["containers"]
    assert container["command"] == sent["job"]["command"]
    assert job["metadata"]["annotations"]["sqs-k8s.jobs/message-id"] == sent["id"]


def test_a_refused_event_that_is_given_again_is_not_answered_twice_and_one_sent_again_is(
    playbook, message, report, receiver, namespace
):
    where = {"submit_record_namespace": namespace}
    for sqs_id in ("sqs-1", "sqs-1", "sqs-2"):
        event = {"meta": {"MessageId": sqs_id}, "body": message("refused event", backoffLimit=-1)}
        playbook("event.yml", ansible_eda={"event": event}, **where)
        report("refused event", report_record_namespace=namespace)

    first, again = receiver.callbacks()
    assert (again.raw, again.delivery_id) == (first.raw, first.delivery_id)


def test_without_an_event_the_playbook_says_what_it_is_for(playbook):
    done = playbook("event.yml", fails=True)

    assert "this is for a rulebook" in done.stdout
