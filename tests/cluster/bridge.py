"""The bridge that pods of a real node hang on; its name and its subnet are an instance's own."""

from __future__ import annotations

import json
import random
import subprocess

from .errors import ClusterError
from .process import Undo

NAME = "skj"
SUBNETS = range(1, 255)  # the third number of 10.89.x.0/24


class Bridge:
    """A bridge of this machine. Its address is the node's, so nothing listens on a public one."""

    def __init__(self, undo: Undo) -> None:
        for slot in random.sample(SUBNETS, len(SUBNETS)):
            self.slot = slot
            self.name = f"{NAME}{slot}"
            self.address = f"10.89.{slot}.1"
            self.subnet = f"10.89.{slot}.0/24"
            if not routed(self.address) and ip("link", "add", self.name, "type", "bridge"):
                undo.note(link=self.name)
                break
        else:
            raise ClusterError("could not make a bridge: no free subnet, or not allowed")
        if not ip("address", "add", f"{self.address}/24", "dev", self.name):
            raise ClusterError(f"could not give {self.address} to {self.name}")
        ip("link", "set", self.name, "up")


def ip(*args: str) -> bool:
    """Run `ip`; tell whether it worked."""
    done = subprocess.run(["ip", *args], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return done.returncode == 0


def routed(address: str) -> bool:
    """Tell whether the machine has a non-default route to the address."""
    done = subprocess.run(
        ["ip", "-json", "route", "show", "match", address],
        capture_output=True,
        text=True,
        check=False,
    )
    return any(route.get("dst") != "default" for route in json.loads(done.stdout or "[]"))
