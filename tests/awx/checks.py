"""AWX's checks of objects: None, or the error."""

from __future__ import annotations

import re
from typing import Any

from dateutil.rrule import rrulestr
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

Thing = dict[str, Any]
REQUIRED = {
    "execution_environments": ("image",),
    "credential_types": ("kind",),
    "credentials": ("credential_type",),
    "hosts": ("inventory",),
    "inventories": ("organization",),
    "job_templates": ("project", "playbook", "inventory"),
    "schedules": ("unified_job_template", "rrule"),
}
SURVEY: dict[str, type] = {"name": str, "description": str, "spec": list}
QUESTION: dict[str, type] = {"type": str, "question_name": str, "variable": str, "required": bool}
TYPES = ("text", "textarea", "password", "multiplechoice", "multiselect", "integer", "float")


def fields(kind: str, data: Thing, playbooks: set[str]) -> Thing | None:
    """Tell which fields of an object are wrong."""
    for name in ("name", *REQUIRED.get(kind, ())):
        if not data.get(name):
            return {name: ["This field is required."]}
    if kind == "job_templates" and data["playbook"] not in playbooks:
        return {"playbook": ["Playbook not found for project."]}
    if kind == "credential_types":
        return _injectors(data)
    if kind == "schedules":
        return _rule(data["rrule"])
    return None


def inputs(data: Thing, type_of: Thing) -> Thing | None:
    """Tell what is wrong with a credential's inputs."""
    known = {field["id"] for field in type_of["inputs"]["fields"]}
    if more := set(data["inputs"]) - known:
        return {"inputs": [f"Additional properties are not allowed: {sorted(more)}"]}
    if missing := set(type_of["inputs"].get("required", [])) - set(data["inputs"]):
        return {"inputs": [f"required: {sorted(missing)}"]}
    return None


def survey(spec: Thing) -> str | None:
    """Tell what is wrong with a survey."""
    for name, wanted in SURVEY.items():
        if not isinstance(spec.get(name), wanted):
            return f"Field '{name}' is missing from survey spec, or of another type."
    for question in spec["spec"]:
        for name, wanted in QUESTION.items():
            if not isinstance(question.get(name), wanted):
                return f"'{name}' missing from survey question, or of another type."
        if question["type"] not in TYPES:
            return f"'{question['type']}' is not one of the allowed question types."
        if not all(isinstance(question.get(limit, 0), int) for limit in ("min", "max")):
            return "The min and max limits are expected to be integers."
    return None if spec["spec"] else "'spec' doesn't contain any items."


def _injectors(data: Thing) -> Thing | None:
    injectors = data["injectors"]
    if set(injectors) - {"file", "env", "extra_vars"}:
        return {"injectors": ["Additional properties are not allowed."]}
    known: Thing = {field["id"]: "EXAMPLE" for field in data["inputs"]["fields"]}
    if "template" in injectors.get("file", {}):
        known["tower"] = {"filename": "EXAMPLE_FILENAME"}
    strict = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    for place in injectors.values():
        for name, text in place.items():
            if name.startswith("ANSIBLE_"):
                return {"injectors": [f"Environment variable {name} is not allowed."]}
            try:
                strict.from_string(text).render(known)
            except TemplateError as exc:
                return {"injectors": [f"{name} uses an undefined field ({exc})"]}
    return None


def _rule(text: str) -> Thing | None:
    if not re.fullmatch(r"DTSTART(;TZID=\S+)?:\d{8}T\d{6}Z? RRULE:\S+", text):
        return {"rrule": ["Valid DTSTART required in rrule. Value should start with: DTSTART:"]}
    if "INTERVAL" not in text or "SECONDLY" in text:
        return {"rrule": ["INTERVAL required in rrule, SECONDLY is not supported."]}
    try:
        rrulestr(text.replace(" RRULE", "\nRRULE"))
    except ValueError as exc:
        return {"rrule": [f"rrule parsing failed validation: {exc}"]}
    return None
