"""A leader whose reports are behind leaves messages to others, if there are any."""

import pytest
from sqs_k8s_jobs.report.backpressure import Backpressure
from sqs_k8s_jobs.workqueue.workqueue import WorkQueue

LIMIT = 2


class Replica:
    def __init__(self, *, leads, others):
        self.leads = leads
        self.others = others

    def is_leader(self):
        return self.leads

    def has_others(self):
        return self.others


@pytest.mark.parametrize(
    ("leads", "others", "waiting", "leaves"),
    [
        (True, True, LIMIT, True),
        (True, True, LIMIT - 1, False),
        (True, False, LIMIT, False),  # nobody else would take them
        (False, True, LIMIT, False),
    ],
)
def test_a_leader_leaves_messages_to_others_while_its_reports_are_behind(
    leads, others, waiting, leaves
):
    workqueue = WorkQueue()
    for number in range(waiting):
        workqueue.add(f"digest-{number}")

    assert Backpressure(Replica(leads=leads, others=others), workqueue, LIMIT)() is leaves
