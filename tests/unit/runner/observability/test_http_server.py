"""Pages over HTTP: metrics, liveness, and readiness of the runner."""

import pytest
import urllib3
from prometheus_client import CollectorRegistry, Counter
from prometheus_client.parser import text_string_to_metric_families
from sqs_k8s_jobs.errors import OperatorError
from sqs_k8s_jobs.observability.health import Health
from sqs_k8s_jobs.observability.http_server import HttpServer


class Served:
    """Pages, and what a client gets of them."""

    def __init__(self):
        self.health, self.alive = Health(), True
        self.registry = CollectorRegistry()
        Counter("seen", "Things that were seen", registry=self.registry).inc(3)
        self.pages = HttpServer("127.0.0.1:0", self.health, lambda: self.alive, self.registry)

    def get(self, path):
        answer = urllib3.request("GET", f"http://127.0.0.1:{self.pages.port}{path}", retries=False)
        return answer.status, answer.data.decode()


@pytest.fixture
def served():
    one = Served()
    yield one
    one.pages.end()


def test_metrics_are_read_by_prometheus_own_parser(served):
    code, text = served.get("/metrics")

    (family,) = [one for one in text_string_to_metric_families(text) if one.name == "seen"]
    assert (code, family.samples[0].value) == (200, 3.0)


def test_it_is_alive_until_a_thread_ends(served):
    assert served.get("/healthz")[0] == 200
    served.alive = False
    assert served.get("/healthz")[0] == 503


def test_it_is_ready_until_a_part_cannot_work_and_says_which_and_why(served):
    assert served.get("/readyz") == (200, "ready\n")
    served.health.fault("submit", "jobs is forbidden")
    assert served.get("/readyz") == (503, "not ready: submit: jobs is forbidden\n")
    assert served.get("/healthz")[0] == 200
    served.health.clear_fault("submit")
    assert served.get("/readyz")[0] == 200


def test_elsewhere_it_says_where_there_is_something(served):
    code, text = served.get("/")

    assert code == 404
    assert "/readyz" in text


@pytest.mark.parametrize("address", ["", "localhost", "9464", "host:", "host:port", "host:65536"])
def test_an_address_is_a_host_and_a_port(address):
    with pytest.raises(OperatorError, match="metrics_bind_address"):
        HttpServer(address, Health(), lambda: True, CollectorRegistry())


def test_a_port_that_is_taken_is_said_to_the_operator(served):
    address = f"127.0.0.1:{served.pages.port}"
    with pytest.raises(OperatorError, match=f"cannot serve at {address}"):
        HttpServer(address, Health(), lambda: True, CollectorRegistry())
