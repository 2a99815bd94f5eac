"""The Lease, as Kubernetes' own client and election ask for it on a server on loopback."""

import json
import subprocess
import sys

import pytest
from kit.servers.endpoint import with_status
from kubernetes.client import ApiClient, ApiException, Configuration
from sqs_k8s_jobs.cluster.lease import LeaseLock, election

PATH = "/apis/coordination.k8s.io/v1/namespaces/n/leases"
JSON = {"Content-Type": "application/json"}
LEASE = {
    "apiVersion": "coordination.k8s.io/v1",
    "kind": "Lease",
    "metadata": {"name": "reports", "namespace": "n"},
    "spec": {"holderIdentity": "me", "leaseDurationSeconds": 15},
}

LOOK = """
from sqs_k8s_jobs.cluster.lease import election

class Free:
    name, namespace, identity = "reports", "n", "me"

    def get(self, *_which):
        return True, None

    def update(self, *_which):
        return True

print(election(Free()).try_acquire_or_renew())
"""


@pytest.fixture
def candidate(endpoint):
    """The election for a Lease on the server."""
    client = ApiClient(Configuration(host=endpoint.url))
    return election(LeaseLock(client, "reports", "n", "me"))


def test_a_lease_that_is_not_there_is_created(candidate, endpoint):
    def answer(handler):
        if handler.command == "GET":
            with_status(404, b'{"kind": "Status", "code": 404}', **JSON)(handler)
        else:
            with_status(201, json.dumps(LEASE).encode(), **JSON)(handler)

    endpoint.answer = answer

    assert candidate.try_acquire_or_renew()
    asked = [(request.method, request.path.split("?")[0]) for request in endpoint.requests]
    assert asked == [("GET", f"{PATH}/reports"), ("POST", PATH)]


@pytest.mark.parametrize("body", [b"<html>", b"{}", b"[]", b""])
def test_a_404_that_is_not_the_api_servers_makes_no_lease_and_is_a_fault(candidate, endpoint, body):
    endpoint.answer = with_status(404, body)

    with pytest.raises(ApiException, match="404"):
        candidate.try_acquire_or_renew()
    assert len(endpoint.requests) == 1


def test_a_program_does_not_log_each_look():
    done = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=True)

    assert (done.stdout, done.stderr) == ("True\n", "")
