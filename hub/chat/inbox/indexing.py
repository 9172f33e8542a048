"""What was said, in words that can be searched: brought into the index a moment after it was said, never in its way.

Each node notes in which conversations something was said to it, and once a second reads what the index lacks of them,
from the position that the index has come to. So nothing is indexed twice, and what a killed process left is found by the
mark that it kept. What was said before there was an index is brought in once, conversation by conversation.

A change of a message is in its conversation's stream too: the index has what it says now, and nothing of what was taken
back. An entry's id is made of the time at which it was said, so that what is found comes in the order of the talks,
whenever it was indexed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from hub.accounts.applications import application_ids
from hub.chat.collections import CONVERSATIONS, MESSAGES, NOTES, SAID, SEARCHED
from hub.chat.edited import as_now, notes_as_now
from hub.chat.events import MessageSent, NoteAdded
from hub.core.errors import HubError
from hub.core.hub import Hub
from hub.core.marks import Marks
from storage.engine import Batch, Document, Duplicate, GuardFailed, Missing, Scope, Sort, StorageError, Stream
from storage.filters import Eq, Gt, Gte, all_of

_LAG = 1.0
"""Seconds that what is said may wait, so that a talk is one batch and not many."""
_TOGETHER = 200
_LONGEST = 4_000
"""Characters of a message that are searched: whole novels are found by how they begin."""
_SLACK = 10_000
MADE = 2
"""Counts up when entries are made otherwise than before: a conversation's older ones are made anew."""
_EPOCH = 946_684_800_000
"""The year 2000: so ids stay below 2^53 until 2069."""
_ROOM = 4096
"""Entries of one millisecond."""
_STEP, _SPREADS = 2_654_435_761, 10
"""How far an attempt is from the one before, and how often the room doubles where it is full: others keep times by the day."""
_STREAMS: tuple[tuple[str, Stream], ...] = (("message", MESSAGES), ("note", NOTES))
_AS_NOW = {"message": as_now, "note": notes_as_now}


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
            after = await self._hub.store.key(scope, "said.through", str(MADE)) or 0
            if after < 0:
                return
            page = await self._hub.store.find(scope, CONVERSATIONS, Gt("id", after), limit=100)
            for document in page.items:
                await index(self._hub, scope, document["id"])
            batch = Batch(scope)
            batch.hold("said.through", str(MADE), page.items[-1]["id"] if len(page.items) == 100 else -1)
            await self._hub.commit(batch)


def entry_id(at: int, within: int) -> int:
    """Return the id of an entry that was said at a moment (UTC milliseconds), `within` telling apart those of one."""
    return max(0, at - _EPOCH) * _ROOM + within + 1


async def index(hub: Hub, scope: Scope, conversation: int) -> None:
    """Bring what was said in a conversation, behind what the index has of it, into the index."""
    attempt = 0
    while True:
        known = await hub.store.get(scope, SEARCHED, conversation)
        if known is not None and known.get("made") != MADE:
            await _begin_anew(hub, scope, known)
            continue
        through = known or {"message": 0, "note": 0, "made": MADE}
        batch = Batch(scope)
        after, full = dict[str, int](), False
        for kind, stream in _STREAMS:
            records = await hub.store.read(scope, stream, conversation, after=through[kind], limit=_TOGETHER)
            full = full or len(records) == _TOGETHER
            await _put_changes(hub, batch, conversation, kind, records, attempt)
            records = await _AS_NOW[kind](hub, scope, records)
            _put(batch, conversation, kind, records, attempt)
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
        except (GuardFailed, Duplicate, Missing):
            attempt += 1  # another node was quicker, or an id is taken
            continue
        if not full:
            return
        attempt = 0


def _put(batch: Batch, conversation: int, kind: str, records: Iterable[Document], attempt: int) -> None:
    """Put into the batch what was said; after an attempt that failed, under other ids of nearly the same time."""
    for record in records:
        if record["text"] and record.get("kind", "text") == "text":
            within = (record["id"] + attempt * _STEP) % (_ROOM << min(attempt, _SPREADS))
            batch.insert(SAID, {
                "id": entry_id(record["at"], within), "conversation": conversation, "kind": kind,
                "position": record["position"], "text": record["text"][:_LONGEST], "author": record["author"],
                "at": record["at"],
            })  # fmt: skip


async def _put_changes(
    hub: Hub, batch: Batch, conversation: int, kind: str, records: list[Document], attempt: int
) -> None:
    """Put into the batch what became of messages or notes that are in the index already, or that had no words before."""
    fresh = {each["id"] for each in records}
    for of in {each["of"] for each in records if each.get("of")} - fresh:
        said = await hub.store.record(batch.scope, dict(_STREAMS)[kind], of)
        if said is None:
            continue
        (now,) = await _AS_NOW[kind](hub, batch.scope, [said])
        where = all_of(Eq("conversation", conversation), Eq("kind", kind), Eq("position", said["position"]))
        found = (await hub.store.find(batch.scope, SAID, where, limit=1)).items
        for entry in found:
            if now["text"]:
                batch.patch(SAID, entry["id"], set={"text": now["text"][:_LONGEST]})
            else:
                batch.delete(SAID, entry["id"])
        if not found:
            _put(batch, conversation, kind, [now], attempt)


async def _begin_anew(hub: Hub, scope: Scope, known: Document) -> None:
    """Take out of the index what an earlier version made of a conversation, and let it begin at its start."""
    found = (await hub.store.find(scope, SAID, Eq("conversation", known["id"]), limit=500)).items
    batch = Batch(scope)
    batch.guard(SEARCHED, known["id"], Eq("made", known.get("made")))
    for each in found:
        batch.delete(SAID, each["id"])
    if len(found) < 500:
        batch.patch(SEARCHED, known["id"], set={"message": 0, "note": 0, "made": MADE})
    try:
        await hub.commit(batch)
    except (GuardFailed, Missing):
        pass  # another node was quicker


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
