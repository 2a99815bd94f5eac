# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

from __future__ import annotations

DOCUMENTATION = r"""
name: status
type: notification
author: the sqs-k8s-jobs authors (@sqs-k8s)
short_description: One event per message and status
version_added: 0.1.0
description:
  - Takes the events that the roles P(sqs_k8s.jobs.submit#role) and P(sqs_k8s.jobs.report#role)
    leave in facts, one per message and status, shows each as a line, and appends it as JSON to
    a file, if one is named.
  - Where a play ends without an outcome of a message that it had read, the event
    C(unprocessed) has the failure.
options:
  events_file:
    description: The file to which events are appended, one JSON object a line.
    type: path
    env:
      - name: SQS_K8S_JOBS_EVENTS_FILE
    ini:
      - section: callback_status
        key: events_file
requirements:
  - enabled in the configuration (C(callbacks_enabled = sqs_k8s.jobs.status))
"""

EXAMPLES = r"""
ansible.cfg: |
  # Shows each event, and appends it to a file
  [defaults]
  callbacks_enabled = sqs_k8s.jobs.status

  [callback_status]
  events_file = /var/log/events.jsonl
"""

import json
from typing import Any, Optional

from ansible.plugins.callback import CallbackBase

from ..module_utils.observability import events


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "sqs_k8s.jobs.status"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._held: dict[str, dict[str, Any]] = {}
        self._failure: Optional[str] = None

    def v2_runner_on_ok(self, result: Any) -> None:
        for event in events.of_result(_data(result)):
            if event["event"] == events.READ:
                self._held[event["key"]] = event
            else:
                self._held.pop(event.get("key") or "", None)
                self._emit(event)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        if not ignore_errors:
            self._failed(result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._failed(result)

    def v2_playbook_on_stats(self, stats: Any) -> None:  # noqa: ARG002
        for entry in self._held.values():
            self._emit(events.unprocessed(entry, self._failure))

    def _failed(self, result: Any) -> None:
        if "censored" in _data(result):
            return  # a task that shows nothing; the next one says why it failed
        event = events.failure(_task_name(result), _data(result))
        self._failure = event["error"]
        self._emit(event)

    def _emit(self, event: dict[str, Any]) -> None:
        self._display.display(events.line(event), color=events.COLOURS.get(event["event"]))
        path = self.get_option("events_file")
        if path:
            with open(path, "a", encoding="utf-8") as stream:
                stream.write(json.dumps(event) + "\n")


# ansible-core 2.19 gives a result public names; before that they had an underscore.
def _data(result: Any) -> dict[str, Any]:
    return result.result if hasattr(result, "result") else result._result


def _task_name(result: Any) -> str:
    return str((result.task if hasattr(result, "task") else result._task).get_name())
