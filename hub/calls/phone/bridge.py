"""One call with a phone in it: what happens on the trunk becomes turns of the call, and the other way round.

The phone is the contact's side. Its sound goes to the call's room on a media worker; this node says for it that it is there.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from hub.accounts.system import system_of
from hub.calls import machine
from hub.calls.collections import CALLS
from hub.calls.legs import EVERY, LegHeld, say_alive
from hub.calls.machine import Change
from hub.calls.media.control import WorkerBusy, WorkerGone, WorkerRefused
from hub.calls.media.rooms import phone_to_room
from hub.calls.phone.minutes import Minutes
from hub.calls.phone.side import holder, phone_answers, phone_is_over
from hub.calls.records import Reason
from hub.calls.sip.call import SipCall
from hub.calls.sip.called import IncomingCall
from hub.calls.sip.changing import Refused
from hub.calls.sip.events import Answered, Cause, Ended, Event, Held, Moved
from hub.calls.sip.sdp import Remote
from hub.calls.sip.trunk import Trunk
from hub.calls.turning import turn
from hub.core.errors import CallOver, Conflict, NotFound
from hub.core.hub import Hub
from storage.engine import Document, Scope, StorageError

_LOOK = 2.0
"""Seconds between two looks at the call, of whose change the word (waking.py) was lost."""
_CHECK = 60.0
"""Seconds between two questions to a phone whether it is still in the call, which costs money for as long as it is."""
_REASONS: dict[Cause, Reason] = {
    "busy": "declined", "declined": "declined", "unanswered": "unanswered", "cancelled": "cancelled", "lost": "lost",
    "limit": "hung_up", "hung_up": "hung_up",
}  # fmt: skip
"""What the call ends for; of what is not here nobody was there whom it could have rung."""
_STATUS = {"declined": 603, "cancelled": 603, "lost": 480, "unanswered": 480, "nobody": 480}
_TROUBLE = (WorkerGone, WorkerBusy, WorkerRefused)


class Bridge:
    """`run` it until the call has ended. `dial` begins one that an agent calls. `may` tells where sound may be sent."""

    def __init__(
        self,
        hub: Hub,
        scope: Scope,
        call: int,
        leg: str,
        line: Document,
        may: Callable[[str], bool],
        minutes: Minutes,
        sip: SipCall | None = None,
    ) -> None:
        self.call, self.leg = call, leg
        self._hub, self._scope, self._line, self._may, self._sip = hub, scope, line, may, sip
        self._news: asyncio.Queue[Event | None] = asyncio.Queue()
        self._room: Document | None = None
        self._alive = 0.0
        self._checked = time.monotonic()
        self._minutes = minutes
        self._counted: float | None = None

    def wake(self) -> None:
        """The call has changed: look at it."""
        self._news.put_nowait(None)

    async def dial(self, trunk: Trunk, call: Document) -> None:
        """Call the number, with a leg in the room that hears it. Raises TrunkBusy, ValueError."""
        try:
            host, port = await self._rtp(call)
        except _TROUBLE:
            await self.failed()
            return
        self._sip = trunk.call(call["phone"]["number"], self._line["public"] or host, port)
        self.wake()

    async def failed(self) -> None:
        """The call could not be placed."""
        await self._over("nobody")
        self.wake()

    async def run(self) -> None:
        """Look after the call until it has ended on both sides."""
        if self._sip is not None:
            self._hub.spawn(f"trunk call {self.call}", self._listen(self._sip))
        while True:
            news = await self._next()
            try:
                if isinstance(news, Event):
                    await self._happened(news)
                call = await self._hub.store.get(self._scope, CALLS, self.call)
                if call is None or call["state"] == "ended":
                    self._count()
                    self._part(call)
                    return
                await self._follow(call)
            except (NotFound, CallOver, Conflict):
                continue  # it changed at this moment, and the next look sees how
            except StorageError as error:
                self._hub.log.warning("a phone call waits for the store", call=self.call, error=str(error))

    async def give_up(self) -> None:
        """Let the phone go and the call end: something went wrong that nobody foresaw, and nobody looks after it any more."""
        self._part(None)

        def lose(call: Document) -> Change:
            reason: Reason = "message" if call["state"] == "message" else "lost"
            return machine.ended(call, reason, self._hub.clock.now())

        await turn(self._hub, system_of(self._scope), self.call, lose)

    async def _next(self) -> Event | None:
        try:
            async with asyncio.timeout(_LOOK):
                return await self._news.get()
        except TimeoutError:
            return None

    async def _listen(self, sip: SipCall) -> None:
        async for event in sip.events():
            self._news.put_nowait(event)

    # ── from the trunk to the call ───────────────────────────────────────────────────────────────────────────────────

    async def _happened(self, event: Event) -> None:
        if isinstance(event, Answered):
            await self._answered(event.remote)
        elif isinstance(event, Moved):
            await self._aimed(event.remote)
        elif isinstance(event, Held):
            await self._held(event.on)
        elif isinstance(event, Ended) and event.by == "them":
            await self._over(_REASONS.get(event.cause, "nobody"))

    async def _answered(self, remote: Remote) -> None:
        await self._aimed(remote)
        call = await self._hub.store.get(self._scope, CALLS, self.call)
        if call is None or call["state"] != "ringing" or call["direction"] != "out":
            return
        await phone_answers(self._hub, self._scope, call)

    async def _aimed(self, remote: Remote) -> None:
        """Let sound go to where the phone hears. Only addresses that may be reached: it says so itself."""
        call = await self._hub.store.get(self._scope, CALLS, self.call)
        if not self._may(remote.host):
            self._hub.log.warning("a phone wants its sound sent to where nothing may be sent", host=remote.host)
            await self._over("lost")
        elif call is not None and call["room"]:
            try:
                await self._rtp(call, remote)
            except _TROUBLE as error:
                self._hub.log.warning("a phone can't be heard", call=self.call, error=str(error))

    async def _over(self, reason: Reason) -> None:
        await phone_is_over(self._hub, self._scope, self.call, reason)

    async def _held(self, on: bool) -> None:
        now = self._hub.clock.now()

        def hold(call: Document) -> Change:
            return machine.toggled(call, "held", holder(self._scope, call), on, now)

        await turn(self._hub, system_of(self._scope), self.call, hold)

    # ── from the call to the trunk ───────────────────────────────────────────────────────────────────────────────────

    async def _follow(self, call: Document) -> None:
        await self._say_alive(call)
        sip = self._sip
        self._count()
        if sip is not None and sip.answered and not self._minutes.are_left:
            await self._end(call)
        elif sip is None or sip.ended is not None:
            await self._over("lost")
        elif isinstance(sip, IncomingCall) and not sip.taken and call["state"] in ("talking", "message"):
            await self._take(call, sip)
        elif sip.answered and call["room"] and call["room"] != self._room:
            await self._move(call, sip)
        elif time.monotonic() - self._checked > _CHECK:
            self._checked = time.monotonic()
            sip.check()

    async def _take(self, call: Document, sip: IncomingCall) -> None:
        """Somebody answered, or the tape: answer on the trunk too, with a leg in the room."""
        if sip.offer is not None and not self._may(sip.offer.host):
            sip.reject(488)
            return
        try:
            host, port = await self._rtp(call, sip.offer)
            sip.answer(self._line["public"] or host, port)
        except Refused:
            return  # the caller gave up at this moment
        except _TROUBLE as error:
            self._hub.log.warning("a phone can't be joined with a call", call=self.call, error=str(error))
            return  # the look after the call finds another room (watching.py)

    async def _move(self, call: Document, sip: SipCall) -> None:
        """The call has another room: its worker was gone."""
        try:
            host, port = await self._rtp(call, sip.remote)
            await sip.move(self._line["public"] or host, port)
        except (Refused, *_TROUBLE) as error:
            self._room = None  # again with the next look
            self._hub.log.warning("a phone can't follow its call", call=self.call, error=str(error))
            return

    async def _rtp(self, call: Document, remote: Remote | None = None) -> tuple[str, int]:
        place = await phone_to_room(self._hub, call["room"], self.leg, remote)
        self._room = call["room"]
        return place

    async def _say_alive(self, call: Document) -> None:
        if call["legs"]["contact"] == self.leg and time.monotonic() - self._alive > EVERY:
            self._alive = time.monotonic()
            await say_alive(self._hub, [LegHeld(self._scope.app, self.call, "contact", self.leg)])

    def _count(self) -> None:
        """Count what the phone used since the last look: from its answer until it has hung up."""
        sip, now = self._sip, time.monotonic()
        if self._counted is not None:
            self._minutes.count(now - self._counted)
        self._counted = now if sip is not None and sip.answered and sip.ended is None else None

    async def _end(self, call: Document) -> None:
        """End the call with the minutes of the day."""
        self._hub.log.info("a phone call ends with the minutes of the day", application=self._scope.app, call=self.call)
        reason: Reason = "message" if call["state"] == "message" else "hung_up"
        now = self._hub.clock.now()
        await turn(self._hub, system_of(self._scope), self.call, lambda call: machine.ended(call, reason, now))
        self.wake()

    def _part(self, call: Document | None) -> None:
        """The call is over: the phone hears why."""
        if self._sip is None or self._sip.ended:
            return
        if isinstance(self._sip, IncomingCall) and not self._sip.taken:
            self._sip.reject(_STATUS.get(call["reason"] if call else "", 480))
        self._sip.hang_up()
