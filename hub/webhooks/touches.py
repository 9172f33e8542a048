"""Tells of contacts and companies that were made or changed.

A change is heard after its commit. What a killed process did not come to is found by the time of the change, as segments
find it (`hub.core.marks`); the name of what is told holds the revision, so nobody is told the same twice under two names.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Literal

from hub.accounts.applications import application_ids
from hub.core.errors import HubError
from hub.core.hub import Hub
from hub.core.marks import Marks
from hub.people.events import CompanyTouched, ContactTouched
from hub.people.records import changed_since, kept
from hub.webhooks.outbox import Outbox, order
from storage.engine import Batch, Scope, StorageError

Subject = Literal["contact", "company"]
Who = tuple[int, Subject, int]
"""(application, subject, id)."""

_KINDS: dict[Subject, tuple[str, str]] = {
    "contact": ("contact.created", "contact.changed"),
    "company": ("company.created", "company.changed"),
}
_BOOKKEEPING = (
    "page_views", "first_seen", "last_seen", "counts", "counted", "facts", "segments", "conversations", "online", "timer",
    "alike", "group", "updated", "revision", "enriched", "asking", "last_contacted", "present", "sources",
)  # fmt: skip
"""Fields that follow from what a contact does or is in; other kinds tell of that."""
_FRESH = 3_600_000
_SLACK = 10_000
_MOST = 10_000


class Touches:
    """Follows the contacts and companies that this node changes."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._touched: dict[Who, bool] = {}  # whether all of it is new, as when it was made
        self._told: OrderedDict[Who, None] = OrderedDict()
        self._woken = asyncio.Event()
        hub.listen(ContactTouched, lambda event: self._hear((event.app, "contact", event.contact), event.fields))
        hub.listen(CompanyTouched, lambda event: self._hear((event.app, "company", event.company), event.fields))

    def _hear(self, who: Who, fields: frozenset[str] | None) -> None:
        if fields is None or any(field.partition(".")[0] not in _BOOKKEEPING for field in fields):
            self._touched[who] = self._touched.get(who, False) or fields is None
            self._woken.set()

    async def run(self) -> None:
        """Tell of changes until cancelled; first of those that an earlier process left."""
        marks = Marks(self._hub, "webhooks")
        self._hub.spawn("webhooks left behind", self._take_over(marks))
        while True:
            await self._woken.wait()
            self._woken.clear()
            began = self._hub.clock.now()
            try:
                while self._touched:
                    await self._tell_next()
                await marks.keep(began)
            except (StorageError, HubError) as error:
                self._hub.log.warning("webhooks wait for the store", error=str(error))
                await asyncio.sleep(0.5)
                self._woken.set()

    async def _tell_next(self) -> None:
        who = next(iter(self._touched))
        made = self._touched.pop(who)  # before it is read: what changes from now on is told again
        try:
            await self._tell(*who, made=made)
        except BaseException:
            self._touched[who] = self._touched.get(who, False) or made
            raise

    async def _tell(self, app: int, subject: Subject, id: int, *, made: bool, left: bool = False) -> None:
        """Tell of one that was made or changed. Of one that was `left` behind it is not known what was told: of both."""
        if not await self._hub.part(Outbox).wants(app, *_KINDS[subject]):
            return
        document = await kept(self._hub, Scope(app), subject, id)
        if document is None:
            return
        is_new = made and document["created"] > self._hub.clock.now() - _FRESH and (app, subject, id) not in self._told
        created, changed = _KINDS[subject]
        if is_new:
            await self._order(app, subject, id, created, "created")
        if not is_new or (left and document["updated"] > document["created"]):
            await self._order(app, subject, id, changed, f"r{document['revision']}")
        self._told[app, subject, id] = None
        if len(self._told) > _MOST:
            self._told.popitem(last=False)

    async def _order(self, app: int, subject: Subject, id: int, kind: str, mark: str) -> None:
        if await self._hub.part(Outbox).wants(app, kind):
            batch = Batch(Scope(app))
            await order(self._hub, batch, kind, f"{subject}_{id}_{mark}", {subject: id})
            await self._hub.commit(batch)

    async def _take_over(self, marks: Marks) -> None:
        try:
            since, ended = await marks.left_behind()
            for app in await application_ids(self._hub) if since is not None else ():
                if await self._hub.part(Outbox).wants(app, *(kind for pair in _KINDS.values() for kind in pair)):
                    await self._look_since(app, (since or 0) - _SLACK)
            await marks.forget(ended)
        except StorageError as error:
            self._hub.log.warning("webhooks wait for the store", error=str(error))

    async def _look_since(self, app: int, since: int) -> None:
        for subject in _KINDS:
            async for id in changed_since(self._hub, Scope(app), subject, since):
                await self._tell(app, subject, id, made=True, left=True)
