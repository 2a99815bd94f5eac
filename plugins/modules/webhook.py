#!/usr/bin/python
# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

from __future__ import annotations

DOCUMENTATION = r"""
module: webhook
author: the sqs-k8s-jobs authors
short_description: Deliver callbacks, many at once
version_added: 0.1.0
description:
  - Posts each callback's body to its URL and returns one result per callback.
  - Callbacks of one id are sent in their order, and none after one that was not accepted.
    Those of different ids are sent side by side, over connections that are reused.
  - An answer of 2xx accepts a callback. No redirect is followed, and no more than 4 KiB of
    an answer are read.
  - An endpoint that refuses, hangs or answers garbage is a result, not a failure of the task.
    It delays only its own callbacks; those that it leaves no time for are not tried.
options:
  callbacks:
    description:
      - The callbacks. Keys beside those listed are returned with the result, untouched.
    type: list
    elements: dict
    required: true
    suboptions:
      id:
        description: The message's id; callbacks with the same id keep their order.
        type: str
      url:
        description: Where to; without one there is nobody to tell, and it counts as accepted.
        type: str
      status:
        description: The status that is reported.
        type: int
        required: true
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
  workers:
    description: How many deliveries are under way at once, at most.
    type: int
    default: 16
requirements:
  - urllib3 >= 2
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
"""

RETURN = r"""
results:
  description: One result per callback, in their order, with the callback's own keys.
  returned: always
  type: list
  elements: dict
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
      description: Whether the endpoint gave no answer in time.
      type: bool
    held_back:
      description: Whether it was not tried, since an earlier one of its id was not accepted.
      type: bool
"""

import traceback
from typing import Any

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

try:
    from ..module_utils import delivery
except ImportError:
    DELIVERY_ERROR: str | None = traceback.format_exc()
else:
    DELIVERY_ERROR = None


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "callbacks": {"type": "list", "elements": "dict", "required": True},
            "timeout": {"type": "float", "default": 10},
            "workers": {"type": "int", "default": 16},
        },
        supports_check_mode=True,
    )
    if DELIVERY_ERROR:
        module.fail_json(msg=missing_required_lib("urllib3"), exception=DELIVERY_ERROR)
    callbacks = module.params["callbacks"]
    if module.check_mode:
        not_sent = {
            "accepted": False,
            "code": None,
            "error": "not sent in check mode",
            "silent": False,
        }
        results: list[dict[str, Any]] = [{**callback, **not_sent} for callback in callbacks]
    else:
        results = delivery.deliver(callbacks, module.params["timeout"], module.params["workers"])
    module.exit_json(changed=bool(callbacks), results=results)


if __name__ == "__main__":
    main()
