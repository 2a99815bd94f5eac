"""An HTTP proxy on a loopback port, as an operator has one between a cluster and the world."""

from __future__ import annotations

import http.client
import select
import socket
from urllib.parse import urlsplit

from .loopback import Handler, Loopback


class ForwardingProxy(Loopback):
    """Keeps what it is asked for, and brings it to that port of this machine, whatever the host."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.refuses = 0  # the status with which it refuses
        super().__init__(_handler_of(self))
        self.address = f"127.0.0.1:{self.port}"


def _handler_of(proxy: ForwardingProxy) -> type[Handler]:
    class Forwarder(Handler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self._is_refused():
                return
            target = urlsplit(self.path)
            onward = http.client.HTTPConnection("127.0.0.1", target.port or 80, timeout=30)
            own = {name: text for name, text in self.headers.items() if "proxy" not in name.lower()}
            onward.request("POST", f"{target.path}?{target.query}", body, own)
            answer = onward.getresponse()
            answer.read()
            self.send_response(answer.status)
            self.send_header("Content-Length", "0")
            self.end_headers()
            onward.close()

        def do_CONNECT(self) -> None:
            if self._is_refused():
                return
            port = int(self.path.rpartition(":")[2])
            with socket.create_connection(("127.0.0.1", port)) as onward:
                self.send_response(200)
                self.end_headers()
                _relay(self.connection, onward)
            self.close_connection = True

        def _is_refused(self) -> bool:
            headers = {name.lower(): value for name, value in self.headers.items()}
            proxy.asked.append((self.command, self.path, headers))
            if proxy.refuses:
                self.send_response(proxy.refuses)
                self.send_header("Content-Length", "0")
                self.end_headers()
            return bool(proxy.refuses)

    return Forwarder


def _relay(one: socket.socket, other: socket.socket) -> None:
    ends = {one: other, other: one}
    while True:
        for ready in select.select(list(ends), [], [])[0]:
            data = ready.recv(65536)
            if not data:
                return
            ends[ready].sendall(data)
