"""A folder of templates: one per service, one for all others, each broken for its own alone."""

import re

import pytest
from ansible.errors import AnsibleError
from kit.builders.rendering import message, render

JOB = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: {{ job_name }}, namespace: default}\n"


@pytest.fixture
def folder(tmp_path):
    """Make a folder of templates: name and text."""

    def make(**texts):
        for name, text in texts.items():
            (tmp_path / f"{name}.yaml.j2").write_text(text)
        return tmp_path

    return make


def of(service, message_id="one", **job):
    return {**message(message_id, **job), "service": service}


def noted(one):
    return one["manifest"]["spec"]["note"]


def test_a_service_has_its_own_template_and_the_others_the_default(folder):
    path = folder(billing=JOB + "spec: {note: own}\n", default=JOB + "spec: {note: other}\n")

    own, other = render(of("billing", "a"), of("reports", "b"), template=path)

    assert (noted(own), noted(other)) == ("own", "other")


def test_a_service_without_a_template_is_told_so_where_there_is_no_default(folder):
    (one,) = render(of("reports"), template=folder(billing=JOB))

    assert one["error"] == {"errorCode": "A111", "message": "there is no template for this service"}


def test_a_services_name_is_no_path(folder):
    path = folder(default=JOB + "spec: {note: other}\n") / "inner"
    path.mkdir()
    (path / "default.yaml.j2").write_text(JOB + "spec: {note: inner}\n")

    for name in ("a..b", "default.yaml", "inner"):
        (one,) = render(of(name), template=path)
        assert noted(one) == "inner"


def test_a_template_may_include_its_neighbour(folder):
    path = folder(default=JOB + "{% include 'part.j2' %}\n")
    (path / "part.j2").write_text("spec: {note: part}\n")

    (one,) = render(of("x"), template=path)

    assert noted(one) == "part"


def test_a_broken_template_keeps_its_own_messages_and_no_others(folder):
    path = folder(billing=JOB + "spec: {{ nowhere }}\n", default=JOB + "spec: {note: fine}\n")

    kept, fine = render(of("billing", "a"), of("reports", "b"), template=path)

    assert (kept["manifest"], kept["error"]) == (None, None)
    assert re.search(
        r"billing.yaml.j2 fails for every message: (?s:.*)'?nowhere'? is", kept["fault"]
    )
    assert (noted(fine), fine["fault"]) == ("fine", None)


def test_where_nothing_else_could_be_rendered_a_broken_template_is_a_failure(folder):
    path = folder(billing=JOB + "spec: {{ nowhere }}\n", default=JOB)

    with pytest.raises(AnsibleError, match=r"billing\.yaml\.j2 fails for every message"):
        render(of("billing", "a"), of("billing", "b"), template=path)


def test_a_message_that_breaks_a_good_template_is_refused_beside_a_broken_one(folder):
    default = JOB + "{% if job.args is defined %}spec: {a: {{ job.args[1] }}}{% endif %}\n"
    path = folder(billing=JOB + "spec: {{ nowhere }}\n", default=default)

    kept, refused = render(of("billing", "a"), of("reports", "b", args=["a"]), template=path)

    assert kept["fault"]
    assert refused["error"]["errorCode"] == "A111"


def test_every_template_is_tried_where_that_is_asked_for(folder):
    path = folder(billing=JOB + "spec: {{ nowhere }}\n", default=JOB)

    assert render(template=path) == []
    assert render(of("reports"), template=path)[0]["manifest"]
    for bodies in ([], [of("reports")]):
        with pytest.raises(AnsibleError, match=r"billing\.yaml\.j2 fails for every message"):
            render(*bodies, template=path, probe_all=True)


def test_a_folder_without_templates_is_named(tmp_path):
    with pytest.raises(AnsibleError, match=r"the folder .* has no \*\.yaml\.j2"):
        render(of("x"), template=tmp_path)
