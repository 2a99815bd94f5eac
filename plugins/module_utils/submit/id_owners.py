# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The owner of an id: the message whose Job was created first.

Another body with that id does not run. If it has another webhook, it is another caller's, and is
rejected there: its caller must not wait for callbacks that go to the other webhook.
"""

from __future__ import annotations

import posixpath
import re
from typing import Any, Optional
from urllib.parse import urlsplit

from ..common import error_codes
from ..message import sources
from ..message.entry import Entry
from ..objects import keys, state
from ..webhooks.destinations import servers
from ..webhooks.http import urllib3_compat

# It says nothing of the other message: whoever tries ids learns that this one is in use, no more.
IN_USE = "the id is in use by another message; give this one an id of its own"
_ESCAPE = re.compile("%[0-9A-Fa-f]{2}")
AGAIN = "this id was sent before with another body; it does not run again"


def job_of(entry: Entry, jobs: dict[Any, dict[str, Any]]) -> Optional[dict[str, Any]]:
    """Return the Job that a message's id has, of C(jobs) by their labels; None for none.

    One that was made before ids had their scope counts where it is of this very message, or of
    its queue and sender: what SQS redelivers then runs no second time. A message without an id has
    the label of its body, which may be another's id.
    """
    if not entry["id"]:
        return None
    if entry["id_label"] in jobs:
        return jobs[entry["id_label"]]
    former = [jobs[label] for label in entry.get("former_labels") or [] if label in jobs]
    return next((job for job in former if _is_of(entry, job)), None)


def _is_of(entry: Entry, job: dict[str, Any]) -> bool:
    body = state.annotations_of(job).get(keys.BODY_ANNOTATION)
    source = sources.of_entry(entry)
    return body == entry["body_sha256"] or (any(source) and state.source(job) == source)


def rejection_error(
    entry: Entry, body_sha256: Optional[str], webhook: Optional[str]
) -> Optional[dict[str, str]]:
    """Return the error of a message whose id belongs to another body and webhook.

    None for the same body, and where the other one's caller is its own, or nobody is to hear.
    """
    is_same = entry["body_sha256"] == body_sha256
    if is_same or not entry["webhook"] or _plain(entry["webhook"]) == _plain(webhook or ""):
        return None
    return error_codes.error(error_codes.ID_IN_USE, IN_USE)


def rejection_error_beside(entry: Entry, job: dict[str, Any]) -> Optional[dict[str, str]]:
    """Return the error that a message hears beside the Job of its id; None where it hears none."""
    body = state.annotations_of(job).get(keys.BODY_ANNOTATION)
    return rejection_error(entry, body, state.webhook(job))


def warnings(entry: Entry, body_sha256: Optional[str]) -> list[str]:
    """Return the warnings about a message whose id has a Job of such a body."""
    return [*entry["warnings"], *([AGAIN] if body_sha256 != entry["body_sha256"] else [])]


def _plain(url: str) -> tuple[Any, ...]:
    """Return a URL in one spelling, equal for URLs of one destination.

    Otherwise a sender would tell another's caller, by another spelling, that its id is refused.
    """
    try:
        parts = urlsplit(_as_called(url))
        port = parts.port or servers.PORTS.get(parts.scheme)
    except ValueError:
        return (url,)
    name = (parts.hostname or "").rstrip(".")
    host = str(servers.address_of(name) or servers.host_of(name))
    path = posixpath.normpath("/" + _decoded(parts.path, "/?#%").lstrip("/"))
    return parts.scheme, host, port, path, _decoded(parts.query.replace("+", "%20"), "&=+#%")


def _as_called(url: str) -> str:
    """Return a URL with the escapes that the library which calls it would write."""
    return url if urllib3_compat.MISSING else str(urllib3_compat.urllib3.util.parse_url(url).url)


def _decoded(text: str, meant: str) -> str:
    """Return a text in which only those are escaped that mean something else when they are not."""
    return _ESCAPE.sub(lambda found: _unescaped(found[0], meant), text)


def _unescaped(escape: str, meant: str) -> str:
    one = chr(int(escape[1:], 16))
    return one if one.isascii() and one.isprintable() and one not in meant else escape.upper()
