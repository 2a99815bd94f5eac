"""What one call to SQS may hold."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqs_k8s_jobs.queue.batching import BATCH, BATCH_BYTES, chunks, fitting

SIZES = st.lists(st.integers(0, BATCH_BYTES // 3))


@given(st.lists(st.integers()))
def test_items_are_cut_into_tens_in_their_order(items):
    batches = list(chunks(items))

    assert [one for some in batches for one in some] == items
    assert all(len(some) == BATCH for some in batches[:-1])
    assert all(0 < len(some) <= BATCH for some in batches)


@given(SIZES)
def test_what_is_sent_together_is_not_too_much_and_in_order(sizes):
    batches = list(fitting(sizes, lambda size: size))

    assert [one for some in batches for one in some] == sizes
    assert all(len(some) <= BATCH and sum(some) <= BATCH_BYTES for some in batches)


@given(SIZES)
def test_no_batch_has_room_for_the_first_of_the_next(sizes):
    batches = list(fitting(sizes, lambda size: size))

    for some, following in itertools.pairwise(batches):
        assert len(some) == BATCH or sum(some) + following[0] > BATCH_BYTES


@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_is_too_large_is_alone(place):
    sizes = [1, 2]
    sizes.insert(place, BATCH_BYTES + 1)

    assert [BATCH_BYTES + 1] in list(fitting(sizes, lambda size: size))
