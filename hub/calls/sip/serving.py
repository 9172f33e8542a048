"""A request that came: answered, and answered the same way when it comes again (RFC 3261, section 17.2)."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable

from hub.calls.sip.address import tag_of, via_of
from hub.calls.sip.message import Message
from hub.calls.sip.timers import Timers
from hub.calls.sip.wire import Place, Wire

_REASONS = {
    100: "Trying", 180: "Ringing", 200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 408: "Request Timeout", 415: "Unsupported Media Type", 420: "Bad Extension",
    480: "Temporarily Unavailable", 481: "Call/Transaction Does Not Exist", 486: "Busy Here", 487: "Request Terminated",
    488: "Not Acceptable Here", 489: "Bad Event", 491: "Request Pending", 500: "Server Internal Error",
    503: "Service Unavailable", 600: "Busy Everywhere", 603: "Decline",
}  # fmt: skip


def _nothing() -> None:
    pass


class Server:
    """A request until it is answered, and for a while after that.

    on_cancel   who called gave up
    on_silence  the final answer to an INVITE was never acknowledged
    """

    def __init__(
        self, wire: Wire, timers: Timers, request: Message, source: Place, on_end: Callable[[], object]
    ) -> None:
        self.request, self.source, self.tag = request, source, tag_of(request.get("to")) or secrets.token_hex(8)
        self.on_cancel: Callable[[], None] = _nothing
        self.on_silence: Callable[[], None] = _nothing
        self._wire, self._timers, self._on_end = wire, timers, on_end
        self._loop = asyncio.get_running_loop()
        self._last = b""
        self.status = 0
        self._back = self._way_back()
        self._repeat: asyncio.TimerHandle | None = None
        self._end: asyncio.TimerHandle | None = None

    @property
    def unheard(self) -> bool:
        """Whether the final answer was sent and not acknowledged yet."""
        return self.status >= 200 and self._repeat is not None

    def _way_back(self) -> Place:
        """Note in Via where the request came from, and return where the answers go (section 18.2; RFC 3581)."""
        via = via_of(self.request.get("via"))
        host, port = self.source
        value = self.request.get("via")
        if "rport" in via.params:
            parts = [part for part in value.split(";") if part.strip().partition("=")[0].lower() != "rport"]
            value = ";".join([*parts, f"rport={port}"])
        else:
            port = via.port or 5060
        at = next(at for at, (name, _) in enumerate(self.request.headers) if name == "via")
        self.request.headers[at] = ("via", f"{value};received={host}")
        return host, port

    def made(self, status: int, body: bytes = b"") -> Message:
        """Return an answer with what every answer takes from its request (section 8.2.6)."""
        answer = Message(status=status, reason=_REASONS.get(status, "Error"), body=body)
        for name in ("via", "record-route", "from", "to", "call-id", "cseq"):
            for value in self.request.all(name):
                has_tag = name != "to" or status == 100 or tag_of(value)
                answer.add(name, value if has_tag else f"{value};tag={self.tag}")
        return answer

    def answer(self, status: int, *headers: tuple[str, str]) -> None:
        """Answer without a body."""
        answer = self.made(status)
        for name, value in headers:
            answer.add(name, value)
        self.send(answer)

    def send(self, answer: Message) -> None:
        """Send an answer, the final one again and again until it is acknowledged. After the final one nothing more goes out."""
        if self.status >= 200:
            return
        self.status, self._last = answer.status, bytes(answer)
        self._wire.send(self._last, self._back)
        if answer.status < 200:
            return
        self._end = self._loop.call_later(self._timers.patience, self._over)
        if self.request.method == "INVITE" and (self._wire.transport == "UDP" or answer.status < 300):
            self._repeat = self._loop.call_later(self._timers.t1, self._send_again, 2 * self._timers.t1)

    def _send_again(self, pause: float) -> None:
        self._wire.send(self._last, self._back)
        pause = min(pause, self._timers.t2)
        self._repeat = self._loop.call_later(pause, self._send_again, 2 * pause)

    def again(self, message: Message) -> None:
        """The request came once more, or the ACK of a no."""
        if message.method == "ACK":
            self.acknowledged()
        elif self._last:
            self._wire.send(self._last, self._back)

    def acknowledged(self) -> None:
        """Whoever called has heard the final answer."""
        if self.status < 200 or self._repeat is None:
            return
        self._repeat.cancel()
        self._repeat = None
        if self._end:
            self._end.cancel()
        self._end = self._loop.call_later(self._timers.t4, self.end)

    def _over(self) -> None:
        silent = self._repeat is not None
        self.end()
        if silent:
            self.on_silence()

    def end(self) -> None:
        """Nothing more is expected."""
        for handle in (self._repeat, self._end):
            if handle:
                handle.cancel()
        self._repeat = None
        self._on_end()
