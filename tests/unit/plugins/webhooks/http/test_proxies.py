"""Proxies: it is the proxy that looks hosts up, and what is known here is checked before."""

import base64
import socket

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.destinations.rules import (
    Blocked,
    Destinations,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.http import routes
from kit.builders.delivery_options import HERE, deliver
from kit.servers.http_proxy import ForwardingProxy
from kit.servers.resolver import Resolver, watched
from kit.servers.tls import TlsEndpoint

NAME = Destinations.listed(allow=["caller.example"])


@pytest.fixture
def proxy():
    with ForwardingProxy() as started:
        yield started


def port_of(endpoint):
    return int(endpoint.url.rpartition(":")[2])


def through(proxy, scheme="http", account="", **route):
    named = routes.Proxy(f"http://{proxy.address}", account or None)
    return {"proxies": {scheme: named}, **route}


def test_a_host_unknown_here_is_left_to_the_proxy(endpoint, proxy):
    url = f"http://user:pw@caller.example:{port_of(endpoint)}/hook?a=b#c"

    with watched() as tried:
        (result,) = deliver(url, **through(proxy, resolve=Resolver()))

    assert result["accepted"]
    assert tried[0] == "127.0.0.1"
    ((method, asked, _headers),) = proxy.asked
    assert (method, asked) == ("POST", f"http://caller.example:{port_of(endpoint)}/hook?a=b")
    assert endpoint.requests[0].path == "/hook?a=b"


def test_what_is_told_over_tls_the_proxy_does_not_see(authority, proxy):
    route = through(proxy, "https", resolve=Resolver(), context=routes.verifying(authority.file))
    with TlsEndpoint(authority.certificate("caller.example")) as endpoint:
        url = f"https://caller.example:{endpoint.port}/hook?a=b"
        first, second = deliver(url, url, **route)

    assert first["accepted"]
    assert second["accepted"]
    assert [asked for _, asked, _ in proxy.asked] == [f"caller.example:{endpoint.port}"] * 2
    assert {method for method, _, _ in proxy.asked} == {"CONNECT"}
    assert not any("webhook-id" in headers for _, _, headers in proxy.asked)
    assert len(endpoint.requests) == 2


def test_a_proxy_changes_nothing_about_certificates(authority, proxy):
    with TlsEndpoint(authority.certificate("caller.example")) as endpoint:
        url = f"https://caller.example:{endpoint.port}/"
        (result,) = deliver(url, **through(proxy, "https", resolve=Resolver()))

    assert (result["accepted"], endpoint.requests) == (False, [])
    assert "certificate verify failed" in result["error"]


@pytest.mark.parametrize(
    ("host", "words"),
    [
        *((one, "a zone") for one in ("[::1%25foo]", "[fe80::a9fe:a9fe%25ens99]")),
        *((one, "not allowed") for one in ("169.254.169.254", "[::ffff:10.0.0.1]", "[::1]")),
        *((one, "in a form of its own") for one in ("0x7f.1", "127.1", "2130706433")),
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_address_is_checked_before_a_proxy_hears_of_it(proxy, host, words, scheme):
    route = through(proxy, scheme, destinations=Destinations())

    with watched() as tried:
        (result,) = deliver(f"{scheme}://{host}/", **route)

    assert (proxy.asked, tried, result["silent"]) == ([], [], False)
    assert words in result["error"]


@pytest.mark.parametrize(
    "host",
    [
        *(
            "::1%foo",
            "fe80::1%ens99",
            "::ffff:169.254.169.254%zz",
            "fd00:ec2::254%q",
            "::1%",
            "::1",
        ),
        *("2606:4700::1%1", "64:ff9b::7f00:1", "127.0.0.1", "169.254.169.254", "::ffff:a00:1"),
    ],
)
@pytest.mark.parametrize("form", ["{0}", "[{0}]"])
def test_an_address_is_checked_though_it_is_not_found_here(host, form):
    """A route is asked itself: who delivers calls no URL with a zone."""
    resolver = Resolver()
    route = routes.Route(resolve=resolver)

    with pytest.raises(Blocked):
        route.check_for_proxy(form.format(host), 80)

    assert resolver.asked == []
    route.check_for_proxy("[2606:4700::1]", 80)


@pytest.mark.parametrize("host", ["127.0.0.1.", "0x7f.0.0.0x1.", "999.1", "caller.0x1"])
def test_what_only_a_proxy_could_take_for_an_address_is_refused(proxy, host):
    (result,) = deliver(f"http://{host}/", **through(proxy, resolve=Resolver()))

    assert (proxy.asked, result["accepted"], result["silent"]) == ([], False, False)


def test_a_host_that_may_be_inside_is_refused_as_the_proxy_would_choose(proxy):
    resolver = Resolver(caller_example=["93.184.216.34", "10.0.0.5"])

    (result,) = deliver("http://caller.example/", **through(proxy, resolve=resolver))

    assert (proxy.asked, result["accepted"]) == ([], False)
    assert "10.0.0.5" in result["error"]


def test_a_listed_host_goes_through_a_proxy_too(endpoint, proxy):
    resolver = Resolver(caller_example=["10.0.0.5"])
    url = f"http://caller.example:{port_of(endpoint)}/"

    (result,) = deliver(url, **through(proxy, resolve=resolver, destinations=NAME))

    assert result["accepted"]


def test_a_proxy_knows_its_users(endpoint, proxy):
    url = f"http://caller.example:{port_of(endpoint)}/"

    deliver(url, **through(proxy, account="me:s3cret", resolve=Resolver()))

    expected = base64.b64encode(b"me:s3cret").decode()
    assert proxy.asked[0][2]["proxy-authorization"] == f"Basic {expected}"
    assert "proxy-authorization" not in {n for one in endpoint.requests for n in one.headers}


def test_a_proxy_that_refuses_is_named(proxy):
    proxy.refuses = 403

    (forwarded,) = deliver("http://caller.example/", **through(proxy, resolve=Resolver()))
    (tunnelled,) = deliver("https://caller.example/", **through(proxy, "https", resolve=Resolver()))

    assert forwarded["error"] == "HTTP status 403"
    assert tunnelled["error"] == "https://caller.example: the proxy: no tunnel: HTTP status 403"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_not_there_is_named(scheme):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        gone = routes.Proxy(f"http://127.0.0.1:{unused.getsockname()[1]}")
        route = {"proxies": {scheme: gone}, "resolve": Resolver()}
        (result,) = deliver(f"{scheme}://caller.example/", **route)

    assert result["error"] == f"{scheme}://caller.example: the proxy: connection refused"
    assert result["silent"]


def test_where_a_proxy_is_bypassed_the_address_is_checked(proxy):
    resolver = Resolver(caller_example=["10.0.0.5"])
    route = through(proxy, resolve=resolver)

    with watched() as tried:
        (result,) = deliver("http://caller.example/", **route, no_proxy="*.example")

    assert (proxy.asked, tried, result["accepted"]) == ([], [], False)


@pytest.mark.parametrize("spelling", [str.upper, str.lower])
def test_the_environment_names_proxies_and_what_bypasses_them(monkeypatch, spelling):
    for name in ("http_proxy", "https_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv(spelling("http_proxy"), "http://me:s%40cret@proxy.example:3128/")
    monkeypatch.setenv(spelling("https_proxy"), "proxy.example:3129")
    monkeypatch.setenv(spelling("no_proxy"), ".inside.example,127.0.0.0/8,[::1]:8080")

    route = routes.Route(HERE, proxies=routes.proxies(), no_proxy=routes.no_proxy())

    assert route.proxy("http", "caller.example") == routes.Proxy(
        "http://proxy.example:3128", "me:s@cret"
    )
    assert route.proxy("https", "caller.example") == routes.Proxy("http://proxy.example:3129")
    assert route.proxy("https", "a.inside.example") is None
    assert route.proxy("http", "127.0.0.1") is None
    assert route.proxy("http", "[::1]", 8080) is None
    assert route.proxy("http", "[::1]") is not None
    assert "s@cret" not in repr(route)


@pytest.mark.parametrize("named", ["socks5://s3cret@proxy:1080", "https://s3cret@proxy", "http://"])
def test_a_proxy_that_cannot_be_used_is_named(monkeypatch, named):
    monkeypatch.setenv("https_proxy", named)

    with pytest.raises(routes.InvalidRoute, match="HTTPS_PROXY is not a URL") as failed:
        routes.proxies()
    assert "s3cret" not in str(failed.value)
