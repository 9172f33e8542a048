"""Keeps segments live: what changes of a contact is followed by its memberships, within a moment and for certain.

A change is heard at once, and the segments that look at it are asked. What a killed process did not come to is found by
the time of the change: each node keeps how far it has come (`hub.core.marks`), and the next one goes on from there.
Conditions on time have one timer per contact, for the next moment at which one of them may flip.
"""

from __future__ import annotations

import asyncio
from itertools import islice
from typing import Any

from hub.accounts.applications import application_ids
from hub.core.errors import HubError
from hub.core.hub import Hub
from hub.core.marks import Marks
from hub.people.collections import GROUP_RULES, HISTORIES, KEPT, SEGMENTS
from hub.people.events import (
    CompanyEnteredSegment,
    CompanyLeftSegment,
    CompanyTouched,
    ContactGrouped,
    ContactTouched,
    SegmentEntered,
    SegmentLeft,
)
from hub.people.merging.likeness import FIELDS, alike_of
from hub.people.records import changed_since
from hub.people.segments.members import rules_of, verdict
from hub.people.standard import Subject
from hub.people.vocabulary import Vocabularies, Vocabulary, vocabulary
from storage.engine import Batch, Document, GuardFailed, Scope, StorageError
from storage.filters import Eq

FLIP = "segments.flip"
_AT_ONCE = 200
_SLACK = 10_000
"""Milliseconds by which the clocks of nodes may differ."""
_TRIES = 20

Touched = dict[tuple[int, Subject, int], "set[str] | None"]
"""(application, subject, id) → the fields that changed; None for all"""

_EVENTS: dict[str, tuple[Any, Any]] = {
    "contact": (SegmentEntered, SegmentLeft),
    "company": (CompanyEnteredSegment, CompanyLeftSegment),
}
"""subject → what is said of one that enters a segment, and of one that leaves it"""


class Membership:
    """Follows the changes that this node makes."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._touched: Touched = {}
        self._working: Touched = {}
        self._woken = asyncio.Event()
        hub.listen(ContactTouched, lambda event: self._hear((event.app, "contact", event.contact), event.fields))
        hub.listen(CompanyTouched, lambda event: self._hear((event.app, "company", event.company), event.fields))

    @property
    def idle(self) -> bool:
        """Whether every change that this node made has been followed."""
        return not self._touched and not self._working

    @property
    def behind(self) -> int:
        """How many changed contacts wait for their segments."""
        return len(self._touched)

    def _hear(self, key: tuple[int, Subject, int], changed: frozenset[str] | None) -> None:
        fields = self._touched.get(key, set())
        self._touched[key] = None if changed is None or fields is None else fields | changed
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
        """Settle the next ones of one application and subject."""
        app, subject, _ = next(iter(self._touched))
        some = list(islice((key for key in self._touched if key[:2] == (app, subject)), _AT_ONCE))
        self._working = {key: self._touched.pop(key) for key in some}
        try:
            scope = Scope(app)
            words = await vocabulary(self._hub, scope)
            rules = rules_of(words, subject)
            some = [key for key in some if rules.concern(self._working[key]) or _likens(subject, self._working[key])]
            found = await self._hub.store.get_many(scope, KEPT[subject], [key[2] for key in some])
            await asyncio.gather(
                *(
                    settle(self._hub, scope, words, found[key[2]], self._working[key], subject=subject)
                    for key in some
                    if key[2] in found
                )
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
                for subject in KEPT:
                    await self._look_since(Scope(app), subject, since - _SLACK)  # type: ignore[arg-type]
            while not self.idle:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.05)
        await marks.forget(ended)

    async def _look_since(self, scope: Scope, subject: Subject, since: int) -> None:
        """Look again at those of an application that changed since a moment."""
        async for id in changed_since(self._hub, scope, subject, since):
            self._touched[scope.app, subject, id] = None
            self._woken.set()
            while len(self._touched) > 10 * _AT_ONCE:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.01)


def _likens(subject: Subject, changed: set[str] | None) -> bool:
    """Tell whether a change of these fields may change what a contact has in common with others."""
    return subject == "contact" and (changed is None or not FIELDS.isdisjoint(changed))


async def settle(
    hub: Hub,
    scope: Scope,
    words: Vocabulary,
    document: Document | None,
    changed: set[str] | None = None,
    *,
    tells: frozenset[int] | None = None,
    subject: Subject = "contact",
) -> None:
    """Bring the memberships of a contact or a company up to date, and set the timer for when they flip.

    What a contact may have in common with others is kept with it too (`hub.people.merging.likeness`). `tells` are the
    segments of which entering and leaving are told, None for all: those who are in one when it is made have not entered it.
    """
    kept = KEPT[subject]
    for _ in range(_TRIES):
        if document is None:
            return
        now = hub.clock.now()
        found = verdict(document, words, now, changed, subject)
        before = document.get("segments") or []
        entered = [id for id in found.segments if id not in before]
        left = [id for id in before if id not in found.segments]
        timer = document.get("timer")
        arms = found.flip is not None and (timer is None or timer <= now or found.flip < timer)
        alike = alike_of(document) if subject == "contact" else []
        likens = alike != (document.get("alike") or [])
        regroups = found.group != document.get("group")
        if not entered and not left and not arms and not likens and not regroups:
            return
        batch = Batch(Scope(scope.app))
        batch.guard(kept, document["id"], Eq("revision", document["revision"]))
        for id in (*entered, *left):
            if id in words.segments:  # by conditions that have changed since, it would be wrong, and might stay it
                batch.guard(SEGMENTS, id, Eq("generation", words.segments[id]["generation"]))
        changes: Document = {"segments": found.segments} if entered or left else {}
        if regroups:
            changes["group"] = found.group
            if words.generation:  # by rules that have changed since, it would be the wrong one, and stay it
                batch.guard(GROUP_RULES, scope.app, Eq("generation", words.generation))
            if (document.get("conversations") or {}).get("open"):
                await hub.follow_up(batch, ContactGrouped, {"contact": document["id"]})
        if likens:
            changes["alike"] = alike
        if arms:
            changes["timer"] = found.flip
            payload = {"subject": subject, "id": document["id"], "due": found.flip}
            await hub.jobs.add(batch, FLIP, payload, after=max(0, (found.flip or 0) - now))
        batch.patch(kept, document["id"], set=changes, inc={"revision": 1})
        told = tuple([id for id in ids if tells is None or id in tells] for ids in (entered, left))
        await _tell(hub, batch, subject, document["id"], *told)
        try:
            await hub.commit(batch)
        except GuardFailed:
            judged = document["revision"]
            document = await hub.store.get(scope, kept, document["id"])
            if document is not None and document["revision"] == judged:  # so what is defined has changed
                hub.part(Vocabularies).forget(scope.app)
                words = await vocabulary(hub, scope)
            continue
        for kind, ids in zip(_EVENTS[subject], told, strict=True):
            for id in ids:
                hub.publish(kind(app=scope.app, segment=id, **{subject: document["id"]}))
        return
    if document is not None:  # it changes all the time: again, a little later
        again = ContactTouched if subject == "contact" else CompanyTouched
        hub.publish(again(app=scope.app, fields=None, **{subject: document["id"]}))


async def _tell(hub: Hub, batch: Batch, subject: Subject, whom: int, entered: list[int], left: list[int]) -> None:
    """Put what follows from entering and leaving into the batch that makes it true."""
    now = hub.clock.now()
    for word, kind, ids in zip(("entered", "left"), _EVENTS[subject], (entered, left), strict=True):
        for id in ids:
            record = {"id": await hub.ids.next("history"), "kind": "segment", "word": word, "segment": id, "at": now}
            batch.append(HISTORIES[subject], whom, record)
            await hub.follow_up(batch, kind, {subject: whom, "segment": id})


async def flip(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Look at somebody whose conditions on time may flip now, and set the next timer (a job)."""
    subject: Subject = payload["subject"]
    document = await hub.store.get(scope, KEPT[subject], payload["id"])
    if document is None or document.get("timer") != payload["due"]:
        return  # another timer was set, for an earlier moment
    await settle(hub, scope, await vocabulary(hub, scope), document, subject=subject)
