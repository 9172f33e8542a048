"""Works through the contacts of an operation, or takes it back: durable jobs in turns of some seconds.

Each part is one batch: the contacts, their histories, the note of who was changed and how far it is, so that a process
that is killed leaves no part half done and none is done twice.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

import msgspec

from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.people.collections import CHANGED, CONTACTS, OPERATIONS
from hub.people.editing import touched
from hub.people.events import OperationMoved
from hub.people.matching import Question, next_part
from hub.people.operations.deeds import Deed, deed_of
from hub.people.vocabulary import vocabulary
from storage.engine import Batch, Document, GuardFailed, Missing, Scope
from storage.filters import Eq

DO = "people.label"
UNDO = "people.unlabel"
_PART = 100
_TURN = 20.0
_TRIES = 20
_TOLD_EVERY = 0.5
"""Seconds between two words of how far it is."""


async def do(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Go on with an operation (a job)."""
    turn = await _Turn.of(hub, scope, payload, "running")
    if turn is None:
        return
    question = _question(payload)
    place = (
        max(payload["after"], turn.operation.get("after", 0))
        if not question.search
        else (turn.operation.get("after") or payload["after"])
    )
    while turn.goes_on:
        if turn.is_over:
            return await _again(hub, scope, DO, {**payload, "after": place})
        try:
            part = await next_part(hub, scope, question, place, _PART, turn.deed.lacking)
        except InvalidPayload:  # it asks for something that was deleted meanwhile: nobody knows who is meant
            return await _end(hub, scope, payload["operation"], "running", "cancelled")
        if not await _is_there(hub, scope, turn.operation):
            return await _end(hub, scope, payload["operation"], "running", "cancelled")
        progress = _progress(question, part.place)
        todo = [(each, turn.deed.before(each)) for each in part.items if not turn.deed.is_done(each)]
        await turn.change(todo, back=False, changes={"after": part.place or place, "progress": progress})
        if part.place is None:
            return await _end(hub, scope, payload["operation"], "running", "done")
        place = part.place
        await turn.look()


async def undo(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Go on with taking an operation back (a job): only those that it changed are changed again."""
    turn = await _Turn.of(hub, scope, payload, "undoing")
    if turn is None:
        return
    after = payload["after"]
    while turn.goes_on:
        if turn.is_over:
            return await _again(hub, scope, UNDO, {**payload, "after": after})
        parts = await hub.store.read(scope, CHANGED, payload["operation"], after=after, limit=1)
        if not parts:
            return await _end(hub, scope, payload["operation"], "undoing", "undone")
        ids = parts[0]["contacts"]
        before = dict(zip(ids, parts[0].get("before") or [None] * len(ids), strict=True))
        found = await hub.store.get_many(scope, CONTACTS, ids)
        ours = [(each, before[id]) for id, each in found.items() if turn.deed.is_ours(each)]
        await turn.change(ours, back=True, changes={"progress": 0.0})
        after = parts[0]["position"]
        await turn.look()


Todo = list[tuple[Document, Any]]
"""Contacts, each with what it was before."""


class _Turn:
    """One job's share of an operation."""

    def __init__(self, hub: Hub, scope: Scope, operation: Document, status: str) -> None:
        self._hub, self._scope, self._status = hub, Scope(scope.app), status
        self.operation = operation
        self.deed: Deed = deed_of(operation)
        self._until = time.monotonic() + _TURN
        self._told = 0.0

    @classmethod
    async def of(cls, hub: Hub, scope: Scope, payload: dict[str, Any], status: str) -> _Turn | None:
        operation = await hub.store.get(scope, OPERATIONS, payload["operation"])
        return None if operation is None else cls(hub, scope, operation, status)

    @property
    def goes_on(self) -> bool:
        return bool(self.operation["status"] == self._status)

    @property
    def is_over(self) -> bool:
        return time.monotonic() > self._until

    async def look(self) -> None:
        """See whether somebody stopped it, and say how far it is."""
        self.operation = await self._hub.store.get(self._scope, OPERATIONS, self.operation["id"]) or {"status": ""}
        if self.goes_on and time.monotonic() > self._told + _TOLD_EVERY:
            self._told = time.monotonic()
            self._hub.publish(OperationMoved(app=self._scope.app, operation=self.operation))

    async def change(self, todo: Todo, *, back: bool, changes: Document) -> None:
        """Change some contacts in one batch, or where one of them changes meanwhile, each in its own."""
        try:
            await self._commit(todo, back, changes)
            return
        except (GuardFailed, Missing):
            pass
        for contact, before in todo:
            current: Document | None = contact
            for _ in range(_TRIES):
                # What is done, or what was never done to it, is left.
                if current is None or self.deed.is_done(current) != back:
                    break
                try:
                    await self._commit([(current, self.deed.before(current) if not back else before)], back, {})
                    break
                except (GuardFailed, Missing):
                    await asyncio.sleep(0)
                    current = await self._hub.store.get(self._scope, CONTACTS, contact["id"])
        await self._commit([], back, changes)

    async def _commit(self, todo: Todo, back: bool, changes: Document) -> None:
        batch = Batch(self._scope)
        for contact, before in todo:
            batch.guard(CONTACTS, contact["id"], Eq("revision", contact["revision"]))
            if back:
                await self.deed.take_back(self._hub, batch, contact, before)
            else:
                await self.deed.do(self._hub, batch, contact)
        if todo and not back:
            record = {"id": await self._hub.ids.next("changed"), "contacts": [contact["id"] for contact, _ in todo]}
            batch.append(CHANGED, self.operation["id"], {**record, "before": [before for _, before in todo]})
        count = 0 if back else len(todo)
        if changes or count:
            batch.patch(OPERATIONS, self.operation["id"], set=changes, inc={"changed": count} if count else None)
        await self._hub.commit(batch)
        for contact, _ in todo:
            touched(self._hub, self._scope, contact["id"], self.deed.fields)


def _question(payload: dict[str, Any]) -> Question:
    """Return whom it is about; jobs of versions before knew no moment and no end."""
    known = {name: payload[name] for name in ("where", "search", "contacts") if payload.get(name)}
    return msgspec.convert({"now": payload.get("now", 2**53), "last": payload.get("last", 2**53), **known}, Question)


def _progress(question: Question, place: int | None) -> float:
    """Return how far it is, from 0 to 1, by the ids that were looked at: newest first in a search, oldest else."""
    if place is None or not question.last:
        return 1.0
    if question.contacts is not None:
        return sum(1 for id in question.contacts if id <= place) / len(question.contacts)
    part = min(1.0, place / question.last)
    return round(1 - part if question.search else part, 4)


async def _is_there(hub: Hub, scope: Scope, operation: Document) -> bool:
    """Whether the tag or list that it is about is still there."""
    words = await vocabulary(hub, scope)
    if operation.get("field") == "tags":
        return any(tag.id == operation["label"] for tag in words.tags.values())
    return operation.get("field") != "lists" or operation["label"] in words.lists


async def _again(hub: Hub, scope: Scope, kind: str, payload: dict[str, Any]) -> None:
    batch = Batch(scope)
    await hub.jobs.add(batch, kind, payload)
    await hub.commit(batch)


async def _end(hub: Hub, scope: Scope, operation: int, was: str, now: str) -> None:
    batch = Batch(scope)
    batch.guard(OPERATIONS, operation, Eq("status", was))
    changed = batch.patch(OPERATIONS, operation, set={"status": now, "progress": 1.0, "ended": hub.clock.now()})
    try:
        outcome = await hub.commit(batch)
    except GuardFailed:
        return  # stopped or taken back at the same moment
    hub.publish(OperationMoved(app=scope.app, operation=outcome[changed]))
