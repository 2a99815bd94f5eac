"""Golden cases: what becomes of a message now, beside what was written down."""

from __future__ import annotations

import pytest
import yaml
from ansible_collections.sqs_k8s.jobs.plugins.module_utils import golden
from support.rendering import entry, message, render


def cases(**bodies):
    entries = [entry(body, f"{name}.json") for name, body in bodies.items()]
    rendered = render(*[body for body in bodies.values() if not entry(body)["error"]])
    return golden.cases(entries, rendered)


def differing(found, **texts):
    return golden.differences(found, list(texts.values()), [f"/a.b/{name}.yaml" for name in texts])


@pytest.fixture
def fine():
    (case,) = cases(fine=message(args=["{{ 1 }}"]))
    return case


def test_a_case_is_the_job_as_the_template_makes_it(fine):
    made = yaml.safe_load(fine["text"])

    assert fine["name"] == "fine"
    assert set(made["metadata"]) == {"name", "namespace", "labels"}
    assert made["spec"]["template"]["spec"]["containers"][0]["args"] == ["{{ 1 }}"]
    assert "sqs-k8s.jobs" not in fine["text"].replace("managed-by: sqs-k8s-jobs", "")


@pytest.mark.parametrize(
    ("body", "code"), [(message(image=""), "A110"), (message(namespace="kube-system"), "A114")]
)
def test_a_case_that_is_refused_is_its_error(body, code):
    (case,) = cases(bad=body)

    assert yaml.safe_load(case["text"])["refused"]["errorCode"] == code


def test_two_cases_of_an_id_are_said_to_be_so():
    _, second = cases(one=message(), two=message())

    assert yaml.safe_load(second["text"]) == {"fault": "another case has this id"}


def test_what_has_not_changed_does_not_differ_however_it_is_written(fine):
    again = "# a comment\n" + yaml.safe_dump(yaml.safe_load(fine["text"]), default_flow_style=True)

    assert differing([fine], fine=again) == []


def test_what_has_changed_is_shown_as_a_diff(fine):
    before = fine["text"].replace("image: busybox", "image: alpine")

    (case,) = differing([fine], fine=before)

    assert case["name"] == "fine"
    assert case["lines"][:2] == ["--- fine.yaml", "+++ fine.yaml now"]
    changed = [line.split() for line in case["lines"][2:] if line[0] in "+-"]
    assert changed == [["-", "image:", "alpine"], ["+", "image:", "busybox"]]


def test_a_message_or_a_result_that_stands_alone_differs(fine):
    found = differing([fine], other="a: 1")

    assert golden.lines(found) == ["fine.json has no fine.yaml yet", "other.yaml has no other.json"]


def test_a_file_that_is_no_yaml_differs_and_says_so(fine):
    (case,) = differing([fine], fine="a: [")

    assert any("not YAML" in line for line in case["lines"])
