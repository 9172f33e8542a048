"""Keeps segments live: what changes of a contact is followed by its memberships, within a moment and for certain.

A change is heard at once, and the segments that look at it are asked. What a killed process did not come to is found by
the time of the change: each node keeps how far it has come (`hub.core.marks`), and the next one goes on from there.
Conditions on time have one timer per contact, for the next moment at which one of them may flip.
"""

from __future__ import annotations

import asyncio
from typing import Any

from hub.accounts.applications import application_ids
from hub.core.errors import HubError
from hub.core.hub import Hub
from hub.core.marks import Marks
from hub.people.collections import CONTACTS, HISTORY
from hub.people.events import ContactTouched, SegmentEntered, SegmentLeft
from hub.people.members import verdict
from hub.people.vocabulary import Vocabulary, vocabulary
from storage.engine import Batch, Document, GuardFailed, Scope, Sort, StorageError
from storage.filters import Eq, Gte

FLIP = "segments.flip"
_AT_ONCE = 200
_SLACK = 10_000
"""Milliseconds by which the clocks of nodes may differ."""
_TRIES = 20

Touched = dict[tuple[int, int], "set[str] | None"]
"""(application, contact) → the fields that changed; None for all"""


class Membership:
    """Follows the changes that this node makes."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._touched: Touched = {}
        self._working: Touched = {}
        self._woken = asyncio.Event()
        hub.listen(ContactTouched, self._hear)

    @property
    def idle(self) -> bool:
        """Whether every change that this node made has been followed."""
        return not self._touched and not self._working

    def _hear(self, event: Any) -> None:
        key = (event.app, event.contact)
        fields = self._touched.get(key, set())
        self._touched[key] = None if event.fields is None or fields is None else fields | event.fields
        self._woken.set()

    async def run(self) -> None:
        """Follow changes until cancelled; first those that an earlier process left."""
        marks = Marks(self._hub, "membership")
        self._hub.spawn("segments left behind", self._take_over(marks))
        while True:
            await self._woken.wait()
            self._woken.clear()
            began = self._hub.clock.now()
            while self._touched:
                await self._follow()
            try:
                await marks.keep(began)
            except StorageError as error:
                self._hub.log.warning("segments wait for the store", error=str(error))

    async def _follow(self) -> None:
        """Settle the next contacts of one application."""
        app = next(iter(self._touched))[0]
        some = [key for key in self._touched if key[0] == app][:_AT_ONCE]
        self._working = {key: self._touched.pop(key) for key in some}
        try:
            scope = Scope(app)
            words = await vocabulary(self._hub, scope)
            found = await self._hub.store.get_many(scope, CONTACTS, [id for _, id in some])
            await asyncio.gather(
                *(settle(self._hub, scope, words, found[id], self._working[app, id]) for _, id in some if id in found)
            )
        except (StorageError, HubError) as error:
            self._hub.log.warning("segments wait for the store", error=str(error))
            self._touched = {**self._working, **self._touched}
            await asyncio.sleep(0.5)
        finally:
            self._working = {}

    async def _take_over(self, marks: Marks) -> None:
        """Follow what processes that have ended may not have come to."""
        try:
            since, ended = await marks.left_behind()
        except StorageError as error:
            self._hub.log.warning("segments wait for the store", error=str(error))
            return
        if since is not None:
            for app in await application_ids(self._hub):
                await self._look_since(Scope(app), since - _SLACK)
            while not self.idle:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.05)
        await marks.forget(ended)

    async def _look_since(self, scope: Scope, since: int) -> None:
        """Look again at the contacts of an application that changed since a moment."""
        cursor: str | None = None
        while True:
            page = await self._hub.store.find(
                scope, CONTACTS, Gte("updated", since), sort=Sort("updated"), limit=_AT_ONCE, cursor=cursor
            )
            for document in page.items:
                self._touched[scope.app, document["id"]] = None
            self._woken.set()
            cursor = page.cursor
            if cursor is None:
                return
            while len(self._touched) > 10 * _AT_ONCE:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.01)


async def settle(
    hub: Hub,
    scope: Scope,
    words: Vocabulary,
    document: Document | None,
    changed: set[str] | None = None,
    *,
    quiet: bool = False,
) -> None:
    """Bring the memberships of a contact up to date, and set the timer for when they flip.

    `quiet` tells nobody: those who are in a segment when it is made have not entered it.
    """
    for _ in range(_TRIES):
        if document is None:
            return
        now = hub.clock.now()
        found = verdict(document, words, now, changed)
        before = document.get("segments") or []
        entered = [id for id in found.segments if id not in before]
        left = [id for id in before if id not in found.segments]
        timer = document.get("timer")
        arms = found.flip is not None and (timer is None or timer <= now or found.flip < timer)
        if not entered and not left and not arms:
            return
        batch = Batch(Scope(scope.app))
        batch.guard(CONTACTS, document["id"], Eq("revision", document["revision"]))
        changes: Document = {"segments": found.segments} if entered or left else {}
        if arms:
            changes["timer"] = found.flip
            payload = {"contact": document["id"], "due": found.flip}
            await hub.jobs.add(batch, FLIP, payload, after=max(0, (found.flip or 0) - now))
        batch.patch(CONTACTS, document["id"], set=changes, inc={"revision": 1})
        if not quiet:
            await _tell(hub, batch, document["id"], entered, left)
        try:
            await hub.commit(batch)
        except GuardFailed:
            document = await hub.store.get(scope, CONTACTS, document["id"])
            continue
        if not quiet:
            for kind, ids in ((SegmentEntered, entered), (SegmentLeft, left)):
                for id in ids:
                    hub.publish(kind(app=scope.app, contact=document["id"], segment=id))
        return
    if document is not None:  # it changes all the time: again, a little later
        hub.publish(ContactTouched(app=scope.app, contact=document["id"], fields=None))


async def _tell(hub: Hub, batch: Batch, contact: int, entered: list[int], left: list[int]) -> None:
    """Put what follows from entering and leaving into the batch that makes it true."""
    now = hub.clock.now()
    for word, kind, ids in (("entered", SegmentEntered, entered), ("left", SegmentLeft, left)):
        for id in ids:
            record = {"id": await hub.ids.next("history"), "kind": "segment", "word": word, "segment": id, "at": now}
            batch.append(HISTORY, contact, record)
            await hub.follow_up(batch, kind, {"contact": contact, "segment": id})


async def flip(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Look at a contact whose conditions on time may flip now, and set the next timer (a job)."""
    document = await hub.store.get(scope, CONTACTS, payload["contact"])
    if document is None or document.get("timer") != payload["due"]:
        return  # another timer was set, for an earlier moment
    await settle(hub, scope, await vocabulary(hub, scope), document)
