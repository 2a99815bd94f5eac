# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The parts of a message, as JSON Schemas side by side describe them."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]


class Part:
    """A part of a message, with the schemas that know it; none of them may."""

    def __init__(self, known: list[tuple[Any, Schema]]) -> None:
        """Take each schema with the definitions that it may refer to."""
        self.schemas = [_resolved(schema, definitions) for schema, definitions in known]
        self._definitions = [definitions for ignored, definitions in known]
        self._fields: dict[str, Part] = {}

    @classmethod
    def whole(cls, *schemas: Schema) -> Part:
        """Return the message as a whole."""
        return cls([(schema, schema.get("$defs", {})) for schema in schemas])

    def field(self, name: str) -> Part:
        """Return a field of it, as those schemas describe it that name the field."""
        if not any(name in schema.get("properties", ()) for schema in self.schemas):
            return UNKNOWN  # of those a message may have very many
        if name not in self._fields:
            self._fields[name] = self._inner(
                [schema.get("properties", {}).get(name) for schema in self.schemas]
            )
        return self._fields[name]

    def item(self) -> Part:
        """Return what each item of a list is."""
        return self._inner([schema.get("items", {}) for schema in self.schemas])

    def requires(self, name: str) -> bool:
        """Tell whether a field of it has to be there."""
        return any(name in schema.get("required", ()) for schema in self.schemas)

    def lists_fields(self) -> bool:
        """Tell whether every schema that knows it lists the fields that there are."""
        return bool(self.schemas) and all("properties" in schema for schema in self.schemas)

    def _inner(self, schemas: list[Any]) -> Part:
        each = zip(schemas, self._definitions)  # noqa: B905 - one each
        return Part([(schema, definitions) for schema, definitions in each if schema is not None])


UNKNOWN = Part([])


def validator_of(schema: Schema) -> Any:
    """Return a jsonschema validator, which compares no text with a pattern that is too long.

    The error has its length, and a pattern takes a hundred bytes for each character of some texts.
    """
    return _validator_class()(schema)


@functools.cache
def _validator_class() -> Any:
    import jsonschema  # which the machine may lack; who asks for a validator has looked

    whole = jsonschema.Draft202012Validator
    compare = whole.VALIDATORS["pattern"]

    def pattern(validator: Any, wanted: str, text: Any, schema: Schema) -> Iterator[Any]:
        is_long = isinstance(text, str) and len(text) > schema.get("maxLength", len(text))
        return iter(()) if is_long else compare(validator, wanted, text, schema)

    return jsonschema.validators.extend(whole, {"pattern": pattern})


def _resolved(schema: Any, definitions: Schema) -> Schema:
    """Return a schema with its references resolved; true or false lists nothing."""
    if not isinstance(schema, dict):
        return {}
    target = definitions.get(schema.get("$ref", "").removeprefix("#/$defs/"))
    return {**target, **schema} if isinstance(target, dict) else schema
