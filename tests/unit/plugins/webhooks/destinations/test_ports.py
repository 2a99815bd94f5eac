"""The ports that callbacks go to, as the operator lists them."""

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.destinations.ports import Ports
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.destinations.rules import (
    Blocked,
    InvalidEntry,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.http.connections import (
    Connections,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.http.routes import Proxy, Route


def goes(entries, port):
    try:
        Ports.listed(entries).check("a.example", port)
    except Blocked:
        return False
    return True


@pytest.mark.parametrize(
    ("entries", "port", "is_allowed"),
    [
        (["80", "8000-8999"], 8080, True),
        (["80", "8000-8999"], 9000, False),
        (["1-65535", "!22"], 22, False),
        (["!22", "1-65535"], 22, False),
        (["1-65535", "!22"], 23, True),
        (["22"], 22, True),
        (["!22"], 80, False),
        ([443], 443, True),
        ([], 443, False),
    ],
)
def test_a_port_is_allowed_where_a_range_has_it_and_none_refuses_it(entries, port, is_allowed):
    assert goes(entries, port) is is_allowed


@pytest.mark.parametrize("entry", ["", "http", "0", "65536", "80-70", "-1", "1-", "8O", "*", "!"])
def test_what_is_no_port_is_named(entry):
    with pytest.raises(InvalidEntry, match="is not a port or a range of ports"):
        Ports.listed(["80", entry])


def test_through_a_proxy_the_port_of_a_scheme_counts_as_well():
    route = Route(
        resolve=lambda *_, **__: [],
        proxies={"http": Proxy("http://proxy.example:3128")},
        ports=Ports.listed(["8443"]),
    )

    with pytest.raises(Blocked, match="port 80 is not allowed"):
        Connections(route, 1).post("http://a.example/", b"", {}, 1.0)


def test_through_a_proxy_the_port_counts_as_well():
    with pytest.raises(Blocked, match="port 25 is not allowed"):
        Route(resolve=lambda *_, **__: []).check_for_proxy("a.example", 25)
