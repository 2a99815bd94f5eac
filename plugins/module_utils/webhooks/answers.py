# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Answers, each read to its end before anybody sees it.

A callback is accepted by what was said to it and to no other. So an answer of 2xx is whole, or
it is Broken, and its connection is closed where anything may be left on it.
"""

from __future__ import annotations

import http.client
from typing import Any

from .framing import Broken, Late, length_of, may_be_followed
from .incoming import Incoming

SWITCHING = 101  # to another protocol: no answer of this one follows
BODILESS = (SWITCHING, http.client.NO_CONTENT, http.client.NOT_MODIFIED)


class Answer(http.client.HTTPResponse):
    """The first answer that is not informational; its body is read and dropped.

    C(will_close) tells that its connection must not carry another request.
    """

    fp: Any
    headers: Any
    msg: Any
    will_close: Any

    def __init__(self, sock: Any, *args: Any, seconds: float, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp.close()  # it knows no deadline, and what it reads ahead would be lost
        self.fp = Incoming(sock, seconds)
        self._sock, self._seconds = sock, seconds

    def begin(self, **limits: Any) -> None:
        """Read it; raise Broken, Late, or what the socket raises. Limits are newer Pythons' own."""
        super().begin(**limits)
        while 100 <= self.status < 200 and self.status != SWITCHING:
            self.headers = self.msg = None
            super().begin(**limits)
        self.will_close = not self._is_read()
        self.close()  # the socket stays open
        if not self.will_close:
            self._sock.settimeout(self._seconds)

    def _is_read(self) -> bool:
        """Read the body; tell whether that was all, and another request may follow."""
        try:
            ends = self._read_body()
        except (Broken, OSError) as exc:
            if 200 <= self.status < 300:
                raise _unfinished(exc, self.status) from exc
            return False  # the status says all there is to know
        alone = self.version == 11 and self.fp.answers == 1 and may_be_followed(self.headers)
        return alone and ends and not self.fp.has_more()

    def _read_body(self) -> bool:
        """Read it; tell whether it said where it ends."""
        length, chunked = length_of(self.headers)
        if self.status in BODILESS:
            return self.status != SWITCHING and not chunked and not length
        if chunked:
            self.fp.skip_chunks()
        else:
            self.fp.skip(length)
        return chunked or length is not None


def _unfinished(exc: Exception, status: int) -> Exception:
    if isinstance(exc, TimeoutError):
        return Late()
    words = str(exc) if isinstance(exc, Broken) else "it broke off"
    return Broken("its answer of HTTP status {0} is not whole: {1}".format(status, words))
