# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Names of the roles' variables: one that no role reads changes nothing, and is mistyped."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from pathlib import Path

ALL_OURS = "submit_"  # of the other prefixes somebody has variables for other things
_NAME = re.compile(r"\b(?:submit|report|deploy)_[a-z0-9_]+")


def known_names(folders: Iterable[Path]) -> set[str]:
    """Return the variables that are named in the files of these folders, or in these files."""
    files = [one for folder in folders for one in (folder, *folder.rglob("*")) if one.is_file()]
    return {name for one in files for name in _NAME.findall(one.read_text("utf-8", "replace"))}


def mistyped(given: Iterable[str], known: Collection[str]) -> list[str]:
    """Return a line for each of the given variables that has no effect."""
    unknown = sorted(name for name in given if _NAME.fullmatch(name) and name not in known)
    found = []
    for name in unknown:
        prefix = name[: name.index("_") + 1]
        ends = [one.removeprefix(prefix) for one in known if one.startswith(prefix)]
        is_ours = prefix == ALL_OURS
        nearest = get_close_matches(name.removeprefix(prefix), ends, 1, 0.6 if is_ours else 0.8)
        words = "no role reads the variable {0}".format(name)
        if nearest:
            found.append("{0}: did you mean {1}?".format(words, prefix + nearest[0]))
        elif is_ours:
            found.append(words)
    return found
