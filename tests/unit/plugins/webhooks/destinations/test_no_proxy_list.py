"""NO_PROXY: which hosts it covers, as curl, Go and Python read it, networks included."""

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.destinations.no_proxy import (
    covers,
)
from hypothesis import given
from hypothesis import strategies as st

COVERED = [
    ("*", "caller.example", 443),
    ("other.example,*", "10.0.0.1", 80),
    ("caller.example", "caller.example", 443),
    ("caller.example", "CALLER.Example.", 443),
    ("Caller.Example.", "caller.example", 443),
    ("caller.example", "hooks.caller.example", 443),
    (".caller.example", "hooks.caller.example", 443),
    (".caller.example", "caller.example", 443),
    ("*.caller.example", "a.hooks.caller.example", 443),
    ("svc,.cluster.local", "hooks.default.svc.cluster.local", 80),
    ("caller.example:8080", "caller.example", 8080),
    (".caller.example:8080", "hooks.caller.example", 8080),
    ("localhost, 127.0.0.1 , 10.0.0.7", "10.0.0.7", 80),
    ("localhost 10.0.0.7\tx", "10.0.0.7", 80),
    ("10.0.0.7:80", "10.0.0.7", 80),
    ("10.0.0.0/8", "10.255.0.1", 443),
    ("10.1.2.3/8", "10.255.0.1", 443),
    ("172.16.0.0/12,192.168.0.0/16", "192.168.3.4", 443),
    ("0.0.0.0/0", "8.8.8.8", 443),
    ("10.0.0.0/8", "[::ffff:10.0.0.1]", 443),
    ("fd00::/8", "[fd12::1]", 443),
    ("fd00::/8", "fd12::1%eth0", 443),
    ("::1", "[::1]", 443),
    ("[::1]", "[0:0::1]", 443),
    ("[::1]:8443", "[::1]", 8443),
    ("0:0:0:0:0:0:0:1", "::1", 443),
]
NOT_COVERED = [
    ("", "caller.example", 443),
    (" , ,", "caller.example", 443),
    (".", "caller.example", 443),
    ("caller.example", "notcaller.example", 443),
    ("hooks.caller.example", "caller.example", 443),
    ("caller.example:8080", "caller.example", 443),
    ("caller.example:8080", "caller.example", None),
    ("10.0.0.7:80", "10.0.0.7", 443),
    ("10.0.0.7", "10.0.0.70", 80),
    ("0.0.7", "10.0.0.7", 80),
    ("10.0.0.0/8", "11.0.0.1", 443),
    ("10.0.0.0/33", "10.0.0.1", 443),
    ("10.0.0.0/8", "10.example", 443),
    ("10.0.0.0/8", "caller.example", 443),
    ("0.0.0.0/0", "[fd12::1]", 443),
    ("fd00::/8", "10.0.0.1", 443),
    ("[::1]:8443", "[::1]", 443),
    ("127.0.0.0/8", "0x7f.1", 80),
    ("127.0.0.0/8", "2130706433", 80),
]


@pytest.mark.parametrize(("no_proxy", "host", "port"), COVERED)
def test_what_it_lists_is_reached_without_a_proxy(no_proxy, host, port):
    assert covers(no_proxy, host, port)


@pytest.mark.parametrize(("no_proxy", "host", "port"), NOT_COVERED)
def test_what_it_does_not_list_is_not(no_proxy, host, port):
    assert not covers(no_proxy, host, port)


@given(st.text(), st.text(), st.none() | st.integers(1, 65535))
def test_any_text_is_a_list_and_a_host(no_proxy, host, port):
    assert covers(no_proxy, host, port) in (True, False)
    assert not covers("", host, port)
    assert covers("*," + no_proxy, host, port)
