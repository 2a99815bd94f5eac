"""The form of an answer: what is a line of it, and where its body ends."""

import contextlib
from email.message import Message

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.http import framing
from hypothesis import given
from hypothesis import strategies as st

STATUSES = (b"HTTP/1.1 200 OK\r\n", b"HTTP/1.0 200\r\n", b"HTTP/1.1 503  a b\n", b"HTTP/1.1 999 \n")
NO_STATUSES = (
    *(
        b"",
        b"\n",
        b"HTTP/1.1 200 OK",
        b"HTTP/2 200 OK\r\n",
        b"HTTP/1.1 20 OK\r\n",
        b" HTTP/1.1 200\n",
    ),
    *(b"HTTP/1.1 2_00 OK\r\n", b"HTTP/1.1 +200\r\n", b"HTTP/1.1 099\r\n", b"HTTP/1.1 2000\r\n"),
    *(
        b"HTTP/1.1 200 a\rb\r\n",
        b"HTTP/1.1 200 a\0b\r\n",
        b"http/1.1 200 OK\r\n",
        b"ICY 200 OK\r\n",
    ),
)
FIELDS = (b"A: b\r\n", b"a-B_9!:\n", b"A: b: c\xff\r\n", b" folded\r\n", b"\tfolded\n")
NO_FIELDS = (
    *(b"", b"\r\n", b"A: b", b"A\r\n", b"A : b\r\n", b": b\r\n", b"A: b\rC: d\r\n", b"A: \0\r\n"),
    *(b"A\xff: b\r\n", b"HTTP/1.1 200 OK\r\n", b"A(: b\r\n"),
)
SIZES = {
    b"0\r\n": 0,
    b"1aF\n": 0x1AF,
    b"5;a=b\r\n": 5,
    b"5 ;a\r\n": 5,
    b"f" * 15 + b"\n": 16**15 - 1,
}
NO_SIZES = (
    b"",
    b"\r\n",
    b"-5\r\n",
    b"+5\r\n",
    b"0x5\r\n",
    b"5_0\n",
    b"5",
    b"g\n",
    b"f" * 16 + b"\n",
)
LENGTH, CODING = "Content-Length", "Transfer-Encoding"


def head(*fields):
    made = Message()
    for name, value in fields:
        made[name] = value
    return made


@pytest.mark.parametrize("line", STATUSES)
def test_a_status_is_a_version_three_digits_and_words(line):
    framing.check_status(line)


@pytest.mark.parametrize("line", NO_STATUSES)
def test_no_other_line_is(line):
    with pytest.raises(framing.InvalidAnswer, match="what it answered is not HTTP"):
        framing.check_status(line)


@pytest.mark.parametrize("line", FIELDS)
def test_a_field_is_a_name_a_colon_and_a_value_on_one_line(line):
    framing.check_field(line, is_first=False)


def test_the_first_field_goes_on_from_none():
    framing.check_field(b"A: b\r\n", is_first=True)
    for line in (b" folded\r\n", b"\tfolded\r\n"):
        with pytest.raises(framing.InvalidAnswer):
            framing.check_field(line, is_first=True)


@pytest.mark.parametrize("line", NO_FIELDS)
def test_nor_is_any_other_line_a_field(line):
    with pytest.raises(framing.InvalidAnswer):
        framing.check_field(line, is_first=False)


@pytest.mark.parametrize("line", SIZES)
def test_a_chunk_has_its_size_before_it(line):
    assert framing.size_of_chunk(line) == SIZES[line]


@pytest.mark.parametrize("line", NO_SIZES)
def test_nothing_else_is_the_size_of_a_chunk(line):
    with pytest.raises(framing.InvalidAnswer):
        framing.size_of_chunk(line)


@pytest.mark.parametrize(
    ("fields", "length", "chunked"),
    [
        ([], None, False),
        ([(LENGTH, "0")], 0, False),
        ([(LENGTH, " 12 ")], 12, False),
        ([(LENGTH, "5, 5")], 5, False),
        ([(LENGTH, "5"), (LENGTH, "5")], 5, False),
        ([(CODING, "Chunked")], None, True),
        ([(CODING, "chunked"), (LENGTH, "5")], None, True),
        ([(CODING, "identity"), (LENGTH, "5")], 5, False),
    ],
)
def test_a_body_has_a_length_or_comes_in_chunks_or_ends_with_its_connection(
    fields, length, chunked
):
    assert framing.length_of(head(*fields)) == (length, chunked)


@pytest.mark.parametrize(
    "fields",
    [
        *([(LENGTH, text)] for text in ("", "-1", "+1", "1.5", "none", "5, 6", "5,", "\u0663")),
        [(LENGTH, "9" * 16)],
        [(LENGTH, "5"), (LENGTH, "6")],
        *(
            [(CODING, text)]
            for text in ("gzip", "gzip, chunked", "chunked, chunked", "chunked, gzip")
        ),
        [(CODING, "chunked"), (CODING, "chunked")],
    ],
)
def test_of_another_body_nobody_can_tell_where_it_ends(fields):
    with pytest.raises(framing.InvalidAnswer):
        framing.length_of(head(*fields))


@given(st.binary())
def test_any_line_is_a_size_or_broken(line):
    with contextlib.suppress(framing.InvalidAnswer):
        assert framing.size_of_chunk(line) >= 0
