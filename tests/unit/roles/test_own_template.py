"""A template of the operator's own: what it sees, and what its mistakes cost."""

import re

import pytest
from ansible.errors import AnsibleError
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.manifest.job_defaults import JobDefaults
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.manifest.job_manifest import (
    InvalidManifest,
)
from ansible_collections.sqs_k8s.jobs.plugins.plugin_utils.renderer import Renderer
from ansible_collections.sqs_k8s.jobs.plugins.plugin_utils.templates import Template
from kit.builders.rendering import SITE, entry, message, render

HEAD = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: {{ job_name }}, namespace: default}\n"


@pytest.fixture
def own(tmp_path):
    """Render messages with a template of this text."""

    def run(text, *bodies, **variables):
        path = tmp_path / "own.yaml.j2"
        path.write_text(text)
        return render(*(bodies or [message()]), template=path, variables=variables)

    return run


def error(one, code="A111"):
    assert one["manifest"] is None
    assert one["error"]["errorCode"] == code
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
        ("kind: CronJob", "the key 'kind' is there twice in the result"),
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


def pod(spec):
    """A template that gives pods this."""
    return HEAD + "spec: {template: {spec: {" + spec + "}}}\n"


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("hostNetwork: true", "hostNetwork breaks hostNetwork of pod security baseline"),
        ("volumes: [{secret: {secretName: keys}}]", "secretName: 'keys' is not allowed"),
        ("containers: all", "spec.template.spec.containers in the template's result is not a list"),
    ],
)
def test_one_that_breaks_the_policy_for_every_message_is_the_operators_matter(own, spec, said):
    with pytest.raises(AnsibleError, match=f"fails for every message: .*{said}"):
        own(pod(spec))


def test_one_that_breaks_the_policy_for_a_message_is_that_messages_matter(own):
    text = pod("hostNetwork: {{ message.id == 'bad' }}")

    bad, good = own(text, message("bad"), message("good"))

    assert "hostNetwork" in error(bad, "A114")
    assert good["error"] is None
    assert "hostNetwork" in error(own(text, message("bad"))[0], "A114")


@pytest.mark.parametrize(
    "rules",
    [
        *({"namespaces": ["x"]}, {"images": ["x"]}, {"service_accounts": ["x"]}),
        *({"require_limits": ["cpu"]}, {"max_active_deadline_seconds": 1}),
        {"max_ttl_seconds_after_finished": 1},
    ],
)
def test_what_every_message_chose_wrong_is_not_the_templates_matter(rules):
    (one,) = render(message(), rules=rules)

    assert error(one, "A114")


def test_one_that_some_service_may_have_is_not_broken_for_others(tmp_path):
    path = tmp_path / "own.yaml.j2"
    path.write_text(pod("hostNetwork: true"))
    rules = {"services": {"network": {"allow": ["hostNetwork"]}}}

    other, network = render(
        message(), {**message("two"), "service": "network"}, template=path, rules=rules
    )

    assert error(other, "A114")
    assert network["error"] is None
    assert error(render(message(), template=path, rules=rules)[0], "A114")


def test_what_a_careless_template_lets_a_message_write_is_still_refused(own):
    text = pod("containers: [{image: {{ job.args[0] }} }]")
    hostile = message("bad", args=["a, securityContext: {privileged: true}"])
    twice = message("twice", args=["a, image: b"])

    bad, double, good = own(text, hostile, twice, message("good", args=["a"]))

    assert "securityContext.privileged breaks privileged" in error(bad, "A114")
    assert "the key 'image' is there twice" in error(double)
    assert good["error"] is None


def test_a_policy_that_is_wrong_is_the_operators_matter_before_any_message():
    with pytest.raises(AnsibleError, match="no usable policy: submit_policy_allow is not a list"):
        render(rules={"allow": "hostPath"})


@pytest.mark.parametrize("raised", [ZeroDivisionError("zero"), ValueError("no"), RecursionError()])
def test_whatever_a_filter_raises_for_a_message_is_that_messages_error(raised):
    # Before ansible-core 2.19 it came as it was, and the others of the batch would wait.
    class Failing:
        available_variables = None

        def copy_with_new_env(self, **_: object):
            return self

        def template(self, _text):
            raise raised

    renderer = Renderer(Failing(), {}, JobDefaults(SITE), [])

    with pytest.raises(InvalidManifest, match=r"the template t\.j2 failed"):
        renderer.manifest(Template("/x/t.j2", "text"), entry(message()))
