"""Never twice: how far a mailbox was read is kept in the very batch of what the mail became.

A process that is killed between fetching a mail and that batch has written nothing, and fetches it again; one that is
killed afterwards goes on behind it. The same mail in another mailbox, or under a new UID, is known by its key.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from hub.core.hub import Hub
from hub.core.once import CURRENT
from hub.outreach.collections import MAILBOXES, MAILS
from hub.outreach.inbox.parsing import Incoming
from storage.engine import Batch, Document, Engine, GuardFailed, Outcome, Scope
from storage.filters import Eq, all_of

KEY = "mail.in"
NOTE, FORGET = "mail.note", "mail.forget"
KEPT_OUT = 30 * 86_400_000
"""Milliseconds for which it is known what was kept out, and from whom."""


class Known(Exception):
    """The mail was taken already."""


class LostTurn(Exception):
    """Another node has read on meanwhile."""


class Mark:
    """What the batch of a mail carries along. `row` tells what became of it."""

    def __init__(self, hub: Hub, scope: Scope, mailbox: Document, mail: Incoming, row: Document) -> None:
        self._hub, self._scope, self._mailbox, self._mail, self.row = hub, scope, mailbox, mail, row
        self.note = ""
        """What the team is told beside the message."""
        self.done = False

    @contextlib.contextmanager
    def carried(self) -> Iterator[None]:
        """Let the next batch that is committed in here carry it."""
        token = CURRENT.set(self)
        try:
            yield
        finally:
            CURRENT.reset(token)

    async def commit(self, store: Engine, batch: Batch) -> Outcome:
        """Commit a batch together with it. Raises Known, and GuardFailed as the batch itself does."""
        if self.done:
            return await store.commit(batch)
        marked = Batch(batch.scope, [*batch.guards], [*batch.claims], [*batch.steps])
        marked.claim(KEY, self._mail.key, self.row["id"])
        marked.claims.insert(0, marked.claims.pop())  # asked first: a mail that is known is no other trouble
        read_on(marked, self._mailbox, self._mail.uid, self._mail.at)
        marked.insert(MAILS, self.row)
        if self.row["contact"] is None:
            await self._hub.jobs.add(marked, FORGET, {"mail": self.row["id"]}, after=KEPT_OUT)
        if self.note:
            told = {"conversation": self.row["conversation"], "key": self._mail.key, "text": self.note}
            await self._hub.jobs.add(marked, NOTE, told)
        outcome = await store.commit(marked)
        if outcome.existing and outcome.existing.kind == KEY:
            raise Known
        self.done = outcome.existing is None
        return outcome

    async def alone(self) -> None:
        """Keep it where nothing else is to be written. Raises Known, LostTurn."""
        if self.done:
            return
        try:
            await self.commit(self._hub.store, Batch(self._scope))
        except GuardFailed:
            raise LostTurn from None


def read_on(batch: Batch, mailbox: Document, uid: int, at: int) -> None:
    """Put into the batch that a mailbox was read up to a UID, where it is as far as this node knows."""
    reading = mailbox["reading"]
    before = all_of(Eq("reading.validity", reading["validity"]), Eq("reading.uid", reading["uid"]))
    batch.guard(MAILBOXES, mailbox["id"], before)
    batch.patch(MAILBOXES, mailbox["id"], set={"reading.uid": uid, "reading.at": max(at, reading["at"])})


async def skip(hub: Hub, scope: Scope, mailbox: Document, uid: int, at: int) -> None:
    """Read on behind a mail that became nothing. Raises LostTurn."""
    batch = Batch(scope)
    read_on(batch, mailbox, uid, at)
    try:
        await hub.store.commit(batch)
    except GuardFailed:
        raise LostTurn from None
