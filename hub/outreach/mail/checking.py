"""Tries the mail server of the settings step by step, and says which one fails and what to do."""

from __future__ import annotations

import ssl
from html import escape
from typing import Literal

import aiosmtplib
from msgspec import Struct

from hub.accounts.applications import application, check_email, member
from hub.accounts.grants import EMAILS_SEND
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.outreach.mail.mail import Mail
from hub.outreach.mail.message import message_of
from hub.outreach.mail.sender import Sender, message_id, sender_of

Step = Literal["settings", "connect", "tls", "sign_in", "send", "done"]
_TIMEOUT = 10.0
_LONGEST = 300


class MailTry(Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to send a mail to try it; without an address, the agent who asks."""

    to: str = ""


class MailCheck(Struct, frozen=True):
    """The step at which it ended, `done` where a mail was taken; what was said there, and the address."""

    step: Step
    said: str
    to: str


class _Failed(Exception):
    def __init__(self, step: Step, said: object) -> None:
        super().__init__(str(said))
        self.step: Step = step


@verb(EMAILS_SEND)
async def check_mail(hub: Hub, actor: Actor, given: MailTry) -> MailCheck:
    """Connect to the mail server, sign in and send one mail; return how far it came. Raises InvalidPayload."""
    to = check_email(given.to) if given.to else await _address_of(hub, actor)
    sender = await sender_of(hub, actor.scope.app)
    if sender is None:
        return MailCheck("settings", "", to)
    name = (await application(hub, actor.scope.app)).name
    text = f"The mail server of {name} works: this mail came over it.\n\nSerwer pocztowy ({name}) działa."
    id = f"check-{actor.scope.app}-{hub.ids.token(12).lower()}"
    mail = Mail(id, to, name, f"Switchboard · {name}", text, f"<p>{escape(text)}</p>", "", hub.clock.now())
    try:
        await _try(sender, mail, await message_id(hub, actor.scope.app, mail.id, mail.at))
    except _Failed as failed:
        return MailCheck(failed.step, str(failed)[:_LONGEST], to)
    return MailCheck("done", "", to)


async def _address_of(hub: Hub, actor: Actor) -> str:
    agent = await member(hub, actor.scope.app, actor.id) if actor.kind == "agent" else None
    if agent is None:
        raise InvalidPayload("Say whom to send the mail `to`.")
    return agent.email


async def _try(server: Sender, mail: Mail, id: str) -> None:
    client = aiosmtplib.SMTP(
        hostname=server.host, port=server.port, use_tls=server.security == "tls", start_tls=False, timeout=_TIMEOUT,
        tls_context=ssl.create_default_context(),
    )  # fmt: skip
    try:
        try:
            await client.connect()
        except ssl.SSLError as error:
            raise _Failed("tls", error) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise _Failed("tls" if isinstance(error.__cause__, ssl.SSLError) else "connect", error) from None
        try:
            if server.security == "starttls" or (
                server.security == "offered" and client.supports_extension("starttls")
            ):
                await client.starttls(tls_context=ssl.create_default_context())
        except (aiosmtplib.SMTPException, OSError) as error:
            raise _Failed("tls", error) from None
        try:
            if server.user:
                await client.login(server.user, server.password)
        except (aiosmtplib.SMTPException, OSError) as error:
            raise _Failed("sign_in", error) from None
        try:
            await client.send_message(message_of(mail, server.address, server.name, id))
        except (aiosmtplib.SMTPException, OSError) as error:
            raise _Failed("send", error) from None
    finally:
        client.close()
