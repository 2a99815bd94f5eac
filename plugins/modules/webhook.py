#!/usr/bin/python
# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

from __future__ import annotations

DOCUMENTATION = r"""
module: webhook
author: the sqs-k8s-jobs authors (@sqs-k8s)
short_description: Deliver callbacks, many at once
version_added: 0.1.0
description:
  - Posts each callback's body to its URL and returns one result per callback.
  - Callbacks of one Job to one endpoint are sent in order, up to the first failed
    attempt. Others are sent side by side, each over a connection of its own. Jobs are distinguished
    by C(about), the object of a callback, or by id and URL where there is none.
  - A 2xx answer of at most 1 MiB accepts a callback, once it was read to its end.
    Informational answers before it are skipped, and no redirect is followed.
  - An endpoint that refuses, hangs or answers garbage is a result, not a failure of the task.
    It delays only its own callbacks; those that it leaves no time for are postponed. A server
    counts once, however its name is spelled.
  - Connects only to globally reachable unicast addresses, whatever name or spelling leads there,
    and to those in O(allow). The certificate of an endpoint is always verified.
  - Honours C(HTTP_PROXY), C(HTTPS_PROXY) and C(NO_PROXY). The proxy then looks a
    host up; addresses that are known here are still checked.
options:
  callbacks:
    description:
      - The callbacks, as data or strings of JSON. Further keys are returned unchanged with the
        result.
    type: list
    elements: dict
    required: true
    suboptions:
      id:
        description: The message's id; callbacks with the same id and endpoint keep their order.
        type: str
      url:
        description: The URL; a callback without a URL counts as accepted.
        type: str
      status:
        description: The status of the message.
        type: int
        required: true
      service:
        description: The service whose secret signs it; C(default) if missing.
        type: str
      queue:
        description: The ARN of its message's queue, if known.
        type: str
      sender:
        description: SQS's C(SenderId) of its message, if known.
        type: str
      traceparent:
        description: W3C's header of that name, if any.
        type: str
      body:
        description: The body to send.
        type: str
        required: true
      delivery_id:
        description: The header C(webhook-id); the same for each repeat.
        type: str
        required: true
  timeout:
    description: Seconds for one delivery, and for all deliveries to one endpoint.
    type: float
    default: 10
  patience:
    description:
      - Seconds for one delivery this time, and for all deliveries to one endpoint, if
        less than O(timeout). A delivery that takes longer is postponed, and counts as no attempt.
    type: float
  workers:
    description:
      - Maximum number of concurrent deliveries. An endpoint has a fourth of them, and
        endpoints that resolve to one address have half.
    type: int
    default: 16
  answering:
    description:
      - Endpoints that are known to answer (C(https://hooks.example)), and the servers that did,
        as RV(answers[].server) has them. An endpoint counts as known as long as it leads there.
      - The others have three fourths of O(workers) together, and none is started after twice
        O(timeout).
    type: dict
    default: {}
  allow:
    description:
      - Allowed destinations beside globally reachable addresses.
      - Addresses and networks (C(10.1.2.0/24)), and hosts (C(hooks.internal.example),
        C(*.svc.cluster.local)), which may resolve to any address but loopback, link-local and a
        cloud's own.
    type: list
    elements: str
    default: []
  deny:
    description: Addresses and networks to which no callback goes, whatever O(allow) lists.
    type: list
    elements: str
    default: []
  hosts:
    description:
      - Hosts to which callbacks go, as shell patterns in lower case; C(!pattern) blocks what
        another pattern allows. An address is a host too.
    type: list
    elements: str
    default: ["*"]
  ports:
    description:
      - Ports to which callbacks go, each a number or a range; C(!22) blocks what a range allows.
      - By default 80, 443 and those from 1024 on, except those of other services.
    type: list
    elements: str
  ca_file:
    description: PEM file with certificate authorities beside the system's own.
    type: path
  allow_nonstrict_certificates:
    description:
      - Accepts certificates that lack what RFC 5280 demands, such as an authority key identifier.
        Python rejects them from 3.13 on; before that, this changes nothing.
      - Authority, host name and dates are still verified.
    type: bool
    default: false
  secrets:
    description:
      - Secrets for signatures of the Standard Webhooks specification. Maps a service to its
        secret (C(whsec_) and 24 to 64 bytes in base64), to a list of two during a change,
        or to a text with one per line.
      - C(default) covers all services that are not named. Callbacks of services without a secret
        are not signed.
    type: dict
  secrets_file:
    description:
      - The same as a file of YAML or JSON, or as a folder with a file for each service.
    type: path
  secrets_for:
    description:
      - Queues and senders for which a service's callbacks are signed. Maps the service,
        or C(default) as in O(secrets), to C(queues) and C(senders), lists of shell patterns. Name a
        queue by its ARN or its name, a sender by the id of its user or role in IAM.
      - Callbacks of other messages have no signature. An empty text, or C(*), stands for
        an unknown queue or sender.
      - Where it is empty, all callbacks are signed, and O(queue_count) must not be more than one.
    type: dict
    default: {}
  queue_count:
    description: Number of queues that messages come from.
    type: int
    default: 1
requirements:
  - python >= 3.11
  - urllib3 >= 2
  - PyYAML
attributes:
  check_mode:
    description: Nothing is sent in check mode.
    support: full
"""

EXAMPLES = r"""
- name: Tell a caller that its Job has started
  sqs_k8s.jobs.webhook:
    callbacks:
      - id: "31a89a91"
        url: https://caller.example/hook
        status: 0
        delivery_id: "0c6f-0"
        body: '{"id": "31a89a91", "status": 0, "detail": {"jobName": "bb-fbe70e59"}}'

- name: Tell a caller inside of the cluster, and sign what it hears
  sqs_k8s.jobs.webhook:
    callbacks:
      - id: "31a89a91"
        url: http://caller.default.svc.cluster.local/hook
        service: caller
        status: 0
        delivery_id: "0c6f-0"
        body: '{"id": "31a89a91", "status": 0, "detail": {"jobName": "bb-fbe70e59"}}'
    allow: ["*.svc.cluster.local"]
    deny: [203.0.113.0/24]
    secrets_file: /etc/sqs-k8s-jobs/secrets
"""

RETURN = r"""
answers:
  description:
    - One result per callback, in their order, with the callback's own keys.
    - Each is a text of JSON, since a play copies each value that it carries. The filters of this
      collection take them as they are; P(ansible.builtin.from_json#filter) reads one.
  returned: always
  type: list
  elements: str
  contains:
    accepted:
      description: Whether the endpoint answered 2xx.
      type: bool
    code:
      description: The answer's HTTP status, null where there was none.
      type: int
    error:
      description: Why it was not accepted.
      type: str
    silent:
      description: Whether the endpoint gave no answer in time, or is not there.
      type: bool
    slow:
      description: Whether it took more than half of O(timeout), whatever came of it.
      type: bool
    server:
      description:
        - The address that was connected to, for IPv6 its C(/48); null where none was, and where a
          proxy made the connection.
      type: str
    held_back:
      description: Whether it was not tried, since an earlier one of its id was not accepted.
      type: bool
    postponed:
      description:
        - Whether it is left to another run and counts as no attempt, since the endpoint had no
          time left for it, or less than O(timeout).
      type: bool
    crowded:
      description: Whether it was postponed for no reason of its own, as others used up the time.
      type: bool
    retry_after:
      description: Seconds for which an endpoint asks by C(Retry-After), with a status 429 or 503.
      type: float
"""

import json
from typing import Any

from ansible.module_utils.basic import missing_required_lib

from ..module_utils.common import pyyaml
from ..module_utils.common.quiet_module import QuietModule
from ..module_utils.webhooks import delivery, delivery_options
from ..module_utils.webhooks.http import urllib3_compat

SPEC: dict[str, Any] = {
    "callbacks": {"type": "list", "elements": "dict", "required": True},
    "timeout": {"type": "float", "default": 10},
    "patience": {"type": "float"},
    "workers": {"type": "int", "default": 16},
    "answering": {"type": "dict", "default": {}},
    "allow": {"type": "list", "elements": "str", "default": []},
    "deny": {"type": "list", "elements": "str", "default": []},
    "hosts": {"type": "list", "elements": "str", "default": ["*"]},
    "ports": {"type": "list", "elements": "str"},
    "ca_file": {"type": "path"},
    "allow_nonstrict_certificates": {"type": "bool", "default": False},
    "secrets": {"type": "dict", "no_log": True},
    "secrets_file": {"type": "path", "no_log": False},
    "secrets_for": {"type": "dict", "default": {}, "no_log": False},
    "queue_count": {"type": "int", "default": 1},
}


def main() -> None:
    module = QuietModule(
        SPEC, supports_check_mode=True, mutually_exclusive=[("secrets", "secrets_file")]
    )
    for name, missing in (("urllib3", urllib3_compat.MISSING), ("PyYAML", pyyaml.MISSING)):
        if missing:
            module.fail_json(msg=missing_required_lib(name), exception=missing)
    try:
        given = delivery_options.read(module.params)
    except delivery_options.FAULTS as exc:
        module.fail_json(msg=str(exc))
    callbacks = module.params["callbacks"]
    if module.check_mode:
        answers = [_not_sent(callback) for callback in callbacks]
    else:
        answers = delivery.deliver(callbacks, given)
    # A key "results" would look like a loop's, whose items are shown even where a task is hidden.
    texts = [json.dumps(answer) for answer in answers]
    module.exit_json(changed=bool(callbacks), answers=texts)


def _not_sent(callback: dict[str, Any]) -> dict[str, Any]:
    error = "not sent in check mode"
    return {**callback, "accepted": False, "code": None, "error": error, "silent": False}


if __name__ == "__main__":
    main()
