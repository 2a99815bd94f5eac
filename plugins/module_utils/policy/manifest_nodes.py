# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The parts of a manifest by type: a part of a wrong type is rejected."""

from __future__ import annotations

from typing import Any, Optional

from ..manifest.job_manifest import InvalidManifest


class ManifestNode:
    """One object in a manifest, and its path; what is null counts as not given."""

    def __init__(self, fields: dict[str, Any], path: str = "") -> None:
        self.fields = fields
        self.path = path

    def at(self, name: str) -> str:
        """Return a field's path."""
        return "{0}.{1}".format(self.path, name) if self.path else name

    def get(self, name: str) -> Any:
        """Return a field's value, of whatever type."""
        return self.fields.get(name)

    def text(self, name: str) -> str:
        """Return a text, empty where there is none."""
        return self._of_type(name, str, "text") or ""

    def whole(self, name: str) -> Optional[int]:
        """Return a whole number, if there is one."""
        number: Optional[int] = self._of_type(name, int, "a whole number")
        return number

    def part(self, name: str) -> ManifestNode:
        """Return an object within this object, empty where there is none."""
        return ManifestNode(self._of_type(name, dict, "an object") or {}, self.at(name))

    def items(self, name: str) -> list[Any]:
        """Return a list, empty where there is none."""
        return self._of_type(name, list, "a list") or []

    def parts(self, name: str) -> list[ManifestNode]:
        """Return the objects of a list."""
        found = []
        for index, value in enumerate(self.items(name)):
            path = "{0}[{1}]".format(self.at(name), index)
            if not isinstance(value, dict):
                raise InvalidManifest("{0} in the template's result is not an object".format(path))
            found.append(ManifestNode(value, path))
        return found

    def _of_type(self, name: str, kind: type, words: str) -> Any:
        value = self.fields.get(name)
        # In Python a bool is an int as well.
        if value is None or (isinstance(value, kind) and value is not True and value is not False):
            return value
        where = self.at(name)
        raise InvalidManifest("{0} in the template's result is not {1}".format(where, words))


class Pod:
    """The pods of a Job's manifest."""

    def __init__(self, manifest: dict[str, Any]) -> None:
        template = ManifestNode(manifest).part("spec").part("template")
        self.annotations = template.part("metadata").part("annotations")
        self.spec = template.part("spec")
        self.init_containers = self.spec.parts("initContainers")
        self.app_containers = self.spec.parts("containers")
        self.containers = [*self.init_containers, *self.app_containers]
        self.volumes = self.spec.parts("volumes")
        self.context = self.spec.part("securityContext")
        self.container_contexts = [one.part("securityContext") for one in self.containers]
        self.contexts = [self.context, *self.container_contexts]
