"""Which mails become no message: what programs write by themselves, and what goes round in circles."""

from __future__ import annotations

from hub.core.hub import Hub
from hub.outreach.collections import MAILBOXES, MAILS
from hub.outreach.inbox.parsing import Incoming
from hub.outreach.mail.message import loop_mark
from hub.outreach.mail.sender import installation_sender, stored_senders
from storage.engine import Document, Scope
from storage.filters import Eq, Gt, all_of

TOO_MANY, WITHIN = 20, 10 * 60_000
"""Mails of one sender, and in how many milliseconds: no person writes so many, two programs that answer each other do."""


async def kept_out(hub: Hub, scope: Scope, mailbox: Document, mail: Incoming) -> str:
    """Return why a mail becomes no message, or nothing where it may."""
    if mail.sender is None:
        return "no_sender"
    sender = mail.sender.email
    senders = await _senders(hub, scope)
    if not {loop_mark(each) for each in senders}.isdisjoint(mail.sorted.loops):
        return "loop"
    boxes = (await hub.store.find(scope, MAILBOXES, limit=1000)).items
    if _plain(sender) in senders | {each["address"] for each in boxes}:
        return "own"
    if mail.sorted.kind != "person":
        return mail.sorted.kind
    lately = all_of(Eq("sender", sender), Gt("at", hub.clock.now() - WITHIN))
    if await hub.store.count(scope, MAILS, lately) >= TOO_MANY:
        return "too_many"
    return ""


async def _senders(hub: Hub, scope: Scope) -> set[str]:
    """Return the addresses from which the application's mails leave."""
    stored = (await stored_senders(hub, scope.app))["senders"]
    usual = installation_sender(hub.settings)
    return {each["address"].lower() for each in stored} | ({usual.address.lower()} if usual else set())


def _plain(address: str) -> str:
    """Return an address without the mark behind a plus."""
    local, _, domain = address.partition("@")
    return f"{local.partition('+')[0]}@{domain}"
