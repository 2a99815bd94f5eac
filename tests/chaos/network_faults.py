"""Faults of what is reached over the network: SQS is away, endpoints misbehave."""

from __future__ import annotations

import time

from . import fault_kinds
from .begun_fault import Begin, Begun
from .callers import Callers
from .journal import Journal
from .plan import Fault
from .proxy import Proxy


class NetworkFaults:
    """Begins them."""

    def __init__(self, proxy: Proxy, callers: Callers, journal: Journal) -> None:
        self._proxy = proxy
        self._callers = callers
        self._journal = journal
        self.begin: dict[str, Begin] = {
            fault_kinds.SQS_UNREACHABLE: self._sqs_unreachable,
            fault_kinds.REFUSED_PAST_TTL: self._refuse,
            **dict.fromkeys(fault_kinds.ENDPOINT_MODES, self._misbehave),
        }

    def _sqs_unreachable(self, fault: Fault) -> Begun:
        silent, began = bool(fault.parameters["silent"]), time.monotonic()
        self._proxy.cut(silent)

        def restore() -> None:
            self._proxy.restore()
            self._journal.note(fault.kind, began, time.monotonic())

        return Begun("silent, restored" if silent else "refused, restored", restore)

    def _refuse(self, fault: Fault) -> Begun:
        return self._answer(fault, "500")

    def _misbehave(self, fault: Fault) -> Begun:
        return self._answer(fault, fault_kinds.ENDPOINT_MODES[fault.kind])

    def _answer(self, fault: Fault, mode: str) -> Begun:
        number = int(fault.parameters["endpoint"])
        self._callers.answer(number, mode)
        return Begun("for a while", lambda: self._callers.answer(number, "ok"))
