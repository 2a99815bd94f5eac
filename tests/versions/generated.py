"""Files made from the list of versions: a page, the ignore files of Galaxy's tests, metadata."""

from __future__ import annotations

import re
from pathlib import Path

import jinja2

from .listed import Versions

TEMPLATES = Path(__file__).parent
PAGE = "docs/reference/versions.md"


def files(versions: Versions, root: Path) -> dict[str, str]:
    """Return the texts that follow from the list, by their paths below the project's folder."""
    texts = {PAGE: page(versions)}
    ignored = "".join(f"{one.path} {one.rule} # {one.why}\n" for one in versions.exceptions)
    for core in versions.cores:
        texts[f"tests/sanity/ignore-{core.version}.txt"] = ignored
    runtime = (root / "meta" / "runtime.yml").read_text("utf-8")
    oldest = versions.cores[0].version
    texts["meta/runtime.yml"] = _replaced(
        runtime, r'(requires_ansible: ">=)[^"]+', rf"\g<1>{oldest}.0"
    )
    texts["pyproject.toml"] = _project((root / "pyproject.toml").read_text("utf-8"), versions)
    texts["Makefile"] = _replaced(
        (root / "Makefile").read_text("utf-8"),
        r"(?m)^(PYTHONS := ).*$",
        r"\g<1>" + " ".join(one.version for one in reversed(versions.pythons)),
    )
    return texts


def write(versions: Versions, root: Path) -> None:
    """Write them, and remove ignore files of an ansible-core that is no longer listed."""
    texts = files(versions, root)
    for old in (root / "tests" / "sanity").glob("ignore-*.txt"):
        if f"tests/sanity/{old.name}" not in texts:
            old.unlink()
    for path, text in texts.items():
        (root / path).write_text(text, "utf-8")


def page(versions: Versions) -> str:
    """Return docs/reference/versions.md."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("versions.md.j2").render(versions=versions)


def _project(text: str, versions: Versions) -> str:
    """Return pyproject.toml with the runner's bounds."""
    cores = versions.for_runner()
    bounds = {
        r'(requires-python = ")[^"]+': f">={versions.pythons[0].version}",
        r'("ansible-core)>=[^"]+': f">={cores[0].version},<{_next(cores[-1].version)}",
        r'("kubernetes)>=[^"]+': _of_clients(versions),
    }
    for pattern, bound in bounds.items():
        text = _replaced(text, pattern, rf"\g<1>{bound}")
    return text


def _of_clients(versions: Versions) -> str:
    """The bounds of the client."""
    broken = "".join(f",!={version}" for version in versions.broken_clients)
    return f">={versions.oldest_client},<{int(versions.newest_client) + 1}{broken}"


def _next(version: str) -> str:
    """The minor version after this one."""
    major, minor = version.split(".")
    return f"{major}.{int(minor) + 1}"


def _replaced(text: str, pattern: str, by: str) -> str:
    """Return the text with its one place of a pattern replaced."""
    found, count = re.subn(pattern, by, text)
    assert count == 1, f"{pattern}: {count} places, not one"
    return found
