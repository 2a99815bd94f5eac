"""What a short cut needs: whether it is what we know, and in what words it is not."""

import functools
import sys
import types

import pytest
from sqs_k8s_jobs.fork_server.ansible_patches.patch import PYTHON, NotNeeded, ShortCut, State
from sqs_k8s_jobs.fork_server.ansible_patches.requirement import Needed, Unknown
from sqs_k8s_jobs.fork_server.cache import Kept


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
        Needed("library", "function"),
        Needed("library", "function", "first second * third"),
        Needed("library", "Owner.function", "first second * third", uses="len"),
        Needed("library", "decorated", uses="len"),
        Needed("library", "value"),
        Needed("atexit", "_clear"),
    ],
    ids=str,
)
@pytest.mark.usefixtures("library")
def test_what_is_as_known_is_let_through(needed):
    needed.check()


@pytest.mark.parametrize(
    ("needed", "words"),
    [
        (Needed("no_library", "x"), "no_library cannot be imported: No module named 'no_library'"),
        (Needed("library", "gone"), "library.gone is not there"),
        (Needed("library", "Owner.gone"), "library.Owner.gone is not there"),
        (
            Needed("library", "function", "first * third"),
            "library.function takes (first second * third), not (first * third)",
        ),
        (
            Needed("library", "function", uses="len str ord"),
            "library.function does not use ord, str",
        ),
        (Needed("library", "value", uses="len"), "library.value does not use len"),
        (Needed("library", "value", being=sys), f"library.value is no longer {sys!r}"),
    ],
    ids=str,
)
@pytest.mark.usefixtures("library")
def test_what_is_missing_or_has_changed_is_named(needed, words):
    with pytest.raises(Unknown) as unknown:
        needed.check()

    assert str(unknown.value) == words


@pytest.mark.usefixtures("library")
def test_what_takes_no_parameters_that_one_can_see_is_unknown():
    with pytest.raises(Unknown, match=r"library\.value takes \(what <module 'library'> takes\)"):
        Needed("library", "value", "first").check()


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

    Needed("library", "function", takes).check()


def cut(put_in, *needs, **more):
    return ShortCut("a short cut", PYTHON, needs, put_in, **more)


@pytest.mark.usefixtures("library")
def test_it_is_put_in_where_all_is_known(tmp_path):
    put_in = []

    state = cut(put_in.append, Needed("library", "value")).use(Kept(str(tmp_path)))

    assert state.in_use
    assert state.why_not is None
    assert state.of.startswith("Python 3.")
    assert len(put_in) == 1


@pytest.mark.usefixtures("library")
def test_it_is_not_put_in_where_something_is_unknown(tmp_path):
    put_in = []

    state = cut(put_in.append, Needed("library", "gone")).use(Kept(str(tmp_path)))

    assert (state.in_use, state.needed) == (False, True)
    assert state.why_not == "library.gone is not there"
    assert put_in == []


@pytest.mark.parametrize(
    ("raised", "needed", "words"),
    [
        (NotNeeded("it is so already"), False, "it is so already"),
        (Unknown("library.x is not there"), True, "library.x is not there"),
        (AttributeError("no x"), True, "no x"),
        (KeyError(), True, "KeyError"),
    ],
)
def test_why_it_could_not_be_put_in_is_said(raised, needed, words, tmp_path):
    def put_in(_kept):
        raise raised

    state = cut(put_in).use(Kept(str(tmp_path)))

    assert (state.in_use, state.needed, state.why_not) == (False, needed, words)


def test_a_library_without_a_version_has_its_name():
    state = ShortCut("a", "no-such-distribution", (), lambda _: None).use(Kept("/nowhere"))

    assert state == State("a", "no-such-distribution", True)
