# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The operator's additions to every Job: the variables submit_job_*."""

from __future__ import annotations

from typing import Any

PREFIX = "submit_job_"
SERVICES = "services"


class InvalidJobDefaults(ValueError):
    """A variable is wrong, which is the operator's matter; names it."""


class JobDefaults:
    """The values for all services, and those of services with values of their own."""

    def __init__(self, variables: dict[str, Any]) -> None:
        """Take the variables, without their prefix; raise InvalidJobDefaults if one is wrong."""
        self._general = {name: variables[name] for name in variables if name != SERVICES}
        self._services: dict[str, dict[str, Any]] = {}
        for service, own in _object(variables.get(SERVICES, {}), SERVICES).items():
            where = "{0}.{1}".format(SERVICES, service)
            values = _object(own, where)
            for name in values:
                self._check(name, values[name], where)
            self._services[service] = {**self._general, **values}

    def of_service(self, service: str) -> dict[str, Any]:
        """Return the values for a service's messages, by the variables' names without prefix."""
        return self._services.get(service, self._general)

    def _check(self, name: str, value: Any, where: str) -> None:
        path = "{0}{1}.{2}".format(PREFIX, where, name)
        if name not in self._general:
            known = ", ".join(sorted(self._general))
            raise InvalidJobDefaults("{0} is none of {1}".format(path, known))
        general = self._general[name]
        if isinstance(general, (dict, list)) and not isinstance(value, type(general)):
            kind = "a dictionary" if isinstance(general, dict) else "a list"
            raise InvalidJobDefaults("{0} is not {1}".format(path, kind))


def _object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InvalidJobDefaults("{0}{1} is not a dictionary".format(PREFIX, where))
    return value
