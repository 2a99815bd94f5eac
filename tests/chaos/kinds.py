"""The kinds of fault, by the names that plans and tables have for them."""

from __future__ import annotations

KILL_RUNNER = "kill runner"
KILL_PLAYBOOK = "kill playbook"
API_SERVER_DOWN = "API server killed"
ETCD_DOWN = "etcd killed"
SQS_UNREACHABLE = "SQS unreachable"
JOB_DELETED = "Job deleted by hand"
POD_DELETED = "Pod deleted by hand"
NOBODY_REPORTS = "nobody reports"

# What an endpoint does, by the fault's name.
ENDPOINT_MODES = {
    "endpoint answers 500": "500",
    "endpoint hangs": "hang",
    "endpoint is slow": "slow",
    "endpoint resets": "reset",
    "endpoint answers garbage": "garbage",
}

KILLS = (KILL_RUNNER, KILL_PLAYBOOK)
