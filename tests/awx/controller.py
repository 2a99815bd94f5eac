"""AWX's API for the objects that awx.awx sets up, on a loopback port."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from kit.servers.loopback import Handler, Loopback

from awx.objects import Objects, Refused, Thing

TOKEN = "a-token-of-the-tests"
Answer = tuple[int, Any]  # a status, and a body


class Controller(Loopback):
    """Answers; `changes` has what was asked of it beside reading."""

    def __init__(self, playbooks: set[str]) -> None:
        self.objects = Objects(playbooks)
        self.changes: list[tuple[str, str]] = []
        super().__init__(_handler_of(self))

    def one(self, kind: str, name: str) -> Thing:
        """Return the object of this name, secrets and all."""
        (found,) = self.objects.find(kind, {"name": name})
        return found

    def answer(self, method: str, path: str, query: Thing, data: Thing) -> Answer:
        """Answer a request for a path below /api/v2/."""
        if method != "GET":
            self.changes.append((method, path))
        match path.split("/"):
            case ["project_updates", _]:
                return 200, {"status": "successful"}
            case [kind]:
                return self._kind(method, kind, query, data)
            case [kind, number]:
                return self._object(method, kind, self.objects.numbered(kind, number), data)
            case ["job_templates", number, part]:
                template = self.objects.numbered("job_templates", number)
                return self._part(method, part, template, data)
        raise Refused(404, {"detail": "Not found."})

    def _kind(self, method: str, kind: str, query: Thing, data: Thing) -> Answer:
        if method == "GET":
            return 200, self._page(kind, self.objects.find(kind, query))
        return 201, self.objects.shown(kind, self.objects.make(kind, data))

    def _object(self, method: str, kind: str, one: Thing, data: Thing) -> Answer:
        if method == "PATCH":
            self.objects.change(kind, one, data)
        return 200, self.objects.shown(kind, one)

    def _part(self, method: str, part: str, template: Thing, data: Thing) -> Answer:
        match (method, part):
            case ("GET", "survey_spec"):
                return 200, template["survey_spec"]
            case ("POST", "survey_spec"):
                self.objects.set_survey(template, data)
                return 200, {}
            case ("GET", "credentials"):
                numbers = template["credentials"]
                found = [self.objects.numbered("credentials", number) for number in numbers]
                return 200, self._page("credentials", found)
            case ("POST", "credentials"):
                template["credentials"].append(data["id"])
                return 204, None
        raise Refused(404, {"detail": "Not found."})

    def _page(self, kind: str, things: list[Thing]) -> Thing:
        results = [self.objects.shown(kind, one) for one in things]
        return {"count": len(results), "next": None, "results": results}


def _read(handler: BaseHTTPRequestHandler) -> tuple[str, Thing, Thing]:
    """Return a request's path below /api/v2/, its query and its body."""
    url = urlsplit(handler.path)
    text = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
    path = url.path.removeprefix("/api/v2/").strip("/")
    return path, dict(parse_qsl(url.query)), json.loads(text or "{}")


def _answered(controller: Controller, handler: BaseHTTPRequestHandler) -> Answer:
    request = _read(handler)
    if handler.headers["Authorization"] != f"Bearer {TOKEN}":
        return 401, {"detail": "Authentication credentials were not provided."}
    try:
        return controller.answer(handler.command, *request)
    except Refused as refused:
        return refused.status, refused.body


def _handler_of(controller: Controller) -> type[BaseHTTPRequestHandler]:
    class Api(Handler):
        def do_GET(self) -> None:
            status, body = _answered(controller, self)
            text = b"" if body is None else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.send_header("X-API-Product-Name", "AWX")
            self.send_header("X-API-Product-Version", "24.6.1")
            self.end_headers()
            self.wfile.write(text)

        do_POST = do_PATCH = do_GET

    return Api
