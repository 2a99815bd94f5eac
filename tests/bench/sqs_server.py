"""SQS's API as a program of its own: ``python -m bench.sqs_server FILE QUEUES``.

Once it serves, FILE holds as JSON what a client needs, and the URLs of each queue and its
dead-letter queue.
"""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path

from sqs_k8s_jobs.demo.local_sqs import LocalSqs


def main(path: Path, queues: int) -> None:
    """Serve until SIGTERM."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    with LocalSqs() as sqs:
        known = {
            "environment": sqs.environment,
            "queues": [sqs.new_queue() for _ in range(queues)],
        }
        unfinished = path.with_suffix(".new")
        unfinished.write_text(json.dumps(known), "utf-8")
        unfinished.rename(path)
        signal.sigwait({signal.SIGTERM})


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
