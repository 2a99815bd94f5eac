# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

from __future__ import annotations

DOCUMENTATION = r"""
name: messages
author: the sqs-k8s-jobs authors (@sqs-k8s)
short_description: Read messages as untrusted text
version_added: 0.1.0
description:
  - Reads each file as the body of one message and checks it against a JSON Schema.
  - A message's content is never evaluated as a template, parsed as YAML or passed to a shell.
  - An optional field of a schema that is empty is left out of the message.
  - An invalid message is an entry with an error, never a failure of the lookup.
options:
  _terms:
    description: Paths of the files, one message each.
    type: list
    elements: path
  variable:
    description:
      - The name of a variable with a further message, as JSON text or as data.
      - Its raw value is read and never evaluated, so that a person, or AWX, may pass a
        message as an extra variable. No play may use that variable in any other way.
      - A path with dots reads a part of a variable, such as C(ansible_eda.event.body).
      - Without a variable of this name, no further message is read.
    type: str
  schema:
    description: Path of the JSON Schema that a message must satisfy.
    required: true
    type: path
  more_schemas:
    description:
      - Paths of JSON Schemas that a message must satisfy too.
      - Their fields are known.
    type: list
    elements: path
    default: []
  traceparents:
    description:
      - The W3C C(traceparent) of messages with a trace, by the message's key.
      - Invalid values are left out.
    type: dict
    default: {}
  message_ids:
    description:
      - SQS's ids of messages, by the message's key. A message without such an id counts as sent
        anew each time that it is read.
    type: dict
    default: {}
  queues:
    description: The ARNs of messages' queues, by the message's key.
    type: dict
    default: {}
  senders:
    description:
      - SQS's C(SenderId) of messages, by the message's key. A role's session is left out,
        since whoever assumes the role chooses its name.
    type: dict
    default: {}
  id_scope:
    description:
      - The scope of ids, C(none) for all messages, C(queue) for those
        of a queue, or C(sender) for those of a sender.
      - Where the sender is unknown the queue counts, and without a queue the id alone.
    type: str
    choices: [none, queue, sender]
    default: none
  stalled:
    description:
      - Keys of messages with which a run took too long, or was killed, when each was tried alone.
      - Only the addressee of such a message is read, and it is an entry with an error.
    type: list
    elements: str
    default: []
requirements:
  - jsonschema
"""

EXAMPLES = r"""
- name: Read one message
  ansible.builtin.set_fact:
    submit_messages: >-
      {{ query('sqs_k8s.jobs.messages', 'message.json', schema='message.schema.json') }}

- name: Read the message in the extra variable message
  ansible.builtin.set_fact:
    submit_messages: >-
      {{ query('sqs_k8s.jobs.messages', variable='message', schema='message.schema.json') }}
"""

RETURN = r"""
_raw:
  description: One entry per file, and one for the variable.
  type: list
  elements: dict
  contains:
    key:
      description: The file's or the variable's name, by which outcomes refer to the message.
      type: str
    id:
      description: The message's id, null where none could be read.
      type: str
    id_label:
      description: The digest of the id in its scope; of the body, where no id could be read.
      type: str
    unscoped_label:
      description: The digest of the id alone, null where the id has no scope.
      type: str
    former_labels:
      description: The digests that the id would have in other scopes, none where it has none.
      type: list
      elements: str
    name_digits:
      description: How many digits of the id's digest are in its Job's name.
      type: int
    body_sha256:
      description: The digest of the body.
      type: str
    webhook:
      description: The URL that hears of it, null where there is none.
      type: str
    service:
      description: The message's service, null where none could be read.
      type: str
    message:
      description:
        - The message as a text of JSON, C(null) where it is not valid. A play copies each value of
          what it carries, and a text is one value.
      type: str
    error:
      description: Error code and words for the sender, null where the message is valid.
      type: dict
    traceparent:
      description: The trace that it belongs to, null for none.
      type: str
    send:
      description: A digest of SQS's id of the message, null for none.
      type: str
    queue:
      description: The ARN of the queue that it came from, null where it is not known.
      type: str
    sender:
      description: The id of the user or role in IAM that has sent it, null where it is not known.
      type: str
    warnings:
      description: Unknown fields and the like.
      type: list
      elements: str
"""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Optional

from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase

from ..module_utils.message import sources
from ..module_utils.message.naming import send_digest
from ..module_utils.message.read import read_message, traceparents
from ..module_utils.message.schema_parts import validator_of
from ..plugin_utils.untrusted import as_data, plain_text

try:
    import jsonschema
except ImportError as exc:
    JSONSCHEMA_ERROR: Optional[ImportError] = exc
else:
    JSONSCHEMA_ERROR = None

SHIPPED = Path(__file__).resolve().parents[2] / "roles/submit/files/message.schema.json"


class LookupModule(LookupBase):
    def run(self, terms: list[str], variables: Any = None, **kwargs: Any) -> list[dict[str, Any]]:
        self.set_options(var_options=variables, direct=kwargs)
        paths = [self.get_option("schema"), *self.get_option("more_schemas")]
        validators = [_validator(path) for path in paths]
        texts = [(os.path.basename(str(term)), _text(term)) for term in terms]
        texts += _in_variable(self.get_option("variable") or "", variables or {})
        stalled = set(self.get_option("stalled"))
        read = [_read(key, text, validators, key in stalled) for key, text in texts]
        traces = traceparents(self.get_option("traceparents"))
        sqs_ids = self.get_option("message_ids")
        sends = {key: send_digest(str(sqs_ids[key])) for key in sqs_ids}
        scope = self.get_option("id_scope")
        origins = sources.of_all(
            [one["key"] for one in read], self.get_option("queues"), self.get_option("senders")
        )
        return as_data(
            [
                {
                    **one,
                    **origins[one["key"]],
                    **sources.labels_of(one["id"], scope, origins[one["key"]]),
                    "traceparent": traces.get(one["key"]),
                    "send": sends.get(one["key"]),
                }
                for one in read
            ]
        )


def _read(key: str, text: str, validators: Sequence[Any], stalls: bool) -> dict[str, Any]:
    """Read a message, and keep its data as a text: values take some ten times as much memory."""
    found = read_message(key, text, *validators, stalls=stalls)
    return {**found, "message": json.dumps(found["message"])}


def _validator(path: str) -> Any:
    if JSONSCHEMA_ERROR is not None:
        raise AnsibleError(
            "messages: the Python library jsonschema is missing"
        ) from JSONSCHEMA_ERROR
    try:
        schema = json.loads(Path(path).read_text("utf-8"))
        if Path(path).resolve() != SHIPPED:  # a test checks that one, and each check takes a while
            jsonschema.Draft202012Validator.check_schema(schema)
    except (OSError, ValueError, jsonschema.SchemaError) as exc:
        raise AnsibleError(
            "messages: the message schema {0} is unusable: {1}".format(path, exc)
        ) from exc
    return validator_of(schema)


def _text(path: str) -> str:
    try:
        # Bytes that are not UTF-8 become lone surrogates, which the message reader rejects by name.
        return Path(path).read_bytes().decode("utf-8", "surrogateescape")
    except OSError as exc:
        raise AnsibleError(
            "messages: cannot read the message {0}: {1}".format(path, exc.strerror)
        ) from exc


def _in_variable(name: str, variables: Any) -> list[tuple[str, str]]:
    """Return the raw text of a variable, if it is set: access by name would evaluate it."""
    value = variables
    for key in name.split("."):
        if not isinstance(value, Mapping) or key not in value:
            return []
        value = value[key]
    try:
        return [(name, plain_text(value))]
    except ValueError as exc:
        raise AnsibleError("messages: the variable {0} is no JSON: {1}".format(name, exc)) from exc
