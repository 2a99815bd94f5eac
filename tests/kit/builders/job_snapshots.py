"""Snapshots of a Job in the cluster, made up by hypothesis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from .objects import job, pod
from .statuses import COMPLETE, CREATED, FAILED, Thing, condition, running, terminated, waiting

OPEN = st.sampled_from([None, condition("FailureTarget"), condition("Failed", status="False")])
ENDS = st.sampled_from([COMPLETE, FAILED])
SETTLED = st.sampled_from(["", "0", "0 1", "0 1 1.uid-of-b", "0 1 2", "0 3", "0 1 99", "99"])
_ENDED = [terminated(0, "Completed"), terminated(3), terminated(128, "StartError")]
_COUNTS = st.fixed_dictionaries(
    {"startTime": st.sampled_from([None, CREATED]), "completionTime": st.just(CREATED)},
    optional={name: st.integers(0, 2) for name in ("ready", "succeeded", "failed")},
)
_PODS = st.lists(
    st.builds(
        pod,
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["Pending", "Running", "Succeeded", "Failed", "Unknown"]),
        start=st.sampled_from([None, CREATED, "2026-01-01T00:00:05Z"]),
        container=st.sampled_from([None, running(), waiting(), *_ENDED]),
    ),
    max_size=3,
    unique_by=lambda one: one["metadata"]["uid"],
)


@dataclass(frozen=True)
class Snapshot:
    """A Job's state and its pods at one moment; so many callbacks are accepted then."""

    ended: Thing | None
    status: dict[str, Any]
    deleted: bool
    pods: list[Thing]
    accepting: int
    seconds: int  # since the look before

    def job(self, **more: Any) -> Thing:
        """A Job of this state."""
        return job(ended=self.ended, deleted=self.deleted, **self.status, **more)

    def seen(self, thing: Thing) -> Thing:
        """A Job that has come into this state; what was written onto it stays."""
        metadata = dict(thing["metadata"])
        if self.deleted:
            metadata["deletionTimestamp"] = CREATED
        return {**thing, "metadata": metadata, "status": self.job()["status"]}


def snapshots(
    ended: st.SearchStrategy[Any], deleted: st.SearchStrategy[bool] | None = None
) -> st.SearchStrategy[Snapshot]:
    """Looks at a Job that has ended so."""
    return st.builds(
        Snapshot,
        ended,
        _COUNTS,
        st.just(False) if deleted is None else deleted,
        _PODS,
        st.integers(0, 3),
        st.integers(0, 700),
    )
