# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The error codes of callbacks 3 and 99. A101 to A109 mean what they always meant.

A104, A106, A107 and A109 are reserved: nothing that they stand for reaches a caller.
"""

from __future__ import annotations

NAME_TAKEN = "A102"  # a Job of this name exists that this service did not make
CREATE_FAILED = "A103"
POD_START_TIMEOUT = "A105"
JOB_FAILED = "A108"  # the Job ran and failed
INVALID_MESSAGE = "A110"
TEMPLATE_ERROR = "A111"
CANCELLED = "A112"
DELETED = "A113"  # somebody deleted the Job before it ended
FORBIDDEN = "A114"  # by the operator's policy
NEVER_ENDS = "A115"  # it has failed or is done, and its Pods do not end
SUSPENDED = "A116"  # for longer than the operator allows
GIVEN_UP = "A117"  # the cluster took no Job for as long as the queue gave the message
ID_IN_USE = "A118"  # another message had this id first


def error(code: str, message: str) -> dict[str, str]:
    """Return an error as a callback's detail carries it."""
    return {"errorCode": code, "message": message}
