"""Changes to the deployed runners, step by step, while messages come."""

from __future__ import annotations

import time
from pathlib import Path

from . import panels
from .deployment import Deployment
from .load import Load
from .progress import say
from .runners import Runners
from .system import System

SEED = 1
SECONDS = 100.0  # in which messages are sent
KILL_AT, UPGRADE_AT = 0.25, 0.5  # of what callers are told in the end
LINGER_SECONDS = 12.0  # longer than a resync: whoever would tell twice has had the occasion


class Steps:
    """One passage through a deployment's life; `facts` is what it came to."""

    def __init__(
        self, system: System, images: tuple[str, str], messages: int, picture: Path
    ) -> None:
        self.facts: dict[str, object] = {}
        self._picture = picture  # of the dashboard's panels
        self._system = system
        self._messages = messages
        self._old, self._new = (Deployment(system, image) for image in images)
        self._runners = Runners(system.cluster)

    def go(self) -> None:
        """Do all of them."""
        self._deploy()
        began = time.time()
        with Load(self._system, SEED, self._messages, SECONDS) as load:
            load.wait_told(KILL_AT)
            self._kill(load)
            load.wait_told(UPGRADE_AT)
            self._upgrade(load)
            load.wait(load.is_over, "every caller has heard an end and no message is left")
            time.sleep(LINGER_SECONDS)
        panels.draw(self._system.prometheus, began, time.time(), self._picture)
        self._undeploy()

    def _deploy(self) -> None:
        began = time.monotonic()
        changed = self._old.deploy()
        say(f"deployed {self._old.image} in {time.monotonic() - began:.1f} s: {changed} changes")
        self.facts["changes of the second run"] = self._old.deploy()
        say(f"the same again: {self.facts['changes of the second run']} changes")

    def _kill(self, load: Load) -> None:
        """Kill the runner that reports."""
        pod = self._runners.leader()
        if pod is None:
            raise RuntimeError("no runner holds the Lease")
        killed = self._runners.kill(pod)
        say(f"SIGKILL to {killed} processes of {pod['metadata']['name']}, which reports")
        load.wait(lambda: self._runners.restarts() > 0, "its container was started again")
        self.facts["processes killed"] = killed

    def _upgrade(self, load: Load) -> None:
        """Change the image under load; it returns once all replicas are the new one's."""
        began = time.monotonic()
        before = load.ended()
        self._new.deploy()
        ended = load.ended() - before
        say(f"upgraded in {time.monotonic() - began:.1f} s; {ended} callers heard an end meanwhile")
        load.wait(lambda: self._runners.images() == {self._new.image}, "the old ones are gone")
        self.facts["ends told during the upgrade"] = ended

    def _undeploy(self) -> None:
        self._new.undeploy()
        self.facts["Jobs with a finalizer"] = len(self._runners.stuck())
        self.facts["objects left"] = self._runners.left()
        say("undeployed")
