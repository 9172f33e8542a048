"""Tries a mailbox step by step, and says which one fails: before it is saved, or as it is."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from hub.accounts.grants import EMAILS_SEND
from hub.core.actor import Actor
from hub.core.addresses import Allowed
from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from hub.outreach.inbox.hand import Hand
from hub.outreach.inbox.mailboxes import PORTS, Id, Port, stored_mailbox
from hub.outreach.inbox.session import Login, Security, Session, Step, Trouble


class MailboxTry(Struct, frozen=True, forbid_unknown_fields=True):
    """A mailbox to be tried: one that is kept, with what is to be different of it, or the fields of a new one."""

    mailbox: Id | None = None
    host: str | UnsetType = UNSET
    user: str | UnsetType = UNSET
    password: str | UnsetType = UNSET
    security: Security | UnsetType = UNSET
    port: Port | UnsetType = UNSET
    folder: str | UnsetType = UNSET


class MailboxCheck(Struct, frozen=True):
    """The step at which it ended, `done` where all went well, and what was said there; whether the server knows IDLE."""

    step: Step | Literal["done"]
    said: str
    idle: bool


@verb(EMAILS_SEND)
async def check_mailbox(hub: Hub, actor: Actor, given: MailboxTry) -> MailboxCheck:
    """Connect to a mailbox, sign in and open its folder; return how far it came. Raises NotFound, InvalidPayload."""
    session = Session(await _login(hub, actor, given), Allowed(hub.settings.fetch_allow))
    hand = Hand("mailbox check")
    try:
        opened = await hand.do(session.open)
    except Trouble as trouble:
        return MailboxCheck(trouble.step, str(trouble), False)
    finally:
        hand.let_go(session.close)
    return MailboxCheck("done", "", opened.idle)


async def _login(hub: Hub, actor: Actor, given: MailboxTry) -> Login:
    fields = {name: value for name in Login.__struct_fields__ if (value := getattr(given, name)) is not UNSET}
    before = await stored_mailbox(hub, actor.scope, given.mailbox) if given.mailbox is not None else {}
    if before and not fields.get("password"):
        fields.pop("password", None)
        if any(fields.get(name, before[name]) != before[name] for name in ("host", "port", "security", "user")):
            raise InvalidPayload(
                "`password` is needed again, as the server or the user changes.", reason="password_again"
            )
    whole = (
        {"security": "tls", "folder": "INBOX"}
        | {name: before[name] for name in Login.__struct_fields__ if before}
        | fields
    )
    whole.setdefault("port", PORTS[whole["security"]])
    for name in ("host", "user", "password"):
        if not check_text(whole.get(name, ""), name).strip():
            raise InvalidPayload(f"`{name}` may not be blank.")
    return Login(**whole)
