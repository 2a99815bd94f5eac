"""The deployment of the runner: its variables, and the playbooks that make and remove it."""

from __future__ import annotations

import re
from typing import Any

from chaos.messages import NAMESPACE
from cluster import demo
from kit.processes import playbooks

from .system import System

NAME = "sqs-k8s-jobs"
API_NAME = "kubernetes.default.svc"  # in the API server's certificate
VISIBILITY_TIMEOUT = 45  # seconds
CHANGED = re.compile(r"changed=(\d+)")


class Deployment:
    """A deployment, made and removed by playbooks."""

    def __init__(self, system: System, image: str, **variables: object) -> None:
        """`variables` of the role come on top of those that every deployment here has."""
        self._system = system
        self._more = variables
        self.image = image

    def deploy(self) -> int:
        """Deploy it or change it; return how many tasks changed anything."""
        return self._run("deploy")

    def undeploy(self) -> None:
        """Remove it."""
        self._run("undeploy")

    def variables(self) -> dict[str, Any]:
        """Return the variables of the role."""
        system, host = self._system, self._system.host
        environment = system.queues.environment_through(system.to_queues.port, host)
        taint, _, effect = demo.TAINT.partition(":")
        key, _, value = taint.partition("=")
        return {
            "deploy_image": self.image,
            "deploy_queue_url": environment.pop("SQS_K8S_JOBS_QUEUE_URL"),
            "deploy_job_namespaces": [NAMESPACE],
            "deploy_replicas": 2,
            "deploy_environment": {
                **environment,
                "KUBERNETES_SERVICE_HOST": API_NAME,
                "KUBERNETES_SERVICE_PORT": system.to_cluster.port,
            },
            "deploy_host_aliases": [{"ip": host, "hostnames": [API_NAME]}],
            "deploy_settings": {
                "visibility_timeout": VISIBILITY_TIMEOUT,
                "receive_wait_time": 2,
                "resync_interval": 10,
            },
            "deploy_variables": {"report_webhook_allow": [f"{host}/32"]},
            "deploy_node_selector": {"kubernetes.io/hostname": demo.NODE},
            "deploy_tolerations": [{"key": key, "value": value, "effect": effect}],
            "deploy_pod_monitor": "false",
            **self._more,
        }

    def _run(self, playbook: str) -> int:
        done = playbooks.run(self._system.cluster, f"{playbook}.yml", self.variables())
        if done.returncode:
            raise RuntimeError(f"playbooks/{playbook}.yml failed:\n{done.stdout}{done.stderr}")
        return sum(int(number) for number in CHANGED.findall(done.stdout))
