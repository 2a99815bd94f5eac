"""A template of the operator's own: what it sees, and what its mistakes cost."""

from __future__ import annotations

import re

import pytest
from ansible.errors import AnsibleError
from support.rendering import message, render

HEAD = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: {{ job_name }}, namespace: default}\n"


@pytest.fixture
def own(tmp_path):
    """Render messages with a template of this text."""

    def run(text, *bodies, **variables):
        path = tmp_path / "own.yaml.j2"
        path.write_text(text)
        return render(*(bodies or [message()]), template=path, variables=variables)

    return run


def error(one):
    assert one["manifest"] is None
    assert one["error"]["errorCode"] == "A111"
    return one["error"]["message"]


def test_it_sees_the_plays_variables_beside_the_message(own):
    text = HEAD + "spec: {note: {{ team }}, image: {{ job.image }}, of: {{ message.service }}}\n"

    (one,) = own(text, team="blue")

    spec = one["manifest"]["spec"]
    assert (spec["note"], spec["image"], spec["of"]) == ("blue", "busybox", "example")


def test_a_variable_of_the_play_does_not_hide_the_message(own):
    (one,) = own(HEAD + "spec: {image: {{ job.image }}}\n", job={"image": "other"})

    assert one["manifest"]["spec"]["image"] == "busybox"


def test_it_need_not_know_how_a_job_is_found_again(own):
    (one,) = own(HEAD)

    assert one["manifest"]["metadata"]["annotations"]["sqs-k8s.jobs/message-id"] == "one"
    labels = one["manifest"]["spec"]["template"]["metadata"]["labels"]
    assert labels == one["manifest"]["metadata"]["labels"]


def test_it_may_include_a_file_beside_it(own, tmp_path):
    (tmp_path / "part.j2").write_text("spec: {part: true}\n")

    (one,) = own(HEAD + "{% include 'part.j2' %}\n")

    assert one["manifest"]["spec"]["part"] is True


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + "spec: {note: {{ nowhere }}}\n", "own.yaml.j2 failed: .*nowhere"),
        (HEAD + "spec: {% if %}\n", "own.yaml.j2 failed: "),
        (HEAD + "spec: [\n", "is not YAML in line"),
        (HEAD.replace("kind: Job", "kind: Pod"), "is batch/v1 Pod, not batch/v1 Job"),
        (HEAD.replace("{{ job_name }}", "mine"), "is default/mine, not default/"),
        ("", "is not one object"),
    ],
)
def test_one_that_fails_for_every_message_is_the_operators_matter(own, text, said):
    with pytest.raises(AnsibleError, match=f"(?s)fails for every message: .*{said}"):
        own(text)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("spec: {wants: {{ job.args[0] }}}", "own.yaml.j2 failed: "),
        ("spec: [", "is not YAML in line"),
        ("kind: CronJob", "is batch/v1 CronJob, not batch/v1 Job"),
    ],
)
def test_a_message_that_it_cannot_take_has_an_error_of_its_own_in_words(own, wrong, said):
    text = HEAD + "{% if message.id == 'bad' %}" + wrong + "\n{% endif %}\n"

    (bad,) = own(text, message("bad"))

    assert re.search(said, error(bad))


def test_a_message_that_it_cannot_take_leaves_the_others_alone(own):
    text = HEAD + "spec: {wants: {{ job.args[0] }}}\n"

    bad, good = own(text, message("bad"), message("good", args=["a"]))

    assert error(bad)
    assert (good["error"], good["manifest"]["spec"]["wants"]) == (None, "a")


def test_a_template_that_is_not_there_is_named(tmp_path):
    with pytest.raises(AnsibleError, match=r"no usable template .*/gone\.yaml\.j2"):
        render(message(), template=tmp_path / "gone.yaml.j2")
