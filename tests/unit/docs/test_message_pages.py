"""The pages for senders: what they show of messages is what the schema and the role make of it."""

import json

import yaml
from kit.builders.rendering import SCHEMA, entry, manifest
from kit.paths import DOCS, ROOT
from kit.processes.doc_commands import blocks

README = ROOT / "README.md"
FIELDS = DOCS / "reference" / "messages.md"


def holds(whole, part):
    """Tell whether a value holds all of a part."""
    if isinstance(part, dict):
        return all(name in whole and holds(whole[name], one) for name, one in part.items())
    if isinstance(part, list):
        return len(whole) == len(part) and all(map(holds, whole, part))
    return whole == part


def rows():
    """Each field of the page's table, with its example."""
    _, _, rest = FIELDS.read_text("utf-8").partition("| --- | --- | --- | --- |\n")
    for line in rest.partition("\n\n")[0].splitlines():
        names, _, _, example = line.strip("| ").split(" | ")
        for name in names.split(", "):
            yield name.strip("`"), json.loads(example.strip("`"))


def test_the_message_of_the_readme_becomes_its_job():
    (message,) = blocks(README, "json")
    (job,) = blocks(README, "yaml")

    assert holds(manifest(json.loads(message)), yaml.safe_load(job))


def test_the_table_of_fields_has_each_field_of_the_schema():
    top = json.loads(SCHEMA.read_text("utf-8"))["properties"]
    parts = [f"{part}.{name}" for part in ("job", "webhook") for name in top[part]["properties"]]

    assert sorted(name for name, _ in rows()) == sorted(["id", "service", *parts])


def test_the_examples_of_the_fields_are_a_message_without_errors_and_warnings():
    message = {}
    for name, example in rows():
        part, _, field = name.rpartition(".")
        (message.setdefault(part, {}) if part else message)[field] = example

    read = entry(message)

    assert (read["error"], read["warnings"]) == (None, [])
