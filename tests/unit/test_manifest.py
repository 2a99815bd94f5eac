"""From a template's text to the one Job that a message may become."""

from __future__ import annotations

import json

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils import manifest
from hypothesis import given
from hypothesis import strategies as st

ENTRY = {
    "id": "{{ one }}",
    "id_label": "digest",
    "body_sha256": "sha",
    "webhook": "http://caller.example/",
}


def a_job(**metadata):
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"namespace": "default", "name": "t-1", **metadata},
    }


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_that_was_quoted_by_to_json_is_read_as_it_was(text):
    quoted = json.dumps({"text": text, "list": [text]}, ensure_ascii=True)

    assert manifest.parse(f"value: {quoted}\n") == {"value": {"text": text, "list": [text]}}


def test_an_escaped_backslash_before_what_looks_like_a_surrogate_is_left_alone():
    text = "\\ud83d\\ude00 and \U0001f600"

    assert manifest.parse(f"text: {json.dumps(text)}") == {"text": text}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: b\nc: ]", "is not YAML in line 2"),
        ("a: b\n--- \nc: d", "is not YAML in line 2"),
        ("a: !!python/object/apply:os.system [true]", "is not YAML in line 1"),
        ("a: *nowhere", "is not YAML in line 1"),
        ("", "is not one object"),
        ("- a", "is not one object"),
        ("just words", "is not one object"),
    ],
)
def test_what_is_not_one_yaml_object_is_refused_with_its_line(text, said):
    with pytest.raises(manifest.InvalidManifest, match=said):
        manifest.parse(text)


def test_the_job_of_the_message_is_accepted():
    assert manifest.check(a_job(), "t-1", "default") is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({**a_job(), "kind": "CronJob"}, "is batch/v1 CronJob, not batch/v1 Job"),
        ({**a_job(), "apiVersion": "v1"}, "is v1 Job, not batch/v1 Job"),
        ({}, "is None None, not batch/v1 Job"),
        (a_job(name="other"), "is default/other, not default/t-1"),
        (a_job(namespace="kube-system"), "is kube-system/t-1, not default/t-1"),
        ({**a_job(), "metadata": {}}, "is None/None, not default/t-1"),
        ({**a_job(), "metadata": "x"}, "metadata in the template's result is not an object"),
        ({**a_job(), "spec": None}, "spec in the template's result is not an object"),
        ({**a_job(), "spec": {"template": []}}, "template in the template's result is not"),
    ],
)
def test_a_template_may_make_nothing_but_the_job_of_its_message(wrong, said):
    with pytest.raises(manifest.InvalidManifest, match=said):
        manifest.check(wrong, "t-1", "default")


def test_the_stamp_says_whose_job_it_is_on_job_and_pods():
    stamped = manifest.stamp(a_job(), ENTRY)

    assert stamped["metadata"]["labels"] == {"sqs-k8s.jobs/id": "digest"}
    assert stamped["metadata"]["annotations"] == {
        "sqs-k8s.jobs/message-id": "{{ one }}",
        "sqs-k8s.jobs/body-sha256": "sha",
        "sqs-k8s.jobs/webhook": "http://caller.example/",
    }
    template = stamped["spec"]["template"]["metadata"]
    assert template["labels"] == {"sqs-k8s.jobs/id": "digest"}


def test_the_stamp_keeps_what_a_template_added_and_overrides_what_it_forged():
    made = a_job(
        labels={"team": "one", "sqs-k8s.jobs/id": "forged"},
        annotations={"note": "kept", "sqs-k8s.jobs/message-id": "forged"},
        uid="forged",
    )
    made["spec"] = {"template": {"metadata": {"labels": {"sqs-k8s.jobs/id": "forged"}}}}

    metadata = manifest.stamp(made, ENTRY)["metadata"]

    assert metadata["labels"] == {"team": "one", "sqs-k8s.jobs/id": "digest"}
    assert metadata["annotations"]["note"] == "kept"
    assert metadata["annotations"]["sqs-k8s.jobs/message-id"] == "{{ one }}"
    assert metadata["uid"] == manifest.CREATE_ONLY_UID
    assert made["spec"]["template"]["metadata"]["labels"] == {"sqs-k8s.jobs/id": "digest"}


def test_a_message_without_a_webhook_leaves_no_webhook_on_its_job():
    stamped = manifest.stamp(a_job(), {**ENTRY, "webhook": None})

    assert "sqs-k8s.jobs/webhook" not in stamped["metadata"]["annotations"]
