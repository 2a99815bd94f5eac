"""Refused messages whose callers have not accepted their 99 yet."""

from __future__ import annotations

import pytest
from sqs_k8s_jobs.untold import Refused, Untold
from support.outcomes import refused
from support.sqs import message


@pytest.fixture
def untold():
    return Untold()


def kept(untold, name, key="0000"):
    one = Refused(message(name), refused(key, told=False))
    untold.keep(one)
    return one


def test_what_is_kept_is_taken_by_its_id_in_the_order_in_which_it_came(untold):
    first, other, second = kept(untold, "a"), kept(untold, "b", "0001"), kept(untold, "c")

    assert untold.take("digest-0000") == [first, second]
    assert untold.take("digest-0001") == [other]


def test_what_was_taken_is_kept_no_more(untold):
    kept(untold, "a")
    untold.take("digest-0000")

    assert untold.take("digest-0000") == untold.empty() == []


def test_of_an_id_without_messages_there_is_nothing(untold):
    kept(untold, "a")

    assert untold.take("another") == []


def test_emptied_it_gives_all_back_once(untold):
    both = [kept(untold, "a"), kept(untold, "b", "0001")]

    assert untold.empty() == both
    assert untold.empty() == untold.take("digest-0000") == []
