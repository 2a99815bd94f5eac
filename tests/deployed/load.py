"""Messages on their way to deployed runners, and waiting for what comes of them."""

from __future__ import annotations

import time
from collections.abc import Callable

from chaos.messages import make_messages
from chaos.sender import Sender

from .progress import say
from .runners import Runners
from .system import System

PATIENCE = 600.0
LOOK_SECONDS = 0.5
TOLD_SECONDS = 10.0  # between two lines of progress


class Load:
    """The messages of a seed, sent for as long as a `with` block lasts."""

    def __init__(self, system: System, seed: int, messages: int, seconds: float) -> None:
        """They are sent, each twice, within so many seconds."""
        self._runners = Runners(system.cluster)
        self._system = system
        written = make_messages(seed, messages, seconds, system.callers.urls)
        self._before = system.callers.ended()
        self._expected = sum(message.told for message in written)
        self._sender = Sender(system.queues, written, system.files)
        self._told_at = 0.0

    def __enter__(self) -> Load:
        self._sender.start()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind:
            say(f"what the runners say:\n{self._runners.logs()}")
        self._sender.stop()

    def ended(self) -> int:
        """Return how many of the callers have heard an end."""
        return self._system.callers.ended() - self._before

    def is_over(self) -> bool:
        """Return whether every caller has heard an end and no message is left."""
        ended = self.ended() >= self._expected
        return self._sender.done and ended and not self._system.queues.pair.count()

    def wait_told(self, share: float) -> None:
        """Wait until this share of the callers has heard an end."""
        wanted = int(share * self._expected)
        self.wait(lambda: self.ended() >= wanted, f"{wanted} callers have heard an end")

    def wait(self, ready: Callable[[], bool], what: str) -> None:
        """Wait, with a line now and then, on which Prometheus learns where the runners are."""
        say(f"until {what}")
        end = time.monotonic() + PATIENCE
        while not ready():
            if time.monotonic() > end:
                raise RuntimeError(f"{what}: not within {PATIENCE:.0f} s")
            if time.monotonic() - self._told_at > TOLD_SECONDS:
                self._told_at = time.monotonic()
                self._system.scrape(self._runners.addresses())
                sent = f"{self._sender.sent}/{self._sender.total}"
                ended = f"{self.ended()}/{self._expected}"
                waiting = self._system.queues.pair.count()
                say(f"  sent {sent}, ended {ended}, in the queue {waiting}")
            time.sleep(LOOK_SECONDS)
