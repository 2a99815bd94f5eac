"""The served queues and their weights, as operators write them."""

import pytest
from sqs_k8s_jobs import queue_urls
from sqs_k8s_jobs.errors import OperatorError

A, B = "https://sqs.eu-central-1.amazonaws.com/123456789012/a", "http://localhost:4566/0/b.fifo"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (A, {A: 1}),
        (f"{A}=7", {A: 7}),
        (f"{A} {B}=3", {A: 1, B: 3}),
        (f" {A}=2,{B}\n", {A: 2, B: 1}),
        (f"{A},\n  {B}=1000,", {A: 1, B: 1000}),
        ([A, f"{B}=3"], {A: 1, B: 3}),
        ([f"{A} {B}=3"], {A: 1, B: 3}),
        ([{A: 2}, B], {A: 2, B: 1}),
        ({A: 2, B: None}, {A: 2, B: 1}),
        ("", {}),
        (" , ", {}),
        ([], {}),
    ],
)
def test_queues_and_weights_may_be_a_text_a_list_or_a_mapping(value, expected):
    text = queue_urls.written(value, "queue_url")

    assert queue_urls.weights(text) == expected
    assert queue_urls.written(text, "queue_url") == text


def test_one_queue_stays_as_it_was_written():
    assert queue_urls.written(A, "queue_url") == A


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (f"{A}=0", f"the weight '0' of the queue {A} is not a whole number from 1 to 1000"),
        (f"{A}=1001", "the weight '1001'"),
        (f"{A}=-1", "the weight '-1'"),
        (f"{A}=1.5", "the weight '1.5'"),
        (f"{A}=", "the weight ''"),
        (f"{A}=\u00b2", "the weight '\u00b2'"),
        (f"{A}=1=2", "the weight '1=2'"),
        ({A: True}, "the weight 'True'"),
        ({A: [1]}, r"the weight '\[1\]'"),
        ("=3", "'' is no URL of a queue"),
        ({f"{A}=3": 1}, f"'{A}=3' is no URL of a queue"),
        ({1: 1}, "1 is no URL of a queue"),
        ([None], "None is no URL of a queue"),
        (7, "7 is no URL of a queue"),
        (f"{A} {B} {A}", f"the queue {A} is named twice"),
        ([{A: 1}, f"{A}=2"], f"the queue {A} is named twice"),
    ],
)
def test_what_cannot_be_read_is_named_with_where_it_stands(value, words):
    with pytest.raises(OperatorError, match=f"^queue_url in a file: {words}"):
        queue_urls.written(value, "queue_url in a file")
