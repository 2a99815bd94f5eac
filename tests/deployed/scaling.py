"""As many runners as the queue needs: KEDA asks for its length, and the number follows."""

from __future__ import annotations

import time
from pathlib import Path

import matplotlib as mpl
from bench.plots import OURS, SIZE, STYLE, THEIRS
from matplotlib.figure import Figure

from .deployment import Deployment
from .load import Load
from .progress import say
from .runners import Runners
from .system import System

SEED = 2
SECONDS = 20.0  # in which messages are sent
MOST = 3
PER_REPLICA = 100  # messages
Sample = tuple[float, int, int]  # seconds, messages in the queue, runners that are ready


class Scaling:
    """One flood, from one runner to three and back; `facts` is what it came to."""

    def __init__(self, system: System, image: str, messages: int, picture: Path) -> None:
        self.facts: dict[str, object] = {}
        self._system = system
        self._messages = messages
        self._picture = picture
        self._runners = Runners(system.cluster)
        self._samples: list[Sample] = []
        self._began = 0.0
        environment = system.queues.environment_through(system.to_queues.port, system.host)
        self._deployment = Deployment(
            system,
            image,
            deploy_scaling="keda",
            deploy_max_replicas=MOST,
            deploy_messages_per_replica=PER_REPLICA,
            deploy_aws_region=environment["AWS_DEFAULT_REGION"],
            deploy_aws_endpoint=environment["AWS_ENDPOINT_URL"],
        )

    def go(self) -> None:
        """Deploy one runner, send, watch the number of runners, and undeploy."""
        self._deployment.deploy()
        self.facts["changes of its second run"] = self._deployment.deploy()
        self.facts["runners before the flood"] = self._runners.ready()
        self._began = time.monotonic()
        with Load(self._system, SEED, self._messages, SECONDS) as load:
            load.wait(lambda: self._look() == MOST, f"{MOST} runners are ready")
            load.wait(
                lambda: self._look() == 1 and load.is_over(),
                "one runner is left, every caller has heard an end and no message is left",
            )
        self.facts["runners in the flood"] = max(ready for _, _, ready in self._samples)
        self.facts["runners after the flood"] = self._samples[-1][2]
        self._draw()
        self._deployment.undeploy()
        self.facts["Jobs left with a finalizer"] = len(self._runners.stuck())
        self.facts["objects left of it"] = self._runners.left()
        say("undeployed")

    def _look(self) -> int:
        """Return how many runners are ready, and take down how long the queue is."""
        ready = self._runners.ready()
        waiting = self._system.queues.pair.count()
        self._samples.append((time.monotonic() - self._began, waiting, ready))
        return ready

    def _draw(self) -> None:
        seconds, waiting, ready = zip(*self._samples, strict=True)
        with mpl.rc_context(STYLE):
            figure = Figure(figsize=SIZE, layout="constrained")
            above, below = figure.subplots(2, sharex=True)
            above.plot(seconds, waiting, color=OURS)
            above.axhline(PER_REPLICA, color=THEIRS, linestyle=":", label="for each runner")
            above.set(title="The runners follow the queue's length", ylabel="messages in the queue")
            above.legend()
            below.step(seconds, ready, where="post", color=OURS)
            below.set(xlabel="seconds", ylabel="runners that are ready", yticks=range(MOST + 1))
            for axes in (above, below):
                axes.set_ylim(bottom=0)
            figure.savefig(self._picture, metadata={"Date": None})
