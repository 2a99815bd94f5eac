# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Names of hosts that everybody reads as the same: what a proxy may read otherwise is none."""

from __future__ import annotations

import re
from ipaddress import ip_address

from .rules import Blocked
from .servers import MAX_HOST_LENGTH

_NAME = re.compile(r"([a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?", re.IGNORECASE | re.ASCII)


def check(host: str) -> None:
    """Raise Blocked for a host that is neither an address nor a name of plain labels.

    A fullwidth or ideographic character, or an empty label, is dropped or turned into another by
    some, so that it names here what is unknown, and behind a proxy C(localhost).
    """
    name = host.strip("[]")
    if not is_name(name) and not is_address(host):
        raise Blocked("{0} is no host name that a proxy is asked for".format(ascii(name)[1:-1]))


def is_name(host: str) -> bool:
    """Tell whether a host is a name of plain labels, no longer than DNS has it."""
    return (
        len(host) <= MAX_HOST_LENGTH + 1
        and len(host.rstrip(".")) <= MAX_HOST_LENGTH
        and bool(_NAME.fullmatch(host))
    )


def is_address(host: str) -> bool:
    """Tell whether a host is an address in its canonical form.

    One with a zone is none: a proxy may drop the zone, which no machine but this one knows.
    """
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return "%" not in host
