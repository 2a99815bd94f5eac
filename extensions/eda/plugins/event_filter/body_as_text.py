# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

from __future__ import annotations

import json
from typing import Any

DOCUMENTATION = r"""
---
author: the sqs-k8s-jobs authors
short_description: Keep the body of an event as one text
version_added: 0.1.0
description:
  - An event filter of ansible-rulebook that makes the C(body) of an event JSON text, in ASCII.
  - The rule engine stops for good at an empty key and does not take C(NaN), and no YAML file
    holds half a surrogate pair. In a text they harm none of them.
"""

EXAMPLES = r"""
- amazon.aws.aws_sqs_queue:
    name: jobs
  filters:
    - sqs_k8s.jobs.body_as_text:
"""

TOO_DEEP = "[" * 1000  # what the reader of messages refuses for the same reason


def main(event: dict[str, Any]) -> dict[str, Any]:
    """Return the event with its body as text."""
    try:
        text = json.dumps(event.get("body"))
    except RecursionError:
        text = TOO_DEEP
    return {**event, "body": text}
