"""URLs that can be called: intake, the schema and the delivery know the same ones."""

import re

import pytest
import urllib3
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.destinations import urls
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.http import urllib3_compat
from hypothesis import example, given
from hypothesis import strategies as st
from kit.builders.rendering import validator
from kit.builders.uncallable_urls import NEVER

PATTERN = validator().schema["properties"]["webhook"]["properties"]["url"]["pattern"]
HOSTS = st.one_of(
    st.sampled_from(["caller.example", "[::1]", "127.0.0.1", "a_b.", "b\xfccher.example", ""]),
    st.text(st.sampled_from("aZ09.-_%:[]@\\ \xe9\u2460"), max_size=9),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
)
PORTS = st.one_of(
    st.just(""), st.integers(-1, 70000).map(lambda port: f":{port}"), st.text(max_size=3)
)
PATHS = st.one_of(st.just(""), st.text(st.characters(exclude_categories=["Cs"]), max_size=5))


@given(st.sampled_from(["http://", "HTTPS://", "ftp://"]), HOSTS, PORTS, PATHS)
@example("http://", "a", ":99999", "/")
def test_what_can_be_called_is_read_by_who_calls_it_with_the_same_host_and_port(
    scheme, host, port, path
):
    url = scheme + host + port + path
    if urls.fault(url) is not None:
        return

    target = urllib3.util.parse_url(url)

    assert target.scheme in ("http", "https")
    assert target.host
    assert target.auth is None
    assert target.port is None or 1 <= target.port <= 65535
    assert re.search(PATTERN, url)


@pytest.mark.parametrize("url", [url for found in NEVER.values() for url in found])
def test_nothing_is_called_that_intake_refuses(url):
    assert urls.fault(url)


def test_a_host_beyond_ascii_is_refused_where_no_library_can_spell_it(monkeypatch):
    monkeypatch.setattr(urllib3_compat, "MISSING", "no urllib3")

    assert "write it in ASCII" in urls.fault("http://b\xfccher.example/")
    assert urls.fault("http://caller.example/") is None
