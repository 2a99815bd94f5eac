"""The kinds of fault, by the names that plans and tables have for them."""

KILL_RUNNER = "kill runner"
KILL_PLAYBOOK = "kill playbook"
CLOCK_STEPPED = "clock stepped"
DISK_FULL = "disk of runs full"
NOBODY_REPORTS = "nobody reports"
API_SERVER_DOWN = "API server killed"
ETCD_DOWN = "etcd killed"
ADMISSION_OUTAGE = "admission outage"
QUOTA_USED_UP = "quota used up"
UPDATE_DENIED = "update denied"
SQS_UNREACHABLE = "SQS unreachable"
JOB_DELETED = "Job deleted by hand"
POD_DELETED = "Pod deleted by hand"
POD_EVICTED = "Pod evicted"
REFUSED_PAST_TTL = "endpoint refuses past a TTL"

# What an endpoint does, by the fault's name.
ENDPOINT_MODES = {
    "endpoint answers 500": "500",
    "endpoint hangs": "hang",
    "endpoint is slow": "slow",
    "endpoint resets": "reset",
    "endpoint answers garbage": "garbage",
    "endpoint gives early hints": "hints",
    "endpoint answers by halves": "half",
    "endpoint gives wrong lengths": "length",
    "endpoint answers twice": "twice",
    "endpoint answers in chunks": "chunks",
    "endpoint answers once more, late": "late",
}

KILLS = (KILL_RUNNER, KILL_PLAYBOOK)
CLUSTER_SAYS_NO = (ADMISSION_OUTAGE, QUOTA_USED_UP, UPDATE_DENIED)
LONG = (NOBODY_REPORTS, REFUSED_PAST_TTL)  # longer than a TTL: a small plan has no room for them
ALL = (
    *KILLS,
    CLOCK_STEPPED,
    DISK_FULL,
    API_SERVER_DOWN,
    ETCD_DOWN,
    *CLUSTER_SAYS_NO,
    SQS_UNREACHABLE,
    JOB_DELETED,
    POD_DELETED,
    POD_EVICTED,
    *ENDPOINT_MODES,
    *LONG,
)
