"""A call that we begin."""

from __future__ import annotations

import asyncio
import secrets

from hub.calls.sip.address import tag_of
from hub.calls.sip.asking import Asked
from hub.calls.sip.call import ALLOW, Desk, SipCall, described
from hub.calls.sip.dialog import Dialog
from hub.calls.sip.events import Cause, Ringing, cause_of
from hub.calls.sip.message import Malformed, Message
from hub.calls.sip.sdp import Media, NotAcceptable, remote_of
from hub.calls.sip.wire import Place


class OutgoingCall(SipCall):
    """Rings somewhere until it is answered, refused, taken back, or rang for too long."""

    direction = "out"

    def __init__(self, desk: Desk, number: str, caller: str, media: Media) -> None:
        super().__init__(desk, number, caller)
        self.media = media
        self._rang = self._early = False
        self._dismissed: set[str] = set()
        self._asked: Asked
        self._patience: asyncio.TimerHandle | None = None

    def dial(self, domain: str, to: Place) -> None:
        """Send the INVITE."""
        uri = f"sip:{self.number.replace('#', '%23')}@{domain}"
        caller = f"<sip:{self.caller.replace('#', '%23')}@{domain}>;tag={secrets.token_hex(8)}"
        call_id, offer, count = secrets.token_hex(16), self.media.offer() if self.media else b"", 0

        def build() -> Message:
            nonlocal count
            count += 1
            invite = (
                Message(method="INVITE", uri=uri).add("max-forwards", "70").add("from", caller).add("to", f"<{uri}>")
            )
            invite.add("call-id", call_id).add("cseq", f"{count} INVITE").add("allow", ALLOW)
            return described(invite, self._desk, offer)

        transactions = self._desk.transactions
        self._asked = Asked(transactions, self._desk.credentials, build, to, self._heard)
        self._patience = transactions.loop.call_later(self._desk.rings, self.part, "unanswered")

    def _heard(self, answer: Message | None) -> None:
        if answer is None:
            self.close("unreachable", "them")
        elif answer.status < 200:
            self._rings(answer)
        elif answer.status < 300:
            self._yes(answer)
        else:
            self.close(cause_of(answer.status), "them", answer.status)

    def _rings(self, answer: Message) -> None:
        if answer.status == 100 or self.ended:
            return
        early = None
        if answer.body and not self._early:
            try:
                early = remote_of(answer.body)
                self._early = True
            except (NotAcceptable, Malformed):
                pass  # ringing without sound is ringing all the same
        if early or not self._rang:
            self._rang = True
            self.tell(Ringing(early))

    def _yes(self, answer: Message) -> None:
        if self.dialog and tag_of(answer.get("to")) == self.dialog.key[2]:
            self.acknowledge(answer)
        elif self.dialog or self.ended:
            self._dismiss(answer)
        else:
            self._open(answer)

    def _open(self, answer: Message) -> None:
        self.dialog = Dialog.of_answer(answer)
        self._desk.opened(self)
        self.acknowledge(answer)
        assert self.media is not None, "whoever calls has an ear"
        try:
            self._calm()
            self.talk(self.media.agree(answer.body))
        except (NotAcceptable, Malformed):
            self.answered = True
            self.part("failed")

    def _dismiss(self, answer: Message) -> None:
        """Somebody answered too late: the call was taken back, or another phone was faster (section 13.2.2.4)."""
        dialog = Dialog.of_answer(answer)
        self.acknowledge(answer, dialog)
        if dialog.key[2] not in self._dismissed:
            self._dismissed.add(dialog.key[2])
            self.ask("BYE", lambda answer: None, of=dialog)

    def _part(self, cause: Cause) -> None:
        if self.answered:
            super()._part(cause)
            return
        self._asked.cancel(self._desk.transactions.timers.patience)
        self.close(cause, "us")

    def close(self, cause, by, status=0) -> None:  # type: ignore[no-untyped-def]
        self._calm()
        super().close(cause, by, status)

    def _calm(self) -> None:
        if self._patience:
            self._patience.cancel()
