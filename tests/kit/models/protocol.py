"""The protocol of intake and reporting, on a model of the cluster: each role as a generator that
pauses after every step that touches something outside, where a test may let it crash.
"""

from __future__ import annotations

import copy
import hashlib
import itertools
import json
from collections.abc import Generator
from typing import Any

from ansible_collections.sqs_k8s.jobs.plugins.module_utils.cluster import create_result
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.manifest import job_manifest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.objects import finalizers, keys, state
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report import (
    callbacks,
    deliveries,
    receipts,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report.exceptional import terminations
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.submit import (
    new_messages,
    outcomes,
    pilots,
    rejections,
)

from kit.builders.creations import without_pilots

Thing = dict[str, Any]
Steps = Generator[str, None, None]

NAMESPACE = "default"
LIMITS = {
    "retry_backoff": 5.0,
    "retry_backoff_max": 60.0,
    "retry_max_age": 1e9,
    "deduplication_window": 3600.0,
    "start_timeout": 600.0,
}


class Cluster:
    """Jobs, records and Pods, with names that are there once and patches that may not hold."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0
        self.things: dict[tuple[str, str], Thing] = {}
        self.pods: list[Thing] = []
        self.made: dict[str, set[str]] = {}  # id's digest to the uids of its Jobs
        self.rules_digest = "first"  # a digest of the operator's policy, template and variables
        self._numbers = itertools.count(1)

    def read(self, kind: str, digests: list[str] | None = None) -> list[Thing]:
        """Return copies of the things of a kind, as a client reads them."""
        found = [thing for (own, _), thing in self.things.items() if own == kind]
        wanted = [one for one in found if digests is None or state.id_label(one) in digests]
        return copy.deepcopy(wanted)

    def create(self, definition: Thing) -> Thing:
        """Create a thing, or answer that its name is taken, as the module's results say it."""
        key = (definition["kind"], definition["metadata"]["name"])
        if key in self.things:
            return {"error": {"msg": 'b\'{"code": 409, "message": "exists"}\''}}
        thing = copy.deepcopy(definition)
        uid = f"uid-{next(self._numbers)}"
        created = state.format_time(self.now)
        thing["metadata"].update(uid=uid, creationTimestamp=created, resourceVersion="1")
        self.things[key] = {"status": {}, "spec": {}, **thing}
        if key[0] == "Job":
            self.made.setdefault(state.id_label(thing), set()).add(uid)
            self.change(self.things[key], startTime=created)
        return {"result": {"metadata": {"uid": uid}}}

    def patch(self, patch: Thing) -> Thing:
        """Merge a patch into the thing as it was read; another version is a conflict."""
        key = (patch["kind"], patch["metadata"]["name"])
        thing = self.things.get(key)
        wanted = patch["metadata"].get("resourceVersion")
        if thing is None or thing["metadata"]["uid"] != patch["metadata"]["uid"]:
            return {"ok": False}
        if wanted not in (None, thing["metadata"]["resourceVersion"]):
            return {"ok": False}
        for name in ("annotations", "labels"):
            merged = {**thing["metadata"].get(name, {}), **patch["metadata"].get(name, {})}
            kept = {key: value for key, value in merged.items() if value is not None}
            thing["metadata"][name] = kept
        if "finalizers" in patch["metadata"]:
            thing["metadata"]["finalizers"] = patch["metadata"]["finalizers"]
        self.change(thing)
        self._collect(key)
        return {"ok": True}

    def delete(self, thing: Thing) -> None:
        """Delete a thing; a finalizer keeps a Job, without its Pods."""
        key = (thing["kind"], thing["metadata"]["name"])
        if key in self.things:
            self.things[key]["metadata"]["deletionTimestamp"] = state.format_time(self.now)
            uid = thing["metadata"]["uid"]
            self.pods = [pod for pod in self.pods if owner(pod) != uid]
            self.change(self.things[key])
            self._collect(key)

    def change(self, thing: Thing, **status: Any) -> None:
        """Change a thing's status, and with it its version."""
        thing["status"].update(status)
        version = int(thing["metadata"]["resourceVersion"]) + 1
        thing["metadata"]["resourceVersion"] = str(version)

    def start_pod(self, job: Thing) -> None:
        """Let a Pod of a Job run."""
        uid = f"pod-{next(self._numbers)}"
        metadata = {"name": uid, "uid": uid, "ownerReferences": [{"uid": job["metadata"]["uid"]}]}
        status = {"phase": "Running", "startTime": state.format_time(self.now)}
        self.pods.append({"metadata": metadata, "status": status})
        self.change(job, ready=1)

    def end(self, job: Thing, kind: str) -> None:
        """Let a Job end, once, as its controller does."""
        moment = state.format_time(self.now)
        self.change(job, conditions=[{"type": kind, "status": "True"}], completionTime=moment)

    def _collect(self, key: tuple[str, str]) -> None:
        metadata = self.things[key]["metadata"]
        if metadata.get("deletionTimestamp") and not metadata.get("finalizers"):
            del self.things[key]


def owner(pod: Thing) -> str:
    """Return the uid of the Job that owns a Pod."""
    return str(pod["metadata"]["ownerReferences"][0]["uid"])


def submit(cluster: Cluster, entries: list[Thing], settled: set[str]) -> Steps:
    """The role submit, and what the runner does with its outcomes: adds settled keys."""
    now = cluster.now
    digests = [entry["id_label"] for entry in entries]
    known = cluster.read("ConfigMap", digests)
    yield "records read"
    known += cluster.read("Job", digests)
    yield "jobs read"
    rendered = [_render(entry) for entry in new_messages.new_messages(entries, known, now=now)]
    results = []
    for one in pilots.chosen(rendered):
        results.append(cluster.create(one["manifest"]))
        yield "job created"
    shaped = {"result": {"results": results}} if results else {"skipped": True}
    found = outcomes.final_outcomes(
        outcomes.outcomes(entries, known, rendered, without_pilots(shaped), now=now)
    )
    rejected = rejections.rejections(found, cluster.rules_digest, NAMESPACE, now)
    for record in rejected["records"]:
        cluster.create(record)
        yield "record kept"
    patched = []
    for patch in rejected["reopenings"]:
        patched.append(cluster.patch(patch))
        yield "record reopened"
    found = rejections.rejections(
        rejected["outcomes"], cluster.rules_digest, NAMESPACE, now, patched={"patched": patched}
    )["outcomes"]
    for one in found:
        if one["outcome"] in (create_result.CREATED, outcomes.EXISTS) or one["delivered"]:
            settled.add(one["key"])


def report(cluster: Cluster, caller: Any) -> Steps:
    """The role report, for every id."""
    jobs, kept = cluster.read("Job"), cluster.read("ConfigMap")
    yield "things read"
    pods, now = copy.deepcopy(cluster.pods), cluster.now
    yield "pods read"
    jobs = yield from _end(cluster, jobs, pods, now)
    due = callbacks.callbacks_due([*jobs, *kept], pods, now)
    due += callbacks.callbacks_to_note(jobs, pods, now)
    yield from _tell(cluster, caller, due, now)
    yield from _let_go(
        cluster, finalizers.over([*jobs, *kept], now, LIMITS["deduplication_window"])
    )


def _end(
    cluster: Cluster, jobs: list[Thing], pods: list[Thing], now: float
) -> Generator[str, None, list[Thing]]:
    """Decide and delete where there is something to; the Jobs are read again only then."""
    decided = terminations.decided(jobs, pods, [], now, LIMITS)
    if not decided and not terminations.to_delete(jobs, pods, keep_late=False):
        return jobs
    for patch in decided:
        cluster.patch(patch)
        yield "end decided"
    jobs = cluster.read("Job")
    for thing in terminations.to_delete(jobs, pods, keep_late=False):
        cluster.delete(thing)
        yield "job deleted"
    return jobs


def _tell(cluster: Cluster, caller: Any, due: list[Thing], now: float) -> Steps:
    written = []
    for patch in deliveries.detail_patches(due):
        written.append(cluster.patch(patch))
        yield "detail written"
    results = []
    for chain in _chains(deliveries.sendable(due, {"patched": written})):
        going = True
        for one in chain:
            going = going and caller.hears(one)
            results.append({**one, "accepted": going, "error": None if going else "refused"})
            yield "told"
    for patch in receipts.receipt_patches(results, now, LIMITS):
        cluster.patch(patch)
        yield "receipt written"


def _let_go(cluster: Cluster, over: list[Thing]) -> Steps:
    for patch in finalizers.releases([thing for thing in over if thing["kind"] == "Job"]):
        cluster.patch(patch)
        yield "let go"
    for thing in finalizers.removals([one for one in over if one["kind"] == "ConfigMap"]):
        cluster.delete(thing)
        yield "record deleted"


def entry(message_id: str, key: str, body: str, valid: bool) -> Thing:
    """A message's entry, as the lookup plugin `messages` gives it."""
    from ansible_collections.sqs_k8s.jobs.plugins.module_utils.message.naming import id_label

    return {
        "key": key,
        "id": message_id,
        "id_label": id_label(message_id),
        "webhook": "http://caller.example/",
        "service": "example",
        "message": {"job": {"prefixName": "t", "namespace": NAMESPACE}} if valid else None,
        "warnings": [],
        "error": None if valid else {"errorCode": "A110", "message": "invalid"},
        "name_digits": 8,
        "body_sha256": hashlib.sha256(f"{message_id} {body}".encode()).hexdigest(),
        "send": key,
    }


def _render(one: Thing) -> Thing:
    name = f"t-{one['id_label'][:8]}"
    bare: Thing = {"apiVersion": "batch/v1", "kind": "Job"}
    bare["metadata"] = {"name": name, "namespace": NAMESPACE}
    made = job_manifest.stamp(bare, one)
    names = {name: one[name] for name in ("id_label", "body_sha256")}
    where = {"namespace": NAMESPACE, "name": name}
    return {
        **names,
        **where,
        "manifest": json.loads(json.dumps(made)),
        "error": None,
        "fault": None,
    }


def _chains(due: list[Thing]) -> list[list[Thing]]:
    chains: dict[str, list[Thing]] = {}
    for one in due:
        chains.setdefault(one["id_label"], []).append(one)
    return list(chains.values())


def is_held(job: Thing) -> bool:
    """Tell whether a Job has our finalizer."""
    return keys.FINALIZER in job["metadata"].get("finalizers", [])
