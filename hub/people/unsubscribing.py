"""Unsubscribing by a link of a mail: signed, good for ever, and without a sign-in."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from hub.accounts.applications import application
from hub.accounts.grants import CONTACTS_WRITE
from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.contacts import get_contact
from hub.people.editing import change_contact, commit_contact
from hub.people.merging.replacing import standing_contact
from storage.engine import Batch, Scope

PATH = "/unsubscribe"


class UnsubscribeLink(Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in the address: application, contact, language of the mail, and the signature."""

    a: int
    c: int
    k: str
    l: Literal["en", "pl"] = "en"  # noqa: E741


class Unsubscribing(Struct, frozen=True):
    """Where a link leads: whose mails, and whether they come no more."""

    company: str
    contact: int
    done: bool


class Unsubscribe(Struct, frozen=True, forbid_unknown_fields=True):
    """Who gets no more mails that answer nothing."""

    contact: int


def unsubscribe_link(hub: Hub, app: int, contact: int, language: str) -> str:
    """Return the address that a mail names in `List-Unsubscribe`, and at its end."""
    signature = hub.signer.sign("unsubscribe", app, contact)
    return f"{hub.settings.base_url()}{PATH}?a={app}&c={contact}&k={signature}&l={'pl' if language == 'pl' else 'en'}"


def unsubscribe_headers(link: str) -> tuple[tuple[str, str], ...]:
    """Return the headers by which mail programs show a button for it (RFC 2369, RFC 8058)."""
    return (("List-Unsubscribe", f"<{link}>"), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))


async def read_unsubscribe_link(hub: Hub, link: UnsubscribeLink) -> Unsubscribing:
    """Return where a link leads. Raises NotFound for one that we never made, or whose contact was erased."""
    if not hub.signer.holds(link.k, "unsubscribe", link.a, link.c):
        raise NotFound
    contact = await standing_contact(hub, Scope(link.a), link.c)
    if contact is None:
        raise NotFound
    return Unsubscribing((await application(hub, link.a)).name, contact["id"], bool(contact.get("unsubscribed")))


@verb(CONTACTS_WRITE)
async def unsubscribe(hub: Hub, actor: Actor, who: Unsubscribe) -> None:
    """Keep that a contact wants no more mails that answer nothing; again is no error. Raises NotFound."""
    contact = await get_contact(hub, actor.scope, who.contact)
    if contact.get("unsubscribed"):
        return
    batch = Batch(actor.scope)
    change_contact(hub, batch, contact["id"], {"unsubscribed": True})
    await commit_contact(hub, batch, contact["id"])
