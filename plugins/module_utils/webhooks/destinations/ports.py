# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The ports that callbacks go to: those of web servers, and none at which something else listens.

What is not HTTP may take a request for commands of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Optional

from .rules import Blocked, InvalidEntry

# Of what is below 1024 the ports of the Web; of the others those that browsers refuse, and those
# of databases, brokers, caches and a cluster's own parts.
DEFAULT = (
    *("80", "443", "1024-65535"),
    *("!1080", "!1099", "!1414", "!1433", "!1434", "!1521", "!1719", "!1720", "!1723", "!1883"),
    *("!2003", "!2004", "!2049", "!2181", "!2375-2377", "!2379", "!2380", "!2525", "!3260"),
    *("!3268", "!3269", "!3306", "!3389", "!3659", "!4001", "!4045", "!4190", "!4222", "!4369"),
    *("!4505", "!4506", "!4730", "!5038", "!5060", "!5061", "!5222", "!5269", "!5432", "!5433"),
    *("!5671", "!5672", "!5900-5910", "!5984-5986", "!6000-6063", "!6379", "!6380", "!6432"),
    *("!6443", "!6566", "!6660-6669", "!6679", "!6697", "!7000", "!7001", "!7077", "!7687"),
    *("!8009", "!8086", "!8883", "!9042", "!9092-9094", "!9100", "!9200", "!9300", "!9418"),
    *("!10080", "!10250", "!10255-10257", "!10259", "!11211", "!11300", "!26379"),
    *("!27017-27019", "!28015", "!33060", "!61613", "!61616"),
)
_ENTRY = re.compile(r"(!?)([0-9]{1,5})(?:-([0-9]{1,5}))?", re.ASCII)
MAX_PORT = 65535


@dataclass(frozen=True)
class Ports:
    """Ranges of ports, and ranges of which none is allowed."""

    wanted: tuple[range, ...]
    refused: tuple[range, ...]

    @classmethod
    def listed(cls, entries: Iterable[str]) -> Ports:
        """Read a list; raise InvalidEntry for what cannot be read."""
        wanted: list[range] = []
        refused: list[range] = []
        for entry in entries:
            found = _ENTRY.fullmatch(str(entry).strip())
            first = int(found[2]) if found else 0
            last = int(found[3] or found[2]) if found else 0
            if not found or not 1 <= first <= last <= MAX_PORT:
                raise InvalidEntry("{0!r} is not a port or a range of ports".format(entry))
            (refused if found[1] else wanted).append(range(first, last + 1))
        return cls(tuple(wanted), tuple(refused))

    def check(self, host: str, port: Optional[int]) -> None:
        """Raise Blocked where no callback may go to this port; None is the scheme's port."""
        if port is None:
            return
        if any(port in one for one in self.refused) or not any(port in one for one in self.wanted):
            raise Blocked("{0}: port {1} is not allowed (report_webhook_ports)".format(host, port))


ORDINARY = Ports.listed(DEFAULT)
