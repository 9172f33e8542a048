"""Where reading begins: behind everything that was there when the mailbox was added, or behind the last mail that was taken."""

from __future__ import annotations

from hub.core.hub import Hub
from hub.outreach.collections import MAILBOXES
from hub.outreach.inbox.hand import Hand
from hub.outreach.inbox.marking import KEY, LostTurn
from hub.outreach.inbox.parsing import key_of_head
from hub.outreach.inbox.session import Head, Opened, Session
from storage.engine import Batch, Document, GuardFailed, Scope
from storage.filters import Eq

_BACK = 86_400_000
"""Milliseconds that are looked back when a server numbers its mails anew: what was taken of them is known by its key."""


async def beginning(
    hub: Hub, scope: Scope, mailbox: Document, opened: Opened, hand: Hand, session: Session
) -> Document:
    """Return the mailbox with the place from which it is read on. Raises LostTurn.

    UIDs count only under one UIDVALIDITY. Where that is another one than before, the newest mails are looked through for
    those that nobody has taken yet.
    """
    reading = mailbox["reading"]
    if reading and reading["validity"] == opened.validity:
        return mailbox
    since = mailbox["created"] if not reading else max(mailbox["created"], reading["at"] - _BACK)
    since -= since % 1_000  # a server counts seconds
    heads = await hand.do(session.lately, since, opened.next)
    if reading:
        hub.log.warning("a mailbox numbers its mails anew", mailbox=mailbox["id"], mails=len(heads))
        heads = await _unknown(hub, scope, heads)
    first = heads[0].uid if heads else opened.next
    place = {"validity": opened.validity, "uid": first - 1, "at": since}
    batch = Batch(scope)
    batch.guard(MAILBOXES, mailbox["id"], Eq("revision", mailbox["revision"]))
    patched = batch.patch(MAILBOXES, mailbox["id"], set={"reading": place})
    try:
        after: Document = (await hub.store.commit(batch))[patched]
    except GuardFailed:
        raise LostTurn from None
    return after


async def _unknown(hub: Hub, scope: Scope, heads: list[Head]) -> list[Head]:
    """Return the mails that nobody has taken yet."""
    keys = {each.uid: key_of_head(each.raw) for each in heads}
    known = await hub.store.keys(scope, [(KEY, key) for key in keys.values()])
    return [each for each in heads if (KEY, keys[each.uid]) not in known]
