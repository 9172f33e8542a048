"""The connections of one sender: a few, kept and used for many mails.

A server may close one between two mails at any time. That is found out before the mail's own bytes are sent, so another
connection takes the mail, and it is neither lost nor sent twice.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import aiosmtplib
from msgspec import Struct

from hub.core.hub import Hub
from hub.outreach.mail.mail import MailLater, MailRefused

MOST = 4
"""Connections of a process to one server: few allow many, and one of them takes a hundred mails a second."""
_MAILS = 100
"""Mails over one connection: servers close it, or slow down, after some more."""
_IDLE = 20.0
"""Seconds after which a connection that nobody uses is closed, before its server does."""
_PATIENCE = 5.0


class Envelope(Struct, frozen=True):
    """A mail as it is handed over."""

    address: str
    to: str
    message: bytes


class Dropped(Exception):
    """The connection ended, or what came was no answer. `sent`: after the mail's bytes, so it may have been taken."""

    def __init__(self, said: object, sent: bool) -> None:
        super().__init__(str(said))
        self.sent = sent


class _Line:
    def __init__(self, client: aiosmtplib.SMTP) -> None:
        self.client = client
        self.mails = 0
        self.used = time.monotonic()


class Connections:
    """Hands mails over, each on a connection of its own for the time. `connect` opens one, or raises."""

    def __init__(self, hub: Hub, connect: Callable[[], Awaitable[aiosmtplib.SMTP]]) -> None:
        self._hub, self._connect = hub, connect
        self._free = asyncio.Semaphore(MOST)
        self._idle: list[_Line] = []
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False

    async def hand_over(self, envelope: Envelope) -> None:
        """Hand a mail to the server. Raises SMTPResponseException as it answers, Dropped, MailLater, MailRefused."""
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._free.acquire()
        except TimeoutError:
            raise MailLater(1_000, "All connections to the mail server are in use.") from None
        try:
            while self._idle:
                line = self._idle.pop()
                try:
                    return await self._over(line, envelope)
                except Dropped as dropped:
                    if dropped.sent:
                        raise  # else it was closed since its last mail: another one takes it
            return await self._over(_Line(await self._connect()), envelope)
        finally:
            self._free.release()

    def close(self) -> None:
        """Let go of the connections; one that is in use ends with its mail."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        for line in self._idle:
            line.client.close()
        self._idle.clear()

    async def _over(self, line: _Line, envelope: Envelope) -> None:
        """Hand a mail over a connection, and keep that one where it can be used again."""
        keeps = False
        try:
            await _hand_over(line, envelope)
            keeps = True
        except MailRefused:
            keeps = True
            raise
        except aiosmtplib.SMTPResponseException as error:
            if line.mails and error.code == 421 and not isinstance(error, aiosmtplib.SMTPDataError):
                raise Dropped(error, sent=False) from None  # it had waited for too long, and says goodbye
            keeps = error.code >= 400 and error.code != 421
            raise
        finally:
            line.mails += 1
            if keeps and not self._closed and line.mails < _MAILS and line.client.is_connected:
                line.used = time.monotonic()
                self._idle.append(line)
                self._look_later()
            elif keeps:
                self._part(line)
            else:
                line.client.close()

    def _look_later(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_IDLE, self._look)

    def _look(self) -> None:
        """Close what nobody has used for a while."""
        self._timer = None
        until = time.monotonic() - _IDLE / 2
        for line in [each for each in self._idle if each.used < until]:
            self._idle.remove(line)
            self._part(line)
        if self._idle:
            self._look_later()

    def _part(self, line: _Line) -> None:
        if self._hub.spawn("mail: goodbye", _goodbye(line.client)) is None:
            line.client.close()


async def _hand_over(line: _Line, envelope: Envelope) -> None:
    client, sent = line.client, False
    wide = [] if envelope.to.isascii() else ["SMTPUTF8", "BODY=8BITMIME"]
    if wide and not client.supports_extension("smtputf8"):
        raise MailRefused(f"The mail server can't deliver to {envelope.to}: it takes addresses in ASCII only.")
    try:
        if line.mails:
            await client.rset()
        await client.mail(envelope.address, options=wide, encoding="utf-8")
        await client.rcpt(envelope.to, encoding="utf-8")
        sent = True
        await client.data(envelope.message)
    except aiosmtplib.SMTPResponseException as error:
        if error.code < 400:
            raise Dropped(error, sent) from None  # what came was no answer
        raise
    except (aiosmtplib.SMTPException, OSError) as error:
        raise Dropped(error or "the connection ended", sent) from None
    except ValueError as error:
        raise MailRefused(str(error)) from None  # an address that would break out of its command


async def _goodbye(client: aiosmtplib.SMTP) -> None:
    try:
        async with asyncio.timeout(_PATIENCE):
            await client.quit()
    except (aiosmtplib.SMTPException, OSError, TimeoutError):
        pass
    finally:
        client.close()
