"""Free ports below the range the kernel gives to outgoing connections."""

from __future__ import annotations

import random
import socket

from .errors import ClusterError

LOWEST, HIGHEST = 20000, 32000


def free_ports(count: int) -> list[int]:
    """That many different ports nobody listens on; random, so that two clusters rarely meet."""
    found: list[int] = []
    for port in random.sample(range(LOWEST, HIGHEST), 500):
        with socket.socket() as probe:
            try:
                probe.bind(("", port))
            except OSError:
                continue
        found.append(port)
        if len(found) == count:
            return found
    raise ClusterError("no free ports")
