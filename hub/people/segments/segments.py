"""Segments: named conditions whose members are known at every moment."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from hub.accounts.grants import CONTACTS_READ, SEGMENTS_MANAGE
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import Conflict, InvalidPayload, NotFound, Taken
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from hub.people.collections import KEPT, SEGMENTS, SIZES
from hub.people.conditions.base import Condition, World
from hub.people.conditions.tree import Group, leaves, read_tree, written
from hub.people.contacts import get_contact
from hub.people.defining import at_most, checked_name
from hub.people.naming import name_unseen
from hub.people.segments.building import order_build
from hub.people.segments.marking import FORGET
from hub.people.segments.members import Rule, asks_for_group, references, rules_of
from hub.people.standard import Subject
from hub.people.tracking.counting import Sizes
from hub.people.vocabulary import Vocabularies, vocabulary
from storage.engine import Batch, Document, GuardFailed
from storage.filters import Eq, fold

MOST = 500
_TRIES = 20
Id = Annotated[int, Meta(ge=1, le=2**53)]


class NewSegment(Struct, frozen=True, forbid_unknown_fields=True):
    """A segment to be made; `where` is a tree of conditions."""

    name: str
    where: dict[str, Any]
    subject: Subject = "contact"
    description: str = ""


class SegmentChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What changes of a segment; what is absent stays as it is."""

    segment: Id
    name: str | UnsetType = UNSET
    where: dict[str, Any] | UnsetType = UNSET
    description: str | UnsetType = UNSET


class SegmentRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which segment."""

    segment: Id


class Segment(Struct, frozen=True):
    """A segment as agents see it. While it is `building`, its size still grows."""

    id: int
    name: str
    subject: Subject
    description: str
    where: dict[str, Any]
    status: Literal["building", "ready"]
    size: int
    created: str
    updated: str


class Segments(Struct, frozen=True):
    """All segments of an application."""

    segments: list[Segment]


class Explain(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose membership of which segment is to be explained; of a segment of companies `contact` is a company's id."""

    segment: Id
    contact: Id


class Answer(Struct, frozen=True):
    """What a condition or a group says about a contact, with the answers of its parts."""

    holds: bool
    condition: dict[str, Any] | None = None
    group: Literal["all", "any", "none"] | None = None
    parts: list[Answer] = []


class Explanation(Struct, frozen=True):
    """Why a contact is in a segment, or is not."""

    inside: bool
    answer: Answer


class DaySize(Struct, frozen=True):
    """How many were in a segment at the end of a day."""

    day: str
    size: int


class SizeHistory(Struct, frozen=True):
    """The sizes of a segment by day, oldest first."""

    days: list[DaySize]


@verb(CONTACTS_READ)
async def list_segments(hub: Hub, actor: Actor) -> Segments:
    """Return all segments by name."""
    words = await vocabulary(hub, actor.scope)
    found = [await _shown(hub, actor, document) for document in words.segments.values()]
    return Segments(sorted(found, key=lambda segment: fold(segment.name)))


@verb(CONTACTS_READ)
async def get_segment(hub: Hub, actor: Actor, which: SegmentRef) -> Segment:
    """Return a segment. Raises NotFound."""
    return await _shown(hub, actor, await _stored(hub, actor, which.segment))


@verb(SEGMENTS_MANAGE)
async def create_segment(hub: Hub, actor: Actor, new: NewSegment) -> Segment:
    """Make a segment and begin to build it. Raises InvalidPayload, Taken."""
    words = await vocabulary(hub, actor.scope)
    at_most(len(words.segments), MOST, "segments")
    name, now = checked_name(new.name, 128), hub.clock.now()
    tree = await _checked(hub, actor, new.subject, new.where)
    document: Document = {
        "id": await hub.ids.next("segment"), "name": name, "subject": new.subject, "where": written(tree),
        "description": check_text(new.description, "description")[:1000], "status": "building", "generation": 1,
        "created": now, "updated": now,
    }  # fmt: skip
    batch = Batch(actor.scope)
    batch.claim("segment.name", fold(name), document["id"])
    batch.insert(SEGMENTS, document)
    await order_build(hub, batch, document["id"], 1)
    if (await hub.commit(batch)).existing:
        raise Taken
    hub.part(Vocabularies).changed(actor.scope.app)
    return await _shown(hub, actor, document)


@verb(SEGMENTS_MANAGE)
async def change_segment(hub: Hub, actor: Actor, change: SegmentChange) -> Segment:
    """Change a segment; with other conditions it is built anew. Raises NotFound, InvalidPayload, Taken, Conflict."""
    for _ in range(_TRIES):
        try:
            return await _change(hub, actor, change)
        except GuardFailed:
            continue  # somebody else gave it other conditions at this very moment
    raise Conflict


async def _change(hub: Hub, actor: Actor, change: SegmentChange) -> Segment:
    document = await _stored(hub, actor, change.segment)
    changes: Document = {"updated": hub.clock.now()}
    batch = Batch(actor.scope)
    if change.name is not UNSET:
        changes["name"] = checked_name(change.name, 128)
        if fold(changes["name"]) != fold(document["name"]):
            batch.claim("segment.name", fold(changes["name"]), document["id"])
            batch.release("segment.name", fold(document["name"]))
    if change.description is not UNSET:
        changes["description"] = check_text(change.description, "description")[:1000]
    if change.where is not UNSET:
        tree = await _checked(hub, actor, document["subject"], change.where, document["id"])
        changes |= {"where": written(tree), "status": "building", "generation": document["generation"] + 1}
        batch.guard(SEGMENTS, document["id"], Eq("generation", document["generation"]))
        await order_build(hub, batch, document["id"], changes["generation"])
    changed = batch.patch(SEGMENTS, document["id"], set=changes)
    outcome = await hub.commit(batch)
    if outcome.existing:
        raise Taken
    hub.part(Vocabularies).changed(actor.scope.app)
    return await _shown(hub, actor, outcome[changed])


@verb(SEGMENTS_MANAGE)
async def delete_segment(hub: Hub, actor: Actor, which: SegmentRef) -> None:
    """Delete a segment that no other one refers to. Raises NotFound, InvalidPayload."""
    document = await _stored(hub, actor, which.segment)
    words = await vocabulary(hub, actor.scope)
    users = [rule.id for rule in rules_of(words, document["subject"]).all if document["id"] in references(rule)]
    if users:
        names = ", ".join(words.segments[id]["name"] for id in users)
        raise InvalidPayload(
            f"Other segments refer to this one: {names}. Change them first.", reason="segment_used", names=names
        )
    for rule in words.rules:
        if rule.segment == document["id"]:
            group = words.groups[rule.group].name
            raise InvalidPayload(f"Contacts of this segment go to the group {group}. Take that rule away first.")
    batch = Batch(actor.scope)
    batch.release("segment.name", fold(document["name"]))
    batch.delete(SEGMENTS, document["id"])
    await hub.jobs.add(batch, FORGET, {"segment": document["id"], "subject": document["subject"], "after": 0})
    await hub.commit(batch)
    hub.part(Vocabularies).changed(actor.scope.app)


@verb(CONTACTS_READ)
async def explain_membership(hub: Hub, actor: Actor, asked: Explain) -> Explanation:
    """Return why a contact is in a segment or is not: each condition with its answer. Raises NotFound."""
    document = await _stored(hub, actor, asked.segment)
    contact = await _one_of(hub, actor, document["subject"], asked.contact)
    world = World(await vocabulary(hub, actor.scope), hub.clock.now(), document["subject"])
    try:
        answer = _answer(read_tree(document["where"]), contact, world)
    except InvalidPayload as error:
        raise InvalidPayload(f"Nobody is in this segment: {error.message}") from None
    return Explanation(document["id"] in (contact.get("segments") or ()), answer)


@verb(CONTACTS_READ)
async def segment_sizes(hub: Hub, actor: Actor, which: SegmentRef) -> SizeHistory:
    """Return how many were in a segment by day, of the last year at most. Raises NotFound."""
    document = await _stored(hub, actor, which.segment)
    records = await hub.store.read(actor.scope, SIZES, document["id"], limit=366, newest=True)
    days = {record["day"]: DaySize(record["day"], record["size"]) for record in records}
    today = rfc3339(hub.clock.now())[:10]
    days[today] = DaySize(
        today, await hub.store.count(actor.scope, KEPT[document["subject"]], Eq("segments", document["id"]))
    )
    return SizeHistory(list(days.values()))


async def _one_of(hub: Hub, actor: Actor, subject: Subject, id: int) -> Document:
    if subject == "contact":
        return await get_contact(hub, actor.scope, id)
    found = await hub.store.get(actor.scope, KEPT[subject], id)
    if found is None:
        raise NotFound
    return found


def _answer(part: Group | Condition, contact: Document, world: World) -> Answer:
    holds = part.holds(contact, world)
    if isinstance(part, Group):
        return Answer(holds, group=part.kind, parts=[_answer(each, contact, world) for each in part.parts])
    return Answer(holds, condition=written(part))


async def _checked(hub: Hub, actor: Actor, subject: Subject, where: dict[str, Any], own: int | None = None) -> Group:
    """Return the tree. Raises InvalidPayload, also for segments that would refer to each other in a circle."""
    check_subject(subject)
    tree = read_tree(where)
    await name_unseen(hub, actor.scope, subject, tree)
    words = await vocabulary(hub, actor.scope)
    tree.check(World(words, hub.clock.now(), subject))
    if own is not None:
        asked = {rule.id: references(rule) for rule in rules_of(words, subject).all}
        coming = [each.segment for each in leaves(tree) if hasattr(each, "segment")]
        seen: set[int] = set()
        while coming:
            id = coming.pop()
            if id == own:
                raise InvalidPayload(
                    "A segment can't refer to itself, not by way of others either.", reason="segment_itself"
                )
            if id not in seen:
                seen.add(id)
                coming += asked.get(id, [])
        changed = Rule(own, tree, frozenset(tree.looks_at(World(words, 0, subject))))
        if subject == "contact" and asks_for_group(words, [rule.segment for rule in words.rules], changed):
            raise InvalidPayload("This segment says who belongs to a group, so it can't ask for the group itself.")
    return tree


def check_subject(subject: Subject) -> None:
    """Raise InvalidPayload for a subject of which there are no segments."""
    if subject not in KEPT:
        raise InvalidPayload(f"There are segments of {' and '.join(KEPT)}, and none of {subject}.")


async def _stored(hub: Hub, actor: Actor, id: int) -> Document:
    document = await hub.store.get(actor.scope, SEGMENTS, id)
    if document is None:
        raise NotFound
    return document


async def _shown(hub: Hub, actor: Actor, document: Document) -> Segment:
    return Segment(
        id=document["id"], name=document["name"], subject=document["subject"], description=document["description"],
        where=document["where"], status=document["status"],
        size=await hub.part(Sizes).of(actor.scope, KEPT[document["subject"]], "segments", document["id"]),
        created=rfc3339(document["created"]), updated=rfc3339(document["updated"]),
    )  # fmt: skip
