"""Tries a sender step by step, and says which step fails, and what DNS should say of its domain."""

from __future__ import annotations

from html import escape
from typing import Annotated, Literal

import aiosmtplib
from msgspec import Meta, Struct

from hub.accounts.applications import application, check_email, member
from hub.accounts.grants import EMAILS_SEND
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.outreach.mail.connecting import Connecting, Step, Trouble
from hub.outreach.mail.dkim import signed
from hub.outreach.mail.hints import DnsHint, hints_of
from hub.outreach.mail.mail import Mail
from hub.outreach.mail.message import envelope_address, message_of
from hub.outreach.mail.sender import Sender, chosen_sender, id_of, stored_senders

_TIMEOUT = 10.0
_LONGEST = 300


class MailTry(Struct, frozen=True, forbid_unknown_fields=True):
    """Which sender to try, the default one unless it is named, and whom to send a mail: else the agent who asks."""

    to: str = ""
    sender: Annotated[int, Meta(ge=0, le=2**53)] | None = None


class MailCheck(Struct, frozen=True):
    """The step at which it ended, `done` where a mail was taken; what was said there, the address, and hints about DNS."""

    step: Step | Literal["settings", "done"]
    said: str
    to: str
    hints: list[DnsHint]


@verb(EMAILS_SEND)
async def check_mail(hub: Hub, actor: Actor, given: MailTry) -> MailCheck:
    """Connect to the server of a sender, sign in and send one mail; return how far it came, and what DNS lacks.

    Raises NotFound for a sender that is not there, InvalidPayload for what is no address.
    """
    app, now = actor.scope.app, hub.clock.now()
    stored = await stored_senders(hub, app)
    if given.sender and all(each["id"] != given.sender for each in stored["senders"]):
        raise NotFound("There is no mail sender by that id.")
    to = check_email(given.to) if given.to else await _address_of(hub, actor)
    sender = chosen_sender(hub.settings, stored, given.sender)
    if sender is None:
        return MailCheck("settings", "", to, [])
    name = (await application(hub, app)).name
    text = f"The mail server of {name} works: this mail came over it.\n\nSerwer pocztowy ({name}) działa."
    id = f"check-{app}-{hub.ids.token(12).lower()}"
    mail = Mail(id, to, name, f"Switchboard · {name}", text, f"<p>{escape(text)}</p>", "", now)
    step, said = await _tried(hub, sender, mail, id_of(hub.settings, stored, id, now, given.sender))
    published = next((each for each in stored["senders"] if each["id"] == sender.id), None)
    return MailCheck(step, said[:_LONGEST], to, await hints_of(hub, sender, published))


async def _address_of(hub: Hub, actor: Actor) -> str:
    agent = await member(hub, actor.scope.app, actor.id) if actor.kind == "agent" else None
    if agent is None:
        raise InvalidPayload("Say whom to send the mail `to`.")
    return agent.email


async def _tried(hub: Hub, sender: Sender, mail: Mail, id: str) -> tuple[Step | Literal["done"], str]:
    message = signed(message_of(mail, sender.address, sender.name, id).as_bytes(), sender.keys, mail.at)
    try:
        client = await hub.part(Connecting).connect(sender, _TIMEOUT)
    except Trouble as trouble:
        return trouble.step, str(trouble)
    try:
        await client.mail(sender.address)
        await client.rcpt(envelope_address(mail.to), encoding="utf-8")
        await client.data(message)
    except aiosmtplib.SMTPResponseException as error:
        return "send", f"{error.code} {error.message}"
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        return "send", str(error)
    finally:
        client.close()
    return "done", ""
