"""Destinations in words: what is wanted of an entry, and why a host or an address is refused."""

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.destinations.rules import (
    Blocked,
    Destinations,
    InvalidEntry,
    is_number,
)


@pytest.mark.parametrize(
    ("host", "number"),
    [
        *(("127.0.0.1", True), ("2130706433", True), ("0x7f.1", True), ("0X7F.1", True)),
        *(("a.0x", True), ("127.1.", True), ("::1", True), ("caller.1", True)),
        *(("caller.example", False), ("1.caller", False), ("1a", False), ("a.0x7g", False)),
    ],
)
def test_a_host_whose_last_part_is_a_number_can_only_be_an_address(host, number):
    assert is_number(host) is number


def test_a_zone_makes_no_other_address():
    with pytest.raises(Blocked, match=r"^fe80::1%eth0 is a link-local address"):
        Destinations.listed().check("[fe80::1%eth0]", "fe80::1%eth0")


@pytest.mark.parametrize(
    ("allow", "said"),
    [
        (["a b"], "'a b' is not a network, an address or a host"),
        (["::ffff:10.0.0.0/104"], "'::ffff:10.0.0.0/104' is to be written as IPv4"),
    ],
)
def test_an_entry_that_cannot_be_read_says_what_is_wanted(allow, said):
    with pytest.raises(InvalidEntry) as invalid:
        Destinations.listed(allow)

    assert str(invalid.value) == said


def test_a_host_that_is_not_listed_is_named_without_brackets():
    with pytest.raises(Blocked) as refused:
        Destinations.listed(hosts=["caller.example"]).check_host("[::1]")

    assert str(refused.value) == (
        "::1 is not among the hosts that are allowed (report_webhook_hosts)"
    )


def test_a_reserved_address_is_called_so():
    with pytest.raises(Blocked, match=r"is a reserved address: not allowed"):
        Destinations.listed().check("[4000::1]", "4000::1")


def test_a_host_keeps_its_first_and_last_letter():
    only = Destinations.listed(hosts=["xcaller.box"])

    only.check_host("Xcaller.boX")
    with pytest.raises(Blocked, match=r"^Xcaller\.boX resolves to 127\.0\.0\.1, a loopback"):
        only.check("Xcaller.boX", "127.0.0.1")
