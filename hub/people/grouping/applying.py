"""Applies the rules to all contacts after they changed: in bulk, as jobs that go on where they stopped."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from hub.core.hub import Hub
from hub.core.kept import STALE
from hub.people.collections import CONTACTS, GROUP_RULES
from hub.people.events import ContactsGrouped
from hub.people.segments.members import GROUP, rules_of, verdict
from hub.people.segments.membership import settle
from hub.people.turns import Turns
from hub.people.vocabulary import Vocabularies, Vocabulary, vocabulary
from storage.engine import Batch, Document, GuardFailed, Scope
from storage.filters import Eq, Filter, Gt, Not, all_of, any_of

APPLY = "groups.apply"
FORGET = "groups.forget"
_CHUNK = 500
_TURN = 20.0
"""Seconds of work for one job: then it hands over to the next, well within its lease."""


async def order_apply(hub: Hub, batch: Batch, generation: int) -> None:
    """Put into the batch that changes the rules that all contacts are looked at."""
    # On many nodes, the others must know of the rules first: what changes there afterwards, they put right themselves.
    wait = 0 if hub.bus.alone else int(STALE * 1000)
    await hub.jobs.add(batch, APPLY, {"generation": generation, "after": 0}, after=wait)


async def apply(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Put the next contacts into the group that the rules say (a job), unless the rules have changed again."""
    hub.part(Vocabularies).changed(scope.app)
    after: int | None = payload["after"]
    until = time.monotonic() + _TURN
    while after is not None and time.monotonic() < until:
        async with hub.part(Turns).of(scope.app):
            document = await hub.store.get(scope, GROUP_RULES, scope.app)
            if document is None or document["generation"] != payload["generation"]:
                return  # that change has a job of its own
            words = await vocabulary(hub, scope)
            if rules_of(words).concern((GROUP,)):
                after = await _settled(hub, scope, words, after)
            else:
                after = await _rewritten(hub, scope, words, after)
    batch = Batch(scope)
    if after is None:
        await hub.follow_up(batch, ContactsGrouped, {})
    else:
        await hub.jobs.add(batch, APPLY, {**payload, "after": after})
    await hub.commit(batch)


async def forget(hub: Hub, _: Scope, payload: dict[str, Any]) -> None:
    """Take the rules away that name a deleted group (a job)."""
    scope, gone = Scope(payload["app"]), payload["group"]
    while (document := await hub.store.get(scope, GROUP_RULES, scope.app)) is not None:
        rules = [each for each in document["rules"] if each["group"] != gone]
        otherwise = document["otherwise"] if document["otherwise"] != gone else None
        if (rules, otherwise) == (document["rules"], document["otherwise"]):
            break
        generation = document["generation"] + 1
        batch = Batch(scope)
        batch.guard(GROUP_RULES, scope.app, Eq("generation", document["generation"]))
        batch.patch(GROUP_RULES, scope.app, set={"rules": rules, "otherwise": otherwise, "generation": generation})
        await order_apply(hub, batch, generation)
        try:
            await hub.commit(batch)
            break
        except GuardFailed:
            continue  # somebody changed the rules meanwhile
    hub.part(Vocabularies).changed(scope.app)


def _concerned(words: Vocabulary) -> Filter:
    """The contacts that a rule may concern, or that belong to a group now."""
    return any_of(Not(Eq(GROUP, None)), *(Eq("segments", rule.segment) for rule in words.rules))


async def _rewritten(hub: Hub, scope: Scope, words: Vocabulary, after: int) -> int | None:
    """Write the groups of the next contacts, many in one transaction; nothing else follows from a group."""

    def regrouped(document: Document) -> Document | None:
        group = verdict(document, words, 0, ()).group
        if group == document.get(GROUP):
            return None
        return {**document, GROUP: group, "revision": document["revision"] + 1}

    return (await hub.store.rewrite(scope, CONTACTS, _concerned(words), regrouped, after=after)).after


async def _settled(hub: Hub, scope: Scope, words: Vocabulary, after: int) -> int | None:
    """Settle the next contacts one by one: segments ask for the group, so some enter or leave one, which is told."""
    page = await hub.store.find(scope, CONTACTS, all_of(Gt("id", after), _concerned(words)), limit=_CHUNK, scan=True)
    for start in range(0, len(page.items), 100):
        part = page.items[start : start + 100]
        await asyncio.gather(*(settle(hub, scope, words, each, set()) for each in part))
    return page.items[-1]["id"] if len(page.items) == _CHUNK else None
