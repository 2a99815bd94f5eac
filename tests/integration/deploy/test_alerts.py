"""Alert rules and dashboard, judged by Prometheus: by promtool, and by a server in an outage."""

import json
import re

import pytest
import yaml
from kit.paths import DOCS, TESTS
from kit.processes import prometheus
from kit.wait import until
from sqs_k8s_jobs.cluster.object_store import ObjectStore
from sqs_k8s_jobs.observability.health import Health
from sqs_k8s_jobs.observability.http_server import HttpServer
from sqs_k8s_jobs.observability.metrics import Metrics
from sqs_k8s_jobs.workqueue.endpoints import LANES
from sqs_k8s_jobs.workqueue.workqueue import WorkQueue

RULES = DOCS / "operations" / "monitoring" / "alerts.yml"
OUTAGES = TESTS / "data" / "outages.yml"
(GROUP,) = yaml.safe_load(RULES.read_text("utf-8"))["groups"]
DASHBOARD = json.loads((DOCS / "operations/monitoring/dashboard.json").read_text("utf-8"))
QUERIES = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
NAMES = [rule["alert"] for rule in GROUP["rules"]]


@pytest.fixture
def metrics():
    made = Metrics()
    made.watch(ObjectStore(), ObjectStore())
    made.workqueue(WorkQueue().depth, LANES)
    return made


@pytest.fixture
def health(metrics):
    """The health of a runner, which its metrics tell."""
    one = Health()
    metrics.gauge("ready", "1 while the runner can work", lambda: one.ready)
    return one


@pytest.fixture
def pages(metrics, health):
    served = HttpServer("127.0.0.1:0", health, lambda: True, metrics.registry)
    yield served
    served.end()


def test_promtool_finds_no_fault_in_the_rules():
    assert f"SUCCESS: {len(NAMES)} rules found" in prometheus.promtool("check", "rules", str(RULES))


def test_each_rule_fires_in_its_outage_and_none_in_a_calm_hour():
    prometheus.promtool("test", "rules", str(OUTAGES))


def test_there_is_an_outage_for_each_rule():
    tests = yaml.safe_load(OUTAGES.read_text("utf-8"))["tests"]
    expected = [
        one["alertname"]
        for test in tests
        for one in test["alert_rule_test"]
        if one.get("exp_alerts")
    ]

    assert sorted(expected) == sorted(NAMES)


@pytest.mark.parametrize("queries", [GROUP, QUERIES], ids=["rules", "dashboard"])
def test_they_name_metrics_that_there_are(metrics, health, queries):
    assert health.ready
    metrics.gauge("leader", "as the runner has it", lambda: 1)
    for name in ("messages_in_flight", "messages_held"):
        metrics.gauge(name, "as the runner has it", lambda: 0)
    families = list(metrics.registry.collect())
    there = {sample.name for family in families for sample in family.samples}
    there |= {family.name + end for family in families for end in ("_bucket", "_sum", "_count")}
    named = set(re.findall(r"sqs_k8s_jobs_\w+", str(queries)))

    assert named - there == {  # of no queue and no namespace yet
        "sqs_k8s_jobs_oldest_received_message_age_seconds",
        "sqs_k8s_jobs_writes_denied_total",
    }


def test_promtool_can_read_each_query_of_the_dashboard(tmp_path):
    rules = [
        {"record": f"panel:{number}", "expr": query.replace("$__rate_interval", "1m")}
        for number, query in enumerate(QUERIES)
    ]

    path = tmp_path / "panels.json"  # which is YAML, too
    path.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}), "utf-8")

    said = prometheus.promtool("check", "rules", str(path))
    assert f"SUCCESS: {len(QUERIES)} rules found" in said


def test_the_runbook_has_a_section_for_each_alert():
    sections = re.findall(
        r"^## (\w+)$", (DOCS / "operations/runbook.md").read_text("utf-8"), re.MULTILINE
    )

    assert sections == NAMES


def test_promtool_finds_no_fault_in_the_metrics(metrics, pages):
    metrics.received("https://sqs.example/1/jobs", [])
    _code, _kind, text = pages.page("/metrics", "")
    own = [line for line in text.decode().splitlines(keepends=True) if "sqs_k8s_jobs_" in line]

    assert prometheus.promtool("check", "metrics", text="".join(own)) == ""


def test_an_outage_is_seen_by_a_prometheus_that_scrapes_the_runner(health, pages, tmp_path):
    at_once = tmp_path / "alerts.yml"  # with no time to wait for
    at_once.write_text(re.sub(r"for: \w+", "for: 0s", RULES.read_text("utf-8")))

    runner = {"static_configs": [{"targets": [f"127.0.0.1:{pages.port}"]}]}
    with prometheus.serving(runner, at_once, tmp_path) as server:
        until(lambda: server.value("sqs_k8s_jobs_ready") == 1, "the runner is scraped")
        until(lambda: server.firing() == set(), "nothing fires")

        health.fault("submit", "jobs is forbidden")
        until(
            lambda: server.firing() == {"SqsK8sJobsNoRunnerReady", "SqsK8sJobsRunnerNotReady"},
            "both alerts fire",
        )

        health.clear_fault("submit")
        until(lambda: server.firing() == set(), "nothing fires any more")
