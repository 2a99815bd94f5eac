# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Rejections: the record of a rejected body answers each repeat.

A record belongs to a body, to what judged it and to the words of the rejection. The same body sent
again unchanged is answered by the same 99; judged anew by another policy, template or variables,
it has a record of the next generation, with a delivery id of its own.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Optional

from ..message import sources
from ..message.naming import LABEL_DIGITS
from ..objects import state
from . import record_writes
from .outcome import Outcome

JUDGEMENT_DIGITS = 16


def rejections(
    outcomes: list[Outcome],
    rules_digest: str,
    namespace: str,
    now: float,
    created: Optional[list[dict[str, Any]]] = None,
    patched: Optional[dict[str, Any]] = None,
) -> dict[str, list[Any]]:
    """Return C(outcomes) in which rejections name the records that answer them.

    C(rules_digest) is a digest of what judged them; outcomes that name their records keep them.
    C(records) are those to create in C(namespace), at C(now) in seconds since 1970, and
    C(reopenings) the patches by which records answer bodies that were sent again unchanged.
    C(created) is what was returned of each attempt to create the records, and C(patched) what was
    of the patches: a message whose record could not be written is worth another try.
    """
    answered = recorded(outcomes, rules_digest)
    new = record_writes.new_records(answered, namespace, now)
    patches = record_writes.reopenings(answered, now)
    left = record_writes.unrecorded(answered, new, created or [])
    left = record_writes.unless_gone(left, patches, (patched or {}).get("patched") or [])
    return {"outcomes": left, "records": new, "reopenings": patches}


def recorded(settled: list[Outcome], rules_digest: str) -> list[Outcome]:
    """Return the outcomes, new rejections with the record that answers them.

    C(rules_digest) is a digest of what judged them.
    """
    return [
        {**one, **_answer(one, rules_digest)}
        if record_writes.is_new(one) and not one["record"]
        else one
        for one in settled
    ]


def _answer(one: Outcome, rules_digest: str) -> Outcome:
    """Return the record that answers, the last record if nothing has changed since.

    What came from another queue, or has its id in another scope, has a record of its own, as its 99
    may not be signed. Who sends a dead letter again is another sender, and changes nothing.
    """
    queue = sources.of_entry(one)[0]
    before = [
        record
        for record in one["earlier"]
        if state.rejection(record)
        and state.id_label(record) == one["id_label"]
        and state.source(record)[0] in (queue, "")
    ]
    newest = max(map(state.generation, before), default=-1)
    for record in before:
        judged = state.generation(record), state.rules_digest(record), state.error(record)
        if judged == (newest, rules_digest, one["error"]):
            return {
                "record": state.rejection(record),
                "generation": newest,
                "rules_digest": rules_digest,
            }
    whose = [queue, one["id_label"] if one.get("unscoped_label") else None]
    judgement = [newest + 1, rules_digest, one["error"], *filter(None, whose)]
    text = json.dumps(judgement, sort_keys=True)
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()[:JUDGEMENT_DIGITS]
    new = "{0}-{1}".format(one["body_sha256"][:LABEL_DIGITS], digest)
    return {"record": new, "generation": newest + 1, "rules_digest": rules_digest}
