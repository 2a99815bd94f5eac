"""TLS: an endpoint's certificate is verified, and there is no way to have it otherwise."""

import ssl

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.http import routes
from kit.builders.delivery_options import deliver
from kit.servers.resolver import Resolver
from kit.servers.tls import TlsEndpoint


def test_a_certificate_of_nobodys_is_refused(authority):
    with TlsEndpoint(authority.certificate("127.0.0.1")) as endpoint:
        (result,) = deliver(endpoint.url)

    assert (result["accepted"], endpoint.requests) == (False, [])
    assert result["error"].startswith(f"{endpoint.url}: certificate verify failed: ")


def test_the_operators_authority_is_trusted_beside_the_systems(authority):
    context = routes.verifying(str(authority.file))
    with TlsEndpoint(authority.certificate("127.0.0.1")) as endpoint:
        results = deliver(endpoint.url, endpoint.url, context=context)

    assert [one["accepted"] for one in results] == [True, True]
    known = len(ssl.create_default_context().get_ca_certs())
    assert len(context.get_ca_certs()) == known + 1


def test_a_certificate_for_another_host_is_refused(authority):
    context = routes.verifying(str(authority.file))
    resolver = Resolver(caller_example=["127.0.0.1"], other_example=["127.0.0.1"])
    with TlsEndpoint(authority.certificate("caller.example")) as endpoint:
        own, other = (
            deliver(f"https://{name}:{endpoint.port}/", context=context, resolve=resolver)[0]
            for name in ("caller.example", "other.example")
        )

    assert own["accepted"]
    assert (other["accepted"], len(endpoint.requests)) == (False, 1)
    assert "certificate is not valid for 'other.example'" in other["error"]


def test_an_endpoint_that_does_not_speak_tls_is_named(endpoint):
    (result,) = deliver(endpoint.url.replace("http:", "https:"))

    assert (result["accepted"], endpoint.requests) == (False, [])
    assert "TLS failed: " in result["error"]


@pytest.mark.parametrize("held", [None, "no certificate", "\0"])
def test_a_file_without_certificates_is_named(tmp_path, held):
    file = tmp_path / "authorities.pem"
    if held:
        file.write_text(held)

    with pytest.raises(routes.InvalidRoute, match=f"{file} holds no certificates: "):
        routes.verifying(str(file))
