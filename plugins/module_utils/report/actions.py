# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""What there is to do for Jobs and records, after one look at them: all of it in little data.

Each task of a play copies what it is given. Objects are big, and what is to be done is small.
"""

from __future__ import annotations

import json
from typing import Any

from ..objects import failure_reasons, finalizers
from . import callbacks, event_warnings, terminations

Thing = dict[str, Any]


def plan(
    things: list[Thing],
    pods: list[Thing],
    now: float,
    limits: dict[str, float],
    keep_late: bool,
) -> dict[str, Any]:
    """Return what is to be done now, at C(now) in seconds since 1970.

    C(ends) tells whether the ends of Jobs are to be decided or brought about first; C(due) are
    callbacks, as texts of JSON, those to be noted alone among them; C(podless) names Jobs of which
    events are to be asked; C(notes), C(nudges) and C(releases) are patches, and C(removals) are
    objects to delete. C(limits) holds C(window), C(start_timeout), C(end_timeout) and
    C(suspend_timeout), in seconds.
    """
    jobs = [thing for thing in things if thing["kind"] == "Job"]
    over = finalizers.over(things, now, limits["window"])
    deciding = terminations.decided(jobs, pods, [], now, limits)
    deleting = terminations.to_delete(jobs, pods, keep_late)
    due = callbacks.callbacks_due(things, pods, now) + callbacks.callbacks_to_note(
        things, pods, now
    )
    noted = {one["about"]["metadata"]["uid"] for one in due}
    pods_of = callbacks.by_owner(pods)
    others = [job for job in jobs if job["metadata"]["uid"] not in noted]
    return {
        "ends": bool(deciding or deleting),
        "notes": failure_reasons.notes(others, pods_of, now),
        "podless": event_warnings.podless(jobs, pods_of, now),
        "nudges": terminations.nudges(jobs, now),
        "due": [json.dumps(one) for one in due],
        "releases": finalizers.releases([one for one in over if one["kind"] == "Job"]),
        "removals": finalizers.removals([one for one in over if one["kind"] != "Job"]),
    }
