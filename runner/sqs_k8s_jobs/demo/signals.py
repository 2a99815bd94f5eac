"""Ctrl-C and SIGTERM during the demo: the first ends it, and none disturbs the removal."""

from __future__ import annotations

import os
import signal
from typing import Any

NUMBERS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody pressed Ctrl-C or sent a signal; nothing may catch it for an error."""


def install_handlers() -> None:
    """Raise Stopped in the main thread with the first signal that comes from now on."""
    for number in NUMBERS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup has it
            signal.signal(number, _stop)


def ignore() -> None:
    """Take no notice of signals any more."""
    for number in NUMBERS:
        signal.signal(number, signal.SIG_IGN)


def _stop(number: int, _frame: Any) -> None:
    ignore()
    os.write(2, b"\nstopping; what the demo made is removed\n")
    raise Stopped(signal.Signals(number).name)
