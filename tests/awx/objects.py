"""The objects of AWX that awx.awx sets up, in memory."""

from __future__ import annotations

from typing import Any

from awx import checks

ENCRYPTED = "$encrypted$"
# Each kind, with what makes two objects of one name different ones.
KINDS = {
    "organizations": (),
    "execution_environments": (),
    "credential_types": (),
    "credentials": ("organization", "credential_type"),
    "projects": ("organization",),
    "inventories": ("organization",),
    "hosts": ("inventory",),
    "job_templates": ("organization",),
    "schedules": ("unified_job_template",),
}
Thing = dict[str, Any]


class Refused(Exception):
    """An answer other than success: its status, and why."""

    def __init__(self, status: int, body: Thing) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body


class Objects:
    """Makes, changes, finds and shows objects, and refuses what AWX refuses."""

    def __init__(self, playbooks: set[str]) -> None:
        self.all: dict[str, list[Thing]] = {kind: [] for kind in KINDS}
        self._playbooks = playbooks  # those that the project has

    def find(self, kind: str, query: Thing) -> list[Thing]:
        """Return the objects whose fields have these texts."""
        kinds = ["job_templates", "projects"] if kind == "unified_job_templates" else [kind]
        things = [one for each in kinds for one in self.all[each]]
        return [one for one in things if all(str(one[name]) == query[name] for name in query)]

    def numbered(self, kind: str, number: Any) -> Thing:
        """Return the object of this number."""
        for one in self.all.get(kind, []):
            if str(one["id"]) == str(number):
                return one
        raise Refused(404, {"detail": "Not found."})

    def make(self, kind: str, data: Thing) -> Thing:
        """Make an object."""
        self._check(kind, data)
        number = 1 + sum(map(len, self.all.values()))
        one = {"id": number, "credentials": [], "survey_spec": {}, **data}
        if self.find(kind, {name: str(one[name]) for name in ("name", *KINDS[kind])}):
            raise Refused(400, {"__all__": ["An object of this name already exists."]})
        self.all[kind].append(one)
        return one

    def change(self, kind: str, one: Thing, data: Thing) -> Thing:
        """Change an object; a secret that is given as it is shown stays."""
        if kind == "credentials" and "inputs" in data:
            kept = one["inputs"]
            given = {k: kept[k] if v == ENCRYPTED else v for k, v in data["inputs"].items()}
            data = {**data, "inputs": given}
        self._check(kind, {**one, **data})
        one.update(data)
        return one

    def set_survey(self, template: Thing, spec: Thing) -> None:
        """Give a job template its survey."""
        if wrong := checks.survey(spec):
            raise Refused(400, {"error": wrong})
        template["survey_spec"] = spec

    def shown(self, kind: str, one: Thing) -> Thing:
        """Return an object as the API shows it."""
        url = f"/api/v2/{kind}/{one['id']}/"
        more: Thing = {"url": url, "type": kind.removesuffix("s"), "related": {}}
        if kind == "job_templates":
            more["related"]["survey_spec"] = f"{url}survey_spec/"
        if kind == "projects":
            more["summary_fields"] = {"current_update": {"id": one["id"]}}
            more["scm_revision"] = ""
        if kind == "credentials":
            fields = self.numbered("credential_types", one["credential_type"])["inputs"]["fields"]
            secret = {field["id"]: ENCRYPTED for field in fields if field.get("secret")}
            more["inputs"] = {k: secret.get(k, v) for k, v in one["inputs"].items()}
        return {**one, **more}

    def _check(self, kind: str, data: Thing) -> None:
        wrong = checks.fields(kind, data, self._playbooks)
        if kind == "credentials" and not wrong:
            wrong = checks.inputs(data, self.numbered("credential_types", data["credential_type"]))
        if wrong:
            raise Refused(400, wrong)
