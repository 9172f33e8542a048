"""A name server of this machine."""

from __future__ import annotations

from typing import Any

from dnslib import QTYPE, RR
from dnslib.server import BaseResolver, DNSServer

from tests.support.house import free_port


class Zone(BaseResolver):
    """Answers with its `records`, which are (name, type, value), and remembers what it was asked."""

    def __init__(self) -> None:
        self.records: list[tuple[str, str, str]] = []
        self.asked: list[str] = []
        self.port = free_port()
        self._server = DNSServer(self, address="127.0.0.1", port=self.port)

    def resolve(self, request: Any, handler: Any) -> Any:
        """Answer a question."""
        reply, name = request.reply(), str(request.q.qname).rstrip(".")
        self.asked.append(name)
        for known, kind, value in self.records:
            if known == name and getattr(QTYPE, kind) == request.q.qtype:
                reply.add_answer(*RR.fromZone(f"{name}. 60 {kind} {_quoted(value) if kind == 'TXT' else value}"))
        if not reply.rr and not any(known == name for known, _, _ in self.records):
            reply.header.rcode = 3
        return reply

    def start(self) -> None:
        """Answer from now on."""
        self._server.start_thread()

    def stop(self) -> None:
        """Answer no more."""
        self._server.stop()
        self._server.server.server_close()


def _quoted(text: str) -> str:
    return " ".join(f'"{text[place : place + 250]}"' for place in range(0, len(text), 250))
