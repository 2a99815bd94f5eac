"""A submitter with its queues, given what each run of the playbook comes to."""

from sqs_k8s_jobs.in_flight.acknowledger import Acknowledger
from sqs_k8s_jobs.in_flight.held.holdups import Holdups
from sqs_k8s_jobs.in_flight.in_flight import InFlight
from sqs_k8s_jobs.in_flight.rejector import Rejector
from sqs_k8s_jobs.observability.health import Health
from sqs_k8s_jobs.observability.metrics import Metrics
from sqs_k8s_jobs.settings import Settings
from sqs_k8s_jobs.submit.submitter import Submitter
from sqs_k8s_jobs.workqueue.endpoints import Endpoints

from kit.threads import within_patience

from .memory_queue import URL, FakeQueue, alone
from .recorders import RecordedWorkQueue, never

SETTINGS = Settings(retry_backoff=8, retry_backoff_max=100)
HELD_PAUSE = 0.01  # seconds


class Harness:
    """A submitter with its queues, given what each run of the playbook comes to."""

    def __init__(self, *runs, held_pause=HELD_PAUSE):
        self.queue = FakeQueue()
        self.dead_letters = FakeQueue()
        self.in_flight = InFlight(
            100, {URL: 1}, never, held=Holdups(lambda _tries: held_pause, 3600)
        )
        self.health = Health()
        self.workqueue = RecordedWorkQueue()
        self.given = []
        self.traces = []
        self.submissions = []
        self.at_run = {}  # what else happens at a run of this number
        self._runs = list(runs)
        queues = alone(self.queue, self.dead_letters)
        self.acknowledger = Acknowledger(queues, self.in_flight, SETTINGS)
        self.rejector = Rejector(queues, self.acknowledger, self.workqueue, Endpoints())
        self.metrics = Metrics()
        self.has_passed = True  # a template
        self.submitter = self.another()

    def another(self):
        """Another submitter of the same messages in flight."""
        return Submitter(
            self.in_flight,
            self.acknowledger,
            self.rejector,
            self,
            self.workqueue,
            self.metrics,
            SETTINGS,
            self.health,
        )

    def may_run(self):
        return self.has_passed

    def run(self, given):
        self.given.append(given.files)
        self.traces.append(given.traceparents)
        self.submissions.append(given)
        self.at_run.get(len(self.given), lambda: None)()
        return self._runs.pop(0)

    def submit(self, *batch):
        self.in_flight.add(URL, list(batch), more=False)
        self.submitter.submit(within_patience(self.in_flight.next_batch))

    def work(self, stopping):
        within_patience(self.submitter.work, stopping)

    @property
    def in_hand(self):
        return [one.message_id for one in self.in_flight.messages()]
