"""The demo on a cluster that is there for other things: messages, rights, kubeconfig."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from kubernetes.client import (
    V1Node,
    V1NodeSpec,
    V1NodeStatus,
    V1ObjectMeta,
    V1StorageClass,
    V1Taint,
)
from sqs_k8s_jobs.demo import environment
from sqs_k8s_jobs.demo.cases import CASES
from sqs_k8s_jobs.demo.cluster import capabilities, kubeconfig, permissions
from sqs_k8s_jobs.demo.cluster.adapted_cases import AdaptedCases
from sqs_k8s_jobs.demo.cluster.api import error_text
from sqs_k8s_jobs.demo.cluster.capabilities import Capabilities
from sqs_k8s_jobs.errors import OperatorError

URL = "http://127.0.0.1:1/callbacks"
NAMESPACE = "sqs-k8s-jobs-demo-x7k2"
EVERYTHING = AdaptedCases(
    NAMESPACE, "ps-pvc-x7k2", Capabilities(gpus=1, fargate=True, volumes=True)
)
NOTHING = AdaptedCases(NAMESPACE, "", Capabilities())


def messages(adapted):
    return {case.name: adapted.message(case, URL) for case in adapted.cases}


def test_every_message_is_for_the_namespace_and_for_any_node():
    for message in messages(EVERYTHING).values():
        assert message["webhook"]["url"] == URL
        assert message["job"]["namespace"] == NAMESPACE
        assert not {"nodeSelector", "toleration"} & set(message["job"])


def test_nothing_else_of_the_specifications_message_is_changed():
    (seed,) = (case for case in CASES if case.name == "seed")
    original, adapted = seed.message(URL)["job"], messages(EVERYTHING)["seed"]["job"]
    changed = {"namespace", "nodeSelector", "toleration", "volume:"}

    assert {name: value for name, value in original.items() if name not in changed} == {
        name: value for name, value in adapted.items() if name not in changed
    }
    assert adapted["volume:"] == {"mountPath": "workdir", "pvc": "ps-pvc-x7k2"}


def test_a_message_asks_for_no_more_gpus_than_a_node_has():
    assert messages(EVERYTHING)["gpu"]["job"]["gpuNumber"] == 1


def test_what_the_cluster_cannot_run_is_left_out_and_said_with_the_reason():
    assert list(messages(NOTHING)) == ["seed", "exit-3", "out-of-memory", "deadline", "invalid"]
    assert "volume:" not in messages(NOTHING)["seed"]["job"]
    assert NOTHING.skipped == [
        "left out: the case gpu, as no node has nvidia.com/gpu to give",
        "left out: the case fargate, as no node is one of Fargate",
        (
            "left out: the seed's volume, as the cluster has no default StorageClass that deletes"
            " volumes with their claims"
        ),
    ]
    assert EVERYTHING.skipped == []


def node(gpus=0, taints=(), labels=None, unschedulable=None):
    return V1Node(
        metadata=V1ObjectMeta(labels=labels),
        spec=V1NodeSpec(taints=list(taints) or None, unschedulable=unschedulable),
        status=V1NodeStatus(allocatable={"nvidia.com/gpu": str(gpus)} if gpus else {}),
    )


def storage_class(default="true", reclaim="Delete"):
    marks = {"storageclass.kubernetes.io/is-default-class": default}
    metadata = V1ObjectMeta(annotations=marks)
    return V1StorageClass(metadata=metadata, provisioner="p", reclaim_policy=reclaim)


def detected(nodes=(), classes=()):
    listed = {"list_node": nodes, "list_storage_class": classes}
    answers = {
        name: lambda things=things: SimpleNamespace(items=things) for name, things in listed.items()
    }
    every = SimpleNamespace(**answers)
    return capabilities.detect(SimpleNamespace(core=every, storage=every))


def test_the_node_with_most_gpus_counts_and_its_taints_are_tolerated():
    taint = V1Taint(key="nvidia.com/gpu", value="present", effect="NoSchedule")
    soft = V1Taint(key="busy", effect="PreferNoSchedule")

    found = detected([node(), node(gpus=1), node(gpus=8, taints=[taint, soft])])

    assert found.gpus == 8
    assert found.gpu_tolerations == (
        {
            "key": "nvidia.com/gpu",
            "operator": "Equal",
            "value": "present",
            "effect": "NoSchedule",
        },
    )


@pytest.mark.parametrize(
    "closed",
    [
        node(gpus=8, unschedulable=True),
        node(gpus=8, taints=[V1Taint(key="node.kubernetes.io/not-ready", effect="NoExecute")]),
        node(
            gpus=8,
            taints=[V1Taint(key="node-role.kubernetes.io/control-plane", effect="NoSchedule")],
        ),
    ],
)
def test_gpus_of_a_node_that_takes_no_pods_are_none(closed):
    assert detected([closed]) == Capabilities()


def test_a_fargate_node_is_known_by_its_label():
    assert detected([node(labels={"eks.amazonaws.com/compute-type": "fargate"})]).fargate


@pytest.mark.parametrize(
    ("found", "volumes"),
    [
        (storage_class(), True),
        (storage_class(reclaim=None), True),
        (storage_class(default="false"), False),
        (storage_class(reclaim="Retain"), False),  # its volume would stay
    ],
)
def test_a_volume_is_asked_for_only_where_it_goes_with_its_claim(found, volumes):
    assert detected(classes=[found]).volumes == volumes


class Guarded:
    """An API that denies one right."""

    name = "the cluster of context kind-dev"

    def __init__(self, *denied):
        self.denied = denied
        self.asked = []

    def is_allowed(self, verb, resource, _group, namespace):
        self.asked.append((verb, resource, namespace))
        return (verb, resource) != self.denied


@pytest.mark.parametrize(
    ("denied", "complaint"),
    [
        (
            ("create", "namespaces"),
            "context kind-dev you lack the right to create namespaces: ask for it, or name a",
        ),
        (("watch", "jobs"), "you lack the right to watch jobs.batch in all namespaces"),
        (
            ("deletecollection", "pods"),
            f"right to deletecollection pods in the namespace {NAMESPACE}",
        ),
    ],
)
def test_a_right_that_lacks_is_named(denied, complaint):
    with pytest.raises(OperatorError) as raised:
        permissions.check(Guarded(*denied), NAMESPACE, creates_namespace=True, claim=True)

    assert complaint in str(raised.value)


def test_a_namespace_that_is_there_takes_no_right_to_namespaces():
    api = Guarded()
    permissions.check(api, "team-a", creates_namespace=False, claim=False)

    assert {resource for _, resource, _ in api.asked} == {"jobs", "pods", "configmaps"}
    assert {namespace for _, _, namespace in api.asked} == {"", "team-a"}


@pytest.fixture
def home(tmp_path):
    """A folder with a kubeconfig of two contexts, as clouds and kind write them."""
    eks = {
        "command": "./bin/aws",
        "args": ["eks", "get-token"],
        "env": [{"name": "A", "value": "1"}],
    }
    users = {"eks": {"exec": {"apiVersion": "client.authentication.k8s.io/v1", **eks}}, "kind": {}}
    document = {
        "contexts": [
            {"name": name, "context": {"cluster": "c", "user": name, "namespace": "n"}}
            for name in users
        ],
        "clusters": [{"name": "c", "cluster": {"certificate-authority": "ca.pem"}}],
        "users": [{"name": name, "user": user} for name, user in users.items()],
    }
    (tmp_path / "config").write_text(yaml.safe_dump(document))
    return tmp_path


def test_a_credential_plugin_keeps_the_environment_that_it_had(home, tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebodys")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY", raising=False)
    (tmp_path / "mine").mkdir()

    path = kubeconfig.for_plugins(
        str(home / "config"), "eks", environment.previous_values(), tmp_path / "mine"
    )

    written = yaml.safe_load(Path(path).read_text())
    (user,), (cluster,) = written["users"], written["clusters"]
    plugin = user["user"]["exec"]
    assert {one["name"]: one["value"] for one in plugin["env"]} == {
        "A": "1",
        "AWS_ACCESS_KEY_ID": "somebodys",
        "AWS_SECRET_ACCESS_KEY": "",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
    }
    assert plugin["command"] == str(home / "bin/aws")
    assert (user["name"], written["current-context"]) == ("eks", "eks")
    assert cluster["cluster"]["certificate-authority"] == str(home / "ca.pem")
    assert os.stat(path).st_mode & 0o777 == 0o600


def test_without_a_plugin_the_kubeconfig_is_used_as_it_is(home, tmp_path):
    path = str(home / "config")

    assert kubeconfig.for_plugins(path, "kind", {}, tmp_path) == path


def test_of_several_files_the_first_that_has_a_name_says_what_it_is(home, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "other").mkdir()
    other = {"clusters": [{"name": "c", "cluster": {"certificate-authority": "other.pem"}}]}
    (tmp_path / "other" / "config").write_text(yaml.safe_dump(other))
    (tmp_path / "empty").write_text("")
    files = [tmp_path / "empty", tmp_path / "missing", tmp_path / "other" / "config"]
    where = os.pathsep.join(str(file) for file in [*files, home / "config"])

    path = kubeconfig.for_plugins(where, "eks", {}, tmp_path / "mine")

    (cluster,) = yaml.safe_load(Path(path).read_text())["clusters"]
    assert cluster["cluster"]["certificate-authority"] == str(tmp_path / "other" / "other.pem")


@pytest.mark.parametrize("text", ["[]", "{contexts: [kind]}", "{contexts: {", "- \0"])
def test_a_kubeconfig_that_is_none_is_named_with_the_context(tmp_path, text):
    (tmp_path / "config").write_text(text)

    with pytest.raises(OperatorError, match="context kind cannot be read"):
        kubeconfig.for_plugins(str(tmp_path / "config"), "kind", {}, tmp_path)


@pytest.mark.parametrize(("file", "context"), [("config", "elsewhere"), ("missing", "kind")])
def test_a_context_that_is_not_there_is_named(home, tmp_path, file, context):
    with pytest.raises(OperatorError, match=f"context {context} cannot be read"):
        kubeconfig.for_plugins(str(home / file), context, {}, tmp_path)


def test_the_demo_reaches_this_machine_alone_whatever_the_users_settings_of_aws_are(monkeypatch):
    monkeypatch.setenv("no_proxy", "intranet")
    monkeypatch.setenv("NO_PROXY", "")
    names = ["ENDPOINT_URL", "ENDPOINT_URL_SQS", "ACCESS_KEY_ID", "IGNORE_CONFIGURED_ENDPOINT_URLS"]
    for name in names:
        monkeypatch.setenv(f"AWS_{name}", "somebodys")

    environment.bypass_proxies()
    environment.use_local_sqs({"AWS_ENDPOINT_URL": URL, "AWS_ACCESS_KEY_ID": "local"})

    assert os.environ["no_proxy"] == "intranet,127.0.0.1"
    assert os.environ["NO_PROXY"] == "127.0.0.1"
    assert [os.environ[f"AWS_{name}"] for name in names] == ["somebodys", URL, "local", "false"]


def test_an_error_is_said_in_one_line():
    assert error_text(OSError("no\n  route")) == "no route"
