# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""YAML of a template around a message: ambiguous text is rejected."""

from __future__ import annotations

import re
from math import isfinite
from typing import Any, NoReturn

from ..common.printable import MAX_NAME_LENGTH, Place, path_of, printable
from ..common.pyyaml import yaml

MAX_DEPTH = 64
MAX_SIZE = 4 * 1024 * 1024  # characters, with each alias written out
LARGE = (
    64 * 1024
)  # characters, from which a text's values are counted before a tree is made of them
MAX_KEY = 512  # characters, as of a message's keys; Kubernetes takes some 300
VALUE_SIZE = 32  # characters that a value counts as, beside its own text

_TOO_LARGE = "larger than the limit of {0} characters, aliases written out"
_TOO_DEEP = "nested deeper than the limit of {0}"
_TOO_DEEP_FOR_LIBYAML = "exceeded maximum nesting depth"
_TAG = "tag:yaml.org,2002:"
_MERGE = _TAG + "merge"
_DIRECTIVE = re.compile("(?:^|[\r\n\x85\u2028\u2029])\ufeff?%")
# YAML 1.1 reads 1:30 as a number to the base of 60: nobody means it, and a long one takes long.
_NUMBERS = (_TAG + "int", _TAG + "float")
_LARGEST = 2**63


class InvalidYaml(ValueError):
    """The text is not YAML for one JSON value; its text has the fault and its place."""


def load(text: str) -> Any:
    """Read text as one YAML document with values that JSON can carry.

    Keys are text and none is there twice; anchors, aliases and merge keys are written out.
    """
    _refuse_directives(text)
    try:
        if len(text) > LARGE:
            _count_values(text)
        loader = _loader()(text)
        try:
            node = loader.get_single_node()
            return None if node is None else _Reader(loader).read(node, None, 0)
        finally:
            loader.dispose()
    except InvalidYaml:
        raise
    except (yaml.YAMLError, ValueError, RecursionError) as exc:
        mark = _too_deep(text)
        if mark is not None:
            _refuse_at(mark, _TOO_DEEP, MAX_DEPTH)
        raise InvalidYaml(_words(exc)) from exc


def _loader() -> Any:
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _refuse_directives(text: str) -> None:
    """Raise InvalidYaml for a directive: each is compared with all before it."""
    found = _DIRECTIVE.search(text)
    if found:
        words = "no usable YAML in line {0}: a line begins with %, as a directive does"
        raise InvalidYaml(words.format(text.count("\n", 0, found.end()) + 1))


def _count_values(text: str) -> None:
    """Raise InvalidYaml for a text with too many values: a tree of them takes seconds."""
    size = 0
    for event in yaml.parse(text, _loader()):
        if isinstance(event, yaml.ScalarEvent):
            size += len(event.value)
        if isinstance(event, yaml.NodeEvent):
            size += VALUE_SIZE
        if size > MAX_SIZE:
            _refuse_at(event.start_mark, _TOO_LARGE, MAX_SIZE)


def _too_deep(text: str) -> Any:
    """Return where text that cannot be read to its end is nested too deep, if it is.

    PyYAML and libyaml give up at different depths, and each in words of its own.
    """
    depth = 0
    try:
        for event in yaml.parse(text, _loader()):
            if isinstance(event, yaml.CollectionStartEvent):
                if depth > MAX_DEPTH:
                    return event.start_mark
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    except (yaml.YAMLError, ValueError) as exc:
        if getattr(exc, "problem", None) == _TOO_DEEP_FOR_LIBYAML:
            return getattr(exc, "problem_mark", None)
    return None


def _words(exc: Exception) -> str:
    mark = getattr(exc, "problem_mark", None)
    where = " in line {0}".format(mark.line + 1) if mark else ""
    return "not YAML{0}: {1}".format(where, getattr(exc, "problem", None) or exc)


class _Reader:
    """Turns nodes into values, and counts what that makes."""

    def __init__(self, loader: Any) -> None:
        self._size = 0
        self._scalars = {
            _TAG + "str": loader.construct_scalar,
            _TAG + "int": loader.construct_yaml_int,
            _TAG + "float": loader.construct_yaml_float,
            _TAG + "bool": loader.construct_yaml_bool,
            _TAG + "null": loader.construct_yaml_null,
        }

    def read(self, node: Any, place: Place, depth: int) -> Any:
        """Return a node's value. An alias of a node around it ends at the limit of depth."""
        self._count(node, len(node.value) if isinstance(node, yaml.ScalarNode) else 0, depth)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, place)
        if isinstance(node, yaml.MappingNode) and node.tag == _TAG + "map":
            return self._object(node, place, depth)
        if isinstance(node, yaml.SequenceNode) and node.tag == _TAG + "seq":
            return [
                self.read(inner, (place, index), depth + 1)
                for index, inner in enumerate(node.value)
            ]
        return _refuse_type(node, place)

    def _count(self, node: Any, length: int, depth: int) -> None:
        self._size += length + VALUE_SIZE
        if self._size > MAX_SIZE:
            _refuse(node, _TOO_LARGE, MAX_SIZE)
        if depth > MAX_DEPTH:
            _refuse(node, _TOO_DEEP, MAX_DEPTH)

    def _scalar(self, node: Any, place: Place) -> Any:
        construct = self._scalars.get(node.tag)
        if construct is None or (":" in node.value and node.tag in _NUMBERS):
            return _refuse_type(node, place)
        try:
            value = construct(node)
        except (ValueError, LookupError):
            return _refuse_type(node, place)
        if isinstance(value, float) and not isfinite(value):
            _refuse(node, "{0} is not a number that JSON can carry", path_of(place))
        if isinstance(value, int) and not -_LARGEST <= value < _LARGEST:
            _refuse(node, "{0} is a number of more than 64 bits", path_of(place))
        return value

    def _object(self, node: Any, place: Place, depth: int) -> dict[str, Any]:
        own: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        keys = set()
        for key_node, value_node in node.value:
            key = key_node.value
            self._count(key_node, len(key), depth)
            if key_node.tag not in (_TAG + "str", _MERGE) or not isinstance(key, str):
                _refuse(key_node, "a key in {0} is not text: quote it", _where(place))
            if len(key) > MAX_KEY:
                _refuse(key_node, "a key in {0} is longer than {1}", _where(place), MAX_KEY)
            if (key, key_node.tag) in keys:
                _refuse(key_node, "the key {0!r} is there twice in {1}", _name(key), _where(place))
            keys.add((key, key_node.tag))
            if key_node.tag == _MERGE:
                merged = self._merged(value_node, place, depth)
            else:
                own[key] = self.read(value_node, (place, key), depth + 1)
        return {**merged, **own}

    def _merged(self, node: Any, place: Place, depth: int) -> dict[str, Any]:
        """Return the fields of a merge key; the first of two objects wins."""
        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
        found: dict[str, Any] = {}
        for inner in nodes:
            value = self.read(inner, place, depth + 1)
            if not isinstance(value, dict):
                _refuse(node, "what is merged into {0} is not an object", _where(place))
            for key, one in value.items():
                found.setdefault(key, one)
        return found


def _refuse(node: Any, words: str, *what: Any) -> NoReturn:
    _refuse_at(node.start_mark, words, *what)


def _refuse_at(mark: Any, words: str, *what: Any) -> NoReturn:
    line = mark.line + 1
    raise InvalidYaml("no usable YAML in line {0}: {1}".format(line, words.format(*what)))


def _refuse_type(node: Any, place: Place) -> NoReturn:
    kind = _name(str(node.tag).removeprefix(_TAG))
    _refuse(node, "{0} is of the type {1}: quote it if it is text", _where(place), kind)


def _where(place: Place) -> str:
    return path_of(place) or "the result"


def _name(text: str) -> str:
    return printable(text, MAX_NAME_LENGTH)
