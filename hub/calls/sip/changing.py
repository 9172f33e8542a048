"""What changes within a call: holding and taking back, asked by us or by the far end (re-INVITE; RFC 3261, section 14)."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING

from hub.calls.sip.events import Held, Moved
from hub.calls.sip.message import Malformed, Message
from hub.calls.sip.sdp import Media, NotAcceptable, Remote
from hub.calls.sip.serving import Server

if TYPE_CHECKING:
    from hub.calls.sip.call import SipCall

_TRIES = 4


class Refused(Exception):
    """The far end did not agree; `status` is its word, 0 where none came."""

    def __init__(self, status: int) -> None:
        super().__init__(f"The far end did not agree ({status}).")
        self.status = status


class Changes:
    """The changes of one call: one at a time, whoever asks."""

    def __init__(self, call: SipCall) -> None:
        self._call = call
        self._ours: asyncio.Future[None] | None = None
        self._asking = False
        self._theirs: Server | None = None
        self._offered = False
        self._again: asyncio.TimerHandle | None = None

    async def hold(self, on: bool) -> None:
        """Ask that the call is held, or taken back. Raises Refused, also while another change is under way."""
        media = self._ready()
        if media.holds == on:
            return
        media.holds = on
        try:
            await self._agree()
        except BaseException:
            media.holds = not on
            raise

    async def move(self, host: str, port: int) -> None:
        """Say that we hear elsewhere from now on. Raises Refused, also while another change is under way."""
        media = self._ready()
        if media.place == (host, port):
            return
        before, media.place = media.place, (host, port)
        try:
            await self._agree()
        except BaseException:
            media.place = before
            raise

    def _ready(self) -> Media:
        media = self._call.media
        if self._call.ended or not self._call.answered or media is None or self._ours:
            raise Refused(0)
        return media

    async def _agree(self) -> None:
        self._ours = self._call.desk.transactions.loop.create_future()
        try:
            self._try(1)
            await self._ours
        finally:
            self._ours = None

    def _try(self, number: int) -> None:
        if self._ours is None or self._ours.done() or self._call.media is None:
            return
        if self._theirs and self._theirs.unheard:
            self._later(number)
            return
        self._asking = True
        self._call.ask("INVITE", lambda answer: self._answered(answer, number), self._call.media.offer())

    def _later(self, number: int) -> None:
        """Both asked at once: each waits for a time that chance says, so that one is first (section 14.1)."""
        if number >= _TRIES:
            self._refuse(491)
            return
        # Whoever began the call waits longer than the other ever does: 2.1 to 4 seconds against 0 to 2.
        least, span = (4.2, 38) if self._call.direction == "out" else (0.0, 40)
        wait = (least + secrets.randbelow(span + 1) / 10) * self._call.desk.transactions.timers.t1
        self._again = self._call.desk.transactions.loop.call_later(wait, self._try, number + 1)

    def _answered(self, answer: Message | None, number: int) -> None:
        if answer is not None and answer.status < 200:
            return
        self._asking = False
        if answer is not None and answer.status < 300:
            self._agreed(answer)
        elif answer is not None and answer.status == 491:
            self._later(number)
        elif answer is None or answer.status in (408, 481):
            self._refuse(answer.status if answer else 0)
            self._call.part("lost")  # section 12.2.1.2: the far end knows of no call
        else:
            self._refuse(answer.status)

    def _agreed(self, answer: Message) -> None:
        call = self._call
        call.acknowledge(answer)
        if call.ended or call.media is None or self._ours is None or self._ours.done():
            return  # the same yes once more, or one that came too late
        try:
            if call.dialog:
                call.dialog.retarget(answer)
            remote = call.media.agree(answer.body)
        except (NotAcceptable, Malformed):
            self._refuse(488)
            return
        self._moved(remote)
        self._ours.set_result(None)

    def _refuse(self, status: int) -> None:
        if self._ours and not self._ours.done():
            self._ours.set_exception(Refused(status))

    def asked(self, server: Server) -> None:
        """The far end asks for a change."""
        call = self._call
        if (
            call.media is None
            or not call.answered
            or call.ended
            or self._asking
            or (self._theirs and self._theirs.unheard)
        ):
            server.answer(491 if call.ended is None else 481)
            return
        try:
            if server.request.body:
                body, remote = call.media.answer(server.request.body)
            else:
                body, remote = call.media.offer(), None
            if call.dialog:
                call.dialog.retarget(server.request)
        except NotAcceptable:
            server.answer(488)
            return
        self._theirs, self._offered = server, remote is None
        server.on_silence = lambda: call.part("lost")
        server.send(server.made(200, body).add("contact", call.desk.contact()).add("content-type", "application/sdp"))
        if remote:
            self._moved(remote)

    def acked(self, ack: Message) -> None:
        """The far end has our answer; where that was an offer, theirs stands in the ACK."""
        if self._theirs is None or ack.sequence[0] != self._theirs.request.sequence[0] or not self._theirs.unheard:
            return
        self._theirs.acknowledged()
        if self._offered and self._call.media:
            try:
                self._moved(self._call.media.agree(ack.body))
            except (NotAcceptable, Malformed):
                self._call.part("failed")

    def _moved(self, remote: Remote) -> None:
        before, self._call.remote = self._call.remote, remote
        if before is None or before.holds != remote.holds:
            self._call.tell(Held(remote.holds))
        if before is None or (before.host, before.port, before.codec, before.dtmf) != (
            remote.host, remote.port, remote.codec, remote.dtmf,
        ):  # fmt: skip
            self._call.tell(Moved(remote))

    def stop(self) -> None:
        """The call is over, and whoever waits for a change learns it."""
        if self._again:
            self._again.cancel()
        self._refuse(0)
