# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Answers, each read to its end before anybody sees it.

A callback is accepted by what was said to it and to no other. So an answer of 2xx is whole, or
it is InvalidAnswer. Its connection carries no other request.
"""

from __future__ import annotations

import http.client
from typing import Any

from .framing import InvalidAnswer, TimedOut, length_of
from .incoming import Incoming

SWITCHING = 101  # to another protocol: no answer of this one follows
BODILESS = (SWITCHING, http.client.NO_CONTENT, http.client.NOT_MODIFIED)


class Answer(http.client.HTTPResponse):
    """The first answer that is not informational; its body is read and dropped."""

    fp: Any
    headers: Any
    msg: Any

    def __init__(self, sock: Any, *args: Any, end: float, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp.close()  # it knows no deadline, and what it reads ahead would be lost
        self.fp = Incoming(sock, end)

    def begin(self, **limits: Any) -> None:
        """Read it; raise InvalidAnswer, TimedOut, or what the socket raises.

        The limits are those of newer Pythons.
        """
        super().begin(**limits)
        while 100 <= self.status < 200 and self.status != SWITCHING:
            self.headers = self.msg = None
            super().begin(**limits)
        try:
            self._skip_body()
        except (InvalidAnswer, OSError) as exc:
            if 200 <= self.status < 300:  # another status says all there is to know
                raise _unfinished(exc, self.status) from exc
        self.close()  # the socket stays open

    def _skip_body(self) -> None:
        length, chunked = length_of(self.headers)
        if self.status in BODILESS:
            return
        if chunked:
            self.fp.skip_chunks()
        else:
            self.fp.skip(length)


def _unfinished(exc: Exception, status: int) -> Exception:
    if isinstance(exc, TimeoutError):
        return TimedOut()
    words = str(exc) if isinstance(exc, InvalidAnswer) else "it broke off"
    return InvalidAnswer("its answer of HTTP status {0} is not whole: {1}".format(status, words))
