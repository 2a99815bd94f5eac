"""Operators change templates while the runner works: what passes is live, what is broken is not."""

import json

import pytest
import yaml
from kit.paths import ROLES
from kit.wait import until

SHIPPED = ROLES / "submit/templates/job.yaml.j2"
KIND = "metadata:\n  name: {{ job_name | to_json }}\n"


class Template:
    """A template of the operator's, and the Jobs that it makes."""

    def __init__(self, path):
        self.path = path
        self.write("first")

    def write(self, note):
        """Change the note that the template puts onto each Job."""
        own = "  annotations: {{ site.annotations | to_json }}\n"
        noted = f"  annotations: {{note: {note}}}\n"
        assert own in SHIPPED.read_text("utf-8")
        self.path.write_text(SHIPPED.read_text("utf-8").replace(own, noted, 1))


@pytest.fixture
def template(tmp_path):
    return Template(tmp_path / "job.yaml.j2")


@pytest.fixture
def noted(jobs):
    """The note on the Job of an id; None as long as it is not there."""

    def note(message_id):
        for job in jobs.all():
            annotations = job["metadata"]["annotations"]
            if annotations["sqs-k8s.jobs/message-id"] == message_id:
                return annotations["note"]
        return None

    return note


def test_a_missing_template_keeps_the_messages_until_it_is_there(runner, message, receiver):
    runner.set_variables(submit_template="/nowhere/job.yaml.j2")
    runner.start()
    runner.queue.send(message("waits-for-a-template"))
    line = runner.said("fault raised part=template")
    assert "no usable template /nowhere/job.yaml.j2" in line
    assert receiver.callbacks() == []
    assert not runner.queue.is_empty()

    runner.set_variables()

    until(
        lambda: receiver.statuses_of("waits-for-a-template") == [0, 1, 2],
        "the message ran after all",
    )
    until(runner.queue.is_empty, "the queue is empty")
    assert "fault cleared part=template" in runner.log()


def test_a_template_that_fails_for_every_message_refuses_none(runner, message, receiver, tmp_path):
    template = tmp_path / "job.yaml.j2"
    template.write_text("kind: {{ no_such_variable }}\n")
    runner.set_variables(submit_template=str(template))
    runner.start()

    runner.queue.send(message("innocent"))

    line = runner.said("fault raised part=template")
    assert f"{template} fails for every message" in line
    assert receiver.callbacks() == []
    assert not runner.queue.is_empty()


def test_a_changed_template_is_live_without_a_restart_and_a_broken_one_never_is(
    runner, message, template, noted, tmp_path
):
    ready = tmp_path / "ready"
    runner.set_variables(submit_template=str(template.path))
    runner.start(SQS_K8S_JOBS_READY_FILE=str(ready))
    runner.queue.send(message("note-first"))
    until(lambda: noted("note-first") == "first", "the first template is live")

    template.write("second")
    runner.queue.send(message("note-second"))
    until(lambda: noted("note-second") == "second", "the second template is live")

    template.path.write_text(template.path.read_text() + "{% endfor %}")
    assert f"{template.path} fails for every message" in runner.said("fault raised part=template")
    assert not ready.exists()
    runner.queue.send(message("note-third"))
    until(lambda: noted("note-third") == "second", "the last good template is in use")

    template.write("fourth")
    until(ready.exists, "the runner is ready again")
    runner.queue.send(message("note-fourth"))
    until(lambda: noted("note-fourth") == "fourth", "the mended template is live")


def test_a_template_or_variable_that_fails_a_golden_case_is_not_used(
    runner, message, template, noted, playbook, tmp_path
):
    golden = tmp_path / "golden"
    golden.mkdir()
    (golden / "usual.json").write_text(json.dumps(message("usual")))
    own = {"submit_template": str(template.path), "submit_golden": str(golden)}
    playbook("golden.yml", submit_golden_accept=True, **own)
    assert yaml.safe_load((golden / "usual.yaml").read_text())["kind"] == "Job"
    runner.set_variables(**own)
    runner.start()
    runner.queue.send(message("golden-first"))
    until(lambda: noted("golden-first") == "first", "what passes is live")

    runner.set_variables(**own, submit_job_priority_class="no-such-class")
    assert "+      priorityClassName: no-such-class" in runner.said("fault raised part=template")
    runner.queue.send(message("golden-second"))

    until(lambda: noted("golden-second") == "first", "the last good variables are in use")
