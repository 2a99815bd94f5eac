"""Golden cases: what becomes of a message now, beside what was written down."""

import json

import pytest
import yaml
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.common.json_text import decode
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.manifest import golden
from kit.builders.rendering import entry, message, render


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


def test_a_message_or_a_result_that_stands_alone_differs():
    rendered = render(message(), message("same"))
    entries = [entry(message(), "fine.json"), entry(message("same"), "same.json")]
    same = golden.cases(entries[1:], rendered[1:])[0]["text"]

    found = golden.golden_cases(
        entries, rendered, [same, "a: 1"], ["/a/same.yaml", "/a/other.yaml"]
    )

    assert [case["name"] for case in found["cases"]] == ["fine", "same"]
    assert found["differences"] == ["fine", "other"]
    assert found["lines"] == ["fine.json has no fine.yaml yet", "other.yaml has no other.json"]


def test_a_case_is_named_by_its_file_and_a_file_may_have_dots():
    entries = [entry(message(), key) for key in ("a.b.json", "plain")]

    assert [case["name"] for case in golden.cases(entries, [])] == ["a.b", "plain"]
    found = golden.differences([], ["a: 1"], ["/x/a.b.yaml"])
    assert [case["name"] for case in found] == ["a.b"]


def test_a_case_whose_template_is_broken_is_its_fault():
    rendered = [{**render(message())[0], "manifest": None, "fault": "no such field"}]

    (case,) = golden.cases([entry(message())], rendered)

    assert yaml.safe_load(case["text"]) == {"fault": "no such field"}


def test_a_case_keeps_what_the_template_writes_onto_it():
    one = render(message())[0]
    made = decode(one["manifest"])
    made["metadata"]["annotations"]["note"] = "mine"

    (case,) = golden.cases([entry(message())], [{**one, "manifest": json.dumps(made)}])

    assert yaml.safe_load(case["text"])["metadata"]["annotations"] == {"note": "mine"}


def test_a_case_is_written_for_people():
    text = "wörd " * 18

    (case,) = cases(fine=message(args=[text.strip()]))

    assert f"- {text.strip()}\n" in case["text"]
    keys = [line.split(":")[0] for line in case["text"].splitlines() if not line.startswith(" ")]
    assert keys == sorted(keys)


def test_a_case_is_a_hundred_columns_wide():
    (case,) = cases(fine=message(args=["a " * 99 + "a"]))

    longest = max(map(len, case["text"].splitlines()))
    assert longest == 101  # YAML breaks at the first space beyond


def test_a_diff_shows_two_lines_around_a_change(fine):
    before = fine["text"].replace("image: busybox", "image: alpine")

    (case,) = differing([fine], fine=before)

    around = [line for line in case["lines"][3:] if line.startswith(" ")]
    assert len(around) == 4


def test_a_file_that_is_no_yaml_differs_and_says_so(fine):
    (case,) = differing([fine], fine="a: [")

    assert any(line.startswith("-not YAML: while parsing") for line in case["lines"])
