"""Costs of reading, judging and rendering, against a text's size."""

from __future__ import annotations

import contextlib
import zlib
from random import Random

from ansible_collections.sqs_k8s.jobs.plugins.module_utils.manifest import job_manifest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.policy import checks
from kit.builders import rendering
from kit.builders.policies import rules

from fuzz import growth
from fuzz.lookups import Manifests

RULES = rules()
OWN = Manifests(rendering.TEMPLATE)


def clock(data: bytes) -> None:
    """A message costs as much as it is large, whatever grows in it, and so does a manifest."""
    random = Random(zlib.crc32(data))
    growth.check(_end_to_end, data.decode("utf-8", "surrogateescape"), random)
    growth.check(_parsed, data.decode("utf-8", "replace"), random)


def _end_to_end(text: str) -> None:
    entry = rendering.entry(text)
    if not entry["error"]:
        OWN.render(entry)


def _parsed(text: str) -> None:
    with contextlib.suppress(job_manifest.InvalidManifest, checks.Forbidden):
        made = job_manifest.parse(text)
        job_manifest.check(made, "t-1", "default")
        checks.check_job(made, RULES)
