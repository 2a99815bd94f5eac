"""JSON from people we do not know: what could be read in two ways is refused."""

import json
import time

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.common import strict_json
from hypothesis import given
from hypothesis import strategies as st

TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=20)
PLAIN = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), TEXT).filter(
        lambda value: value not in (float("inf"), float("-inf"))
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXT, inner, max_size=4)),
    max_leaves=12,
)


def words(text):
    """Return the sender's error for a rejected text."""
    with pytest.raises(strict_json.InvalidJson) as caught:
        strict_json.loads(text)
    return str(caught.value)


def nested(depth):
    return "[" * depth + "]" * depth


def test_a_key_that_is_there_twice_is_named():
    assert words('{"id": "a", "job": {"image": "x", "image": "y"}}') == (
        'the key "image" is there twice'
    )


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_a_constant_that_is_no_number_in_json_is_named(constant):
    assert words(f'{{"cpu": {constant}}}') == f"not JSON: {constant} is not a number"


@pytest.mark.parametrize("text", ["", " ", "{", "{'a': 1}", '{"a": 1,}', '{"a": 1} {}', "\ufeff{}"])
def test_what_is_not_json_is_called_so(text):
    assert words(text).startswith("not JSON: ")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('"\\u0000"', "U+0000"),
        ('"\\u001b[31m"', "U+001B"),
        ('"\\u007f"', "U+007F"),
        ('"\\ud800"', "U+D800"),
        ('"\udc80"', "U+DC80"),
    ],
)
def test_a_character_that_no_sender_means_is_named_by_its_code(text, code):
    assert words(text) == f"the text: the character {code} is not allowed"


def test_where_a_forbidden_character_stands_is_said():
    assert words('{"job": {"args": ["fine", "a\\u0007"]}}').startswith("job.args[1]: ")
    assert words('{"job": {"a\\u0007": 1}}').startswith("a key in job: ")


def test_a_pair_of_surrogates_is_one_character():
    assert strict_json.loads('"\\ud83d\\ude00"') == "\U0001f600"


def test_tabs_and_line_breaks_in_a_text_are_kept():
    assert strict_json.loads('"a\\tb\\r\\nc"') == "a\tb\r\nc"


TOO_DEEP = "nested deeper than the limit of 32"


@pytest.mark.parametrize("depth", [strict_json.MAX_DEPTH + 2, 900, 1_000, 10_000, 100_000])
@pytest.mark.parametrize("ends", [True, False])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}"), ('[{"]":', "}]")])
def test_what_is_nested_too_deep_is_refused_in_the_same_words_however_deep(
    depth, ends, opening, closing
):
    assert words(opening * depth + ("1" + closing * depth) * ends) == TOO_DEEP


@pytest.mark.parametrize(
    "text",
    [
        '"' + "[" * 100 + '"',
        '["' + '\\"[' * 100 + '"]',
        '{"' + "{" * 100 + '": "' + "[" * 100 + '\\\\"}',
        "[" + "[]," * 100 + "{}]",
    ],
)
def test_brackets_in_texts_and_side_by_side_make_nothing_deeper(text):
    assert strict_json.loads(text) == json.loads(text)


@pytest.mark.parametrize("before", ['"\\\\"', '"\\""', '"\\\\\\""', '"\\\n"'])
def test_after_a_text_whatever_it_escapes_brackets_count_again(before):
    assert words("[" + before + "," + nested(40) + "]") == TOO_DEEP


@pytest.mark.parametrize("text", ["]" * 40 + "[" * 40, "\\" + "[" * 33, '"' + "[" * 40, '"\\'])
def test_what_is_no_json_before_it_is_too_deep_is_called_so(text):
    assert words(text).startswith("not JSON: ")


def test_how_deep_a_text_is_takes_as_long_as_it_is_long():
    def seconds(count):
        started = time.process_time()
        assert not strict_json.is_too_deep('[],"\\"",' * count)
        return time.process_time() - started

    assert seconds(100_000) < 100 * max(seconds(10_000), 0.001)


def test_what_is_nested_up_to_the_limit_is_read():
    assert json.dumps(strict_json.loads(nested(strict_json.MAX_DEPTH))) == nested(32)


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_a_value_may_lie_as_deep_as_the_limit_and_no_deeper(opening, closing):
    strict_json.loads(opening * 32 + "1" + closing * 32)

    assert words(opening * 33 + "1" + closing * 33) == "nested deeper than the limit of 32"


def test_a_key_with_a_forbidden_character_lies_in_the_message():
    assert words('{"\\u0000": 1}') == "a key in the message: the character U+0000 is not allowed"


def test_the_key_that_is_twice_is_named_and_cut_where_it_is_long():
    assert words('{"a": 1, "b": 1, "b": 2}') == 'the key "b" is there twice'
    long = "k" * 61
    assert words(f'{{"{long}": 1, "{long}": 2}}') == f'the key "{"k" * 59}…" is there twice'


def test_the_limit_of_size_is_in_bytes_and_is_named():
    largest = json.dumps("x" * (strict_json.MAX_BYTES - 2))

    assert len(strict_json.loads(largest)) == strict_json.MAX_BYTES - 2
    assert words(largest + " ") == "larger than the limit of 1048576 bytes"
    assert words(f'"{"é" * (strict_json.MAX_BYTES // 2)}"').startswith("larger than")


def test_a_number_with_more_digits_than_python_reads_is_refused():
    assert words("1" * 10_000).startswith("not JSON: ")


LONGEST = 5  # bytes written for each one that was read


@pytest.mark.parametrize(
    "item",
    [
        *("1e308", "-1e308", "1E+300", "1e63", "1e19", "-1e18", "1e18", "1e16", "1e15", "1.5e300"),
        *("5e-324", "1e-4", "1e-5", "-0.0", "1", "9" * 4000, '"\u00e9"', '"\U0001f600"', "null"),
    ],
)
def test_what_is_read_and_written_again_is_not_many_times_as_long(item):
    body = "[" + ",".join([item] * 200) + "]"

    assert len(json.dumps(strict_json.loads(body))) < LONGEST * len(body.encode())


def test_a_large_number_has_the_value_that_is_written_whatever_it_is_read_as():
    read = strict_json.loads("[1e18, 9.2e18, 1e19, -1e19, 1e308]")

    assert read == [10**18, 92 * 10**17, 1e19, -1e19, 1e308]
    assert [type(one) for one in read] == [int, int, float, float, float]


@given(PLAIN)
def test_whatever_was_written_plainly_is_read_as_it_was_written(value):
    assert strict_json.loads(json.dumps(value)) == value
    assert strict_json.loads(json.dumps(value, ensure_ascii=False)) == value


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Z", "Cc", "Cs"]), max_size=60))
def test_any_text_is_read_as_json_reads_it_or_refused_in_words(text):
    for body in (text, json.dumps(text), json.dumps({text: [text]})):
        try:
            outcome = ("read", strict_json.loads(body))
        except strict_json.InvalidJson as exc:
            outcome = ("refused", str(exc))

        assert outcome == ("read", json.loads(body)) if outcome[0] == "read" else outcome[1]


def test_a_number_that_is_too_large_is_named_by_its_first_digits():
    assert words(f"[{'9' * 400}.5]") == f"the number {'9' * 20} is too large"


@pytest.mark.parametrize(("text", "value"), [("1.0", 1), ("1e3", 1000), ("1.5", 1.5)])
def test_a_whole_number_is_an_int_however_it_is_written(text, value):
    read = strict_json.loads(text)

    assert (read, type(read)) == (value, type(value))
