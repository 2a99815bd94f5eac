# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Fields of a message that have no effect as it stands: warnings, and no failures."""

from __future__ import annotations

from typing import Any

GPU_NUMBER = "job.gpuNumber has no effect: a Job has GPUs where job.gpuEnable is true"
WORDS = (GPU_NUMBER,)


def warnings(message: dict[str, Any]) -> list[str]:
    """Return the warnings about a valid message's fields that have no effect."""
    job = message.get("job") or {}
    return [GPU_NUMBER] if "gpuNumber" in job and not job.get("gpuEnable") else []
