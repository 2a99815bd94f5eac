"""Callbacks that wait, in the order of their turns: who came later does not go first."""

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks import pending
from kit.builders.delivery_options import options

HOST = "http://shared.example"


def callback(name, url, *, tries=None, minute=0):
    retry = {} if tries is None else {"tries": tries, "since": 1.0}
    created = f"2026-01-01T00:{minute:02d}:00Z"
    return {"id": name, "url": url, "status": 0, "retry": retry, "created": created}


@pytest.fixture(autouse=True)
def last_first(monkeypatch):
    """In the place of any order the reverse one."""
    monkeypatch.setattr(pending.random, "sample", lambda found, _count: found[::-1])


def order(*callbacks):
    """The ids in the order in which an endpoint's URLs have their first turns."""
    found = pending.endpoints(list(callbacks), options(5.0, 16))
    return [callbacks[line.chains[0][0]]["id"] for one in found for line in one.lines]


def test_a_callback_that_was_never_tried_goes_before_later_callbacks_of_its_endpoint():
    later = [callback(f"n{n}", f"{HOST}/{n}", minute=9) for n in range(4)]

    assert order(*later, callback("first", f"{HOST}/a", tries=0, minute=1))[0] == "first"


def test_so_does_an_endpoint_among_others_at_its_server():
    later = [callback(f"n{n}", f"{HOST}:{n}/", minute=9) for n in range(8000, 8008)]

    assert order(*later, callback("first", f"{HOST}/", minute=1))[0] == "first"


def test_those_that_were_tried_take_turns_with_the_oldest_and_any_of_those_that_were_not():
    new = [callback(f"n{n}", f"{HOST}/n{n}", minute=n) for n in range(6)]
    tried = [callback(f"t{n}", f"{HOST}/t{n}", tries=3) for n in range(2)]

    assert order(*new, *tried) == ["n0", "n5", "t0", "n1", "n4", "t1", "n2", "n3"]


def test_nobody_waits_for_all_that_came_to_its_endpoint_before(monkeypatch):
    monkeypatch.undo()
    before = [callback(f"n{n}", f"{HOST}/{n}", minute=1) for n in range(100)]

    last = callback("last", f"{HOST}/a", minute=9)

    places = {order(*before, last).index("last") for _ in range(20)}

    assert min(places) < 90


def test_one_urls_callbacks_wait_together():
    many = [callback(f"n{n}", f"{HOST}/{n % 2}") for n in range(6)]

    (endpoint,) = pending.endpoints(many, options(5.0, 16))

    assert [list(line.chains) for line in endpoint.lines] == [[[0], [4], [2]], [[5], [1], [3]]]


def test_what_has_no_date_waits_as_well():
    bare = [{"id": None, "url": f"{HOST}/{n}", "status": 99} for n in range(3)]

    (endpoint,) = pending.endpoints(bare, options(5.0, 16))

    assert [line.chains[0] for line in endpoint.lines] == [[0], [2], [1]]
