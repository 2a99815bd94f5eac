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
  - Callbacks of one Job to one endpoint are sent in their order, and none after one that was not
    accepted. Others are sent side by side, each over a connection of its own. Jobs are told apart
    by C(about), the object that a callback tells of, or by id and URL where there is none.
  - An answer of 2xx accepts a callback, once it was read to its end; one of more than 1 MiB is
    not. Informational answers before it are skipped, and no redirect is followed.
  - An endpoint that refuses, hangs or answers garbage is a result, not a failure of the task.
    It delays only its own callbacks; those that it leaves no time for are postponed. One server
    counts as one, however its name is spelled.
  - Goes to globally reachable unicast addresses alone, whatever name or spelling leads there,
    except for what O(allow) lists. The certificate of an endpoint is always verified.
  - Honours C(HTTP_PROXY), C(HTTPS_PROXY) and C(NO_PROXY). It is then the proxy that looks a
    host up; what is known of it here is checked all the same.
options:
  callbacks:
    description:
      - The callbacks, as data or texts of JSON. Keys beside those listed are returned with the
        result, untouched.
    type: list
    elements: dict
    required: true
    suboptions:
      id:
        description: The message's id; callbacks with the same id and endpoint keep their order.
        type: str
      url:
        description: Where to; without one there is nobody to tell, and it counts as accepted.
        type: str
      status:
        description: The status that is reported.
        type: int
        required: true
      service:
        description: Whose secret signs it; without one, that of C(default).
        type: str
      queue:
        description: The ARN of the queue that its message came from, where it is known.
        type: str
      sender:
        description: Who has sent its message, as SQS says it, where it is known.
        type: str
      traceparent:
        description: Sent as the header of that name, W3C's; none without it.
        type: str
      body:
        description: The body, as it is sent.
        type: str
        required: true
      delivery_id:
        description: Sent as the header C(webhook-id); the same for each repeat.
        type: str
        required: true
  timeout:
    description: Seconds that one delivery may take, and all of one endpoint together.
    type: float
    default: 10
  patience:
    description:
      - Seconds that one delivery gets this time, and all of one endpoint together, where these
        are less than O(timeout). What is given up for them is postponed, and counts as no attempt.
    type: float
  workers:
    description:
      - How many deliveries are under way at once, at most. An endpoint has a fourth of them, and
        endpoints that resolve to one address have half.
    type: int
    default: 16
  answering:
    description:
      - Endpoints that are known to answer (C(https://hooks.example)). The others have three
        fourths of O(workers) together, and none is begun with once twice O(timeout) is over.
    type: list
    elements: str
    default: []
  allow:
    description:
      - Where callbacks may go beside globally reachable addresses.
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
      - Hosts to which callbacks go, as shell patterns in lower case; C(!pattern) refuses what
        another one allows. An address is a host too.
    type: list
    elements: str
    default: ["*"]
  ports:
    description:
      - Ports to which callbacks go, each a number or a range; C(!22) refuses what a range allows.
      - By default 80, 443 and those from 1024 on but for what is no web server.
    type: list
    elements: str
  ca_file:
    description: PEM file with certificate authorities that count beside the system's own.
    type: path
  allow_nonstrict_certificates:
    description:
      - Takes certificates that lack what RFC 5280 demands, such as an authority key identifier.
        Python refuses them from 3.13 on; before that, this changes nothing.
      - Authority, host name and dates are verified all the same.
    type: bool
    default: false
  secrets:
    description:
      - What signs callbacks as the Standard Webhooks specification has it. Maps a service to its
        secret (C(whsec_) and 24 to 64 bytes in base64), to a list of two while one takes the
        other's place, or to a text with one a line.
      - C(default) holds for all services that are not named. Those that then have no secret
        are not signed.
    type: dict
  secrets_file:
    description:
      - The same as a file of YAML or JSON, or as a folder with a file for each service.
    type: path
  secrets_for:
    description:
      - From which queues, or by which senders, callbacks of a service are signed. Maps the service,
        or C(default) as in O(secrets), to C(queues) and C(senders), lists of shell patterns. A
        queue is meant by its ARN or its name, a sender by the id of its user or role in IAM.
      - A callback whose message came otherwise has no signature. An empty text, or C(*), stands for
        what is not known.
      - Where it is empty all of them are signed, but O(queues) must not be more than one.
    type: dict
    default: {}
  queues:
    description: How many queues messages come from.
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
    "answering": {"type": "list", "elements": "str", "default": []},
    "allow": {"type": "list", "elements": "str", "default": []},
    "deny": {"type": "list", "elements": "str", "default": []},
    "hosts": {"type": "list", "elements": "str", "default": ["*"]},
    "ports": {"type": "list", "elements": "str"},
    "ca_file": {"type": "path"},
    "allow_nonstrict_certificates": {"type": "bool", "default": False},
    "secrets": {"type": "dict", "no_log": True},
    "secrets_file": {"type": "path", "no_log": False},
    "secrets_for": {"type": "dict", "default": {}, "no_log": False},
    "queues": {"type": "int", "default": 1},
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
    # Not "results": what is hidden of a task is shown all the same where it looks like a loop's.
    texts = [json.dumps(answer) for answer in answers]
    module.exit_json(changed=bool(callbacks), answers=texts)


def _not_sent(callback: dict[str, Any]) -> dict[str, Any]:
    error = "not sent in check mode"
    return {**callback, "accepted": False, "code": None, "error": error, "silent": False}


if __name__ == "__main__":
    main()
