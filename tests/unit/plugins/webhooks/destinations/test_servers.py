"""One name for each server, however a sender spells it; the runner has the same names."""

import re

import pytest
import urllib3
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.destinations import (
    servers as of_the_module,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.destinations import urls
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.destinations.servers import (
    endpoint_of,
    host_of,
    network_of,
    site_of,
)
from hypothesis import example, given
from hypothesis import strategies as st
from kit.builders.trust import trust_as_template
from sqs_k8s_jobs.cluster import servers as of_the_runner

URLS = st.from_regex(
    r"[hH]ttps?://[^\s/?#@\\]{1,40}([/?#][a-z]*)?", fullmatch=True
) | st.text().map("http://{0}".format)
JINJA = "{{lookup('pipe','touch${IFS}MARK')}}"


@pytest.mark.parametrize("reader", [of_the_module, of_the_runner], ids=["module", "runner"])
@pytest.mark.parametrize(
    ("spelled", "named"),
    [
        ("http://Caller.EXAMPLE/a", "http://caller.example"),
        ("HTTP://caller.example:80", "http://caller.example"),
        ("http://caller.example:080/", "http://caller.example"),
        ("https://caller.example:443/", "https://caller.example"),
        ("http://caller.example:443/", "http://caller.example:443"),
        ("http://caller.example:/", "http://caller.example"),
        ("http://B\u00dcCHER\u3002example/", "http://xn--bcher-kva.example"),
        ("http://B\u00dcCHER.example/", "http://xn--bcher-kva.example"),
        ("http://xn--bcher-KVA.example/", "http://xn--bcher-kva.example"),
        *(
            ("http://x\u03a3.example/", "http://xn--x-ymb.example"),
            ("http://X\u03a3X.example/", "http://xn--xx-vbc.example"),
            ("http://a.\u03a3/", "http://a.xn--4xa"),
        ),
        ("http://127.1/", "http://127.0.0.1"),
        ("http://2130706433/", "http://127.0.0.1"),
        ("http://0x7F.0.0.1/", "http://127.0.0.1"),
        ("http://0177.0.0.1/", "http://127.0.0.1"),
        ("http://[0:0::0:1]:80/", "http://[::1]"),
    ],
)
def test_a_server_has_one_name_however_it_is_spelled(reader, spelled, named):
    assert reader.endpoint_of(spelled) == named


@pytest.mark.parametrize("reader", [of_the_module, of_the_runner], ids=["module", "runner"])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("busine\u00df.example", "business.example"),
        ("caf\u00e9.example", "cafe.example"),
        ("caller\u200d.example", "caller.example"),
        ("hooks.team.svc.", "hooks.team.svc"),
        ("[64:ff9b::808:808]", "8.8.8.8"),
        ("[::ffff:8.8.8.8]", "8.8.8.8"),
        ("[fe80::1%25eth0]", "[fe80::1]"),
    ],
)
def test_hosts_that_may_resolve_differently_are_not_one_server(reader, one, other):
    assert reader.endpoint_of(f"http://{one}/") != reader.endpoint_of(f"http://{other}/")


@given(st.text(min_size=1, max_size=20) | st.text("aA.\u03a3\u03c3\u3002\uff0e", min_size=1))
@example("x\u03a3")
@example("a.\u03a3")
@example("A\uff0e\u03a3")
def test_a_host_beyond_ascii_is_named_as_it_is_called(text):
    url = f"http://{text}.example/"
    if urls.fault(url) is None and not text.isascii():
        assert endpoint_of(url) == f"http://{urllib3.util.parse_url(url).host}"


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        ("https://caller.example:8443/a?token=b", "https://caller.example:8443"),
        ("http://user:secret@caller.example/", "http://caller.example"),
        ("http://caller.example\\secret@other/", "http://caller.example"),
        ("http://user:sec/ret@caller.example/", ""),
        ("http://user:sec#ret@caller.example/", ""),
        ("HTTP://[::1]:80#x", "http://[::1]"),
        *(
            ("http://user%3Asecret%40caller.example/", ""),
            ("http://[::1]secret%40a/", ""),
            ("http://h%3As3cret/", ""),
        ),
        *(("no url", ""), ("http://[broken/secret", ""), ("", ""), (None, "")),
    ],
)
def test_of_a_url_no_more_is_said_than_its_server(url, endpoint):
    assert endpoint_of(url) == endpoint


def test_without_a_url_there_is_no_endpoint():
    assert endpoint_of(None) == endpoint_of("") == ""


@given(URLS)
def test_whatever_the_url_the_runner_and_the_module_have_the_same_name(url):
    assert of_the_runner.endpoint_of(url) == endpoint_of(url)


@given(URLS)
def test_whatever_the_url_its_name_is_short_and_holds_nothing_that_is_evaluated(url):
    assert re.fullmatch(r"|[a-z+.-]+://[\[\]a-zA-Z0-9.:%~_-]{0,2400}", endpoint_of(url))


@pytest.mark.parametrize("reader", [of_the_module, of_the_runner], ids=["module", "runner"])
def test_a_host_s_answer_is_not_evaluated_as_a_variable_of_a_play(reader, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    url = f"http://{JINJA}/hook"
    named = reader.endpoint_of(url)

    assert Templar(DataLoader()).template(trust_as_template(named)) == named
    assert list(tmp_path.iterdir()) == []
    Templar(DataLoader()).template(trust_as_template(url))
    assert [one.name for one in tmp_path.iterdir()] == ["MARK"], "the test's own text is harmless"


@given(st.from_regex(r"[a-z0-9.%-]{1,60}", fullmatch=True))
def test_the_name_of_a_name_is_itself(host):
    if "%" not in host_of(host):
        assert host_of(host_of(host)) == host_of(host)


def test_a_longer_host_than_there_can_be_is_cut():
    assert len(host_of("a." * 5000)) <= of_the_module.MAX_HOST_LENGTH


@pytest.mark.parametrize(
    ("address", "site", "network"),
    [
        ("203.0.113.7", "203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7", "203.0.113.7"),
        ("64:ff9b::cb00:7107", "203.0.113.7", "203.0.113.7"),
        ("2a00:1:2:3::1", "2a00:1:2:3::/64", "2a00:1:2::/48"),
        ("2a00:1:2:3:ffff::2%eth0", "2a00:1:2:3::/64", "2a00:1:2::/48"),
    ],
)
def test_of_ipv6_a_whole_network_is_one_site_in_a_network_of_many(address, site, network):
    assert (site_of(address), network_of(address)) == (site, network)
