# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The labels and annotations that carry a message's state on its Job."""

from __future__ import annotations

PREFIX = "sqs-k8s.jobs"

# Label of Job and pods: a digest of the message's id, by which both are found.
ID_LABEL = PREFIX + "/id"
# Label of a Job whose terminal status was accepted: nothing is due any more.
DONE_LABEL = PREFIX + "/done"

# Annotation: the id itself; a label could not hold it.
ID_ANNOTATION = PREFIX + "/message-id"
# Annotation: where the caller hears of it. Absent where there is no webhook.
WEBHOOK_ANNOTATION = PREFIX + "/webhook"
# Annotation: sha256 of the message's body, to tell an id sent again with another body.
BODY_ANNOTATION = PREFIX + "/body-sha256"
# Annotation: the statuses that were accepted, in their order: "0,1".
REPORTED_ANNOTATION = PREFIX + "/reported"
