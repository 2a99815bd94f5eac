"""The way to the cluster: what a kubeconfig and the environment say of it."""

from __future__ import annotations

import pytest
import yaml
from sqs_k8s_jobs import api
from sqs_k8s_jobs.demo.api import Api
from sqs_k8s_jobs.errors import OperatorError
from sqs_k8s_jobs.settings import Settings
from support.endpoint import with_status

NOBODY = "http://127.0.0.1:1"
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch):
    for name in (*PROXIES, "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def settings(endpoint, tmp_path):
    """Settings that name a kubeconfig of the server on loopback."""
    endpoint.answer = with_status(200, b'{"items": []}', **{"Content-Type": "application/json"})
    document = {
        "contexts": [{"name": "here", "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": {"server": endpoint.url}}],
        "users": [{"name": "u", "user": {"token": "secret"}}],
    }
    path = tmp_path / "kubeconfig"
    path.write_text(yaml.safe_dump(document), "utf-8")
    return Settings(kubeconfig=str(path), context="here")


def test_it_is_asked_for_one_job_with_the_credentials_of_the_context(settings, endpoint):
    api.connect(settings)

    (request,) = endpoint.requests
    assert request.path == "/apis/batch/v1/jobs?limit=1"
    assert request.headers["authorization"] == "Bearer secret"


@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
def test_a_proxy_is_left_out_where_the_environment_says_so(settings, endpoint, monkeypatch, name):
    for proxy in PROXIES:
        monkeypatch.setenv(proxy, NOBODY)
    monkeypatch.setenv(name, "intranet,127.0.0.1")

    api.connect(settings)

    assert len(endpoint.requests) == 1


def test_what_it_refuses_is_the_operators_to_see_to(settings, endpoint):
    endpoint.answer = with_status(403, b"{}")

    with pytest.raises(OperatorError, match=r"\(context here\) cannot be used: 403 Forbidden"):
        api.connect(settings)


@pytest.mark.parametrize(
    ("printed", "text"),
    [
        (b"done\n", "done"),
        (b'{"found": [1]}\n', '{"found": [1]}'),
        (b"caf\xe9", "caf\N{REPLACEMENT CHARACTER}"),
        (b"", ""),
    ],
)
def test_the_demo_shows_a_log_as_it_was_printed(settings, endpoint, printed, text):
    version = b'{"major": "1", "minor": "37", "gitVersion": "v1.37.0", "gitCommit": "c",'
    version += b'"gitTreeState": "clean", "buildDate": "d", "goVersion": "go", "compiler": "gc",'
    version += b'"platform": "linux"}'
    endpoint.answer = with_status(200, version, **{"Content-Type": "application/json"})
    demo = Api(settings)
    endpoint.answer = with_status(200, printed, **{"Content-Type": "text/plain"})

    assert demo.log("n", "p") == text
