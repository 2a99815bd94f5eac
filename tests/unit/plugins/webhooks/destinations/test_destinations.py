"""Allowed destinations of callbacks: the real address decides, whatever the URL says."""

import pytest
import urllib3
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks import delivery
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.delivery_options import (
    DeliveryOptions,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.destinations.rules import (
    Blocked,
    Destinations,
    InvalidEntry,
    without_account,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.http.routes import Route
from hypothesis import given
from hypothesis import strategies as st
from kit.servers.resolver import Resolver, watched

OPEN = ""
PRIVATE = "a private address"
LOOPBACK = "a loopback address"
LINK_LOCAL = "a link-local address"
UNSPECIFIED = "an unspecified address"
SHARED = "a carrier's shared address"
CLOUD = "an address of the cloud's own"
DOCUMENTATION = "a documentation address"
MULTICAST = "a multicast address"
RESERVED = "a reserved address"
SIXTOFOUR = "a 6to4 address"
TEREDO = "a Teredo address"
COMPATIBLE = "an IPv4-compatible address"

# what it is, the URL's host, the address it resolves to, why a callback may not go there
ADDRESSES = [
    ("a public address", "93.184.216.34", "93.184.216.34", OPEN),
    ("a public name", "caller.example", "93.184.216.34", OPEN),
    ("the last before 10/8", "caller.example", "9.255.255.255", OPEN),
    ("the first after 10/8", "caller.example", "11.0.0.0", OPEN),
    ("the last before 172.16/12", "caller.example", "172.15.255.255", OPEN),
    ("the first after 172.16/12", "caller.example", "172.32.0.0", OPEN),
    ("the last before 100.64/10", "caller.example", "100.63.255.255", OPEN),
    ("the first after 100.64/10", "caller.example", "100.128.0.0", OPEN),
    ("a public IPv6 address", "[2606:2800:220:1::1]", "2606:2800:220:1::1", OPEN),
    ("IPv4-mapped, public", "[::ffff:8.8.8.8]", "::ffff:8.8.8.8", OPEN),
    ("NAT64, public", "caller.example", "64:ff9b::808:808", OPEN),
    ("loopback", "127.0.0.1", "127.0.0.1", LOOPBACK),
    ("loopback, far up", "127.255.255.254", "127.255.255.254", LOOPBACK),
    ("loopback by name", "localhost", "127.0.0.1", LOOPBACK),
    ("a name of theirs for loopback", "local.attacker.example", "127.0.0.1", LOOPBACK),
    ("IPv6 loopback", "[::1]", "::1", LOOPBACK),
    ("IPv6 loopback at length", "[0:0:0:0:0:0:0:1]", "::1", LOOPBACK),
    ("unspecified", "0.0.0.0", "0.0.0.0", UNSPECIFIED),
    ("unspecified as a number", "0", "0.0.0.0", UNSPECIFIED),
    ("IPv6 unspecified", "[::]", "::", UNSPECIFIED),
    ("this network", "caller.example", "0.1.2.3", UNSPECIFIED),
    ("AWS's and GCP's metadata", "169.254.169.254", "169.254.169.254", LINK_LOCAL),
    ("the same by name", "metadata.google.internal", "169.254.169.254", LINK_LOCAL),
    ("ECS's credentials", "169.254.170.2", "169.254.170.2", LINK_LOCAL),
    ("Oracle's metadata over IPv6", "caller.example", "fd00:c1::a9fe:a9fe", CLOUD),
    ("Scaleway's metadata over IPv6", "caller.example", "fd00:42::42", CLOUD),
    ("Linode's metadata over IPv6", "caller.example", "fd00:a9fe:a9fe::1", CLOUD),
    ("Alibaba's metadata over IPv6", "caller.example", "fd00:100::100:200", CLOUD),
    ("AWS's metadata over IPv6", "[fd00:ec2::254]", "fd00:ec2::254", CLOUD),
    ("Alibaba's metadata", "100.100.100.200", "100.100.100.200", CLOUD),
    ("Oracle's old metadata", "192.0.0.192", "192.0.0.192", CLOUD),
    ("Azure's host", "168.63.129.16", "168.63.129.16", CLOUD),
    ("private, 10/8", "10.0.0.5", "10.0.0.5", PRIVATE),
    ("private, 172.16/12", "172.31.255.255", "172.31.255.255", PRIVATE),
    ("private, 192.168/16", "192.168.0.1", "192.168.0.1", PRIVATE),
    ("the cluster's API", "kubernetes.default.svc", "10.96.0.1", PRIVATE),
    ("the same with a trailing dot", "kubernetes.default.svc.", "10.96.0.1", PRIVATE),
    ("carrier-grade NAT", "100.64.0.1", "100.64.0.1", SHARED),
    ("benchmarking", "198.18.0.1", "198.18.0.1", "a benchmarking address"),
    ("documentation 1", "192.0.2.1", "192.0.2.1", DOCUMENTATION),
    ("documentation 2", "198.51.100.1", "198.51.100.1", DOCUMENTATION),
    ("documentation 3", "203.0.113.1", "203.0.113.1", DOCUMENTATION),
    ("IPv6 documentation", "[2001:db8::1]", "2001:db8::1", DOCUMENTATION),
    ("newer IPv6 documentation", "[3fff::1]", "3fff::1", DOCUMENTATION),
    ("multicast", "224.0.0.1", "224.0.0.1", MULTICAST),
    ("IPv6 multicast", "[ff02::1]", "ff02::1", MULTICAST),
    ("broadcast", "255.255.255.255", "255.255.255.255", "the broadcast address"),
    ("reserved", "240.0.0.1", "240.0.0.1", RESERVED),
    ("unique local", "[fc00::1]", "fc00::1", PRIVATE),
    ("IPv6 link-local", "[fe80::1]", "fe80::1", LINK_LOCAL),
    ("IPv6 link-local with a zone", "[fe80::1%eth0]", "fe80::1", LINK_LOCAL),
    ("a zone in the answer", "caller.example", "fe80::1%eth0", LINK_LOCAL),
    ("site-local", "[fec0::1]", "fec0::1", "a site-local address"),
    ("IPv6, not allocated", "[4000::1]", "4000::1", RESERVED),
    ("IPv6, for protocols", "[2001:2::1]", "2001:2::1", RESERVED),
    ("discard-only", "[100::1]", "100::1", RESERVED),
    ("IPv4-mapped, loopback", "[::ffff:127.0.0.1]", "::ffff:127.0.0.1", LOOPBACK),
    ("IPv4-mapped, as hex", "[::ffff:a9fe:a9fe]", "::ffff:a9fe:a9fe", LINK_LOCAL),
    ("IPv4-mapped by name", "caller.example", "::ffff:10.0.0.1", PRIVATE),
    ("IPv4-translated", "[::ffff:0:10.0.0.1]", "::ffff:0:a00:1", RESERVED),
    ("IPv4-compatible", "[::127.0.0.1]", "::7f00:1", COMPATIBLE),
    ("6to4 of a private one", "[2002:a00:1::]", "2002:a00:1::", SIXTOFOUR),
    ("6to4 of a public one", "[2002:808:808::]", "2002:808:808::", SIXTOFOUR),
    ("6to4's relay", "192.88.99.1", "192.88.99.1", SIXTOFOUR),
    ("Teredo", "[2001:0:808:808::]", "2001:0:808:808::f5ff:fffe", TEREDO),
    ("NAT64 of loopback", "[64:ff9b::7f00:1]", "64:ff9b::7f00:1", LOOPBACK),
    ("NAT64 of metadata", "caller.example", "64:ff9b::a9fe:a9fe", LINK_LOCAL),
    ("a network's own NAT64", "caller.example", "64:ff9b:1::808:808", PRIVATE),
    ("0x7f.1", "0x7f.1", "127.0.0.1", LOOPBACK),
    ("one decimal number", "2130706433", "127.0.0.1", LOOPBACK),
    ("one hexadecimal number", "0x7f000001", "127.0.0.1", LOOPBACK),
    ("one octal number", "017700000001", "127.0.0.1", LOOPBACK),
    ("octal parts", "0177.0.0.01", "127.0.0.1", LOOPBACK),
    ("two parts", "127.1", "127.0.0.1", LOOPBACK),
    ("three parts", "10.0.5", "10.0.0.5", PRIVATE),
    ("metadata as a number", "2852039166", "169.254.169.254", LINK_LOCAL),
]
NAMED = [pytest.param(*row, id=name) for name, *row in ADDRESSES]


def refusal(host, address, allow=(), deny=()):
    """Why a callback may not go to this address of a host; nothing where it may."""
    try:
        Destinations.listed(allow, deny).check(host, address)
    except Blocked as exc:
        return str(exc)
    return OPEN


def deliver(url, **route):
    callback = {"id": "one", "url": url, "status": 0, "body": "{}", "delivery_id": "one-0"}
    (result,) = delivery.deliver([callback], DeliveryOptions(2.0, 1, Route(**route)))
    return result


@pytest.mark.parametrize(("host", "address", "why"), NAMED)
def test_a_callback_goes_to_a_globally_reachable_address_or_nowhere(host, address, why):
    refused = refusal(host, address)

    assert bool(refused) == bool(why)
    assert why in refused


@pytest.mark.parametrize(("host", "address", "why"), NAMED)
def test_what_is_refused_is_not_connected_to(host, address, why):
    resolver = Resolver()
    resolver.table[host.strip("[]")] = [address.partition("%")[0]]

    with watched() as tried:
        result = deliver(f"http://{host}/hook?token=s3cret", resolve=resolver)

    assert tried == ([] if why else [address])
    assert (result["accepted"], result["code"]) == (False, None)
    assert result["silent"] == (why == OPEN)
    assert "s3cret" not in result["error"]


@pytest.mark.parametrize("host", ["127.0.0.1", "0x7f.1", "2130706433", "127.1", "0", "[::1]"])
def test_whatever_the_system_takes_for_an_address_is_checked_as_what_it_is(host):
    with watched() as tried:
        result = deliver(f"http://{host}:8081/")

    assert tried == []
    assert result["error"].endswith("address: not allowed (report_webhook_allow)")


@pytest.mark.parametrize(
    "url",
    [
        *("http://93.184.216.34@127.0.0.1/", "http://93.184.216.34:80@127.0.0.1/"),
        *("http://127.0.0.1#@93.184.216.34/", "http://127.0.0.1?@93.184.216.34/"),
        *("http://127.0.0.1\\@93.184.216.34/", "HTTP://127.0.0.1/", "http://127.0.0.1:80/"),
        *("http://[::ffff:127.0.0.1]/", "http://[::1%25lo]/", "https://127.0.0.1/"),
    ],
)
def test_a_url_that_looks_like_another_gets_nowhere(url):
    with watched() as tried:
        result = deliver(url)

    assert tried == []
    assert (result["accepted"], result["code"]) == (False, None)


@pytest.mark.parametrize("host", ["①②⑦.0.0.1", "127。0。0。1", "ⓛocalhost", "127.0.0.1."])
def test_a_host_that_only_looks_like_an_address_is_none(host):
    with watched() as tried:
        result = deliver(f"http://{host}/", resolve=Resolver())

    assert tried == []
    assert not result["accepted"]


@pytest.mark.parametrize("url", ["ftp://caller.example/", "file:///etc/passwd", "gopher://a:70/"])
def test_only_http_and_https_are_spoken(url):
    result = deliver(url, resolve=Resolver())

    assert result["error"].endswith("is neither http nor https")
    assert not result["silent"]


def test_a_refusal_names_host_address_and_the_setting():
    assert refusal("caller.example", "10.0.0.5") == (
        "caller.example resolves to 10.0.0.5, a private address: not allowed (report_webhook_allow)"
    )
    assert refusal("10.0.0.5", "10.0.0.5") == (
        "10.0.0.5 is a private address: not allowed (report_webhook_allow)"
    )
    assert refusal("webhook.example", "8.8.8.8", deny=["8.8.8.0/24"]) == (
        "webhook.example resolves to 8.8.8.8, a denied address (report_webhook_deny)"
    )


@pytest.mark.parametrize(
    ("allow", "host", "address", "goes"),
    [
        (["10.1.0.0/16"], "caller.example", "10.1.2.3", True),
        (["10.1.0.0/16"], "caller.example", "10.2.2.3", False),
        (["10.1.2.3"], "10.1.2.3", "10.1.2.3", True),
        (["fd00::/8"], "[fd00::1]", "fd00::1", True),
        (["127.0.0.0/8"], "caller.example", "::ffff:127.0.0.1", True),
        (["10.1.0.0/16"], "caller.example", "64:ff9b::a01:203", True),
        (["10.1.0.0/16"], "caller.example", "2002:a01:203::", False),
        (["64:ff9b:1::/48"], "caller.example", "64:ff9b:1::808:808", True),
        (["64:ff9b:1::/48"], "caller.example", "64:ff9b:1::a00:1", False),
        (["::/0"], "caller.example", "2002:a00:1::", False),
        (["hooks.internal.example"], "hooks.internal.example", "10.0.0.5", True),
        (["Hooks.Internal.Example."], "hooks.internal.example", "10.0.0.5", True),
        (["hooks.internal.example"], "hooks.internal.example.", "10.0.0.5", True),
        (["hooks.internal.example"], "x.hooks.internal.example", "10.0.0.5", False),
        (["hooks.internal.example"], "hooks.internal.example.evil", "10.0.0.5", False),
        (["hooks.internal.example"], "other.example", "10.0.0.5", False),
        (["*.svc.cluster.local"], "a.b.svc.cluster.local", "10.96.0.9", True),
        (["*.svc.cluster.local"], "svc.cluster.local", "10.96.0.9", False),
        (["*.svc.cluster.local"], "evilsvc.cluster.local", "10.96.0.9", False),
        (["localhost"], "localhost", "::1", False),
        (["localhost", "::1"], "localhost", "::1", True),
        (["hooks.example"], "hooks.example", "::ffff:169.254.169.254", False),
    ],
)
def test_what_is_listed_is_an_exception(allow, host, address, goes):
    assert bool(refusal(host, address)) is True
    assert bool(refusal(host, address, allow)) is not goes


@pytest.mark.parametrize(
    ("deny", "address"),
    [
        (["93.184.216.0/24"], "93.184.216.34"),
        (["93.184.216.34"], "::ffff:93.184.216.34"),
        (["93.184.216.34"], "64:ff9b::5db8:d822"),
        (["2606:2800::/32"], "2606:2800:220:1::1"),
    ],
)
def test_what_is_denied_is_refused_whatever_is_allowed(deny, address):
    for allow in ([], ["127.0.0.0/8", "::/0"], ["caller.example"]):
        assert refusal("caller.example", address, allow, deny)
        assert not refusal("caller.example", address, allow)


@pytest.mark.parametrize(
    "entry",
    [
        *("", "*", "10.0.0.0/33", "10.0.0.5/8", "10.1.2.300", "10.1", "0x7f.1", "2130706433"),
        *("http://caller.example", "caller.example:80", "caller.*.example", "a b", "::1/129"),
        *("caller..example", "-caller.example", "::ffff:10.0.0.0/104", "bücher.example"),
    ],
)
def test_an_entry_that_cannot_be_read_is_named(entry):
    with pytest.raises(InvalidEntry, match=r"is not|is to be") as failed:
        Destinations.listed(allow=["10.0.0.0/8", entry])
    assert repr(entry) in str(failed.value)


@pytest.mark.parametrize("entry", ["caller.example", "*.example", "10.0.0.5/8"])
def test_what_is_denied_is_an_address_or_a_network(entry):
    with pytest.raises(InvalidEntry, match="is not a network or an address"):
        Destinations.listed(deny=[entry])


@given(st.text(st.characters(codec="utf-8"), max_size=80))
def test_any_text_as_a_host_is_a_result(text):
    with watched() as tried:
        result = deliver(f"http://{text}", resolve=Resolver())

    assert tried == []
    assert (result["accepted"], result["code"]) == (False, None)


@given(st.ip_addresses())
def test_an_address_that_python_knows_as_special_is_refused(address):
    if not address.is_global or address.is_multicast:
        assert refusal("caller.example", str(address))


@pytest.mark.parametrize(
    ("hosts", "host", "fine"),
    [
        (["*"], "anything.example", True),
        (["*.example.com"], "hooks.example.com", True),
        (["*.EXAMPLE.com"], "HOOKS.example.com.", True),
        (["*.example.com"], "hooks.example.org", False),
        (["*", "!old.example.com"], "old.example.com", False),
        (["8.8.8.8"], "8.8.8.8", True),
        (["2001:4860::1"], "[2001:4860::1]", True),
        ([], "hooks.example.com", False),
    ],
)
def test_callbacks_go_to_the_operators_hosts_alone(hosts, host, fine):
    listed = Destinations.listed(allow=["127.0.0.0/8"], hosts=hosts)
    if fine:
        listed.check_host(host)
    else:
        with pytest.raises(Blocked, match=r"report_webhook_hosts"):
            listed.check_host(host)


@pytest.mark.parametrize(
    ("url", "without"),
    [
        ("https://user:s3cret@caller.example:8443/a", "https://caller.example:8443/a"),
        ("https://s3cret@caller.example", "https://caller.example"),
        ("HTTP://a@b:s3cret@caller.example?x=@", "HTTP://caller.example?x=@"),
        (" http://:@[::1]/", " http://[::1]/"),
        *((plain, plain) for plain in ("https://caller.example/@a:b@c", "", "no url", "a@b")),
        ("http://caller.example\\@other/", "http://caller.example\\@other/"),
    ],
)
def test_a_url_without_its_account_is_the_same_url(url, without):
    assert without_account(url) == without


@given(st.from_regex(r"https?://[a-z0-9.:@%/?#\\\\]{0,30}", fullmatch=True))
def test_whatever_the_url_what_is_called_of_it_has_no_account(url):
    try:
        called = urllib3.util.parse_url(without_account(url))
        given = urllib3.util.parse_url(url)
    except ValueError:
        return
    assert called.auth is None
    where = ((one.host or None, one.port, one.path) for one in (called, given))
    assert len(set(where)) == 1
