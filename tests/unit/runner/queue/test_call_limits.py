"""The limits of a call to SQS."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqs_k8s_jobs.queue.call_limits import CALL_BYTES, CALL_ENTRIES, chunks, chunks_by_size

SIZES = st.lists(st.integers(0, CALL_BYTES // 3))


@given(st.lists(st.integers()))
def test_items_are_cut_into_tens_in_their_order(items):
    batches = list(chunks(items))

    assert [one for some in batches for one in some] == items
    assert all(len(some) == CALL_ENTRIES for some in batches[:-1])
    assert all(0 < len(some) <= CALL_ENTRIES for some in batches)


@given(SIZES)
def test_what_is_sent_together_is_not_too_much_and_in_order(sizes):
    batches = list(chunks_by_size(sizes, lambda size: size))

    assert [one for some in batches for one in some] == sizes
    assert all(len(some) <= CALL_ENTRIES and sum(some) <= CALL_BYTES for some in batches)


@given(SIZES)
def test_no_batch_has_room_for_the_first_of_the_next(sizes):
    batches = list(chunks_by_size(sizes, lambda size: size))

    for some, following in itertools.pairwise(batches):
        assert len(some) == CALL_ENTRIES or sum(some) + following[0] > CALL_BYTES


@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_is_too_large_is_alone(place):
    sizes = [1, 2]
    sizes.insert(place, CALL_BYTES + 1)

    assert [CALL_BYTES + 1] in list(chunks_by_size(sizes, lambda size: size))
