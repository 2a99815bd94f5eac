"""The runner, a cluster and a caller, whose certificates lack what Python demands from 3.13 on.

The API server is a real one, behind a server that shows such a certificate.
"""

import json

import pytest
from kit.builders.variables import OWN
from kit.processes import playbooks
from kit.servers import api_server
from kit.servers.tls import STRICT_PYTHON, Authority, TlsEndpoint
from kit.servers.tls_relay import TlsRelay
from kit.wait import until
from sqs_k8s_jobs import nonstrict

ALLOWING = {"SQS_K8S_JOBS_ALLOW_NONSTRICT_CERTIFICATES": "true"}


@pytest.fixture
def old(tmp_path):
    """An authority of some years ago, without key identifiers."""
    return Authority(tmp_path / "old", strict=False)


@pytest.fixture
def relay(cluster, old):
    """The cluster's API server, with a certificate of that authority."""
    (server,) = (one["cluster"]["server"] for one in document(cluster)["clusters"])
    with TlsRelay(old.certificate("127.0.0.1"), server) as started:
        yield started


@pytest.fixture
def reached(cluster, relay, tmp_path):
    """The runner's settings to reach it there, trusting an authority."""
    (user,) = (one["user"] for one in document(cluster)["users"])

    def by(authority):
        file = tmp_path / "kubeconfig"
        api_server.kubeconfig(file, relay.url, authority, user["token"])
        return {
            "SQS_K8S_JOBS_KUBECONFIG": str(file),
            "SQS_K8S_JOBS_CONTEXT": api_server.CONTEXT,
        }

    return by


def document(cluster):
    return json.loads(cluster.kubeconfig.read_text("utf-8"))


@pytest.mark.skipif(not STRICT_PYTHON, reason="Python is strict from 3.13 on")
def test_the_runner_says_at_its_start_in_a_line_what_is_missing_where_and_what_to_do(
    runner, relay, reached, old
):
    done = runner.call("run", **reached(old))

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1, done.stderr
    (line,) = done.stderr.strip().splitlines()
    assert line == (
        f"sqs-k8s-jobs: the cluster (context {api_server.CONTEXT}) cannot be used: {relay.url}:"
        " certificate verify failed: Missing Authority Key Identifier: the API server's certificate"
        " breaks RFC 5280, which Python checks from 3.13 on: have it issued anew, or set"
        " allow_nonstrict_certificates"
    )


def test_a_playbook_by_hand_is_told_by_its_environment(cluster, reached, old):
    settings = reached(old)
    place = {
        "K8S_AUTH_KUBECONFIG": settings["SQS_K8S_JOBS_KUBECONFIG"],
        "K8S_AUTH_CONTEXT": settings["SQS_K8S_JOBS_CONTEXT"],
    }
    usual = playbooks.run(cluster, "list.yml", OWN, **place)
    told = playbooks.run(cluster, "list.yml", OWN, **place, PYTHONPATH=str(*nonstrict.__path__))

    assert told.returncode == 0, told.stdout + told.stderr
    assert (usual.returncode != 0) is STRICT_PYTHON
    assert ("Missing Authority Key Identifier" in usual.stdout + usual.stderr) is STRICT_PYTHON


@pytest.mark.parametrize("fork_server", [True, False])
def test_where_both_are_allowed_a_message_goes_its_way(runner, reached, old, message, fork_server):
    with TlsEndpoint(old.certificate("127.0.0.1")) as caller:
        runner.set_variables(
            report_webhook_ca_file=str(old.file), report_webhook_allow_nonstrict_certificates=True
        )
        cold = {} if fork_server else {"SQS_K8S_JOBS_FORK_SERVER": "false"}
        runner.start(
            **reached(old), **ALLOWING, **cold, SQS_K8S_JOBS_LEADER_ELECTION_LEASE="nonstrict"
        )
        sent = message(f"over-old-certificates-{fork_server}")
        runner.queue.send({**sent, "webhook": {"url": caller.url}})

        until(lambda: caller.requests, "the caller hears of its Job")

    assert json.loads(caller.requests[0].body)["status"] == 0
    assert "fork server disabled" not in runner.log()


def test_where_they_are_allowed_another_authoritys_are_refused_all_the_same(
    runner, reached, tmp_path
):
    done = runner.call("run", **reached(Authority(tmp_path / "other", strict=False)), **ALLOWING)

    assert done.returncode == 2
    assert "certificate verify failed" in done.stderr
    assert "allow_nonstrict_certificates" not in done.stderr
