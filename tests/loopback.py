"""A server on loopback that says exactly what a test tells it to, byte for byte."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Lock, Thread

Script = Callable[["Talk"], None]


class Talk:
    """One connection: what was asked, and ways to answer it."""

    def __init__(self, connection: socket.socket, server: Server) -> None:
        self._connection = connection
        self.server = server
        self.request = self._read_head()
        line = self.request.split(b"\r\n", 1)[0].split(b" ")
        self.path = line[1].decode("latin-1") if len(line) > 1 else ""

    def _read_head(self) -> bytes:
        head = b""
        while b"\r\n\r\n" not in head:
            part = self._connection.recv(65536)
            if not part:
                break
            head += part
        return head

    def header(self, name: str) -> str:
        for line in self.request.split(b"\r\n")[1:]:
            key, _, value = line.decode("latin-1").partition(":")
            if key.lower() == name.lower():
                return value.strip()
        return ""

    def raw(self, data: bytes) -> None:
        self._connection.sendall(data)

    def answer(self, status: str = "200 OK", body: bytes = b"", **headers: str) -> None:
        fields = {"Content-Length": str(len(body)), "Connection": "close"}
        fields |= {key.replace("_", "-"): value for key, value in headers.items()}
        lines = [f"HTTP/1.1 {status}", *(f"{key}: {value}" for key, value in fields.items())]
        self.server.leave(self)  # before it is sent: the client may come again at once
        self.raw("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)

    def drip(self, data: bytes, pause: float = 0.05) -> None:
        for number in range(len(data)):
            self.raw(data[number : number + 1])
            time.sleep(pause)

    def reset(self) -> None:
        linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


class Server:
    """Takes connections on a free port of 127.0.0.1 and plays the script to each."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.asked: list[str] = []
        self.most_at_once = 0
        self._present: set[Talk] = set()
        self._lock = Lock()

    def start(self) -> None:
        Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):  # the client may hang up: many cases are about that
            connection.settimeout(10)
            talk = Talk(connection, self)
            self._enter(talk)
            try:
                self._script(talk)
            finally:
                self.leave(talk)

    def _enter(self, talk: Talk) -> None:
        with self._lock:
            self.asked.append(talk.path)
            self._present.add(talk)
            self.most_at_once = max(self.most_at_once, len(self._present))

    def leave(self, talk: Talk) -> None:
        with self._lock:
            self._present.discard(talk)


@contextmanager
def serving(script: Script) -> Iterator[Server]:
    server = Server(script)
    server.start()
    try:
        yield server
    finally:
        server.stop()
