"""Messages that fit the schema again, so that what a change did to the rest is seen."""

from __future__ import annotations

from typing import Any

from kit.builders.rendering import message, validator

ROUNDS = 3  # a part that is mended may break another limit
# A message that has every field.
RICH = message(
    "rich",
    command=["sh", "-c"],
    args=["a", "b"],
    env=[{"name": "A", "value": "b"}],
    envRef=[{"name": "a", "type": "configMap"}],
    serviceAccount="default",
    backoffLimit=1,
    resources={"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": 0.5}},
    nodeSelector={"matchKey": "a", "matchValue": "b"},
    toleration={"key": "a", "value": "b"},
    fargate={"key": "WorkerType", "value": "b"},
    volume={"mountPath": "data", "pvc": "claim"},
    gpuEnable=True,
    gpuNumber=2,
    imagePullPolicy="Always",
)


def mended(said: Any) -> Any:
    """Return a message in which what breaks the schema is as in a valid one, or gone."""
    for _ in range(ROUNDS):
        errors = list(validator().iter_errors(said))
        if not errors:
            break
        for error in errors:
            said = _replaced(said, list(error.absolute_path), error, RICH)
    return said


def _replaced(owner: Any, path: list[Any], error: Any, valid: Any) -> Any:
    """Return an object with another value at a path, which may be gone by now."""
    if not path:
        if error.validator == "required" and isinstance(owner, dict):
            missing = [name for name in error.validator_value if name not in owner]
            return {**owner, **{name: _of(valid, name) for name in missing}}
        return valid
    key, *rest = path
    if isinstance(owner, list) and key < len(owner):
        inner = _replaced(owner[key], rest, error, _of(valid, 0))
        return [*owner[:key], inner, *owner[key + 1 :]]
    if isinstance(owner, dict) and key in owner:
        return {**owner, key: _replaced(owner[key], rest, error, _of(valid, key))}
    return owner


def _of(valid: Any, key: Any) -> Any:
    try:
        return valid[key]
    except (LookupError, TypeError):
        return "a"
