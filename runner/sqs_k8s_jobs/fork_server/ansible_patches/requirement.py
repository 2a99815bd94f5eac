"""Requirements of a patch on another library, compared with the known version."""

from __future__ import annotations

import importlib
import inspect
from dataclasses import dataclass
from typing import Any

_PREFIXES: dict[Any, str] = {
    inspect.Parameter.VAR_POSITIONAL: "*",
    inspect.Parameter.VAR_KEYWORD: "**",
}


class Mismatch(Exception):
    """A required part is missing or unknown; its text has the part and the difference."""


@dataclass(frozen=True)
class Requirement:
    """Something of a module by its path, and what we know of it."""

    module: str
    path: str
    takes: str | None = None  # a function's parameters; after * they go by their names alone
    uses: str = ""  # names in a function's code
    being: Any = None  # the very object that it is

    def __str__(self) -> str:
        return f"{self.module}.{self.path}"

    def check(self) -> None:
        """Raise Mismatch unless it is as known. Other errors of an import pass."""
        found = self._found()
        if self.takes is not None and _parameters(found) != self.takes:
            raise Mismatch(f"{self} takes ({_parameters(found)}), not ({self.takes})")
        missing = set(self.uses.split()) - _names(found) if self.uses else ()
        if missing:
            raise Mismatch(f"{self} does not use {', '.join(sorted(missing))}")
        if self.being is not None and found is not self.being:
            raise Mismatch(f"{self} is no longer {self.being!r}")

    def _found(self) -> Any:
        try:
            found: Any = importlib.import_module(self.module)
            for name in self.path.split("."):
                found = getattr(found, name)
        except ImportError as exc:
            raise Mismatch(f"{self.module} cannot be imported: {exc}") from exc
        except AttributeError:
            raise Mismatch(f"{self} is not there") from None
        return found


def _parameters(function: Any) -> str:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return f"what {function!r} takes"
    words: list[str] = []
    for one in parameters:
        if one.kind is one.KEYWORD_ONLY and not any(word.startswith("*") for word in words):
            words.append("*")
        words.append(_PREFIXES.get(one.kind, "") + one.name)
    return " ".join(words)


def _names(function: Any) -> set[str]:
    code = getattr(inspect.unwrap(function), "__code__", None)
    return set(code.co_names) if code else set()
