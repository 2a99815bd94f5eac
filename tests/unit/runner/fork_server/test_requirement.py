"""A patch's requirements: whether they are met, and the words if not."""

import functools
import sys
import types

import pytest
from sqs_k8s_jobs.fork_server.ansible_patches.patch import PYTHON, NotNeeded, Patch, PatchState
from sqs_k8s_jobs.fork_server.ansible_patches.requirement import Mismatch, Requirement
from sqs_k8s_jobs.fork_server.cache import DiskCache


def example(first, second=None, *, third=None):
    """A function of a library."""
    return len(first), second, third


def wrapped(*arguments, **keywords):
    """One around it, as a decorator makes it."""
    return example(*arguments, **keywords)


@pytest.fixture
def library(monkeypatch):
    """A library with a function, a class and a value."""
    made = types.ModuleType("library")
    made.function, made.value = example, made
    made.decorated = functools.wraps(example)(wrapped)
    made.Owner = type("Owner", (), {"function": staticmethod(example)})
    monkeypatch.setitem(sys.modules, "library", made)
    return made


@pytest.mark.parametrize(
    "needed",
    [
        Requirement("library", "function"),
        Requirement("library", "function", "first second * third"),
        Requirement("library", "Owner.function", "first second * third", uses="len"),
        Requirement("library", "decorated", uses="len"),
        Requirement("library", "value"),
        Requirement("atexit", "_clear"),
    ],
    ids=str,
)
@pytest.mark.usefixtures("library")
def test_what_is_as_known_is_let_through(needed):
    needed.check()


@pytest.mark.parametrize(
    ("needed", "words"),
    [
        (
            Requirement("no_library", "x"),
            "no_library cannot be imported: No module named 'no_library'",
        ),
        (Requirement("library", "gone"), "library.gone is not there"),
        (Requirement("library", "Owner.gone"), "library.Owner.gone is not there"),
        (
            Requirement("library", "function", "first * third"),
            "library.function takes (first second * third), not (first * third)",
        ),
        (
            Requirement("library", "function", uses="len str ord"),
            "library.function does not use ord, str",
        ),
        (Requirement("library", "value", uses="len"), "library.value does not use len"),
        (Requirement("library", "value", being=sys), f"library.value is no longer {sys!r}"),
    ],
    ids=str,
)
@pytest.mark.usefixtures("library")
def test_what_is_missing_or_has_changed_is_named(needed, words):
    with pytest.raises(Mismatch) as unknown:
        needed.check()

    assert str(unknown.value) == words


@pytest.mark.usefixtures("library")
def test_what_takes_no_parameters_that_one_can_see_is_unknown():
    with pytest.raises(Mismatch, match=r"library\.value takes \(what <module 'library'> takes\)"):
        Requirement("library", "value", "first").check()


@pytest.mark.parametrize(
    ("function", "takes"),
    [
        (lambda *some: some, "*some"),
        (lambda *some, named=1: (some, named), "*some named"),
        (lambda **all_named: all_named, "**all_named"),
        (lambda one, *, named: (one, named), "one * named"),
        (lambda: None, ""),
    ],
)
def test_parameters_are_written_as_in_a_definition(function, takes, library):
    library.function = function

    Requirement("library", "function", takes).check()


def patch(install, *requirements, **more):
    return Patch("a patch", PYTHON, requirements, install, **more)


@pytest.mark.usefixtures("library")
def test_it_is_applied_where_all_is_known(tmp_path):
    install = []

    state = patch(install.append, Requirement("library", "value")).apply(DiskCache(str(tmp_path)))

    assert state.applied
    assert state.reason is None
    assert state.library.startswith("Python 3.")
    assert len(install) == 1


@pytest.mark.usefixtures("library")
def test_it_is_not_applied_where_something_is_unknown(tmp_path):
    install = []

    state = patch(install.append, Requirement("library", "gone")).apply(DiskCache(str(tmp_path)))

    assert (state.applied, state.needed) == (False, True)
    assert state.reason == "library.gone is not there"
    assert install == []


@pytest.mark.parametrize(
    ("raised", "needed", "words"),
    [
        (NotNeeded("it is so already"), False, "it is so already"),
        (Mismatch("library.x is not there"), True, "library.x is not there"),
        (AttributeError("no x"), True, "no x"),
        (KeyError(), True, "KeyError"),
    ],
)
def test_why_it_could_not_be_applied_is_said(raised, needed, words, tmp_path):
    def install(_cache):
        raise raised

    state = patch(install).apply(DiskCache(str(tmp_path)))

    assert (state.applied, state.needed, state.reason) == (False, needed, words)


def test_a_library_without_a_version_has_its_name():
    state = Patch("a", "no-such-distribution", (), lambda _: None).apply(DiskCache("/nowhere"))

    assert state == PatchState("a", "no-such-distribution", True)
