"""Callbacks to an endpoint whose certificate lacks what Python demands from 3.13 on."""

import ssl

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.http import errors, routes
from kit.builders.delivery_options import deliver
from kit.servers.resolver import Resolver
from kit.servers.tls import STRICT_PYTHON, Authority, TlsEndpoint

SETTING = "report_webhook_allow_nonstrict_certificates"
strict_python = pytest.mark.skipif(not STRICT_PYTHON, reason="Python is strict from 3.13 on")


@strict_python
def test_it_is_refused_in_words_that_say_what_is_missing_where_and_what_allows_it(old):
    with TlsEndpoint(old.certificate("127.0.0.1")) as endpoint:
        (result,) = deliver(endpoint.url, context=routes.verifying(str(old.file)))

    assert (result["accepted"], endpoint.requests) == (False, [])
    assert result["error"] == (
        f"{endpoint.url}: certificate verify failed: Missing Authority Key Identifier:"
        f" not allowed, as it breaks RFC 5280 ({SETTING})"
    )


@pytest.mark.skipif(STRICT_PYTHON, reason="Python is strict from 3.13 on")
def test_an_earlier_python_takes_it_as_it_ever_did(old):
    with TlsEndpoint(old.certificate("127.0.0.1")) as endpoint:
        (result,) = deliver(endpoint.url, context=routes.verifying(str(old.file)))

    assert result["accepted"]


def test_where_it_is_allowed_it_is_taken(old):
    with TlsEndpoint(old.certificate("127.0.0.1")) as endpoint:
        (result,) = deliver(endpoint.url, context=routes.verifying(str(old.file), True))

    assert result["accepted"]


def test_where_it_is_allowed_another_hosts_is_refused_all_the_same(old):
    resolver = Resolver(caller_example=["127.0.0.1"], other_example=["127.0.0.1"])
    context = routes.verifying(str(old.file), True)
    with TlsEndpoint(old.certificate("caller.example")) as endpoint:
        own, other = (
            deliver(f"https://{name}:{endpoint.port}/", context=context, resolve=resolver)[0]
            for name in ("caller.example", "other.example")
        )

    assert (own["accepted"], other["accepted"]) == (True, False)
    assert "certificate is not valid for 'other.example'" in other["error"]
    assert SETTING not in other["error"]


@pytest.mark.parametrize("strict", [True, False])
def test_where_it_is_allowed_another_authoritys_is_refused_all_the_same(old, tmp_path, strict):
    other = Authority(tmp_path / "other", strict)
    with TlsEndpoint(other.certificate("127.0.0.1")) as endpoint:
        (result,) = deliver(endpoint.url, context=routes.verifying(str(old.file), True))

    assert (result["accepted"], endpoint.requests) == (False, [])
    assert result["error"].startswith(f"{endpoint.url}: certificate verify failed: ")
    assert SETTING not in result["error"]


def test_where_it_is_allowed_an_expired_one_is_refused_all_the_same(old):
    with TlsEndpoint(old.certificate("127.0.0.1", days=0)) as endpoint:
        (result,) = deliver(endpoint.url, context=routes.verifying(str(old.file), True))

    assert (result["accepted"], endpoint.requests) == (False, [])
    assert "certificate has expired" in result["error"]


def test_only_what_strictness_refuses_names_the_setting():
    def words(code, message):
        failed = ssl.SSLCertVerificationError()
        failed.verify_code, failed.verify_message = code, message
        return errors.describe(failed, 1.0, 1.0)

    named = {code for code in range(1, 200) if SETTING in words(code, "it")}

    assert named == {78, *range(80, 94)}
    assert words(79, "invalid CA certificate") == (
        "certificate verify failed: invalid CA certificate"
    )
