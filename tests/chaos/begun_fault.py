"""A fault that has begun, as what begins it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .plan import Fault


@dataclass(frozen=True)
class Begun:
    """A fault's outcome, and its healing once its time is over."""

    outcome: str
    heal: Callable[[], None] | None = None  # may raise ClusterError: it is tried again


# Begins a fault; None where its victim is not there just now.
Begin = Callable[[Fault], Begun | None]
