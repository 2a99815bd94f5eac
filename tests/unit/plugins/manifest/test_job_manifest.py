"""From a template's text to the one Job that a message may become."""

import json

import pytest
import yaml
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.common import sizes
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.manifest import job_manifest
from hypothesis import given
from hypothesis import strategies as st
from kit.builders.statuses import TRACE

ENTRY = {
    "id": "{{ one }}",
    "id_label": "digest",
    "body_sha256": "sha",
    "webhook": "http://caller.example/",
    "service": "example",
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

    assert job_manifest.parse(f"value: {quoted}\n") == {"value": {"text": text, "list": [text]}}


def test_an_escaped_backslash_before_what_looks_like_a_surrogate_is_left_alone():
    text = "\\ud83d\\ude00 and \U0001f600"

    assert job_manifest.parse(f"text: {json.dumps(text)}") == {"text": text}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: b\nc: ]", "is not YAML in line 2"),
        ("a: b\n--- \nc: d", "is not YAML in line 2"),
        ("a: *nowhere", "is not YAML in line 1"),
        ("", "is not one object"),
        ("- a", "is not one object"),
        ("just words", "is not one object"),
    ],
)
def test_what_is_not_one_yaml_object_is_refused_with_its_line(text, said):
    with pytest.raises(job_manifest.InvalidManifest, match=said):
        job_manifest.parse(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: 2\na: 3", "in line 3: the key 'a' is there twice in the result"),
        ("spec: {a: 1, a: 1}", "in line 1: the key 'a' is there twice in spec"),
        ("a: {<<: {b: 1}, <<: {c: 1}}", "the key '<<' is there twice in a"),
        ("spec:\n  1: a", "in line 2: a key in spec is not text: quote it"),
        *((f"{key}: a", "a key in the result is not text") for key in ("yes", "~", "1.5", "[a]")),
        ("a: [{b: 2001-01-01}]", r"a\[0\].b is of the type timestamp: quote it if it is text"),
        ("a: =", "a is of the type value"),
        ("a: !!binary aGk=", "a is of the type binary"),
        ("a: !!set {b}", "a is of the type set"),
        ("a: !!omap [b: 1]", "a is of the type omap"),
        ("a: !!python/object/apply:os.system [true]", "a is of the type python/object"),
        *((f"a: !!{kind} b", f"a is of the type {kind}") for kind in ("int", "float", "bool")),
        ("a: !!int ''", "a is of the type int"),
        *(
            (f"a: {one}", "a is not a number that JSON can")
            for one in (".nan", "-.inf", "1.0e+999")
        ),
        ("a: 9223372036854775808", "a is a number of more than 64 bits"),
        ("a: 0x" + "f" * 9000, "a is a number of more than 64 bits"),
        ("a: {<<: b}", "what is merged into a is not an object"),
        ("a: &a [*a]", "nested deeper than the limit of 64"),
        ("a: &a {<<: *a}", "nested deeper than the limit of 64"),
        ("a: " + "[" * 65 + "]" * 65, "nested deeper than the limit of 64"),
        ("a: " + "[" * 9000, "nested deeper than the limit of 64"),
        (
            "a: &a0 [x]\n" + "".join(f"a{i}: &a{i + 1} [{f'*a{i},' * 9}]\n" for i in range(9)),
            "larger than the limit of 4194304 characters, aliases written out",
        ),
        (f"a: &a {'x' * 99_999}\nb: [{'*a, ' * 99}]", "larger than the limit"),
    ],
)
def test_what_could_be_read_in_two_ways_or_is_no_json_is_refused_with_its_place(text, said):
    with pytest.raises(job_manifest.InvalidManifest, match=said):
        job_manifest.parse(text)


def test_the_smallest_number_of_64_bits_is_one():
    assert job_manifest.parse("a: -9223372036854775808") == {"a": -(2**63)}


def test_an_operators_anchors_and_merge_keys_are_written_out():
    text = "a: &a {b: 1, c: [2]}\nd: *a\ne: {<<: *a, b: 3}\nf: {b: 4, <<: [{g: 5, c: 6}, *a]}"

    read = job_manifest.parse(text)

    whole = {"b": 1, "c": [2]}
    assert read == {"a": whole, "d": whole, "e": {**whole, "b": 3}, "f": {"b": 4, "g": 5, "c": 6}}
    assert read["a"] is not read["d"]


JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**63), 2**63 - 1),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(st.characters(exclude_categories=["Cs"])),
    ),
    lambda inner: st.one_of(
        st.lists(inner), st.dictionaries(st.text("ab<=~.1", min_size=1), inner)
    ),
)


@given(JSON)
def test_whatever_json_can_carry_is_read_as_it_was(value):
    assert job_manifest.parse(yaml.safe_dump({"value": value})) == {"value": value}


@given(st.text(st.sampled_from("ab:{}[]&*<!-?,'\"|>%@ \n1.~=#\t\u0085\ud800")))
def test_any_text_is_one_json_object_or_refused_in_words(text):
    try:
        json.dumps(job_manifest.parse(text), allow_nan=False)
    except job_manifest.InvalidManifest:
        return


def test_the_job_of_the_message_is_accepted():
    assert job_manifest.check(a_job(), "t-1", "default") is None


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
        (a_job(labels={"sqs-k8s.jobs/done": "true"}), "sqs-k8s.jobs/done .* not its own to set"),
        (a_job(annotations={"sqs-k8s.jobs/webhook": "x"}), "sqs-k8s.jobs/webhook .* not its own"),
        (
            {**a_job(), "spec": {"template": {"metadata": {"labels": {"sqs-k8s.jobs/id": "x"}}}}},
            "sqs-k8s.jobs/id in the template's result is not its own to set",
        ),
    ],
)
def test_a_template_may_make_nothing_but_the_job_of_its_message(wrong, said):
    with pytest.raises(job_manifest.InvalidManifest, match=said):
        job_manifest.check(wrong, "t-1", "default")


def test_a_job_that_no_cluster_has_room_for_is_refused_with_its_size():
    room = sizes.MAX_BYTES - sizes.stored_bytes(a_job(annotations={"a": ""}))
    job_manifest.check(a_job(annotations={"a": "x" * room}), "t-1", "default")

    with pytest.raises(
        job_manifest.InvalidManifest, match=r"has 1441793 bytes, more than the 1441792"
    ):
        job_manifest.check(a_job(annotations={"a": "x" * (room + 1)}), "t-1", "default")


def test_the_stamp_says_whose_job_it_is_on_job_and_pods():
    stamped = job_manifest.stamp(a_job(), ENTRY)

    assert stamped["metadata"]["labels"] == {"sqs-k8s.jobs/id": "digest"}
    assert stamped["metadata"]["annotations"] == {
        "sqs-k8s.jobs/message-id": "{{ one }}",
        "sqs-k8s.jobs/body-sha256": "sha",
        "sqs-k8s.jobs/delivery-ids": "uid",
        "sqs-k8s.jobs/webhook": "http://caller.example/",
        "sqs-k8s.jobs/service": "example",
    }
    template = stamped["spec"]["template"]["metadata"]
    assert template["labels"] == {"sqs-k8s.jobs/id": "digest"}


def test_the_stamp_has_the_trace_of_the_message_on_job_and_pods():
    stamped = job_manifest.stamp(a_job(), {**ENTRY, "traceparent": TRACE})

    for owner in (stamped, stamped["spec"]["template"]):
        annotations = owner["metadata"]["annotations"]
        assert annotations["sqs-k8s.jobs/traceparent"] == TRACE


def test_the_stamp_keeps_what_a_template_added_and_overrides_what_it_forged():
    made = a_job(
        labels={"team": "one", "sqs-k8s.jobs/id": "forged"},
        annotations={"note": "kept", "sqs-k8s.jobs/message-id": "forged"},
        uid="forged",
    )
    made["spec"] = {"template": {"metadata": {"labels": {"sqs-k8s.jobs/id": "forged"}}}}

    metadata = job_manifest.stamp(made, ENTRY)["metadata"]

    assert metadata["labels"] == {"team": "one", "sqs-k8s.jobs/id": "digest"}
    assert metadata["annotations"]["note"] == "kept"
    assert metadata["annotations"]["sqs-k8s.jobs/message-id"] == "{{ one }}"
    assert metadata["uid"] == job_manifest.CREATE_ONLY_UID
    assert made["spec"]["template"]["metadata"]["labels"] == {"sqs-k8s.jobs/id": "digest"}


def test_the_stamp_says_where_the_message_came_from_as_far_as_it_is_known():
    known = job_manifest.stamp(a_job(), {**ENTRY, "queue": "arn:a", "sender": "AIDA"})
    unknown = job_manifest.stamp(a_job(), {**ENTRY, "queue": None, "sender": None})

    annotations = known["metadata"]["annotations"]
    assert annotations["sqs-k8s.jobs/queue"] == "arn:a"
    assert annotations["sqs-k8s.jobs/sender"] == "AIDA"
    assert not {"sqs-k8s.jobs/queue", "sqs-k8s.jobs/sender"} & {*unknown["metadata"]["annotations"]}


def test_a_message_without_a_webhook_leaves_no_webhook_on_its_job():
    stamped = job_manifest.stamp(a_job(), {**ENTRY, "webhook": None})

    assert "sqs-k8s.jobs/webhook" not in stamped["metadata"]["annotations"]


def test_the_stamp_keeps_a_pods_annotations_beside_the_trace():
    made = a_job()
    made["spec"] = {"template": {"metadata": {"annotations": {"note": "kept"}}}}

    stamped = job_manifest.stamp(made, {**ENTRY, "traceparent": TRACE})

    assert stamped["spec"]["template"]["metadata"]["annotations"] == {
        "note": "kept",
        "sqs-k8s.jobs/traceparent": TRACE,
    }


@pytest.mark.parametrize(
    ("names", "annotation", "main"),
    [
        (["job"], None, None),
        (["proxy", "job"], None, None),
        (["work"], None, "work"),
        (["work", "proxy"], None, "work"),
        (["proxy", "work"], "work", "work"),
        (["job", "work"], "work", "work"),
        (["work"], "elsewhere", "work"),
        ([], None, None),
    ],
)
def test_the_stamp_names_the_main_container_where_it_is_not_named_as_usual(names, annotation, main):
    made = a_job()
    said = {"kubectl.kubernetes.io/default-container": annotation} if annotation else {}
    spec = {"containers": [{"name": name} for name in names]}
    made["spec"] = {"template": {"metadata": {"annotations": said}, "spec": spec}}

    template = job_manifest.stamp(made, ENTRY)["spec"]["template"]["metadata"]

    assert (template.get("annotations") or {}).get("sqs-k8s.jobs/main-container") == main


@pytest.mark.parametrize(
    "spec", [None, "x", {"containers": None}, {"containers": [1, {"name": 2}]}]
)
def test_the_stamp_leaves_what_is_no_pod_to_the_api_server(spec):
    made = a_job()
    made["spec"] = {"template": {"spec": spec}}

    assert job_manifest.stamp(made, ENTRY)["spec"]["template"]["spec"] == spec
