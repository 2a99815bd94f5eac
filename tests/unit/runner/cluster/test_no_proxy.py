"""NO_PROXY for the way to the API server: ranges, names, suffixes and ports count."""

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.cluster import api_server
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.cluster import no_proxy as of_the_roles
from kit.builders.no_proxy_cases import CASES
from kit.builders.rendering import lookup
from kit.paths import ROOT
from kubernetes.client import ApiClient, Configuration
from sqs_k8s_jobs.cluster import no_proxy as of_the_runner
from urllib3 import ProxyManager

PROXY = "http://127.0.0.1:1"
HERE = "https://[fd00::1]:6443"
OPTION = "{{ lookup('sqs_k8s.jobs.no_proxy') | default(omit, true) }}"
CALLING = ("kubernetes.core.", "sqs_k8s.jobs.patch")


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """An environment with a proxy for all, and nothing that says where a cluster is."""
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"):
        monkeypatch.setenv(name, PROXY)
    places = ("KUBECONFIG", "KUBERNETES_SERVICE_HOST")
    auth = ("K8S_AUTH_HOST", "K8S_AUTH_KUBECONFIG", "K8S_AUTH_CONTEXT")
    for name in (*of_the_runner.VARIABLES, *places, *auth):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def kubeconfig(file, *contexts, current=None):
    """Write a kubeconfig with clusters by their contexts' names."""
    document = {
        "clusters": [{"name": f"c-{name}", "cluster": {"server": url}} for name, url in contexts],
        "contexts": [
            {"name": name, "context": {"cluster": f"c-{name}", "user": "u"}} for name, _ in contexts
        ],
        **({"current-context": current} if current else {}),
    }
    file.write_text(yaml.safe_dump(document), "utf-8")
    return str(file)


@pytest.mark.parametrize(("server", "entries", "bypassed"), CASES)
@pytest.mark.parametrize("reader", [of_the_runner, of_the_roles], ids=["runner", "roles"])
def test_a_list_means_a_server_or_does_not(reader, server, entries, bypassed):
    assert reader.bypasses(server, entries) is bypassed


@pytest.mark.parametrize(("server", "entries", "bypassed"), CASES)
def test_the_runners_client_goes_by_a_proxy_where_no_entry_means_its_server(
    environment, server, entries, bypassed
):
    environment.setenv("NO_PROXY", entries)
    configuration = Configuration()
    configuration.host, configuration.proxy = server, PROXY  # clients before 34 read no variable

    of_the_runner.heed(configuration)

    manager = ApiClient(configuration).rest_client.pool_manager
    assert isinstance(manager, ProxyManager) is not bypassed


@pytest.mark.parametrize(("server", "entries", "bypassed"), CASES)
def test_modules_go_by_no_proxy_where_an_entry_means_the_server(
    environment, server, entries, bypassed
):
    environment.setenv("NO_PROXY", entries)
    environment.setenv("K8S_AUTH_HOST", server)
    configuration = Configuration()
    configuration.host, configuration.proxy = server, PROXY

    (configuration.no_proxy,) = lookup("no_proxy")

    if bypassed:  # what else a client takes for a match is its own affair
        assert not isinstance(ApiClient(configuration).rest_client.pool_manager, ProxyManager)
    else:
        assert configuration.no_proxy == entries


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        ({}, ""),
        ({"NO_PROXY": "a"}, "a"),
        ({"no_proxy": "b", "NO_PROXY": "a"}, "b"),
        ({"K8S_AUTH_NO_PROXY": "c", "no_proxy": "b", "NO_PROXY": "a"}, "c"),
        ({"K8S_AUTH_NO_PROXY": "", "NO_PROXY": "a"}, "a"),
    ],
)
def test_the_clusters_own_variable_counts_before_the_general_ones(environment, variables, found):
    for name, value in variables.items():
        environment.setenv(name, value)

    assert of_the_runner.listed() == of_the_roles.listed() == found
    assert lookup("no_proxy") == [found]


def test_the_server_is_the_one_that_the_environment_names(tmp_path):
    first = kubeconfig(tmp_path / "first", ("a", "https://a"), ("b", "https://b"), current="a")
    second = kubeconfig(tmp_path / "second", ("c", "https://c"), current="c")
    both = f"{tmp_path / 'missing'}:{first}:{second}"
    token = tmp_path / "token"
    pod = {"KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "6443"}
    chosen = {"K8S_AUTH_KUBECONFIG": first, "K8S_AUTH_CONTEXT": "b"}

    def found(**environment):
        return api_server.found_by(environment, str(token))

    assert found(K8S_AUTH_HOST="https://h", **chosen) == "https://h"
    assert found(**chosen) == "https://b"
    assert found(K8S_AUTH_KUBECONFIG=first) == "https://a"
    assert found(KUBECONFIG=both, K8S_AUTH_CONTEXT="c") == "https://c"
    assert found(KUBECONFIG=both) == "https://a"
    assert found(KUBECONFIG=first, **pod) == "https://a"
    token.touch()
    assert found(KUBECONFIG=first, **pod) == "https://10.0.0.1:6443"
    assert found(KUBERNETES_SERVICE_HOST="fd00::1") == "https://[fd00::1]:443"
    assert found(K8S_AUTH_KUBECONFIG=first, **pod) == "https://a"
    assert found(K8S_AUTH_KUBECONFIG=first, K8S_AUTH_CONTEXT="nowhere") is None


@pytest.mark.parametrize("text", ["", "[]", "{", "clusters: 1", "contexts: [1]", "contexts: {}"])
def test_a_kubeconfig_that_cannot_be_read_is_left_to_the_module(tmp_path, text):
    file = tmp_path / "kubeconfig"
    file.write_text(text, "utf-8")

    assert api_server.found_by({"K8S_AUTH_KUBECONFIG": str(file)}) is None


def test_a_server_that_is_no_url_leaves_the_list_as_it_is(environment):
    environment.setenv("NO_PROXY", "10.0.0.0/8")
    environment.setenv("K8S_AUTH_HOST", "https://[10.0.0.1")

    assert lookup("no_proxy") == ["10.0.0.0/8"]


def calls(node):
    """The options of each call of a module that goes to the API server."""
    if isinstance(node, list):
        return [call for one in node for call in calls(one)]
    if not isinstance(node, dict):
        return []
    own = [(node.get("name"), node[key]) for key in node if key.startswith(CALLING)]
    return own + [call for value in node.values() for call in calls(value)]


def test_every_call_of_a_module_that_goes_to_the_api_server_heeds_no_proxy():
    files = [*ROOT.glob("roles/*/tasks/**/*.yml"), *ROOT.glob("playbooks/**/*.yml")]
    found = [call for file in files for call in calls(DataLoader().load_from_file(str(file)))]

    assert len(found) > 30
    assert [name for name, options in found if options.get("no_proxy") != OPTION] == []
