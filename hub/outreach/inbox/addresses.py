"""The address to which somebody answers: that of a mailbox, with a mark of whose conversation and whose answer it is.

The mark is signed with the secret of the installation. Whoever has it was sent a mail of that conversation: nobody else can
make one up, and it fits in no other application. It is short and knows no case, as mail programs lose it.
"""

from __future__ import annotations

import re

from msgspec import Struct

from hub.core.hub import Hub
from hub.outreach.collections import MAILBOXES
from storage.engine import Document, Scope

_KINDS = {"contact": "c", "agent": "a"}
_WHO = {letter: kind for kind, letter in _KINDS.items()}
_MARK = re.compile(r"([ca])([0-9a-z]{1,11})-([0-9a-z]{1,11})-([a-z2-7]{16})", re.IGNORECASE)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_PURPOSE = "mail.reply"
_LONGEST_LOCAL = 64
"""Characters that the part before the @ may have (RFC 5321)."""


class ReplyMark(Struct, frozen=True):
    """Whose answer in which conversation a mark stands for."""

    conversation: int
    who: tuple[str, int]


async def reply_address(hub: Hub, app: int, conversation: int, who: tuple[str, int]) -> str:
    """Return the address to which somebody ("contact" or "agent", and the id) answers in a conversation.

    It is empty where the application has no mailbox that is read.
    """
    mailbox = await mailbox_for_replies(hub, Scope(app))
    if mailbox is None:
        return ""
    local, _, domain = mailbox["address"].partition("@")
    address = f"{local}+{mark_of(hub, app, conversation, who)}@{domain}"
    return address if len(address.partition("@")[0]) <= _LONGEST_LOCAL else mailbox["address"]


async def mailbox_for_replies(hub: Hub, scope: Scope) -> Document | None:
    """Return the mailbox to which answers go: the first one that is switched on."""
    found = await hub.store.find(scope, MAILBOXES, limit=1000)
    return next((each for each in found.items if each["on"]), None)


def mark_of(hub: Hub, app: int, conversation: int, who: tuple[str, int]) -> str:
    """Return the mark of somebody's answers in a conversation."""
    kind, id = who
    code = hub.signer.code(_PURPOSE, app, conversation, kind, id)
    return f"{_KINDS[kind]}{_short(conversation)}-{_short(id)}-{code}"


def read_mark(hub: Hub, app: int, address: str, own: str) -> ReplyMark | None:
    """Return what an address stands for that begins as `own` does; None where there is no mark, or none of ours."""
    local, _, domain = address.lower().partition("@")
    base, _, own_domain = own.lower().partition("@")
    if domain != own_domain or not local.startswith(f"{base}+"):
        return None
    found = _MARK.fullmatch(local[len(base) + 1 :])
    if found is None:
        return None
    letter, conversation, id, code = found.groups()
    mark = ReplyMark(int(conversation, 36), (_WHO[letter.lower()], int(id, 36)))
    return mark if hub.signer.code_holds(code, _PURPOSE, app, mark.conversation, *mark.who) else None


def is_marked(address: str, own: str) -> bool:
    """Tell whether an address looks as if it had a mark, right or wrong."""
    local, _, domain = address.lower().partition("@")
    base, _, own_domain = own.lower().partition("@")
    return domain == own_domain and local.startswith(f"{base}+") and _MARK.fullmatch(local[len(base) + 1 :]) is not None


def _short(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"
