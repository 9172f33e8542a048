"""The one way in which mails leave: over a sender, at its pace, to its server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import aiosmtplib

from hub.core.hub import Hub
from hub.core.nodes import Nodes
from hub.outreach.mail.connecting import Connecting, Trouble
from hub.outreach.mail.connections import Connections, Dropped, Envelope
from hub.outreach.mail.dkim import signed
from hub.outreach.mail.mail import Mail, MailLater, MailRefused
from hub.outreach.mail.message import envelope_address, message_of
from hub.outreach.mail.pace import Pace
from hub.outreach.mail.sender import Sender, chosen_sender, id_of, sender_of, stored_senders
from hub.outreach.mail.states import paused_until, tell_trouble, tell_well
from storage.engine import Document

_STEP, _WHOLE = 15.0, 40.0
"""Seconds for one answer of a server and for a mail as a whole: less than a job has."""
_IN_PLACE = 1_000
"""Milliseconds that a mail waits for its turn here; a longer wait is its caller's."""
_NO_SENDER = 30_000
_WANTS_SIGN_IN = 530
_TOO_LARGE = 552
_BUSY = 421


async def can_mail(hub: Hub, app: int) -> bool:
    """Tell whether mails of an application have a way out: a sender of its own, or the installation's."""
    return await sender_of(hub, app) is not None


async def send_mail(hub: Hub, app: int, mail: Mail, sender: int | None = None) -> str:
    """Hand a mail of an application to the server of a sender (the default one unless it is named); return its `Message-ID`.

    A sender that is gone is replaced by the default one. Raises MailRefused where the server says no for good,
    InvalidPayload where the mail can't be one, MailLater (with how long) where it may be taken later.
    """
    stored = await stored_senders(hub, app)
    chosen = chosen_sender(hub.settings, stored, sender)
    if chosen is None:
        raise MailLater(_NO_SENDER, "There is no mail server to send it over.")
    id = id_of(hub.settings, stored, mail.id, mail.at, sender)
    await hub.part(Post).send(stored, chosen, mail, id)
    return id


class Post:
    """The senders that this process uses, with their connections. `hub.part(Post)` returns it; server.py closes it."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._open: dict[tuple[int, int], _Open] = {}

    async def send(self, stored: Document, sender: Sender, mail: Mail, id: str) -> None:
        """Hand a mail over; raises as `send_mail`."""
        used, now = self._of(stored["id"], sender), self._hub.clock.now
        try:
            await self._turn(used.pace, stored, sender, id)
            begun = now()
            message = signed(message_of(mail, sender.address, sender.name, id).as_bytes(), sender.keys, mail.at)
            with _understood():
                async with asyncio.timeout(_WHOLE):
                    await used.connections.hand_over(Envelope(sender.address, envelope_address(mail.to), message))
        except Trouble as trouble:
            after = used.pace.halts(trouble.why, str(trouble), begun, now())
            self._hub.log.warning("a mail sender is paused", sender=sender.id, why=trouble.why, seconds=after / 1000)
            await tell_trouble(self._hub, stored, sender.id, trouble.why, str(trouble), used.pace.until)
            raise MailLater(after, str(trouble)) from None
        except (MailRefused, _NotYet) as answer:  # of this mail alone: the sender works
            await self._went(used.pace, stored, sender)
            if isinstance(answer, _NotYet):
                raise MailLater(0, str(answer)) from None
            raise
        finally:
            used.pace.lets_go(id)
        await self._went(used.pace, stored, sender)

    def close(self) -> None:
        """Let go of the connections."""
        for each in self._open.values():
            each.connections.close()
        self._open.clear()

    def _of(self, app: int, sender: Sender) -> _Open:
        """Return what is open for a sender; new settings begin anew."""
        key = (0 if sender.trusted else app, sender.id)
        found = self._open.get(key)
        if found is None or found.sender != sender:
            if found is not None:
                found.connections.close()
            found = self._open[key] = _Open(self._hub, sender)
        return found

    async def _turn(self, pace: Pace, stored: Document, sender: Sender, id: str) -> None:
        """Return when a mail may go. Raises MailLater where that is not soon."""
        now = self._hub.clock.now()
        pause = max(paused_until(stored, sender.id) - now, pace.paused(id, now))
        if pace.until > now and pace.trouble:  # another application may have met it, at the sender of all
            await tell_trouble(self._hub, stored, sender.id, *pace.trouble, pace.until)
        if pause > 0:
            raise MailLater(pause, "The sender is paused, for its mail server does not take mails now.")
        wait = pace.turn(id, sender.rate / (1 + len(self._hub.part(Nodes).others)), now)
        if wait > _IN_PLACE:
            raise MailLater(wait, "It waits for its turn: the sender has its rate.")
        if wait > 0:
            await asyncio.sleep(wait / 1000)

    async def _went(self, pace: Pace, stored: Document, sender: Sender) -> None:
        pace.went()
        await tell_well(self._hub, stored, sender.id)


class _Open:
    def __init__(self, hub: Hub, sender: Sender) -> None:
        self.sender, self.pace = sender, Pace()
        self.connections = Connections(hub, partial(hub.part(Connecting).connect, sender, _STEP))


class _NotYet(Exception):
    """The server does not take this one mail now."""


@contextmanager
def _understood() -> Iterator[None]:
    """Turn what a server answers into what it means: MailRefused, _NotYet for this mail, Trouble for its sender."""
    try:
        yield
    except Dropped as error:
        raise Trouble("send" if error.sent else "connect", error) from None
    except TimeoutError:
        raise Trouble("send", "The mail server did not answer in time.") from None
    except aiosmtplib.SMTPRecipientRefused as error:
        if error.code == _WANTS_SIGN_IN:
            raise Trouble("sign_in", _said(error), error.code) from None
        if error.code >= 500:
            raise MailRefused(_said(error)) from None
        if error.code == _BUSY or error.message.startswith("4.3."):  # the server as a whole, and not this mailbox
            raise Trouble("send", _said(error), error.code) from None
        raise _NotYet(_said(error)) from None
    except aiosmtplib.SMTPSenderRefused as error:
        if error.code == _TOO_LARGE:
            raise MailRefused(_said(error)) from None
        step = (
            "sign_in" if error.code == _WANTS_SIGN_IN else "send"
        )  # it takes none from this address, whatever it says
        raise Trouble(step, _said(error), error.code) from None  # type: ignore[arg-type]
    except aiosmtplib.SMTPDataError as error:
        if error.code >= 500:
            raise MailRefused(_said(error)) from None
        raise Trouble("send", _said(error), error.code) from None
    except aiosmtplib.SMTPResponseException as error:
        raise Trouble("connect", _said(error), error.code) from None


def _said(error: aiosmtplib.SMTPResponseException) -> str:
    return f"{error.code} {error.message}"
