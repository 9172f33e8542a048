"""A call that reaches us."""

from __future__ import annotations

from hub.calls.sip.address import number_of
from hub.calls.sip.call import ALLOW, Desk, SipCall
from hub.calls.sip.changing import Refused
from hub.calls.sip.dialog import Dialog
from hub.calls.sip.events import Cause
from hub.calls.sip.message import Malformed, Message
from hub.calls.sip.sdp import Codec, Media, NotAcceptable, Remote, remote_of
from hub.calls.sip.serving import Server


class IncomingCall(SipCall):
    """Waits to be answered or rejected, until who calls gives up or it rang for too long.

    offer   where the far end hears us, and in which codec; None where it waits for our offer
    number  what was dialled; `caller` the number that calls, "" for one who hides it
    """

    direction = "in"

    def __init__(self, desk: Desk, server: Server) -> None:
        request = server.request
        super().__init__(desk, *ends_of(request))
        # Raised before anything is kept: who asks for what we can't play hears so at once.
        self.offer: Remote | None = remote_of(request.body) if request.body else None
        self.dialog = Dialog.of_request(server)
        self._server, self._waits_to_part = server, False
        server.on_cancel, server.on_silence = self._cancelled, self._unheard
        self._timers = [desk.transactions.loop.call_later(desk.rings, self.part, "unanswered")]
        desk.opened(self)

    @property
    def taken(self) -> bool:
        """Whether it was answered or refused, by us or by giving up."""
        return self._server.status >= 200

    def ring(self) -> None:
        """Say that it rings, and go on saying so: whoever carries the call would give it up otherwise."""
        if self._server.status < 200:
            self._server.send(self._server.made(180).add("contact", self._desk.contact()))
            loop, timers = self._desk.transactions.loop, self._desk.transactions.timers
            self._timers[1:] = [loop.call_later(timers.between_rings, self.ring)]

    def answer(self, host: str, port: int, codecs: tuple[Codec, ...] = ("PCMA", "PCMU")) -> None:
        """Take the call; we hear at this host and port. Raises Refused where it is over already.

        `Answered` follows: at once where the far end said where it hears, else with its ACK.
        """
        if self.ended or self._server.status >= 200:
            raise Refused(self._server.status)
        self._calm()
        self.media = Media(host, port, codecs)
        body, remote = self.media.answer(self._server.request.body) if self.offer else (self.media.offer(), None)
        answer = self._server.made(200, body).add("contact", self._desk.contact()).add("allow", ALLOW)
        self._server.send(answer.add("content-type", "application/sdp"))
        if remote:
            self.talk(remote)

    def reject(self, status: int = 486) -> None:
        """Say no: 486 busy, 480 nobody is there, 603 we do not want to. Too late does nothing."""
        if self.ended is None and self._server.status < 200:
            self._server.answer(status)
            self.close("busy" if status == 486 else "declined" if status == 603 else "unanswered", "us", status)

    def acked(self, ack: Message) -> None:
        """An ACK came: of the answer to the call, or of one to a change."""
        if ack.sequence[0] != self._server.request.sequence[0]:
            super().acked(ack)
            return
        if not self._server.unheard:
            return
        self._server.acknowledged()
        if self._waits_to_part:
            self.say_bye()
        elif not self.answered and self.ended is None and self.media:
            try:
                self.talk(self.media.agree(ack.body))
            except (NotAcceptable, Malformed):
                self.part("failed")

    def bye(self) -> None:
        """Who calls hung up, maybe before anybody answered."""
        if self._server.status < 200:
            self._cancelled()
        super().bye()

    def _cancelled(self) -> None:
        if self._server.status < 200:
            self._server.answer(487)
            self.close("cancelled", "them")

    def _unheard(self) -> None:
        if self._waits_to_part:
            self.say_bye()
        self.part("lost")

    def _part(self, cause: Cause) -> None:
        if self._server.status < 200:
            self._server.answer(480 if cause == "unanswered" else 603)
        elif self._server.unheard:
            self._waits_to_part = True  # whoever was called hangs up only when its answer has arrived (section 15)
        else:
            self.say_bye()
        self.close(cause, "us")

    def close(self, cause, by, status=0) -> None:  # type: ignore[no-untyped-def]
        self._calm()
        super().close(cause, by, status)

    def _calm(self) -> None:
        for timer in self._timers:
            timer.cancel()


def ends_of(request: Message) -> tuple[str, str]:
    """Return which number a request calls, and whose number calls."""
    return number_of(request.get("p-called-party-id")) or number_of(request.uri), _caller(request)


def _caller(request: Message) -> str:
    """Return the number that calls: as the provider vouches for it, else as the caller says."""
    if request.get("privacy") and "id" in request.get("privacy").lower():
        return ""
    for name in ("p-asserted-identity", "from"):
        number = number_of(request.get(name))
        if number:
            return "" if number.lower() in ("anonymous", "unavailable", "restricted", "unknown") else number
    return ""
