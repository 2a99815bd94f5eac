"""JSON that is refused, read as far as it can be read in one way only."""

import json
import time

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.common import strict_json
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.message import lenient_json
from hypothesis import given
from hypothesis import strategies as st

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
TEXTS = st.recursive(
    st.one_of(st.none(), st.booleans(), TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXT, inner, max_size=4)),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ('{"a": "x", "b": "y", "b": "y"}', {"a": "x"}),
        ('{"a": {"b": 1, "b": 2, "c": "x"}}', {"a": {"c": "x"}}),
        ('{"a": NaN, "b": -Infinity, "c": 1e999, "d": "x"}', dict.fromkeys("abc") | {"d": "x"}),
        ('{"a": %s, "b": "x"}' % ("9" * 5000), {"a": None, "b": "x"}),
        ('"\\u0000\\u001b\\u007f\\ud800"', "\x00\x1b\x7f\ud800"),
        ('"two\nlines"', "two\nlines"),
        ('\ufeff"x"', "x"),
    ],
)
def test_what_could_be_read_in_two_ways_costs_itself_alone(text, read):
    assert lenient_json.loads(text) == read


@pytest.mark.parametrize("depth", [33, 34, 1_000, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}"), ('[{"]":', "}]")])
def test_what_lies_too_deep_is_left_out_and_the_rest_is_read(depth, opening, closing):
    deep = opening * depth + '"x"' + closing * depth

    read = lenient_json.loads(f'{{"before": "x", "deep": [{deep}, {deep}], "after": "y"}}')

    assert (read["before"], read["after"], len(read["deep"])) == ("x", "y", 2)


@pytest.mark.parametrize(
    "text", ["", "{", '{"a": "x"', '{"a": "x",}', "{'a': 1}", "{}{}", "[" * 100, "]" * 100, "{]"]
)
def test_of_what_is_no_json_nothing_is_read(text):
    assert lenient_json.loads(text) is None


@given(TEXTS)
def test_what_is_read_strictly_is_read_the_same(value):
    assert lenient_json.loads(json.dumps(value)) == value


@given(st.text(st.characters()))
def test_any_text_is_read_or_is_none(text):
    for body in (text, json.dumps(text), json.dumps({text: [text]}), f'{{"{text}": "{text}"}}'):
        lenient_json.loads(body)


def test_a_text_takes_as_long_as_it_is_long():
    def seconds(count):
        deep = ["[" * 40 + "]" * 40] * count
        text = '{"a": [' + ",".join(deep) + "]}"
        started = time.process_time()
        assert lenient_json.loads(text) is not None
        return time.process_time() - started

    assert seconds(10_000) < 100 * max(seconds(1_000), 0.001)
    assert strict_json.MAX_DEPTH < 40
