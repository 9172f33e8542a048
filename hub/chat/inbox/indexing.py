"""What was said, in words that can be searched: brought into the index a moment after it was said, never in its way.

Each node notes in which conversations something was said to it, and once a second reads what the index lacks of them,
from the position that the index has come to. So nothing is indexed twice, and what a killed process left is found by the
mark that it kept. What was said before there was an index is brought in once, conversation by conversation.
"""

from __future__ import annotations

import asyncio
from typing import Any

from hub.accounts.applications import application_ids
from hub.chat.collections import CONVERSATIONS, MESSAGES, NOTES, SAID, SEARCHED
from hub.chat.events import MessageSent, NoteAdded
from hub.core.errors import HubError
from hub.core.hub import Hub
from hub.core.marks import Marks
from storage.engine import Batch, Document, Duplicate, GuardFailed, Scope, Sort, StorageError, Stream
from storage.filters import Eq, Gt, Gte

_LAG = 1.0
"""Seconds that what is said may wait, so that a talk is one batch and not many."""
_TOGETHER = 200
_LONGEST = 4_000
"""Characters of a message that are searched: whole novels are found by how they begin."""
_SLACK = 10_000
_STREAMS: tuple[tuple[str, Stream], ...] = (("message", MESSAGES), ("note", NOTES))


class Indexing:
    """Brings what is said into the index, on this node."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._said: dict[tuple[int, int], None] = {}
        self._working = False
        self._woken = asyncio.Event()
        hub.listen(MessageSent, self._note)
        hub.listen(NoteAdded, self._note)

    @property
    def idle(self) -> bool:
        """Whether all that this node heard of is in the index."""
        return not self._said and not self._working

    def _note(self, event: Any) -> None:
        self._said[event.app, event.conversation] = None
        self._woken.set()

    async def run(self) -> None:
        """Index what is said, until cancelled; first what an earlier process left."""
        marks = Marks(self._hub, "indexing")
        self._hub.spawn("what was said before", self._take_over(marks))
        while True:
            await self._woken.wait()
            await asyncio.sleep(_LAG)
            self._woken.clear()
            began = self._hub.clock.now()
            self._working = True
            try:
                while self._said:
                    app, conversation = next(iter(self._said))
                    del self._said[app, conversation]
                    await index(self._hub, Scope(app), conversation)
                await marks.keep(began)
            except (StorageError, HubError) as error:
                self._hub.log.warning("the index of what is said waits for the store", error=str(error))
                self._said[app, conversation] = None
                self._woken.set()
            finally:
                self._working = False

    async def _take_over(self, marks: Marks) -> None:
        try:
            since, ended = await marks.left_behind()
            for app in await application_ids(self._hub):
                if since is not None:
                    await self._note_changed(app, since - _SLACK)
                await self._backfill(app)
            await marks.forget(ended)
        except (StorageError, HubError) as error:
            self._hub.log.warning("the index of what was said waits for the next start", error=str(error))

    async def _note_changed(self, app: int, since: int) -> None:
        for field in ("updated", "touched"):
            cursor = None
            while True:
                page = await self._hub.store.find(
                    Scope(app), CONVERSATIONS, Gte(field, since), sort=Sort(field), limit=500, cursor=cursor
                )
                for document in page.items:
                    self._said[app, document["id"]] = None
                if (cursor := page.cursor) is None:
                    break
        self._woken.set()

    async def _backfill(self, app: int) -> None:
        """Index conversations of before there was an index, once, in the order of their ids."""
        scope = Scope(app)
        while True:
            after = await self._hub.store.key(scope, "said.through", "") or 0
            if after < 0:
                return
            page = await self._hub.store.find(scope, CONVERSATIONS, Gt("id", after), limit=100)
            for document in page.items:
                await index(self._hub, scope, document["id"])
            batch = Batch(scope)
            batch.hold("said.through", "", page.items[-1]["id"] if len(page.items) == 100 else -1)
            await self._hub.commit(batch)


async def index(hub: Hub, scope: Scope, conversation: int) -> None:
    """Bring what was said in a conversation, behind what the index has of it, into the index."""
    while True:
        known = await hub.store.get(scope, SEARCHED, conversation)
        through = known or {"message": 0, "note": 0}
        batch = Batch(scope)
        after, full = dict[str, int](), False
        for kind, stream in _STREAMS:
            records = await hub.store.read(scope, stream, conversation, after=through[kind], limit=_TOGETHER)
            full = full or len(records) == _TOGETHER
            for record in records:
                if record["text"] and record.get("kind", "text") == "text":
                    batch.insert(SAID, await _entry(hub, conversation, kind, record))
            if records:
                after[kind] = records[-1]["position"]
        if not after:
            return
        if known is None:
            batch.insert(SEARCHED, {"id": conversation, **through, **after})
        else:
            batch.guard(SEARCHED, conversation, Eq("message", through["message"]))
            batch.guard(SEARCHED, conversation, Eq("note", through["note"]))
            batch.patch(SEARCHED, conversation, set=dict(after))
        try:
            await hub.commit(batch)
        except (GuardFailed, Duplicate):
            continue  # another node was quicker
        if not full:
            return


async def _entry(hub: Hub, conversation: int, kind: str, record: Document) -> Document:
    return {
        "id": await hub.ids.next("said"), "conversation": conversation, "kind": kind, "position": record["position"],
        "text": record["text"][:_LONGEST], "author": record["author"], "at": record["at"],
    }  # fmt: skip


async def forget_said(hub: Hub, scope: Scope, conversation: int) -> None:
    """Take a conversation out of the index."""
    while found := (await hub.store.find(scope, SAID, Eq("conversation", conversation), limit=500)).items:
        batch = Batch(scope)
        for each in found:
            batch.delete(SAID, each["id"])
        await hub.commit(batch)
    batch = Batch(scope)
    batch.delete(SEARCHED, conversation)
    await hub.commit(batch)
