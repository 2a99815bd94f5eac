"""Kept callbacks are out of the reach of Jobs, as SECURITY.md says, sentence by sentence."""

import pytest
import yaml
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.objects import keys, records
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.policy import checks
from data.hostile.trusted import RECORD
from kit.builders import objects
from kit.builders.policies import rules
from kit.builders.rendering import ROLE, message, render
from sqs_k8s_jobs.settings import Settings

REPORT = ROLE.parent / "report"
NAMES = [RECORD, "sqs-k8s-jobs-settings", "sqs-k8s-jobs-"]
REFERENCES = {
    "all of it as variables": {"envFrom": [{"configMapRef": {"name": "NAME"}}]},
    "a key of it as a variable": {
        "env": [{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "NAME", "key": "a"}}}]
    },
    "a volume": {"volumes": [{"name": "a", "configMap": {"name": "NAME"}}]},
    "a part of a volume": {
        "volumes": [{"name": "a", "projected": {"sources": [{"configMap": {"name": "NAME"}}]}}]
    },
}


def pod_with(reference, name):
    """A Job whose pod reads a ConfigMap in this way."""
    found = yaml.safe_load(yaml.safe_dump(reference).replace("NAME", name))
    container = {"image": "busybox", **{key: found[key] for key in found if key != "volumes"}}
    pod = {"containers": [container], "volumes": found.get("volumes", [])}
    return {"metadata": {}, "spec": {"backoffLimit": 0, "template": {"spec": pod}}}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", REFERENCES)
def test_a_job_reads_no_config_map_that_is_named_as_records_are(way, name):
    with pytest.raises(checks.Forbidden, match=f"'{name}' is never allowed"):
        checks.check_job(pod_with(REFERENCES[way], name), rules(config_maps=["*", name]))

    checks.check_job(pod_with(REFERENCES[way], "sqs-k8s-jobs"), rules())


def test_every_record_is_named_as_records_are():
    expired = {"id_label": "digest", "key": "2", "error": "HTTP status 503", "delivery_id": "uid-2"}

    (kept,) = records.expired_callback_records([expired], "sqs-k8s-jobs", 0.0)

    assert kept["metadata"]["name"].startswith(keys.RECORD_NAME)
    assert objects.record()["metadata"]["name"].startswith(keys.RECORD_NAME)


def test_records_have_a_namespace_of_their_own():
    submit = yaml.safe_load((ROLE / "defaults" / "main" / "main.yml").read_text("utf-8"))
    report = yaml.safe_load((REPORT / "defaults" / "main.yml").read_text("utf-8"))

    given = {
        Settings().record_namespace,
        submit["submit_record_namespace"],
        report["report_record_namespace"],
    }
    assert given == {"sqs-k8s-jobs"}


def refused(namespace, listed, record_namespace="sqs-k8s-jobs"):
    (one,) = render(
        message(namespace=namespace),
        rules={"namespaces": listed},
        record_namespace=record_namespace,
    )
    return one["error"]


@pytest.mark.parametrize("listed", [["*"], ["sqs-*", "default"], ["*jobs", "!kube-*"]])
def test_no_job_is_in_the_namespace_of_records_unless_it_is_listed_word_for_word(listed):
    said = "forbidden by policy: job.namespace: 'sqs-k8s-jobs' is not allowed"

    assert refused("sqs-k8s-jobs", listed)["message"].startswith(said)
    assert refused("sqs-k8s-jobs", listed, "elsewhere") is None
    assert refused("sqs-k8s-jobs", [*listed, "sqs-k8s-jobs"]) is None


def test_the_role_says_where_records_are():
    composed = yaml.safe_load((ROLE / "vars" / "main.yml").read_text("utf-8"))

    assert composed["submit_rendering"]["record_namespace"] == "{{ submit_record_namespace }}"


def test_a_record_that_is_moved_is_found_and_says_what_it_said():
    before = objects.record(rejection="body", settled="99", done=True)
    before["metadata"].update(namespace="default", resourceVersion="7", creationTimestamp="x")

    (after,) = records.moved_records([before], "sqs-k8s-jobs", [])

    kept = {name: before["metadata"][name] for name in ("name", "labels", "annotations")}
    assert after["metadata"] == {**kept, "namespace": "sqs-k8s-jobs"}
    assert (after["apiVersion"], after["kind"]) == ("v1", "ConfigMap")


def test_an_expired_callback_that_is_moved_is_replayed_as_it_was():
    expired = {"id": "one", "id_label": "digest", "key": "2", "status": 2, "error": "gone"}
    expired.update(url="http://caller.example/", body="{}", delivery_id="one-2", service=None)
    (before,) = records.expired_callback_records([expired], "default", 0.0)

    (after,) = records.moved_records([before], "sqs-k8s-jobs", [])

    for one in (before, after):
        one["metadata"]["uid"] = "any"
    (was,), (now,) = records.callbacks_of([before]), records.callbacks_of([after])
    assert {**was, "stored_in": None} == {**now, "stored_in": None}
    assert now["stored_in"]["metadata"]["namespace"] == "sqs-k8s-jobs"


def test_of_a_record_that_was_moved_before_nothing_is_overwritten():
    before, other = objects.record("one"), objects.record("two")
    there = objects.record("one", settled="99", done=True)

    (moved,) = records.moved_records([before, other], "sqs-k8s-jobs", [there])

    assert moved["metadata"]["name"] == other["metadata"]["name"]
