"""Backpressure: a leader whose reports are behind leaves messages to the other replicas."""

from __future__ import annotations

from dataclasses import dataclass

from sqs_k8s_jobs.cluster.leader import AlwaysLeader, Leader
from sqs_k8s_jobs.workqueue.workqueue import WorkQueue


@dataclass(frozen=True)
class Backpressure:
    """Backpressure: the leader leaves messages to other runners while its reports are behind."""

    leader: Leader | AlwaysLeader
    workqueue: WorkQueue
    limit: int  # ids that may wait for a report

    def __call__(self) -> bool:
        """Tell whether it is the leader of several, and its reports are behind."""
        return (
            self.leader.has_others()
            and self.leader.is_leader()
            and self.workqueue.depth() >= self.limit
        )
