"""A request and its answers (RFC 3261, section 17; RFC 6026): sent again until they are heard, handed on once."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable

from hub.calls.sip.address import bracketed, via_of
from hub.calls.sip.message import Malformed, Message, parse
from hub.calls.sip.serving import Server
from hub.calls.sip.timers import Timers
from hub.calls.sip.wire import Peers, Place, Wire

OnAnswer = Callable[[Message | None], None]
"""Hears each answer; None when none came in time."""
_MOST = 2_000
"""Transactions at a time. A hundred calls need a few hundred; a flood gets no memory beyond this."""


class Transactions:
    """All transactions of a trunk. `on_request` hears each new request but ACK, `on_ack` each ACK of a 2xx."""

    def __init__(
        self, peers: Peers, timers: Timers, on_request: Callable[[Server], None], on_ack: Callable[[Message], None]
    ) -> None:
        self.wire: Wire
        self.peers, self.timers, self.loop = peers, timers, asyncio.get_running_loop()
        self._on_request, self._on_ack = on_request, on_ack
        self._clients: dict[tuple[str, str], Client] = {}
        self._servers: dict[tuple[str, ...], Server] = {}

    def send(self, request: Message, to: Place, on_answer: OnAnswer) -> Client:
        """Begin a transaction: put our Via on top and send. The answers go to `on_answer`."""
        return self._begin(self._ours(request), to, on_answer)

    def acknowledge(self, ack: Message, to: Place) -> None:
        """Send the ACK of a yes, which is no transaction: nobody answers it. Once more is the same bytes."""
        self.wire.send(bytes(ack if ack.get("via") else self._ours(ack)), to)

    def _ours(self, request: Message) -> Message:
        branch = "z9hG4bK" + secrets.token_hex(12)
        host, port = self.wire.local()
        via = f"SIP/2.0/{self.wire.transport} {bracketed(host)}:{port};branch={branch};rport"
        request.headers.insert(0, ("via", via))
        return request

    def cancel(self, client: Client) -> None:
        """Ask that a call that nobody answered ends. Its own answer is of no interest: that of the INVITE tells the end."""
        self._begin(_after(client.request, "CANCEL", client.request.get("to")), client.to, lambda answer: None)

    def _begin(self, request: Message, to: Place, on_answer: OnAnswer) -> Client:
        client = Client(self, request, to, on_answer)
        self._clients[_answers(request)] = client
        client.begin()
        return client

    def forget(self, client: Client) -> None:
        """A transaction is over."""
        self._clients.pop(_answers(client.request), None)

    def receive(self, data: bytes, source: Place) -> None:
        """Take what came from the network. Whoever is not the provider gets no answer, and bytes that are no message neither."""
        counts = self.wire.counts
        if not self.peers.hold(source[0]):
            counts["foreign"] += 1
            return
        if not data.strip(b"\r\n\0"):
            return  # keeps a way through a firewall open
        try:
            message = parse(data)
            self._take(message, source)
        except Malformed:
            counts["malformed"] += 1

    def _take(self, message: Message, source: Place) -> None:
        if not message.method:
            if client := self._clients.get(_answers(message)):
                client.heard(message)
            return
        key = _key(message)
        if server := self._servers.get(key):
            server.again(message)
        elif message.method == "ACK":
            self._on_ack(message)
        elif len(self._servers) >= _MOST:
            self.wire.counts["overload"] += 1
        else:
            self._serve(key, message, source)

    def _serve(self, key: tuple[str, ...], message: Message, source: Place) -> None:
        server = Server(self.wire, self.timers, message, source, lambda: self._servers.pop(key, None))
        self._servers[key] = server
        if message.method != "CANCEL":
            try:
                self._on_request(server)
            except Malformed:
                server.answer(400)
            return
        cancelled = self._servers.get(_key(message, "INVITE"))
        server.answer(200 if cancelled else 481)
        if cancelled:
            cancelled.on_cancel()

    def stop(self) -> None:
        """Forget everything; nothing is sent any more."""
        for client in list(self._clients.values()):
            client.end()
        for server in list(self._servers.values()):
            server.end()


class Client:
    """A request of ours until its answer came, and for a while after that."""

    def __init__(self, transactions: Transactions, request: Message, to: Place, on_answer: OnAnswer) -> None:
        self.request, self.to, self.proceeding = request, to, False
        self._all, self._on_answer = transactions, on_answer
        self._answered: Message | None = None
        self._repeat: asyncio.TimerHandle | None = None
        self._end: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """Send for the first time (timers A, B, E and F)."""
        self._send(self._all.timers.t1)
        self._end = self._all.loop.call_later(self._all.timers.patience, self._give_up)

    def _send(self, pause: float) -> None:
        self._all.wire.send(bytes(self.request), self.to)
        if self._all.wire.transport == "UDP":
            timers, invites = self._all.timers, self.request.method == "INVITE"
            if self.proceeding:
                pause = timers.t2
            next_pause = pause * 2 if invites else min(pause * 2, timers.t2)
            self._repeat = self._all.loop.call_later(pause, self._send, next_pause)

    def heard(self, answer: Message) -> None:
        """An answer came, maybe once more."""
        if self.request.method == "INVITE":
            self._heard_of_invite(answer)
        elif answer.status < 200:
            self.proceeding = True
        elif self._answered is None:
            self._answered = answer
            self._linger(self._all.timers.t4)
            self._on_answer(answer)

    def _heard_of_invite(self, answer: Message) -> None:
        if answer.status < 200:
            if self._answered is None:
                self.proceeding = True
                self._stop()  # it rings, for as long as it takes: the call has its own patience
                self._on_answer(answer)
            return
        if answer.status >= 300 and (self._answered is None or self._answered.status >= 300):
            # The ACK of a no belongs to this transaction (section 17.1.1.3); that of a yes is the call's.
            self._all.wire.send(bytes(_after(self.request, "ACK", answer.get("to"))), self.to)
        first, self._answered = self._answered is None, self._answered or answer
        if first:
            self._linger(self._all.timers.patience)
        if first or (answer.status < 300 and self._answered.status < 300):
            self._on_answer(answer)  # each yes: it comes again until it is acknowledged, also from several phones

    def patient(self, seconds: float) -> None:
        """End it after so long if no final answer comes: what was cancelled is mostly answered, but not always."""
        if self._answered is None:
            self._stop()
            self._end = self._all.loop.call_later(seconds, self._give_up)

    def _give_up(self) -> None:
        self.end()
        self._on_answer(None)

    def _linger(self, seconds: float) -> None:
        self._stop()
        self._end = self._all.loop.call_later(seconds, self.end)

    def end(self) -> None:
        """Nothing more is expected."""
        self._stop()
        self._all.forget(self)

    def _stop(self) -> None:
        for handle in (self._repeat, self._end):
            if handle:
                handle.cancel()


def _after(request: Message, method: str, to: str) -> Message:
    """Return the ACK or CANCEL that goes the way of a request."""
    message = Message(method=method, uri=request.uri)
    message.add("via", request.get("via")).add("max-forwards", "70")
    for name in ("route", "from"):
        for value in request.all(name):
            message.add(name, value)
    return message.add("to", to).add("call-id", request.get("call-id")).add("cseq", f"{request.sequence[0]} {method}")


def _answers(message: Message) -> tuple[str, str]:
    return via_of(message.get("via")).params.get("branch", ""), message.sequence[1]


def _key(message: Message, method: str = "") -> tuple[str, ...]:
    """What a request that comes again has in common with the first; also with its ACK and CANCEL (section 17.2.3)."""
    via = via_of(message.get("via"))
    method = method or ("INVITE" if message.method == "ACK" else message.method)
    number = str(message.sequence[0])
    return via.params.get("branch", ""), via.host, str(via.port), message.get("call-id"), number, method
