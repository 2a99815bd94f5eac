"""Names of settings: a mistyped one is an error that says the nearest that there is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches

from sqs_k8s_jobs.errors import OperatorError

# Of no setting: the file with them, and the file of the callback plugin status.
OTHERS = ("CONFIG", "EVENTS_FILE")
# What Kubernetes puts into Pods beside a Service of this name.
_SERVICE_LINK = re.compile(r"SERVICE_HOST|SERVICE_PORT(_.*)?|PORT(_[0-9]+_.*)?")


def check(names: Iterable[object], known: Collection[str], place: str) -> None:
    """Raise OperatorError where a place has names that are no settings'."""
    unknown = [str(name) for name in names if name not in known]
    if unknown:
        said = "; ".join(_with_nearest(name, known) for name in unknown)
        raise OperatorError(
            f"{place} has what is no setting: {said}. sqs-k8s-jobs run --help lists the settings"
        )


def check_environment(environment: Mapping[str, str], prefix: str, names: Iterable[str]) -> None:
    """Raise OperatorError where a variable with this prefix is no setting's."""
    ends = [one.removeprefix(prefix) for one in environment if one.startswith(prefix)]
    given = [prefix + end for end in ends if end not in OTHERS and not _SERVICE_LINK.fullmatch(end)]
    check(given, [prefix + name.upper() for name in names], "the environment")


def _with_nearest(name: str, known: Collection[str]) -> str:
    nearest = get_close_matches(name, known, 1)
    return f"{name} (did you mean {nearest[0]}?)" if nearest else name
