"""A message's text in its Job: whatever it holds, nothing is evaluated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.builders.rendering import manifest, message

HOSTILE = [
    "{{ 7 * 7 }}",
    "{{ lookup('pipe', 'touch MARK') }}",
    "{% set job = {} %}{# gone #}{{ job.__class__ }}",
    "#jinja2: variable_start_string:'[['",
    '"]}\n  - privileged: true\n# "',
    "': |\n---\n!!python/object/apply:os.system [touch MARK]",
    "$(touch MARK) `touch MARK` ; & | > <",
    "\\ud83d\\ude00 \\n \\\\ \\x41",
    "\U0001f600 \u2028 \u0085 \ufeff \x9f é \t\r\n  ",
    *("yes", "null", "~", "0x1F", "1e3", "2001-01-01", "<<", "*a", "&a", "!!int", "@", "- a", "? "),
]

CHARACTERS = st.characters(exclude_categories=["Cc", "Cs"], include_characters="\t\n\r\x80\x9f")
TEXT = st.lists(
    st.one_of(st.text(CHARACTERS, max_size=20), st.sampled_from(HOSTILE)), max_size=3
).map("".join)
NO_SPACE = TEXT.map(lambda text: "".join(text.split())).filter(bool)
LABEL = st.from_regex(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?", fullmatch=True)
DNS_NAME = st.from_regex(r"[a-z0-9]([-a-z0-9]{0,52}[a-z0-9])?", fullmatch=True)
VARIABLE = st.text(st.characters(max_codepoint=126, exclude_characters="="), min_size=1).map(
    lambda text: "".join(one for one in text if one >= " ") or "A"
)
PATH = TEXT.map(lambda text: text.replace(":", "")).filter(bool)

JOBS = st.fixed_dictionaries(
    {
        "prefixName": DNS_NAME,
        "namespace": DNS_NAME,
        "image": NO_SPACE.map(lambda text: text[:500]),
        "command": st.lists(TEXT, max_size=3),
        "args": st.lists(TEXT, max_size=3),
        "env": st.lists(st.fixed_dictionaries({"name": VARIABLE, "value": TEXT}), max_size=3),
    },
    optional={
        "serviceAccount": DNS_NAME,
        "nodeSelector": st.fixed_dictionaries({"matchKey": LABEL, "matchValue": LABEL}),
        "toleration": st.fixed_dictionaries({"key": LABEL, "value": LABEL}),
        "volume": st.fixed_dictionaries({"mountPath": PATH, "pvc": DNS_NAME}),
    },
)
MESSAGES = st.fixed_dictionaries(
    {
        "id": TEXT.filter(bool).map(lambda text: text[:256]),
        "service": LABEL,
        "job": JOBS,
        "webhook": st.fixed_dictionaries(
            {"url": NO_SPACE.map(lambda text: f"http://caller.example/{text[:1000]}")}
        ),
    }
)


def arrived(made):
    """A Job's texts, read back from where the template put them."""
    spec = made["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    job = {
        "namespace": made["metadata"]["namespace"],
        "prefixName": made["metadata"]["name"].rpartition("-")[0],
        "image": container["image"],
        **{name: container.get(name, []) for name in ("command", "args")},
        "env": container.get("env", []),
    }
    if "serviceAccountName" in spec:
        job["serviceAccount"] = spec["serviceAccountName"]
    for key, value in spec.get("nodeSelector", {}).items():
        job["nodeSelector"] = {"matchKey": key, "matchValue": value}
    for one in spec.get("tolerations", []):
        job["toleration"] = {"key": one["key"], "value": one["value"]}
    for one in spec.get("volumes", []):
        (mount,) = container["volumeMounts"]
        claim = one["persistentVolumeClaim"]["claimName"]
        job["volume"] = {"mountPath": mount["mountPath"], "pvc": claim}
    return job


def expected(job):
    """A message's texts, with the one that the contract changes."""
    if "volume" not in job:
        return job
    path = "/" + job["volume"]["mountPath"].lstrip("/")
    return {**job, "volume": {**job["volume"], "mountPath": path}}


@given(MESSAGES)
def test_any_text_in_any_field_arrives_in_the_job_as_it_was_sent(body):
    numbers = {"ttlSecondsAfterFinished": 60, "activeDeadlineSeconds": 1}

    made = manifest({**body, "job": {**body["job"], **numbers}})

    assert arrived(made) == expected(body["job"])
    metadata = made["metadata"]
    assert metadata["labels"]["app.kubernetes.io/name"] == body["service"]
    assert metadata["annotations"]["sqs-k8s.jobs/message-id"] == body["id"]
    assert metadata["annotations"]["sqs-k8s.jobs/webhook"] == body["webhook"]["url"]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_a_message_says_is_run(text, tmp_path):
    mark = tmp_path / "ran"
    hostile = text.replace("MARK", str(mark))
    body = message(
        hostile,
        image="".join(hostile.split()),
        command=[hostile],
        args=[hostile],
        env=[{"name": "A", "value": hostile}],
        volume={"mountPath": hostile.replace(":", "") or "a", "pvc": "ps-pvc"},
    )

    made = manifest(body)

    (container,) = made["spec"]["template"]["spec"]["containers"]
    assert container["command"] == container["args"] == [hostile]
    assert container["env"] == [{"name": "A", "value": hostile}]
    assert made["metadata"]["annotations"]["sqs-k8s.jobs/message-id"] == hostile
    assert not mark.exists()
