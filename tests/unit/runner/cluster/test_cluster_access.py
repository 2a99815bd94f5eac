"""The way to the cluster: what a kubeconfig and the environment say of it."""

import base64
import json
import socket
import sys
import tempfile
from pathlib import Path

import pytest
import yaml
from kit.servers import api_server
from kit.servers.endpoint import with_status
from kit.servers.tls import Authority, TlsEndpoint
from kubernetes.client import ApiException
from kubernetes.config import incluster_config
from sqs_k8s_jobs.cluster import api
from sqs_k8s_jobs.cluster.lease import LeaseLock
from sqs_k8s_jobs.demo.cluster.api import Api
from sqs_k8s_jobs.errors import OperatorError
from sqs_k8s_jobs.settings import Settings

NOBODY = "http://127.0.0.1:1"
ANSWER = b'{"items": [], "spec": {}}'  # a list, and a Lease
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


def test_a_connection_that_a_load_balancer_dropped_is_noticed_within_a_minute(
    settings, monkeypatch
):
    options = ("TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT", "TCP_NODELAY")
    found = []

    def connect(own, *where, connect=socket.socket.connect):
        of_tcp = [own.getsockopt(socket.IPPROTO_TCP, getattr(socket, one)) for one in options]
        found.append((own.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE), *of_tcp))
        connect(own, *where)

    monkeypatch.setattr(socket.socket, "connect", connect)
    api.jobs(api.connect(settings)).page(1)

    alive, idle, interval, count, prompt = found[0]
    assert alive
    assert prompt
    assert idle + interval * count <= 60


def test_certificates_of_a_kubeconfig_are_not_where_old_files_are_removed(tmp_path, monkeypatch):
    """The client writes them to files and reads these at each new connection, for weeks."""
    swept, runs = tmp_path / "swept", tmp_path / "runs"
    swept.mkdir()
    runs.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(swept))
    authority = Authority(tmp_path / "authority")
    answer = with_status(200, ANSWER)
    with TlsEndpoint(authority.certificate("127.0.0.1"), answer) as endpoint:
        file = api_server.kubeconfig(tmp_path / "kubeconfig", endpoint.url, None)
        document = yaml.safe_load(file.read_text("utf-8"))
        data = base64.b64encode(authority.file.read_bytes()).decode()
        document["clusters"][0]["cluster"]["certificate-authority-data"] = data
        file.write_text(yaml.safe_dump(document), "utf-8")
        chosen = Settings(kubeconfig=str(file), context=api_server.CONTEXT, temp_dir=str(runs))
        client = api.connect(chosen)

        assert list(swept.iterdir()) == []
        client.rest_client.pool_manager.clear()
        assert api.jobs(client).page(1) == json.loads(ANSWER)


def knows(endpoint, *tokens):
    """Have the server answer whoever has one of these tokens, and 401 to others."""
    known = {f"bearer {token}" for token in tokens}

    def answer(handler):
        there = handler.headers.get("Authorization", "").lower() in known
        with_status(200 if there else 401, ANSWER)(handler)

    endpoint.answer = answer


@pytest.fixture
def token_file(settings, tmp_path):
    """The file that the kubeconfig names for its token, as others write it anew now and then."""
    file = tmp_path / "token"
    file.write_text("first")
    kubeconfig = Path(settings.kubeconfig)
    document = yaml.safe_load(kubeconfig.read_text("utf-8"))
    document["users"][0]["user"] = {"tokenFile": str(file)}
    kubeconfig.write_text(yaml.safe_dump(document), "utf-8")
    return file


def test_a_token_that_was_written_anew_is_used_by_watches_and_for_the_lease(
    settings, endpoint, token_file
):
    knows(endpoint, "first")
    client = api.connect(settings)
    lock = LeaseLock(client, "lease", "namespace", "me")

    knows(endpoint, "second")
    token_file.write_text("second")
    api.jobs(client).page(1)
    knows(endpoint, "third")
    token_file.write_text("third")
    assert lock.get("lease", "namespace")[0]

    used = [request.headers["authorization"].split()[1] for request in endpoint.requests]
    assert used == ["first", "first", "second", "second", "third"]


def test_a_token_of_a_program_is_fetched_anew(settings, endpoint, tmp_path):
    program, count = tmp_path / "program", tmp_path / "count"
    count.write_text("0")
    program.write_text(f"""#!{sys.executable}
import json, pathlib
count = pathlib.Path({str(count)!r})
number = int(count.read_text()) + 1
count.write_text(str(number))
version = "client.authentication.k8s.io/v1"
print(json.dumps({{"apiVersion": version, "kind": "ExecCredential",
                  "status": {{"token": f"token{{number}}"}}}}))
""")
    program.chmod(0o700)
    kubeconfig = Path(settings.kubeconfig)
    document = yaml.safe_load(kubeconfig.read_text("utf-8"))
    version = "client.authentication.k8s.io/v1"
    document["users"][0]["user"] = {"exec": {"command": str(program), "apiVersion": version}}
    kubeconfig.write_text(yaml.safe_dump(document), "utf-8")
    knows(endpoint, "token1")
    client = api.connect(settings)

    knows(endpoint, "token2")
    api.jobs(client).page(1)

    assert endpoint.requests[-1].headers["authorization"].lower() == "bearer token2"


def test_credentials_that_cannot_be_read_anew_leave_the_refusal_as_it_is(
    settings, endpoint, token_file
):
    knows(endpoint, "first")
    client = api.connect(settings)

    knows(endpoint, "second")
    token_file.unlink()
    with pytest.raises(ApiException, match="401"):
        api.jobs(client).page(1)
    token_file.write_text("second")
    assert api.jobs(client).page(1) == json.loads(ANSWER)


def test_a_pods_own_token_is_sent_and_read_anew_as_the_kubelet_rotates_it(tmp_path, monkeypatch):
    authority = Authority(tmp_path / "authority")
    with TlsEndpoint(authority.certificate("127.0.0.1")) as endpoint:
        token = tmp_path / "token"
        token.write_text("first")
        knows(endpoint, "first")
        monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
        monkeypatch.setenv("KUBERNETES_SERVICE_PORT", str(endpoint.port))
        monkeypatch.setattr(incluster_config, "SERVICE_TOKEN_FILENAME", str(token))
        monkeypatch.setattr(incluster_config, "SERVICE_CERT_FILENAME", str(authority.file))
        client = api.connect(Settings())

        knows(endpoint, "second")
        token.write_text("second")

        assert api.jobs(client).page(1) == json.loads(ANSWER)


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
