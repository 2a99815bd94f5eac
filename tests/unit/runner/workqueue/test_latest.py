"""Values remembered by names that senders choose."""

from sqs_k8s_jobs.workqueue.latest import Latest


def test_of_more_names_than_there_is_room_for_the_latest_are_remembered():
    some = Latest(2)
    for name in ("a", "b", "a", "c"):
        some[name] = name.upper()

    assert dict(some) == {"a": "A", "c": "C"}


def test_what_is_gone_makes_room():
    some = Latest(1)
    some["a"] = 1
    assert (some.pop("a"), some.pop("a", None)) == (1, None)
    some["b"] = 2

    assert dict(some) == {"b": 2}
