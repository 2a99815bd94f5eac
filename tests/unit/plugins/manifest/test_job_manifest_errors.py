"""A template's result that is refused, in words for the operator who wrote the template."""

import contextlib
import copy

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.manifest import job_manifest, strict_yaml
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.policy import checks
from hypothesis import given
from hypothesis import strategies as st
from kit.builders.policies import rules
from kit.builders.rendering import entry, manifest, message

WHOLE = {**manifest(message()), "apiVersion": "batch/v1", "kind": "Job"}
ODD = [None, True, 0, 7, 1.5, "", "x", [], [None], [1], ["x"], [{}], [[]], {}, {"x": None}]
JOB = {"apiVersion": "batch/v1", "kind": "Job"}
UNUSABLE = "the template's result is no usable YAML in line 1: "


def words(call, *arguments):
    with pytest.raises(job_manifest.InvalidManifest) as invalid:
        call(*arguments)
    return str(invalid.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a", "the template's result is not one object"),
        (
            "a: *b",
            "the template's result is not YAML in line 1: found undefined alias",
        ),
        ("a: .nan", UNUSABLE + "a is not a number that JSON can carry"),
        ("a: 9223372036854775808", UNUSABLE + "a is a number of more than 64 bits"),
        ("a: !!int 0x", UNUSABLE + "a is of the type int: quote it if it is text"),
        ("a: 1:30", UNUSABLE + "a is of the type int: quote it if it is text"),
        ("a: {<<: b}", UNUSABLE + "what is merged into a is not an object"),
        ("a: {<<: {b: =}}", UNUSABLE + "a.b is of the type value: quote it if it is text"),
        ("%TAG !a! b\n---\na: b", UNUSABLE + "a line begins with %, as a directive does"),
        ("a: &a [*a]", UNUSABLE + "nested deeper than the limit of 64"),
        (
            f"a: {'x' * strict_yaml.MAX_SIZE}",
            UNUSABLE + "larger than the limit of 4194304 characters, aliases written out",
        ),
        (
            f"{{{'k' * 61}: 1, {'k' * 61}: 1}}",
            f"{UNUSABLE}the key '{'k' * 59}…' is there twice in the result",
        ),
    ],
)
def test_a_text_that_is_not_one_object_is_refused_in_one_sentence(text, said):
    assert words(job_manifest.parse, text) == said


@pytest.mark.parametrize("line_break", ["\n", "\r", "\x85", "\u2028", "\u2029"])
def test_directives_behind_a_document_are_refused_before_any_is_read(line_break):
    text = line_break.join(["a: [b]", "...", "%TAG !a! b", "---", ""])

    assert "begins with %" in words(job_manifest.parse, text)
    assert job_manifest.parse('kind: "a %TAG b%"') == {"kind": "a %TAG b%"}


def test_a_character_that_yaml_does_not_know_is_refused_in_its_readers_words():
    said = words(job_manifest.parse, "a: \x01")

    assert said.startswith("the template's result is not YAML: ")
    assert "None" not in said


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ({"kind": "Job"}, "the template's result is None Job, not batch/v1 Job"),
        (
            {**JOB, "metadata": {"name": "a", "namespace": "b"}},
            "the template's Job is b/a, not default/t-1",
        ),
        ({**JOB, "metadata": []}, "metadata in the template's result is not an object"),
        (
            {**JOB, "metadata": {"labels": {"sqs-k8s.jobs/id": "x"}}},
            "sqs-k8s.jobs/id in the template's result is not its own to set",
        ),
        *(
            (
                {**JOB, "metadata": {"finalizers": given}},
                "metadata.finalizers in the template's result is no list of names",
            )
            for given in (7, "x", [7], {"x": 1})
        ),
    ],
)
def test_a_result_that_is_not_the_messages_job_is_refused_in_one_sentence(made, said):
    assert words(job_manifest.check, made, "t-1", "default") == said


def places(value, path=()):
    """The paths to all values within a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, one in inner:
        yield (*path, key)
        if isinstance(one, (dict, list)):
            yield from places(one, (*path, key))


PLACES = [
    *places(WHOLE),
    *(("metadata", name) for name in ("finalizers", "annotations", "ownerReferences")),
    *(("spec", "template", "metadata", name) for name in ("annotations", "finalizers")),
]


@given(st.dictionaries(st.sampled_from(PLACES), st.sampled_from(ODD), min_size=1, max_size=3))
def test_whatever_a_template_puts_in_any_place_its_job_is_made_or_refused_in_words(odd):
    made = copy.deepcopy(WHOLE)
    for (*path, last), value in odd.items():
        owner = made
        with contextlib.suppress(KeyError, IndexError, TypeError):  # what is there no more
            for name in path:
                owner = owner[name]
            owner[last] = copy.deepcopy(value)

    with contextlib.suppress(job_manifest.InvalidManifest, checks.Forbidden):
        job_manifest.check(made, WHOLE["metadata"]["name"], WHOLE["metadata"]["namespace"])
        checks.check_job(made, rules())
        job_manifest.stamp(made, {**entry(message()), "webhook": None})


def nested(depth):
    return "[" * depth + "]" * depth


def merging(depth):
    return "{<<: " * depth + "{}" + "}" * depth


@pytest.mark.parametrize("text", [nested(65), merging(64), "{a: " * 64 + "1" + "}" * 64])
def test_what_is_nested_up_to_the_limit_is_read(text):
    strict_yaml.load(text)


@pytest.mark.parametrize("text", [nested(66), merging(65), "{a: " * 65 + "1" + "}" * 65])
def test_what_is_nested_one_deeper_is_refused(text):
    with pytest.raises(strict_yaml.InvalidYaml, match="nested deeper than the limit of 64"):
        strict_yaml.load(text)


@pytest.mark.parametrize("library", ["CSafeLoader", None])
@pytest.mark.parametrize("depth", [999, 1_000, 1_001, 20_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ("{a: ", "}"), ("- ", "")])
def test_what_no_parser_could_read_is_too_deep_in_the_same_words(
    library, depth, opening, closing, monkeypatch
):
    if library is None:
        monkeypatch.delattr(strict_yaml.yaml, "CSafeLoader", raising=False)

    with pytest.raises(strict_yaml.InvalidYaml) as refused:
        strict_yaml.load(opening * depth + "1" + closing * depth)

    assert str(refused.value) == "no usable YAML in line 1: nested deeper than the limit of 64"


@pytest.mark.parametrize("library", ["CSafeLoader", None])
@pytest.mark.parametrize("text", ["[\n" * 66, "- " * 66 + "]", "{a:\n" * 66 + "]"])
def test_what_is_too_deep_before_it_is_no_yaml_is_called_so(library, text, monkeypatch):
    if library is None:
        monkeypatch.delattr(strict_yaml.yaml, "CSafeLoader", raising=False)

    with pytest.raises(strict_yaml.InvalidYaml, match="nested deeper than the limit of 64"):
        strict_yaml.load(text)


@pytest.mark.parametrize("text", ["[" * 65, "[[], [], " * 20, "- ]"])
def test_what_is_no_yaml_before_it_is_too_deep_is_called_so(text):
    with pytest.raises(strict_yaml.InvalidYaml, match="not YAML in line"):
        strict_yaml.load(text)


def test_the_size_of_a_text_is_its_values_their_keys_and_a_little_for_each():
    beside = 3 * strict_yaml.VALUE_SIZE + len("a")  # the object, its key and its value
    longest = strict_yaml.MAX_SIZE - beside

    assert len(strict_yaml.load(f"a: {'x' * longest}")["a"]) == longest
    with pytest.raises(strict_yaml.InvalidYaml, match="larger than the limit"):
        strict_yaml.load(f"a: {'x' * (longest + 1)}")


def test_a_key_counts_too():
    with pytest.raises(strict_yaml.InvalidYaml, match="line 1: larger than the limit"):
        strict_yaml.load(f"? {'k' * strict_yaml.MAX_SIZE}\n: 1")


def test_without_libyaml_a_text_is_read_as_with_it(monkeypatch):
    monkeypatch.delattr(strict_yaml.yaml, "CSafeLoader", raising=False)

    assert strict_yaml.load("a: [1, b]") == {"a": [1, "b"]}


@pytest.mark.parametrize("count", [1, 2])
def test_a_list_counts_as_little_as_any_value(count, monkeypatch):
    monkeypatch.setattr(strict_yaml, "MAX_SIZE", (count + 1) * strict_yaml.VALUE_SIZE)

    assert strict_yaml.load("['']" if count == 1 else "['', '']") == [""] * count


@pytest.mark.parametrize("text", ["? a," * 200_000, "a," * 400_000, "[" * 60 + "a," * 400_000])
def test_of_too_many_values_no_tree_is_made(text, monkeypatch):
    monkeypatch.setattr(
        strict_yaml.yaml.CSafeLoader, "get_single_node", lambda _: pytest.fail("made")
    )

    with pytest.raises(strict_yaml.InvalidYaml, match="larger than the limit"):
        strict_yaml.load(f"[{text}")
