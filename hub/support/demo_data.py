"""Demo data: an application is filled with believable people and talks, and emptied of exactly these.

A job does a few at a time and notes in the store how far it is and what it made: whoever is killed goes on there, and what
was made just before is found again by its past (`hub/core/past.py`), so nothing comes twice. What is removed is what was
noted, by the ordinary verbs, and nothing else.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from hub.accounts.applications import members
from hub.accounts.grants import APPLICATION_MANAGE, SYSTEM
from hub.chat.bringing import PastConversation, PastMessage, bring_conversation
from hub.core.actor import Actor
from hub.core.errors import Conflict, NotFound
from hub.core.hub import Hub
from hub.core.jobs import Later
from hub.core.past import Past
from hub.core.verb import verb
from hub.crm.bringing import PastDeal, bring_deal
from hub.crm.deals.deals import DealRef, delete_deal
from hub.crm.deals.fields import DealFields
from hub.people.bringing.companies import PastCompany, bring_company
from hub.people.bringing.contacts import PastContact, Seen, bring_contact
from hub.people.bringing.events import PastEvent, PastEvents, bring_events
from hub.people.companies.companies import CompanyOpen, delete_company
from hub.people.labels.tags import TagName, TagRef, create_tag, delete_tag, list_tags
from hub.people.privacy.erasure import EraseContact, erase_contact
from hub.people.segments.segments import NewSegment, SegmentRef, create_segment, delete_segment, list_segments
from hub.support.collections import DEMO_DATA
from hub.support.demo_cast import COMPANIES, DEALS, EVENTS, PEOPLE, TALKS
from hub.support.events import FirstHourChanged
from storage.engine import Batch, Document, GuardFailed, Scope
from storage.filters import Eq

WORK = "demo.work"
TAG, SEGMENT = "demo", "Demo data"
_AT_ONCE = 4
_DAY, _HOUR, _MINUTE = 86_400_000, 3_600_000, 60_000
_STEPS = 1 + len(COMPANIES) + len(PEOPLE)
_KINDS = ("segment", "deal", "contact", "company", "tag")
"""What was made, in the order in which it goes."""


class DemoState(Struct, frozen=True):
    """Whether demo data is there, and how far the work on it has come; `made` are numbers by kind."""

    state: Literal["none", "filling", "there", "emptying"]
    done: int
    of: int
    made: dict[str, int]


@verb(APPLICATION_MANAGE)
async def get_demo_data(hub: Hub, actor: Actor) -> DemoState:
    """Return whether the application has demo data."""
    return _shown(await hub.store.get(Scope(actor.scope.app), DEMO_DATA, actor.scope.app))


@verb(APPLICATION_MANAGE)
async def add_demo_data(hub: Hub, actor: Actor) -> DemoState:
    """Fill the application with demo data, a little later. Raises Conflict where there is some already."""
    scope = Scope(actor.scope.app)
    known = await hub.store.get(scope, DEMO_DATA, scope.app)
    if known is not None and known["state"] != "none":
        raise Conflict("There is demo data already.")
    batch = Batch(scope)
    document: Document = {
        "id": scope.app, "state": "filling", "run": (known or {"run": 0})["run"] + 1, "done": 0, "made": [],
        "begun": hub.clock.now(), "had": await _names_before(hub, _myself(scope)),
    }  # fmt: skip
    if known is not None:
        batch.guard(DEMO_DATA, scope.app, Eq("run", known["run"]))
        batch.delete(DEMO_DATA, scope.app)
    batch.insert(DEMO_DATA, document)
    await hub.jobs.add(batch, WORK, {})
    await _commit(hub, batch)
    return _shown(document)


@verb(APPLICATION_MANAGE)
async def remove_demo_data(hub: Hub, actor: Actor) -> DemoState:
    """Remove what the demo data made, and nothing else, a little later. Raises NotFound, and Conflict while it comes or goes."""
    scope = Scope(actor.scope.app)
    known = await hub.store.get(scope, DEMO_DATA, scope.app)
    if known is None or known["state"] == "none":
        raise NotFound("There is no demo data.")
    if known["state"] != "there":
        raise Conflict("The demo data is just being added or removed. Wait a moment.")
    batch = Batch(scope)
    batch.guard(DEMO_DATA, scope.app, Eq("state", known["state"]))
    batch.patch(DEMO_DATA, scope.app, set={"state": "emptying"})
    await hub.jobs.add(batch, WORK, {})
    await _commit(hub, batch)
    return _shown({**known, "state": "emptying"})


async def _commit(hub: Hub, batch: Batch) -> None:
    try:
        await hub.commit(batch)
    except GuardFailed:
        raise Conflict from None
    hub.publish(FirstHourChanged(app=batch.scope.app))


async def work(hub: Hub, scope: Scope, _: dict[str, Any]) -> None:
    """Do the next few steps (a job); it comes back until all of them are done."""
    document = await hub.store.get(scope, DEMO_DATA, scope.app)
    if document is None or document["state"] not in ("filling", "emptying"):
        return
    actor = _myself(scope)
    if document["state"] == "filling":
        changes = await _fill(hub, actor, document)
    else:
        changes = await _empty(hub, actor, document)
    batch = Batch(scope)
    batch.guard(DEMO_DATA, scope.app, Eq("state", document["state"]))
    batch.patch(DEMO_DATA, scope.app, set=changes)
    try:
        await hub.commit(batch)
    except GuardFailed:
        raise Later(0) from None
    hub.publish(FirstHourChanged(app=scope.app))
    if changes.get("state", document["state"]) in ("filling", "emptying"):
        raise Later(0)


def _myself(scope: Scope) -> Actor:
    return Actor("system", 0, "Demo data", scope, SYSTEM)


# ── filling ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def _fill(hub: Hub, actor: Actor, document: Document) -> Document:
    made, done = list(document["made"]), document["done"]
    for _ in range(_AT_ONCE):
        if done >= _STEPS:
            break
        made += [each for each in await _step(hub, actor, document, made, done) if each not in made]
        done += 1
    return {"made": made, "done": done, "state": "there" if done >= _STEPS else "filling"}


async def _step(hub: Hub, actor: Actor, document: Document, made: list[list[Any]], step: int) -> list[list[Any]]:
    source, begun = f"demo-{document['run']}", document["begun"]
    if step == 0:
        return await _names(hub, actor, document)
    if step <= len(COMPANIES):
        name, domain, city = COMPANIES[step - 1]
        tags = _made(made, "tag")
        past = Past(source, f"company-{step}", begun - 60 * _DAY)
        values = {"name": name, "website": f"https://{domain}", "city": city}
        found = await bring_company(hub, actor, PastCompany(past, values, tags))
        return [["company", found.brought.id]]
    return await _person(hub, actor, source, begun, made, step - 1 - len(COMPANIES))


async def _names(hub: Hub, actor: Actor, document: Document) -> list[list[Any]]:
    """Make the tag that marks all of it, and a segment of whoever has it; those of before a crash are found again."""
    found: list[list[Any]] = []
    tags = {each.name: each.id for each in await list_tags(hub, actor)}
    if TAG not in document["had"]:
        tag = tags.get(TAG) or (await create_tag(hub, actor, TagName(TAG))).tag.id
        found.append(["tag", tag])
        if SEGMENT not in document["had"]:
            known = {each.name: each.id for each in (await list_segments(hub, actor)).segments}
            new = NewSegment(SEGMENT, {"type": "tag", "tag": TAG})
            found.append(["segment", known.get(SEGMENT) or (await create_segment(hub, actor, new)).id])
    return found


async def _names_before(hub: Hub, actor: Actor) -> list[str]:
    """Return which of the names the company has itself: those are not ours to remove."""
    tags = {each.name for each in await list_tags(hub, actor)}
    segments = {each.name for each in (await list_segments(hub, actor)).segments}
    return [*({TAG} & tags), *({SEGMENT} & segments)]


async def _person(
    hub: Hub, actor: Actor, source: str, begun: int, made: list[list[Any]], number: int
) -> list[list[Any]]:
    name, language = PEOPLE[number]
    companies = _made(made, "company")
    company = companies[number % len(companies)] if companies and number % 3 else None
    since = begun - (40 - number) * _DAY
    first, _, last = name.partition(" ")
    email = f"{first}.{last}@demo.example".lower().translate(_PLAIN)
    values = {"name": name, "email": email, "city": COMPANIES[number % len(COMPANIES)][2]}
    past = PastContact(
        Past(source, f"contact-{number}", since), None, values, Seen(since, begun - number * 5 * _HOUR, None, 3 + number),
        _made(made, "tag"), [], [(company, since)] if company else [],
    )  # fmt: skip
    contact = (await bring_contact(hub, actor, past)).brought.id
    found: list[list[Any]] = [["contact", contact]]
    events = [
        PastEvent(
            Past(source, f"event-{number}-{n}", since + n * 3 * _DAY), EVENTS[(number + n) % len(EVENTS)], {"value": n}
        )
        for n in range(1 + number % 4)
    ]
    await bring_events(hub, actor, PastEvents(contact, source, events))
    if number % 3 == 0:
        fields = DealFields(name=f"{DEALS[language]}: {name}", value=200 + number * 35, contact=contact)
        deal = await bring_deal(hub, actor, PastDeal(Past(source, f"deal-{number}", since + _DAY), fields))
        found.append(["deal", deal.id])
    if number % 4:
        await _talk(hub, actor, source, begun - (number * 17 + 2) * _HOUR, number, contact)
    return found


async def _talk(hub: Hub, actor: Actor, source: str, begun: int, number: int, contact: int) -> None:
    name, language = PEOPLE[number]
    agent = (await members(hub, actor.scope.app))[0]
    lines = TALKS[language][number % len(TALKS[language])]
    authors = ({"kind": "contact", "id": contact, "name": name}, {"kind": "agent", "id": agent.id, "name": agent.name})
    messages = [
        PastMessage(Past(source, f"message-{number}-{n}", begun + n * 4 * _MINUTE, author=authors[n % 2]), text)
        for n, text in enumerate(lines)
    ]
    status: Literal["open", "closed"] = "closed" if len(lines) == 3 else "open"
    past = Past(source, f"conversation-{number}", begun)
    await bring_conversation(
        hub, actor, PastConversation(past, contact, status, messages, agent.id if len(lines) > 1 else None)
    )


_PLAIN = str.maketrans("ąćęłńóśźż", "acelnoszz", " ")


def _made(made: list[list[Any]], kind: str) -> list[int]:
    return [id for each, id in made if each == kind]


# ── emptying ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def _empty(hub: Hub, actor: Actor, document: Document) -> Document:
    left = sorted(document["made"], key=lambda each: _KINDS.index(each[0]))
    for kind, id in left[:_AT_ONCE]:
        try:
            await _remove(hub, actor, kind, id)
        except NotFound:
            pass  # somebody removed it by hand
    left = left[_AT_ONCE:]
    return {"made": left, "done": len(left), "state": "emptying" if left else "none"}


async def _remove(hub: Hub, actor: Actor, kind: str, id: int) -> None:
    match kind:
        case "segment":
            await delete_segment(hub, actor, SegmentRef(id))
        case "deal":
            await delete_deal(hub, actor, DealRef(id))
        case "contact":
            await erase_contact(hub, actor, EraseContact(id))
        case "company":
            await delete_company(hub, actor, CompanyOpen(id))
        case "tag":
            await delete_tag(hub, actor, TagRef(id))


def _shown(document: Document | None) -> DemoState:
    if document is None:
        return DemoState("none", 0, _STEPS, {})
    made = {kind: len(_made(document["made"], kind)) for kind in _KINDS}
    return DemoState(document["state"], document["done"], _STEPS, made)
