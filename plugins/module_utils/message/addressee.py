# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The addressee of a message: its id, webhook and service, as far as each is usable."""

from __future__ import annotations

import re
from typing import Any

from ..common import strict_json
from ..webhooks.destinations import urls
from . import envelopes, lenient_json
from .entry import Entry
from .naming import id_label

MAX_ID_LENGTH = 256
MAX_SERVICE_LENGTH = 63
MAX_URL_LENGTH = 2048

# No text of Unicode, so neither UTF-8 nor an annotation can hold it, nor does it have a digest.
_SURROGATE = re.compile("[\ud800-\udfff]")


def of_text(text: str) -> Entry:
    """Return the addressee of a rejected message, where it can be read unambiguously.

    An envelope's is that of the message in it.
    """
    message = envelopes.content(lenient_json.loads(text))
    return of_message(message) if isinstance(message, dict) else {}


def of_message(message: dict[str, Any]) -> Entry:
    """Return C(id), its C(id_label), C(webhook) and C(service), those that are usable."""
    found: Entry = {}
    if _is_text(message.get("id"), MAX_ID_LENGTH):
        found["id"], found["id_label"] = message["id"], id_label(message["id"])
    if _is_text(message.get("service"), MAX_SERVICE_LENGTH):
        found["service"] = message["service"]
    webhook = message.get("webhook")
    if isinstance(webhook, dict) and _is_url(webhook.get("url")):
        found["webhook"] = webhook["url"]
    return found


def _is_text(value: Any, limit: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= limit and not _SURROGATE.search(value)


def _is_url(value: Any) -> bool:
    return (
        _is_text(value, MAX_URL_LENGTH)
        and urls.fault(value) is None
        and not strict_json.FORBIDDEN.search(value)
    )
