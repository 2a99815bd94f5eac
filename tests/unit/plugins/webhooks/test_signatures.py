"""Signatures, as the Standard Webhooks specification's own reader sees them."""

import base64
import json
import re
import time
from types import SimpleNamespace

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks import delivery, signatures
from hypothesis import given
from hypothesis import strategies as st
from kit.builders.delivery_options import options
from kit.paths import DOCS
from kit.servers.endpoint import Endpoint, with_status
from standardwebhooks import Webhook, WebhookVerificationError

BODY = '{"id": "one", "status": 0, "detail": {"jobName": "é"}}'


def secret(seed="a", size=32):
    return "whsec_" + base64.b64encode((seed * size).encode()[:size]).decode()


OLD, NEW, OTHER = secret("old"), secret("new"), secret("other")


def heard(secrets, service="billing", body=BODY, times=1):
    """Send a callback; return its body and headers as received, each time."""
    with Endpoint() as endpoint:
        callback = {"id": "one", "url": endpoint.url, "status": 0, "service": service}
        sent = {**callback, "body": body, "delivery_id": "0c6f-1.uid"}
        for _ in range(times):
            delivery.deliver([sent], options(30.0, 1, signatures.read(secrets)))
        return [(request.body, request.headers) for request in endpoint.requests]


def verifies(key, body, headers):
    try:
        Webhook(key).verify(body, headers)
    except WebhookVerificationError:
        return False
    return True


def test_a_receiver_with_the_secret_verifies_what_it_hears():
    ((body, headers),) = heard({"billing": NEW})

    assert Webhook(NEW).verify(body, headers) == json.loads(BODY)
    assert headers["webhook-id"] == "0c6f-1.uid"
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    assert not verifies(OTHER, body, headers)


def test_while_secrets_rotate_a_receiver_with_either_verifies():
    ((body, headers),) = heard({"billing": [OLD, NEW]})

    assert verifies(OLD, body, headers)
    assert verifies(NEW, body, headers)
    assert not verifies(OTHER, body, headers)


def test_the_receiver_in_the_docs_verifies_it_too():
    page = (DOCS / "reference/callbacks.md").read_text("utf-8")
    receiver = {}
    exec(re.findall(r"```python\n(.*?)```", page, re.DOTALL)[1], receiver)

    ((body, headers),) = heard({"billing": [OLD, NEW]})

    assert receiver["is_ours"](OLD, body, headers)
    assert receiver["is_ours"](NEW, body, headers)
    assert not receiver["is_ours"](OTHER, body, headers)
    assert not receiver["is_ours"](NEW, body + b" ", headers)
    assert not receiver["is_ours"](NEW, body, {**headers, "webhook-timestamp": "1000"})


@pytest.mark.parametrize("changed", ["webhook-id", "webhook-timestamp", "body"])
def test_what_was_changed_on_its_way_does_not_verify(changed):
    ((body, headers),) = heard({"billing": NEW})
    if changed == "body":
        body = body.replace(b'"status": 0', b'"status": 2')
    elif changed == "webhook-timestamp":
        headers[changed] = str(int(headers[changed]) + 1)
    else:
        headers[changed] += "x"

    assert not verifies(NEW, body, headers)


def test_each_attempt_is_signed_for_its_own_moment(monkeypatch):
    moments = iter([1000.9, 2000.1])
    clocks = SimpleNamespace(time=lambda: next(moments), monotonic=time.monotonic)
    monkeypatch.setattr(delivery, "time", clocks)

    (_, first), (_, again) = heard({"billing": NEW}, times=2)

    assert (first["webhook-timestamp"], again["webhook-timestamp"]) == ("1000", "2000")
    assert first["webhook-signature"] != again["webhook-signature"]
    assert first["webhook-id"] == again["webhook-id"]


@pytest.mark.parametrize(
    ("service", "key"), [("billing", OLD), ("other", NEW), (None, NEW), ("default", NEW)]
)
def test_a_service_without_a_secret_of_its_own_has_the_default(service, key):
    ((body, headers),) = heard({"billing": OLD, "default": NEW}, service)

    assert verifies(key, body, headers)


def test_without_a_default_other_services_are_not_signed():
    ((_, headers),) = heard({"billing": OLD}, "other")

    assert not {"webhook-signature", "webhook-timestamp"} & set(headers)


def test_a_refused_callback_is_signed_anew_when_it_comes_again():
    with Endpoint(with_status(500)) as endpoint:
        callback = {"id": "one", "url": endpoint.url, "body": BODY, "delivery_id": "0c6f-0"}
        delivery.deliver([callback], options(30.0, 1, signatures.read({"default": NEW})))
        (request,) = endpoint.requests

    assert verifies(NEW, request.body, request.headers)


@given(st.binary(min_size=24, max_size=64), st.text(st.characters(exclude_categories=["Cs"])))
def test_any_secret_and_any_body_verify(key, text):
    encoded = "whsec_" + base64.b64encode(key).decode()
    body = json.dumps(text, ensure_ascii=False).encode()

    headers = signatures.read({"default": encoded}).headers(None, "0c6f-0", body, time.time())

    assert Webhook(encoded).verify(body, {"webhook-id": "0c6f-0", **headers}) == text


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(NEW, id="one"),
        pytest.param([NEW], id="a list of one"),
        pytest.param([OLD, NEW], id="a list of two"),
        pytest.param(f"{OLD}\n{NEW}\n", id="one a line"),
        pytest.param(f" {OLD} {NEW}", id="a word each"),
    ],
)
def test_a_service_has_one_secret_or_two(given):
    ((body, headers),) = heard({"billing": given})

    assert verifies(NEW, body, headers)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param("", id="nothing"),
        pytest.param(None, id="null"),
        pytest.param(7, id="a number"),
        pytest.param([], id="an empty list"),
        pytest.param([OLD, NEW, OTHER], id="three"),
        pytest.param({"key": NEW}, id="a mapping"),
        pytest.param([None], id="a list of null"),
        pytest.param(secret(size=23), id="too short"),
        pytest.param(secret(size=65), id="too long"),
        pytest.param("whsec_", id="a prefix alone"),
        pytest.param(NEW.removeprefix("whsec_"), id="without its prefix"),
        pytest.param("whsk_" + NEW.removeprefix("whsec_"), id="of another kind"),
        pytest.param(NEW[:20] + "!" + NEW[20:], id="not base64"),
        pytest.param(secret(size=31).rstrip("="), id="without its padding"),
        pytest.param(NEW + "é", id="not ASCII"),
        pytest.param([OLD, "s3cret"], id="one good, one not"),
    ],
)
def test_what_is_no_secret_is_refused_by_its_service_and_is_not_shown(given):
    with pytest.raises(signatures.InvalidSecret) as failed:
        signatures.read({"other": OTHER, "billing": given})

    assert str(failed.value).startswith("service billing: ")
    for text in (OLD, NEW, OTHER, "s3cret", "whsk_"):
        assert text.removeprefix("whsec_")[:6] not in str(failed.value)
    assert NEW not in repr(signatures.read({"billing": NEW}))


@pytest.mark.parametrize("given", [None, {}, [], "text", 7])
def test_where_secrets_are_wanted_there_is_one(given):
    with pytest.raises(signatures.InvalidSecret) as invalid:
        signatures.read(given)

    said = "there is no secret: what maps a service to its secret is missing"
    assert str(invalid.value) == said


def test_the_headers_are_those_of_the_specification():
    headers = signatures.read({"billing": NEW}).headers("billing", "0c6f-0", b"{}", 1000.9)

    assert list(headers) == ["webhook-timestamp", "webhook-signature"]
    assert headers["webhook-timestamp"] == "1000"


def signs(path, service="billing", key=NEW):
    headers = signatures.read_path(str(path)).headers(service, "0c6f-0", b"{}", time.time())
    return verifies(key, b"{}", {"webhook-id": "0c6f-0", **headers})


@pytest.mark.parametrize(
    "text",
    [
        f"billing: {NEW}\n",
        f"billing:\n  - {OLD}\n  - {NEW}\ndefault: {OLD}\n",
        json.dumps({"billing": [NEW]}),
        f"default: {NEW}",
    ],
)
def test_secrets_come_from_a_file_of_yaml_or_json(tmp_path, text):
    file = tmp_path / "secrets.yml"
    file.write_text(text)

    assert signs(file)


def test_secrets_come_from_a_folder_as_kubernetes_mounts_it(tmp_path):
    mounted = tmp_path / "..2026_01_01"
    mounted.mkdir()
    (mounted / "billing").write_text(NEW + "\n")
    (mounted / "default").write_text(f"{OLD}\n{OTHER}\n")
    (tmp_path / "..data").symlink_to(mounted)
    for name in ("billing", "default"):
        (tmp_path / name).symlink_to(tmp_path / "..data" / name)

    (tmp_path / ".hidden").write_text("no secret")

    assert signs(tmp_path)
    assert signs(tmp_path, "any", OTHER)
    assert not signs(tmp_path, "any", NEW)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (None, "cannot be read: No such file or directory"),
        ("", "there is no secret"),
        ("{}", "there is no secret"),
        (f"- {NEW}", "there is no secret"),
        (f"billing: {NEW}: s3cret", "is neither YAML nor JSON"),
        (f"billing: !!python/name:{NEW}", "is neither YAML nor JSON"),
        (f"billing: '{NEW}", "is neither YAML nor JSON"),
        ("\0", "is neither YAML nor JSON"),
        ("billing: s3cret", "service billing: a secret is whsec_ and 24 to 64 bytes in base64"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_and_not_shown(tmp_path, text, why):
    file = tmp_path / "secrets.yml"
    if text is not None:
        file.write_text(text)

    with pytest.raises(signatures.InvalidSecret) as failed:
        signatures.read_path(str(file))

    words = str(failed.value)
    assert words.startswith(str(file))
    assert why in words
    assert NEW not in words
    assert "s3cret" not in words


def test_a_file_that_is_no_text_is_named(tmp_path):
    file = tmp_path / "secrets.yml"
    file.write_bytes(b"\xff\xfe\xfd")

    with pytest.raises(signatures.InvalidSecret, match="is neither YAML nor JSON"):
        signatures.read_path(str(file))


def test_an_empty_folder_holds_no_secret(tmp_path):
    with pytest.raises(signatures.InvalidSecret, match="there is no secret"):
        signatures.read_path(str(tmp_path))
