"""The list of versions, read from versions.yml: types, and what it may not say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("versions.yml")
WHOLE, BRIEF = "whole", "brief"


@dataclass(frozen=True)
class Python:
    """A minor version of Python, and the month until which it gets security fixes."""

    version: str
    until: str


@dataclass(frozen=True)
class Core:
    """A minor version of ansible-core, and the Pythons that it runs on."""

    version: str
    pythons: tuple[str, ...]
    runner: bool
    until: str
    note: str = ""


@dataclass(frozen=True)
class Kubernetes:
    """A minor version of Kubernetes; test clusters are built of `programs`, where it is named."""

    version: str
    until: str
    programs: str = ""
    kwok: str = ""


@dataclass(frozen=True)
class Stack:
    """One combination that `make verify` runs."""

    name: str
    runs: str
    python: str
    ansible_core: str
    client: str
    kubernetes: str
    optional: bool = False


@dataclass(frozen=True)
class SanityException:
    """An exception for ansible-test: a rule of a file, and why."""

    path: str
    rule: str
    why: str


@dataclass(frozen=True)
class Versions:
    """All of it."""

    pythons: tuple[Python, ...]
    cores: tuple[Core, ...]
    kubernetes: tuple[Kubernetes, ...]
    oldest_client: str
    newest_client: str
    broken_clients: dict[str, str]  # versions that cannot be used, with why
    stacks: tuple[Stack, ...]
    exceptions: tuple[SanityException, ...]

    def core(self, version: str) -> Core:
        """Return the ansible-core of a version; ValueError says where it would have to be added."""
        for one in self.cores:
            if one.version == version:
                return one
        raise ValueError(
            f"ansible-core {version} is not in {FILE.name}, so nothing is tested with it"
        )

    def stack(self, name: str) -> Stack:
        """Return the stack of a name; ValueError says which there are."""
        for one in self.stacks:
            if one.name == name:
                return one
        raise ValueError(f"there is no stack {name}; there are {', '.join(names(self.stacks))}")

    def for_runner(self) -> list[Core]:
        return [one for one in self.cores if one.runner]


def names(stacks: tuple[Stack, ...]) -> list[str]:
    return [one.name for one in stacks]


def load(path: Path = FILE) -> Versions:
    """Read the list; TypeError names a word that it may not have."""
    said: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    clients = said.pop("clients")
    cores = [{**one, "pythons": tuple(one["pythons"])} for one in said.pop("ansible_cores")]
    return Versions(
        pythons=tuple(Python(**one) for one in said.pop("pythons")),
        cores=tuple(Core(**one) for one in cores),
        kubernetes=tuple(Kubernetes(**one) for one in said.pop("kubernetes")),
        oldest_client=clients["oldest"],
        newest_client=clients["newest"],
        broken_clients=clients["without"],
        stacks=tuple(Stack(**one) for one in said.pop("stacks")),
        exceptions=tuple(SanityException(**one) for one in said.pop("exceptions")),
        **said,
    )
