# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The reasons why a callback got no answer, in this project's words.

Those of the libraries hold the whole URL, and what an endpoint says may hold anything.
"""

from __future__ import annotations

import http.client
import re
import socket
import ssl

from .framing import InvalidAnswer, TimedOut
from .urllib3_compat import urllib3

_TUNNEL = re.compile(r"Tunnel connection failed: (\d+)")
_LIMITED = "{0} within {1} s"
# Errors of OpenSSL's strict mode alone, X509_V_ERR_… in its x509_vfy.h; the 79 between them,
# a CA that is none, it finds in any. Python verifies in that mode from 3.13 on.
_STRICT = frozenset({78, *range(80, 94)})
_UNVERIFIED = "certificate verify failed: {0}"
_NOT_ALLOWED = (
    "certificate verify failed: {0}: not allowed, as it breaks RFC 5280"
    " (report_webhook_allow_nonstrict_certificates)"
)


def describe(exc: BaseException, connect: float, answer: float) -> str:
    """Say what failed, given the seconds there were to connect and to answer."""
    if isinstance(exc, urllib3.exceptions.ProxyError):
        return "the proxy: {0}".format(describe(exc.original_error, connect, answer))
    if isinstance(
        exc, urllib3.exceptions.NewConnectionError
    ):  # it counts as a timeout, but is none
        return _of_system(exc.__cause__)
    if isinstance(exc, urllib3.exceptions.TimeoutError):
        if isinstance(exc, urllib3.exceptions.ConnectTimeoutError):
            return _LIMITED.format("no connection", connect)
        begun = isinstance(exc.__cause__, TimedOut)
        return _LIMITED.format("no end of its answer" if begun else "no answer", answer)
    cause = _cause(exc)
    return _of_tls(cause) if isinstance(cause, ssl.SSLError) else _of_system(cause)


def is_timeout(exc: BaseException) -> bool:
    """Tell whether there was too little time, and nothing else failed."""
    if isinstance(exc, urllib3.exceptions.ProxyError):
        return is_timeout(exc.original_error)
    return isinstance(exc, urllib3.exceptions.TimeoutError) and not isinstance(
        exc, urllib3.exceptions.NewConnectionError
    )


def is_unresponsive(exc: BaseException) -> bool:
    """Tell whether the whole server is late or missing, rather than a single URL.

    What hangs up or answers badly costs no time, nor does what fails at TLS, if not by a timeout.
    """
    at_once = (
        urllib3.exceptions.InvalidHeader,
        urllib3.exceptions.ProtocolError,
        urllib3.exceptions.SSLError,
    )
    return not isinstance(exc, at_once)


def _cause(exc: BaseException) -> BaseException:
    return next((one for one in exc.args if isinstance(one, Exception)), exc)


def _of_tls(cause: ssl.SSLError) -> str:
    if isinstance(cause, ssl.SSLCertVerificationError):
        describe = _NOT_ALLOWED if cause.verify_code in _STRICT else _UNVERIFIED
        return describe.format(cause.verify_message.rstrip("."))
    return "TLS failed: {0}".format((cause.reason or "broken off").lower().replace("_", " "))


def _of_system(cause: BaseException | None) -> str:
    refused = _TUNNEL.match(str(cause))
    if refused:
        return "no tunnel: HTTP status {0}".format(refused.group(1))
    if isinstance(cause, socket.gaierror):
        return "its host does not resolve"
    if isinstance(cause, http.client.RemoteDisconnected | ConnectionResetError | BrokenPipeError):
        return "the connection broke off"
    if isinstance(cause, http.client.HTTPException):
        return str(cause) if isinstance(cause, InvalidAnswer) else "what it answered is not HTTP"
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror.lower()
    return "the request failed ({0})".format(type(cause).__name__)
