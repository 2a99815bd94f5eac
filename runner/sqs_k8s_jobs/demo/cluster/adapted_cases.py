"""The demo's cases for a cluster that was not made for them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqs_k8s_jobs.demo.cases import CASES, Case
from sqs_k8s_jobs.demo.cluster.capabilities import Capabilities

PULL_SECONDS = 30  # a deadline that leaves time to pull the image; the seed takes no less
GPUS = 2  # that the message asks for
NODES = ("nodeSelector", "toleration")  # of the demo's own cluster
VOLUME = "volume:"  # as the specification's example spells it


@dataclass(frozen=True)
class AdaptedCases:
    """The cases that run on a cluster, and the changes of their messages."""

    namespace: str
    claim: str  # the name of the volume claim; empty where there is none
    capabilities: Capabilities

    @property
    def cases(self) -> tuple[Case, ...]:
        """The cases that this cluster can run, with what each shows here."""
        shows = {
            "seed": "the specification's own message, in this cluster",
            "gpu": f"a Job with {self._gpus} GPU{'s' if self._gpus > 1 else ''}",
            "fargate": "the pod label by which Fargate chooses",
        }
        without = [name for name, _ in self._missing]
        return tuple(
            replace(one, shows=shows.get(one.name, one.shows))
            for one in CASES
            if one.name not in without
        )

    @property
    def skipped(self) -> list[str]:
        """Return a line for each part that this cluster cannot run, with the reason."""
        lines = [f"left out: the case {name}, as {why}" for name, why in self._missing]
        if not self.claim:
            why = "the cluster has no default StorageClass that deletes volumes with their claims"
            lines.append(f"left out: the seed's volume, as {why}")
        return lines

    def message(self, case: Case, url: str) -> dict[str, Any]:
        """Return a case's message for this cluster, with its webhook pointed at the URL."""
        message = case.message(url)
        rest = {name: value for name, value in message["job"].items() if name not in NODES}
        job: dict[str, Any] = {**rest, "namespace": self.namespace}
        if VOLUME in job and self.claim:
            job[VOLUME] = {**job[VOLUME], "pvc": self.claim}
        elif VOLUME in job:
            del job[VOLUME]
        if case.name == "gpu":
            job["gpuNumber"] = self._gpus
        if case.name == "deadline":
            job["activeDeadlineSeconds"] = PULL_SECONDS
        return {**message, "job": job}

    @property
    def _gpus(self) -> int:
        return min(GPUS, self.capabilities.gpus)

    @property
    def _missing(self) -> list[tuple[str, str]]:
        missing = []
        if not self.capabilities.gpus:
            missing.append(("gpu", "no node has nvidia.com/gpu to give"))
        if not self.capabilities.fargate:
            missing.append(("fargate", "no node is one of Fargate"))
        return missing
