"""What is done to the deployed runners, step by step, while messages come."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from chaos.letters import letters
from chaos.sender import Sender

from . import panels
from .deployment import Deployment
from .progress import say
from .runners import Runners
from .system import System

SEED = 1
SECONDS = 100.0  # in which messages are sent
KILL_AT, UPGRADE_AT = 0.25, 0.5  # of what callers are told in the end
PATIENCE = 600.0
LOOK_SECONDS = 0.5
TOLD_SECONDS = 10.0
LINGER_SECONDS = 12.0  # longer than a resync: whoever would tell twice has had the occasion


class Steps:
    """One passage through a deployment's life; `facts` is what it came to."""

    def __init__(
        self, system: System, images: tuple[str, str], messages: int, picture: Path
    ) -> None:
        self.facts: dict[str, object] = {}
        self._picture = picture  # of the dashboard's panels
        self._system = system
        self._old, self._new = (Deployment(system, image) for image in images)
        self._runners = Runners(system.cluster)
        written = letters(SEED, messages, SECONDS, system.callers.urls)
        self._expected = sum(letter.told for letter in written)
        self._sender = Sender(system.queues, written, system.files)
        self._told_at = 0.0

    def go(self) -> None:
        """Do all of them."""
        self._deploy()
        began = time.time()
        self._sender.start()
        try:
            self._wait_told(KILL_AT)
            self._kill()
            self._wait_told(UPGRADE_AT)
            self._upgrade()
            self._wait(self._is_over, "every caller has heard an end and no message is left")
            time.sleep(LINGER_SECONDS)
            panels.draw(self._system.prometheus, began, time.time(), self._picture)
        except Exception:
            say(f"what the runners say:\n{self._runners.logs()}")
            raise
        finally:
            self._sender.stop()
        self._undeploy()
        self._system.dump_queues()

    def _deploy(self) -> None:
        began = time.monotonic()
        changed = self._old.deploy()
        say(f"deployed {self._old.image} in {time.monotonic() - began:.1f} s: {changed} changes")
        self.facts["changes of the second run"] = self._old.deploy()
        say(f"the same again: {self.facts['changes of the second run']} changes")

    def _kill(self) -> None:
        """Kill the runner that reports."""
        pod = self._runners.leader()
        if pod is None:
            raise RuntimeError("no runner holds the Lease")
        killed = self._runners.kill(pod)
        say(f"SIGKILL to {killed} processes of {pod['metadata']['name']}, which reports")
        self._wait(lambda: self._runners.restarts() > 0, "its container was started again")
        self.facts["processes killed"] = killed

    def _upgrade(self) -> None:
        """Change the image under load; it returns once all replicas are the new one's."""
        began = time.monotonic()
        before = self._system.callers.ended()
        self._new.deploy()
        ended = self._system.callers.ended() - before
        say(f"upgraded in {time.monotonic() - began:.1f} s; {ended} callers heard an end meanwhile")
        self._wait(lambda: self._runners.images() == {self._new.image}, "the old ones are gone")
        self.facts["ends told during the upgrade"] = ended

    def _undeploy(self) -> None:
        self._new.undeploy()
        self.facts["Jobs with a finalizer"] = len(self._runners.stuck())
        self.facts["objects left"] = self._runners.left()
        say("undeployed")

    def _is_over(self) -> bool:
        system = self._system
        ended = system.callers.ended() >= self._expected
        return self._sender.done and ended and not system.queues.waiting()

    def _wait_told(self, share: float) -> None:
        wanted = int(share * self._expected)
        self._wait(
            lambda: self._system.callers.ended() >= wanted, f"{wanted} callers have heard an end"
        )

    def _wait(self, ready: Callable[[], bool], what: str) -> None:
        say(f"until {what}")
        end = time.monotonic() + PATIENCE
        while not ready():
            if time.monotonic() > end:
                raise RuntimeError(f"{what}: not within {PATIENCE:.0f} s")
            if time.monotonic() - self._told_at > TOLD_SECONDS:
                self._told_at = time.monotonic()
                self._system.scrape(self._runners.addresses())
                ended = self._system.callers.ended()
                say(
                    f"  sent {self._sender.sent}/{self._sender.total}, ended"
                    f" {ended}/{self._expected}, in the queue {self._system.queues.waiting()}"
                )
            time.sleep(LOOK_SECONDS)
