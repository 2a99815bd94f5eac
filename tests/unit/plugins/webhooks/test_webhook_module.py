"""The module `webhook`: what a task gives, and what it gets back."""

import base64
import json
import sys

import pytest
from ansible.module_utils import basic
from ansible_collections.sqs_k8s.jobs.plugins.modules import webhook
from kit.builders.module_arguments import arguments
from kit.servers.endpoint import Endpoint, with_status
from kit.servers.tls import Authority, TlsEndpoint
from standardwebhooks import Webhook

SECRET = "whsec_" + base64.b64encode(b"s3cret" * 5).decode()
CALLBACK = {"id": "one", "status": 0, "body": "{}", "delivery_id": "one-0"}


@pytest.fixture
def task(capsys, monkeypatch):
    """Run the module with these arguments, and without proxies, and return its answer."""
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)

    def run(allow=("127.0.0.0/8",), **options):
        given = {"allow": list(allow), **options}
        with arguments(given), pytest.raises(SystemExit) as ended:
            webhook.main()
        done = json.loads(capsys.readouterr().out)
        answers = [json.loads(one) for one in done.get("answers", [])]
        return {**done, "answers": answers, "exit_code": ended.value.code}

    return run


def test_each_callback_has_its_result(task):
    with Endpoint() as endpoint:
        done = task(callbacks=[{**CALLBACK, "url": endpoint.url, "job": {"name": "t-1"}}])

    assert (done["changed"], done["exit_code"]) == (True, 0)
    (result,) = done["answers"]
    assert (result["accepted"], result["code"]) == (True, 200)
    assert result["job"] == {"name": "t-1"}


def test_an_endpoint_that_refuses_is_a_result_and_no_failure(task):
    with Endpoint(with_status(500)) as endpoint:
        done = task(callbacks=[{**CALLBACK, "url": endpoint.url}])

    assert done["exit_code"] == 0
    assert done["answers"][0]["error"] == "HTTP status 500"


def test_nothing_is_sent_in_check_mode(task):
    with Endpoint() as endpoint:
        done = task(callbacks=[{**CALLBACK, "url": endpoint.url}], _ansible_check_mode=True)

        assert endpoint.requests == []
    assert (done["changed"], done["answers"][0]["accepted"]) == (True, False)


def test_without_callbacks_nothing_changes(task):
    done = task(callbacks=[])

    assert (done["changed"], done["answers"]) == (False, [])


def test_an_address_inside_is_a_result_and_no_failure(task):
    with Endpoint() as endpoint:
        done = task(callbacks=[{**CALLBACK, "url": endpoint.url}], allow=[])

        assert endpoint.requests == []
    assert done["exit_code"] == 0
    assert done["answers"][0]["error"].startswith("127.0.0.1 is a loopback address: not allowed")
    assert not done["answers"][0]["silent"]


def test_what_is_denied_is_refused_though_it_is_allowed(task):
    with Endpoint() as endpoint:
        done = task(callbacks=[{**CALLBACK, "url": endpoint.url}], deny=["127.0.0.1"])

        assert endpoint.requests == []
    assert "report_webhook_deny" in done["answers"][0]["error"]


def test_the_operators_authority_is_trusted(task, tmp_path):
    authority = Authority(tmp_path)
    with TlsEndpoint(authority.certificate("127.0.0.1")) as endpoint:
        callbacks = [{**CALLBACK, "url": endpoint.url}]
        without, with_it = (
            task(callbacks=callbacks, **options)
            for options in ({}, {"ca_file": str(authority.file)})
        )

    assert (without["answers"][0]["accepted"], with_it["answers"][0]["accepted"]) == (False, True)


def test_certificates_that_are_not_strict_are_allowed_by_an_option(task, tmp_path):
    old = Authority(tmp_path, strict=False)
    with TlsEndpoint(old.certificate("127.0.0.1")) as endpoint:
        callbacks = [{**CALLBACK, "url": endpoint.url}]
        without, with_it = (
            task(callbacks=callbacks, ca_file=str(old.file), **options)
            for options in ({}, {"allow_nonstrict_certificates": True})
        )

    strict = sys.version_info >= (3, 13)
    assert [one["answers"][0]["accepted"] for one in (without, with_it)] == [not strict, True]


def test_callbacks_are_signed_with_their_services_secret(task, tmp_path):
    file = tmp_path / "secrets.yml"
    file.write_text(json.dumps({"billing": SECRET}))
    with Endpoint() as endpoint:
        callbacks = [{**CALLBACK, "url": endpoint.url, "service": "billing"}]
        given = task(callbacks=callbacks, secrets={"billing": SECRET})
        read = task(callbacks=callbacks, secrets_file=str(file))

    for done, request in zip((given, read), endpoint.requests, strict=True):
        assert Webhook(SECRET).verify(request.body, request.headers) == {}
        assert SECRET not in json.dumps(done)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"allow": ["10.0.0.0/33"]}, "'10.0.0.0/33' is not a network, an address or a host"),
        ({"deny": ["a.example"]}, "'a.example' is not a network or an address"),
        ({"ca_file": "/nowhere.pem"}, "/nowhere.pem holds no certificates"),
        ({"secrets_file": "/nowhere.yml"}, "/nowhere.yml cannot be read"),
        ({"secrets": {}}, "there is no secret"),
        ({"secrets": {"billing": "whsec_c2hvcnQ="}}, "service billing: a secret is whsec_"),
        ({"secrets": {"billing": SECRET + SECRET}}, "service billing: a secret is whsec_"),
        (
            {"secrets": {"billing": SECRET}, "secrets_file": "/nowhere.yml"},
            "parameters are mutually exclusive: secrets|secrets_file",
        ),
        ({"secrets": {"billing": SECRET}, "deny": ["a.example"]}, "'a.example' is not"),
    ],
)
def test_what_the_operator_set_wrong_fails_in_words_that_show_no_secret(task, options, words):
    with Endpoint() as endpoint:
        done = task(callbacks=[{**CALLBACK, "url": endpoint.url}], **options)

        assert endpoint.requests == []
    assert (done["failed"], done["exit_code"]) == (True, 1)
    assert words in done["msg"]
    for secret in (SECRET, "whsec_c2hvcnQ=", "c2hvcnQ", SECRET[6:]):
        assert secret not in json.dumps(done)


def test_a_file_that_cannot_be_read_is_not_shown(task, tmp_path):
    file = tmp_path / "secrets.yml"
    file.write_text(f"billing: {SECRET}: more")

    done = task(callbacks=[CALLBACK], secrets_file=str(file))

    assert done["msg"] == f"{file} is neither YAML nor JSON"
    assert SECRET not in json.dumps(done)


def test_a_proxy_that_cannot_be_used_fails_and_is_not_shown(task, monkeypatch):
    monkeypatch.setenv("http_proxy", "socks5://me:s3cret@proxy.example:1080")

    done = task(callbacks=[CALLBACK])

    assert (done["failed"], done["msg"][:10]) == (True, "HTTP_PROXY")
    assert "s3cret" not in json.dumps(done)


def test_neither_urls_nor_bodies_go_into_the_systems_log(task, monkeypatch):
    logged = []
    monkeypatch.setattr(basic.AnsibleModule, "log", lambda _self, *words, **_: logged.append(words))
    with Endpoint() as endpoint:
        task(callbacks=[{**CALLBACK, "url": endpoint.url}])

    assert logged == []
