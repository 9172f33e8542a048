"""Keeps the promised times of conversations true: within a second of what happens, and by one job for the next moment that is
due.

An answer costs the message path nothing but a field of the patch that it writes anyway (`answered`, `waits`). What follows
from it is worked out afterwards, out of what is stored: by a job that a conversation's turn orders in its own batch, by a look
right after a message of the other side, and by the job of the next due moment, of which `wakes` remembers the only one.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from typing import Any

from hub.accounts.team import Team, TeamFacts
from hub.chat.announce import announce_state
from hub.chat.collections import CONVERSATIONS, SLA_TALLIES
from hub.chat.events import ConversationChanged, MessageSent, PromiseTurned
from hub.chat.notices import Notices
from hub.chat.records import PRIORITIES
from hub.chat.sla_policies import Promises, SlaPolicy
from hub.chat.sla_timers import Turned, advance, due, wakes
from hub.chat.telling import in_charge
from hub.core.clock import rfc3339
from hub.core.errors import Conflict
from hub.core.event import Event
from hub.core.hub import Hub
from hub.people.grouping.belonging import segments_of_contacts
from storage.engine import Batch, Document, Duplicate, GuardFailed, Missing, Scope
from storage.filters import Eq, all_of

LOOK = "sla.look"
DAY = 86_400_000
DAYS = 100_000
"""More days than there will be: a tally is under application and day."""
_SOON = 0.25
_STALE = 10.0
_REMEMBERED = 50_000
_TURNS = 8
_WORDS = ("started", "reopened", "closed", "snoozed", "pending", "merged")


async def refresh(hub: Hub, scope: Scope, id: int, woken: int | None = None) -> None:
    """Write what became of the promises of a conversation, and order the job of the next moment; tell who has to know.

    `woken` is the moment for which the job was ordered that asks.
    """
    for _ in range(_TURNS):
        document = await hub.store.get(scope, CONVERSATIONS, id)
        if document is None or document["status"] == "merged":
            return
        now, before = hub.clock.now(), document.get("sla")
        policy = await _policy(hub, scope, document)
        team = await hub.part(Team).of(scope.app)
        after, turned = advance(document, policy, team.hours_for(document.get("group")), now)
        remembered = document.get("sla_wakes")
        if remembered is not None and (remembered <= now or remembered == woken):
            remembered = None  # its job is done, or asks just now
        next = wakes(after, now)
        orders = next is not None and (remembered is None or next < remembered)
        if after == before and not orders and document.get("sla_wakes") == remembered:
            return
        batch = Batch(scope)
        expected = [Eq("position", document["position"]), Eq("revision", document["revision"])]
        batch.guard(CONVERSATIONS, id, all_of(*expected, Eq("status", document["status"])))
        keeps = {"sla": after, "sla_due": _below_zero(due(after)), "sla_wakes": next if orders else remembered}
        # The revision grows also where only the job is new: two refreshes at once must not both count.
        changed = batch.patch(CONVERSATIONS, id, set={**keeps, "touched": now}, inc={"revision": 1})
        if orders and next is not None:
            await hub.jobs.add(batch, LOOK, {"conversation": id, "at": next}, after=max(0, next - now))
        await _tell(hub, batch, document, team, turned)
        tally = _count(batch, scope, after, turned, now)
        try:
            outcome = await hub.commit(batch)
        except GuardFailed:
            continue
        except Missing:
            if tally is None:
                return
            await _make(hub, scope, tally, now)
            continue  # where it is the conversation that is gone, the next turn sees that
        if after != before:
            _announce(hub, scope, outcome[changed], turned)
        return
    raise Conflict


async def look(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Look at the promises of a conversation (a job): something happened to it, or a moment is due."""
    await refresh(hub, scope, payload["conversation"], payload.get("at"))


async def _policy(hub: Hub, scope: Scope, document: Document) -> SlaPolicy | None:
    policies = (await hub.part(Promises).of(scope.app)).policies
    segments: frozenset[int] = frozenset()
    if any(each.segments for each in policies):
        contact = document["contact"]
        segments = (await segments_of_contacts(hub, scope, [contact])).get(contact, segments)
    rank = document.get("rank")
    priority = PRIORITIES[rank - 1] if rank else None
    return next((each for each in policies if each.fits(document, priority, segments)), None)


def _count(batch: Batch, scope: Scope, sla: Document | None, turned: list[Turned], now: int) -> int | None:
    """Count kept and broken promises in the batch that makes them so; return the id of the tally, where there is any."""
    counts: dict[str, int | float] = {}
    for each in turned:
        if sla is not None and each.what in ("met", "missed"):
            field = f"policies.{sla['policy']}.{each.kind}.{each.what}"
            counts[field] = counts.get(field, 0) + 1
    if not counts:
        return None
    id = scope.app * DAYS + now // DAY
    batch.patch(SLA_TALLIES, id, inc=counts)
    return id


async def _make(hub: Hub, scope: Scope, tally: int, now: int) -> None:
    """Make the tally of a day, unless another node was quicker."""
    batch = Batch(scope)
    batch.insert(SLA_TALLIES, {"id": tally, "day": now // DAY, "policies": {}})
    try:
        await hub.commit(batch)
    except Duplicate:
        pass


async def _tell(hub: Hub, batch: Batch, document: Document, team: TeamFacts, turned: list[Turned]) -> None:
    """Put into the batch that turns a promise that whoever is in charge is told, and programs that ask for it."""
    for each in turned:
        if each.what not in ("warning", "breach"):
            continue
        about = {"kind": each.kind, "what": each.what, "due": each.due}
        number, agents = await hub.ids.next("promise"), in_charge(document, team)
        await hub.part(Notices).order_event(batch, document["id"], "sla", number, agents, team.name, about)
        facts = {"conversation": document["id"], "contact": document["contact"], "promise": each.kind}
        await hub.follow_up(batch, PromiseTurned, {**facts, "what": each.what, "due": rfc3339(each.due)})


def _below_zero(moment: int | None) -> int | None:
    """Return a moment so that what is due first is the largest, as `waits` is: lists are read from the largest down."""
    return None if moment is None else -moment


def _announce(hub: Hub, scope: Scope, document: Document, turned: list[Turned]) -> None:
    announce_state(hub, scope, document)
    for each in turned:
        if each.what in ("warning", "breach"):
            hub.publish(
                PromiseTurned(
                    app=scope.app, conversation=document["id"], kind=each.kind, what=each.what, due=each.due,  # type: ignore[arg-type]
                    assignee=document.get("assignee"), group=document.get("group"),
                )
            )  # fmt: skip


class Promised:
    """Hears what happens to conversations of applications that promise anything; a part of the hub."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._promises: dict[int, tuple[float, bool]] = {}
        self._sides: OrderedDict[tuple[int, int], bool] = OrderedDict()
        self._waiting: set[tuple[int, int]] = set()
        hub.listen(MessageSent, self._said)
        hub.listen(ConversationChanged, self._changed)

    async def put(self, batch: Batch, event: type[Event], facts: dict[str, Any]) -> None:
        """Put into the batch of a conversation's turn that its promises are looked at, where there are any."""
        if event is ConversationChanged and facts["word"] in _WORDS and await self._asks(batch.scope.app):
            await self._hub.jobs.add(batch, LOOK, {"conversation": facts["conversation"]})

    async def _asks(self, app: int) -> bool:
        promises = bool((await self._hub.part(Promises).of(app)).policies)
        self._promises[app] = (time.monotonic() + _STALE, promises)
        return promises

    def _known(self, app: int) -> bool:
        """Tell whether an application promises anything, as far as is known; what is old is asked for the next time."""
        until, promises = self._promises.get(app, (0.0, False))
        if until < time.monotonic():
            self._promises[app] = (time.monotonic() + 1, promises)
            self._hub.spawn("promises", self._asks(app))
        return promises

    def _said(self, event: MessageSent) -> None:
        """Only where the side changes does a time begin or end: ten messages in a row are one."""
        key, by_contact = (event.app, event.conversation), event.message.author.kind == "contact"
        if not self._known(event.app) or event.message.author.kind not in ("contact", "agent"):
            return
        same = self._sides.get(key) is by_contact
        self._sides[key] = by_contact
        self._sides.move_to_end(key)
        if len(self._sides) > _REMEMBERED:
            self._sides.popitem(last=False)
        if not same:
            self._soon(key)

    def _changed(self, event: ConversationChanged) -> None:
        """It is for another group, of another priority, put aside or open again."""
        if self._known(event.app):
            self._soon((event.app, event.conversation))

    def _soon(self, key: tuple[int, int]) -> None:
        if key not in self._waiting:
            self._waiting.add(key)
            self._hub.spawn("promises", self._after_a_moment(*key))

    async def _after_a_moment(self, app: int, conversation: int) -> None:
        try:
            await asyncio.sleep(_SOON)
        finally:
            self._waiting.discard((app, conversation))
        try:
            await refresh(self._hub, Scope(app), conversation)
        except Conflict:
            self._soon((app, conversation))
