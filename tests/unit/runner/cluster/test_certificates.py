"""An API server whose certificates lack what Python demands from 3.13 on."""

import ctypes
import ssl

import pytest
import urllib3
from kit.servers.api_server import CONTEXT, VERSION, ApiServer, kubeconfig
from kit.servers.tls import STRICT_PYTHON, Authority
from sqs_k8s_jobs import cli
from sqs_k8s_jobs.cluster import certificates
from sqs_k8s_jobs.demo import command
from sqs_k8s_jobs.demo.cluster.api import Api
from sqs_k8s_jobs.errors import OperatorError
from sqs_k8s_jobs.nonstrict import sitecustomize
from sqs_k8s_jobs.settings import Settings
from urllib3.connectionpool import HTTPSConnectionPool

REFUSED = "certificate verify failed: Missing Authority Key Identifier"
ADVICE = (
    "the API server's certificate breaks RFC 5280, which Python checks from 3.13 on:"
    " have it issued anew, or set allow_nonstrict_certificates"
)
ALLOWING = Settings(allow_nonstrict_certificates=True)


@pytest.fixture
def use(tmp_path):
    """Use an API server, trusting an authority, and return its version."""

    def ask(server, authority, allow=False):
        file = kubeconfig(tmp_path / "kubeconfig", server.url, authority)
        chosen = Settings(kubeconfig=str(file), context=CONTEXT, allow_nonstrict_certificates=allow)
        return Api(chosen).version.git_version

    return ask


@pytest.mark.skipif(not STRICT_PYTHON, reason="Python is strict from 3.13 on")
def test_it_is_refused_in_a_line_that_names_the_server_what_is_missing_and_what_to_do(old, use):
    with (
        ApiServer(old.certificate("127.0.0.1")) as server,
        pytest.raises(OperatorError) as refused,
    ):
        use(server, old)

    assert str(refused.value) == (
        f"the cluster of context {CONTEXT} cannot be used: {server.url}: {REFUSED}: {ADVICE}"
    )
    assert server.requests == []


@pytest.mark.skipif(STRICT_PYTHON, reason="Python is strict from 3.13 on")
def test_an_earlier_python_takes_it_as_it_ever_did(old, use):
    with ApiServer(old.certificate("127.0.0.1")) as server:
        assert use(server, old) == VERSION


def test_where_it_is_allowed_it_is_taken(old, use):
    with ApiServer(old.certificate("127.0.0.1")) as server:
        assert use(server, old, allow=True) == VERSION


@pytest.mark.parametrize("allow", [False, True])
def test_one_that_lacks_nothing_is_taken(authority, use, allow):
    with ApiServer(authority.certificate("127.0.0.1")) as server:
        assert use(server, authority, allow) == VERSION


@pytest.mark.parametrize(
    ("host", "days", "words"),
    [
        ("other.example", 1, "certificate is not valid for '127.0.0.1'"),
        ("127.0.0.1", 0, "certificate has expired"),
    ],
)
def test_where_it_is_allowed_host_and_dates_are_verified_all_the_same(old, use, host, days, words):
    with (
        ApiServer(old.certificate(host, days=days)) as server,
        pytest.raises(OperatorError, match=words) as refused,
    ):
        use(server, old, allow=True)

    assert server.requests == []
    assert "allow_nonstrict" not in str(refused.value)


@pytest.mark.parametrize("strict", [True, False])
def test_where_it_is_allowed_the_authority_is_verified_all_the_same(old, use, tmp_path, strict):
    other = Authority(tmp_path / "other", strict)
    with (
        ApiServer(other.certificate("127.0.0.1")) as server,
        pytest.raises(OperatorError, match="certificate verify failed"),
    ):
        use(server, old, allow=True)

    assert server.requests == []


def test_where_it_is_allowed_the_systems_authorities_count_where_no_other_is_named(
    old, monkeypatch
):
    with ApiServer(old.certificate("127.0.0.1")) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(old.file))
        manager = urllib3.PoolManager(retries=False)
        sitecustomize.allow(manager)

        assert manager.request("GET", server.url).status == 200
    assert type(urllib3.PoolManager().connection_from_url(server.url)) is HTTPSConnectionPool


@pytest.mark.parametrize(
    ("flags", "variables", "allowed"),
    [
        ([], {}, False),
        (["--allow-nonstrict-certificates"], {}, True),
        ([], {"SQS_K8S_JOBS_ALLOW_NONSTRICT_CERTIFICATES": "true"}, True),
        ([], {"SQS_K8S_JOBS_SUBMIT_BATCH_SIZE": "many", "SQS_K8S_JOBS_CONFIG": "/nowhere"}, False),
    ],
)
def test_the_demo_takes_it_from_a_flag_or_the_environment_and_nothing_else(
    flags, variables, allowed
):
    parsed = cli._parser().parse_args(["demo", *flags])

    chosen = command.settings_of(parsed, "/file", "mine", variables)

    assert chosen == Settings(
        kubeconfig="/file", context="mine", allow_nonstrict_certificates=allowed
    )


def test_what_a_module_says_of_it_is_followed_by_what_to_do():
    said = f"Failed to get client due to … (Caused by SSLError('{REFUSED} (_ssl.c:1020)'))"

    assert certificates.explained(said, Settings()) == f"{said}: {ADVICE}"
    assert certificates.explained(said, ALLOWING) == said


@pytest.mark.parametrize("other", ["unable to get local issuer certificate", "no route to host"])
def test_whatever_else_went_wrong_is_said_as_it_is(other):
    said = f"certificate verify failed: {other} (_ssl.c:1020)"

    assert certificates.explained(said, Settings(), "https://server") == said


def test_the_rules_are_in_openssls_own_words():
    openssl = ctypes.CDLL(ssl._ssl.__file__)
    text = openssl.X509_verify_cert_error_string
    text.restype, text.argtypes = ctypes.c_char_p, [ctypes.c_long]

    assert tuple(text(code).decode() for code in (78, *range(80, 94))) == certificates.RULES
