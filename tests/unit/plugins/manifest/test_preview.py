"""A preview: what would become of each message, with the Job that it would be."""

import yaml
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.manifest import preview
from kit.builders.rendering import entry, message, render

FINE = {"result": {"kind": "Job"}}
NO_QUOTA = {
    "error": {"msg": 'Failed to create object: b\'{"code":403,"message":"exceeded quota"}\''}
}


def shown(*bodies, dry_run):
    entries = [entry(body, f"{number}.json") for number, body in enumerate(bodies)]
    rendered = render(*[body for body in bodies if not entry(body)["error"]])
    return preview.lines(entries, rendered, dry_run)


def test_the_manifest_is_shown_as_it_would_be_sent_but_for_what_keeps_others_safe():
    verdict, *lines = shown(message("one", args=["ü", "a: b"]), dry_run=FINE)

    assert verdict == "0.json: default/t-7692c3ad would be created"
    manifest = yaml.safe_load("\n".join(lines))
    assert manifest["metadata"]["name"] == "t-7692c3ad"
    assert manifest["spec"]["template"]["spec"]["containers"][0]["args"] == ["ü", "a: b"]
    assert "uid" not in manifest["metadata"]


def test_what_is_refused_is_said_with_its_code_and_has_no_manifest():
    skipped = {"skipped": True}

    assert shown(message(image=""), dry_run=skipped)[0].startswith("0.json: 99 A110 invalid")
    (forbidden,) = shown(message(namespace="kube-system"), dry_run=skipped)
    assert forbidden.startswith("0.json: 99 A114 forbidden by policy: ")


def test_the_api_servers_words_are_shown():
    assert shown(message("one"), dry_run=NO_QUOTA)[0] == (
        "0.json: default/t-7692c3ad would be refused by the API server: exceeded quota"
    )
    taken = {"error": {"msg": "Failed to patch object: conflict"}}
    assert shown(message("one"), dry_run=taken)[0] == (
        "0.json: default/t-7692c3ad is there already: Failed to patch object: conflict"
    )


def test_a_warning_names_the_field():
    lines = shown({**message("one"), "extra": 1}, dry_run=FINE)

    assert lines[1] == "  warning: unknown field extra"


def test_a_field_that_has_no_effect_is_said_in_words_of_its_own():
    lines = shown(message("one", gpuNumber=2), dry_run=FINE)

    assert lines[1] == (
        "  warning: job.gpuNumber has no effect: a Job has GPUs where job.gpuEnable is true"
    )


def test_of_two_messages_of_an_id_the_first_one_is_shown():
    first, second = (entry(message("one"), key) for key in ("a", "b"))
    rendered = render(message("one"))

    found = preview.lines([first, second], rendered, FINE)

    assert found[0].startswith("a: default/")
    assert found[-1] == "b: another message has this id, so it makes no Job of its own"


def test_where_no_api_server_was_asked_it_is_said():
    assert shown(message("one"), dry_run={"skipped": True})[0] == (
        "0.json: default/t-7692c3ad, which no API server was asked about"
    )


def test_a_message_whose_template_is_broken_is_kept():
    rendered = [{**render(message())[0], "manifest": None, "fault": "no such field"}]

    assert preview.lines([entry(message(), "a")], rendered, FINE) == [
        "a: kept until its template is mended: no such field"
    ]


def test_a_manifest_is_shown_in_its_own_order_and_its_texts_as_they_are():
    text = ("wörd " * 17).strip()

    lines = shown(message("one", args=[text]), dry_run=FINE)

    assert f"- {text}" in [line.strip() for line in lines]
    (made,) = render(message("one"))
    fields = yaml.safe_load("\n".join(lines[1:]))["metadata"]
    assert list(fields) == [name for name in made["manifest"]["metadata"] if name != "uid"]
    assert list(fields) != sorted(fields)


def test_a_manifest_is_a_hundred_columns_wide():
    lines = shown(message("one", args=["a " * 99 + "a"]), dry_run=FINE)

    assert max(map(len, lines)) == len("  ") + 101  # YAML breaks at the first space beyond
