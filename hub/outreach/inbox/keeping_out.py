"""Which mails become no message: what programs write by themselves, and what goes round in circles."""

from __future__ import annotations

from email.utils import parseaddr

from hub.core.hub import Hub
from hub.outreach.collections import MAILBOXES, MAILS
from hub.outreach.inbox.parsing import Incoming
from hub.outreach.mailer import loop_mark
from storage.engine import Document, Scope
from storage.filters import Eq, Gt, all_of

TOO_MANY, WITHIN = 20, 10 * 60_000
"""Mails of one sender, and in how many milliseconds: no person writes so many, two programs that answer each other do."""


async def kept_out(hub: Hub, scope: Scope, mailbox: Document, mail: Incoming) -> str:
    """Return why a mail becomes no message, or nothing where it may."""
    if mail.sender is None:
        return "no_sender"
    sender = mail.sender.email
    if loop_mark(hub.settings) in mail.sorted.loops:
        return "loop"
    boxes = (await hub.store.find(scope, MAILBOXES, limit=1000)).items
    ours = {each["address"] for each in boxes} | {parseaddr(hub.settings.mail_from)[1].lower()}
    if _plain(sender) in ours:
        return "own"
    if mail.sorted.kind != "person":
        return mail.sorted.kind
    lately = all_of(Eq("sender", sender), Gt("at", hub.clock.now() - WITHIN))
    if await hub.store.count(scope, MAILS, lately) >= TOO_MANY:
        return "too_many"
    return ""


def _plain(address: str) -> str:
    """Return an address without the mark behind a plus."""
    local, _, domain = address.partition("@")
    return f"{local.partition('+')[0]}@{domain}"
