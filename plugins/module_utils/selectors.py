# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Label selectors by which the Jobs and records of ids are found."""

from __future__ import annotations

from typing import Any

from . import labels


def id_selector(entries: list[dict[str, Any]]) -> list[str]:
    """Return the label selector that finds the Jobs and records of these messages' ids."""
    return digest_selector([entry["id_label"] for entry in entries])


def digest_selector(digests: list[str]) -> list[str]:
    """Return the label selector that finds these ids' objects; none: those of every id."""
    if not digests:
        return [labels.ID_LABEL]
    return ["{0} in ({1})".format(labels.ID_LABEL, ",".join(sorted(set(digests))))]


def rejection_selector(digests: list[str]) -> list[str]:
    """Return the label selector that finds the records with these digests of their own."""
    return ["{0} in ({1})".format(labels.REJECTION_LABEL, ",".join(sorted(set(digests))))]


def record_selector(selector: list[str]) -> list[str]:
    """Return the label selector that finds the records of refused messages among them."""
    return [*selector, "{0}={1}".format(labels.RECORD_LABEL, labels.REFUSED_RECORD)]
