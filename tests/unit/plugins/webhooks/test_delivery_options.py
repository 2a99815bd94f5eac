"""The means by which callbacks are delivered, as the options of the module `webhook` set them."""

import base64
import json
import ssl

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks import delivery_options
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.destinations.ports import (
    ORDINARY,
    Ports,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.destinations.rules import (
    Destinations,
    InvalidEntry,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.http.routes import InvalidRoute
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.signatures import (
    InvalidSecret,
    Secrets,
    read,
)

SECRET = "whsec_" + base64.b64encode(b"s3cret" * 5).decode()


def of(**options):
    """The means that these options make of the module's defaults."""
    defaults = {"timeout": 10.0, "workers": 4, "allow": [], "deny": [], "hosts": ["*"]}
    nothing = {"patience": None, "ca_file": None, "secrets_file": None, "secrets": None}
    refused = {"allow_nonstrict_certificates": False, "answering": {}, "ports": None}
    return delivery_options.read({**defaults, **nothing, **refused, **options})


@pytest.fixture(autouse=True)
def _proxy(monkeypatch):
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")


def test_options_are_read_each_into_its_place():
    given = of(allow=["10.0.0.0/8"], deny=["11.0.0.0/8"], hosts=["*.example"], ports=["8080"])

    wanted = Destinations.listed(["10.0.0.0/8"], ["11.0.0.0/8"], ["*.example"])
    found = given.route.destinations
    assert (given.timeout, given.workers) == (10.0, 4)
    assert (found.allowed, found.denied) == (wanted.allowed, wanted.denied)
    assert found.hosts.listed == ("*.example",)
    assert given.route.ports == Ports.listed(["8080"])
    assert of().route.ports == ORDINARY
    assert given.route.proxies["https"].url.startswith("http://proxy.example:3128")
    assert given.route.context is None


def test_endpoints_that_answer_are_known_however_they_are_spelled():
    known = of(answering={"HTTP://Caller.Example:80": "203.0.113.7"}).answering

    assert known == {"http://caller.example": "203.0.113.7"}


def test_secrets_come_from_the_task_or_from_a_file_which_goes_first(tmp_path):
    file = tmp_path / "secrets.json"
    file.write_text(json.dumps({"billing": SECRET}), "utf-8")

    assert of().secrets == Secrets()
    assert of(secrets={"other": SECRET}).secrets == read({"other": SECRET})
    both = of(secrets={"other": SECRET}, secrets_file=str(file))
    assert both.secrets == read({"billing": SECRET})


def test_the_operators_certificates_are_heeded(authority):
    assert of(ca_file=str(authority.file)).route.context is not None


def test_certificates_that_are_not_strict_may_be_allowed_with_the_systems_authorities_alone():
    context = of(allow_nonstrict_certificates=True).route.context

    usual = ssl.create_default_context()
    assert context.verify_flags == usual.verify_flags & ~ssl.VerifyFlags.VERIFY_X509_STRICT
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert len(context.get_ca_certs()) == len(usual.get_ca_certs())


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"allow": ["a b"]}, InvalidEntry),
        ({"deny": ["a"]}, InvalidEntry),
        ({"ca_file": "/nowhere"}, InvalidRoute),
        ({"secrets": {}}, InvalidSecret),
        ({"secrets_file": "/nowhere"}, InvalidSecret),
    ],
)
def test_what_the_operator_set_wrong_is_a_fault(options, fault):
    with pytest.raises(fault):
        of(**options)

    assert fault in delivery_options.FAULTS
