"""One call: what both directions have in common once the two sides know each other."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Literal, Protocol

from hub.calls.sip.asking import Asked
from hub.calls.sip.changing import Changes
from hub.calls.sip.dialog import Dialog
from hub.calls.sip.digest import Credentials
from hub.calls.sip.events import Answered, Cause, Digit, Ended, Event
from hub.calls.sip.message import Message
from hub.calls.sip.sdp import Media, Remote
from hub.calls.sip.serving import Server
from hub.calls.sip.transactions import OnAnswer, Transactions

ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO"
_MOST_EVENTS = 256
_SIGNAL = re.compile(rb"^\s*Signal\s*=\s*([0-9*#A-Da-d])\s*$", re.M | re.I)


class Desk(Protocol):
    """What a call needs of its trunk."""

    transactions: Transactions
    credentials: Credentials | None
    longest: float
    rings: float

    def contact(self) -> str:
        """Return the value of Contact: where the far end reaches us."""

    def opened(self, call: SipCall) -> None:
        """The dialog of this call is known from now on."""

    def over(self, call: SipCall) -> None:
        """The call is over."""


class SipCall:
    """A call on the trunk. Read `events()` until `Ended`; every verb may be called at any moment, also too late.

    number  whom it is for: what was dialled
    caller  who calls, by their own words
    """

    direction: Literal["in", "out"]

    def __init__(self, desk: Desk, number: str, caller: str) -> None:
        self.number, self.caller = number, caller
        self.dialog: Dialog | None = None
        self.media: Media | None = None
        self.remote: Remote | None = None
        self.ended: Ended | None = None
        self.answered = False
        self._desk = desk
        self._changes = Changes(self)
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self._limit: asyncio.TimerHandle | None = None

    @property
    def desk(self) -> Desk:
        """The trunk that carries the call."""
        return self._desk

    async def events(self) -> AsyncIterator[Event]:
        """Yield what happens, from the beginning; ends behind `Ended`."""
        while True:
            event = await self._events.get()
            yield event
            if isinstance(event, Ended):
                return

    def hang_up(self) -> None:
        """End the call, whatever it is doing: it is over for us at once, and the far end learns it. Once more does nothing."""
        if self.ended is None:
            self._part("hung_up" if self.answered else "cancelled")

    async def hold(self) -> None:
        """Put the far end on hold: it hears what we send (music), we hear nothing. Raises Refused where it does not agree."""
        await self._changes.hold(True)

    async def resume(self) -> None:
        """Take the far end back. Raises Refused where it does not agree."""
        await self._changes.hold(False)

    async def move(self, host: str, port: int) -> None:
        """Tell the far end that we hear elsewhere from now on. Raises Refused where it does not agree."""
        await self._changes.move(host, port)

    def check(self) -> None:
        """Ask whether the far end still knows of the call. Where it does not, or nothing comes back, the call is `lost`.

        A far end that crashed says no BYE, and a phone on hold sends no sound: only asking tells the two apart.
        """
        if self.ended is None and self.answered:
            self.ask("OPTIONS", self._checked)

    def _checked(self, answer: Message | None) -> None:
        if answer is None or answer.status in (408, 481):
            self.part("lost")

    # What follows is for the trunk and the parts of a call.

    def tell(self, event: Event) -> None:
        """Tell whoever holds the call. Keys beyond what anybody can press while nobody listens are dropped."""
        if not isinstance(event, Ended) and self._events.qsize() >= _MOST_EVENTS:
            return
        self._events.put_nowait(event)

    def talk(self, remote: Remote) -> None:
        """The call is answered and lasts as long as a call may."""
        self.answered, self.remote = True, remote
        loop = self._desk.transactions.loop
        self._limit = loop.call_later(self._desk.longest, self.part, "limit")
        self.tell(Answered(remote))

    def close(self, cause: Cause, by: Literal["us", "them"], status: int = 0) -> None:
        """The call is over, for one reason and for good."""
        if self.ended is None:
            self.ended = Ended(cause, by, status)
            if self._limit:
                self._limit.cancel()
            self._changes.stop()
            self._desk.over(self)
            self.tell(self.ended)

    def part(self, cause: Cause) -> None:
        """End the call from our side for a reason of our own."""
        if self.ended is None:
            self._part(cause)

    def _part(self, cause: Cause) -> None:
        self.say_bye()
        self.close(cause, "us")

    def say_bye(self) -> None:
        """Tell the far end that it is over; whether it still knows of the call is of no interest."""
        self.ask("BYE", lambda answer: None)

    def ask(self, method: str, on_answer: OnAnswer, body: bytes = b"", of: Dialog | None = None) -> None:
        """Send a request within the call, with a proof where the provider asks for one."""
        desk, dialog = self._desk, of or self.dialog
        assert dialog is not None, "nobody to ask"

        def build() -> Message:
            return described(dialog.request(method), desk, body)

        Asked(desk.transactions, desk.credentials, build, dialog.way(desk.transactions.peers), on_answer)

    def acknowledge(self, answer: Message, of: Dialog | None = None) -> None:
        """Say that a yes has arrived; it comes again until then."""
        transactions, dialog = self._desk.transactions, of or self.dialog
        assert dialog is not None, "a yes opens the dialog"
        transactions.acknowledge(dialog.ack(answer.sequence[0]), dialog.way(transactions.peers))

    def came(self, server: Server) -> None:
        """A request within the call came."""
        assert self.dialog is not None, "the trunk finds calls by their dialogs"
        method = server.request.method
        if not self.dialog.follows(server.request):
            server.answer(500)
        elif method == "BYE":
            server.answer(200)
            self.bye()
        elif method == "INVITE":
            self._changes.asked(server)
        elif method == "INFO":
            self._info(server)
        else:
            refuse(server)

    def bye(self) -> None:
        """The far end hung up."""
        self.close("hung_up", "them")

    def acked(self, ack: Message) -> None:
        """An ACK of a yes came."""
        self._changes.acked(ack)

    def _info(self, server: Server) -> None:
        kind = server.request.get("content-type").partition(";")[0].strip().lower()
        found = _SIGNAL.search(server.request.body) if kind == "application/dtmf-relay" else None
        digit = found[1].decode() if found else ""
        if kind == "application/dtmf":
            digit = server.request.body.decode("ascii", "replace").strip()
        if kind and not (len(digit) == 1 and digit.upper() in "0123456789*#ABCD"):
            server.answer(415, ("accept", "application/dtmf-relay, application/dtmf"))
            return
        server.answer(200)
        if digit and self.ended is None:
            self.tell(Digit(digit.upper()))


def refuse(server: Server) -> None:
    """Answer what is asked of every agent, and refuse what this one does not do. To be sent on to others it never agrees."""
    method = server.request.method
    if method == "OPTIONS":
        server.answer(200, ("allow", ALLOW), ("accept", "application/sdp"))
    elif method == "REFER":
        server.answer(603)
    elif method == "SUBSCRIBE":
        server.answer(489)
    else:
        server.answer(405, ("allow", ALLOW))


def described(message: Message, desk: Desk, body: bytes) -> Message:
    """Return a message with our Contact, and with a description of our sound where there is one."""
    if message.method != "BYE":
        message.add("contact", desk.contact())
    if body:
        message.body = body
        message.add("content-type", "application/sdp")
    return message
