"""A proxy for callbacks takes nothing of a cluster that NO_PROXY lists, with and without a runner.

It is named for https alone, as that is what the API server and these callers speak; SQS here does
not.
"""

import json
from urllib.parse import urlsplit

import pytest
from kit.builders.variables import OWN
from kit.processes import playbooks
from kit.servers.http_proxy import ForwardingProxy
from kit.servers.tls import Authority, TlsEndpoint
from kit.wait import until

LISTS = {"range": "127.0.0.0/8", "port": "127.0.0.1:{port}"}


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path / "authority")


@pytest.fixture
def caller(authority):
    with TlsEndpoint(authority.certificate("127.0.0.1")) as started:
        yield started


@pytest.fixture
def proxy():
    with ForwardingProxy() as started:
        yield started


@pytest.fixture
def api(cluster):
    """The API server's port."""
    (entry,) = json.loads(cluster.kubeconfig.read_text("utf-8"))["clusters"]
    return urlsplit(entry["cluster"]["server"]).port


def behind(proxy, entries, api):
    """An environment with a proxy for all that is not listed."""
    lists = dict.fromkeys(("no_proxy", "NO_PROXY"), entries.format(port=api))
    return {**dict.fromkeys(("https_proxy", "HTTPS_PROXY"), f"http://{proxy.address}"), **lists}


def ports(proxy):
    """The ports to which the proxy was asked to connect."""
    return {int(target.rpartition(":")[2]) for _method, target, _headers in proxy.asked}


def statuses(caller):
    """Return the statuses that the caller received, by first arrival."""
    heard = [json.loads(request.body)["status"] for request in caller.requests]
    return list(dict.fromkeys(heard))


@pytest.mark.parametrize("entries", LISTS.values(), ids=LISTS)
def test_the_runner_reaches_a_cluster_that_no_proxy_lists_itself(
    runner, caller, authority, proxy, api, message, entries, request
):
    runner.set_variables(report_webhook_ca_file=str(authority.file))
    lease = f"proxies-{request.node.callspec.id}"
    runner.start(**behind(proxy, entries, api), SQS_K8S_JOBS_LEADER_ELECTION_LEASE=lease)
    sent = message(f"runner-beside-a-proxy-{lease}")
    runner.queue.send({**sent, "webhook": {"url": caller.url}})

    until(lambda: statuses(caller) == [0, 1, 2], "the caller hears all")

    assert ports(proxy) == ({caller.port} if entries == LISTS["port"] else set())


@pytest.mark.parametrize("entries", LISTS.values(), ids=LISTS)
def test_a_playbook_by_hand_reaches_a_cluster_that_no_proxy_lists_itself(
    cluster, caller, authority, proxy, api, message, entries, tmp_path, request
):
    path = tmp_path / "message.json"
    sent = message(f"playbook-beside-a-proxy-{request.node.callspec.id}")
    path.write_text(json.dumps({**sent, "webhook": {"url": caller.url}}))
    variables = {
        **OWN,
        "message_file": str(path),
        "message_interval": 1,
        "report_webhook_ca_file": str(authority.file),
    }

    done = playbooks.run(cluster, "message.yml", variables, **behind(proxy, entries, api))

    assert done.returncode == 0, done.stdout
    assert statuses(caller) == [0, 1, 2]
    assert ports(proxy) == ({caller.port} if entries == LISTS["port"] else set())


def test_a_cluster_that_no_entry_means_is_reached_by_the_proxy(cluster, proxy, api):
    """That this proxy takes the cluster's traffic where it may, so that none is a sign."""
    entries = f"10.0.0.0/8,127.0.0.1:{api + 1},ocalhost"
    done = playbooks.run(
        cluster,
        "list.yml",
        OWN,
        **behind(proxy, entries, api),
        K8S_AUTH_PROXY=f"http://{proxy.address}",
    )

    assert done.returncode == 0, done.stdout
    assert ports(proxy) == {api}
