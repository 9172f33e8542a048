"""Companies: made, changed, found, tagged, and the contacts that belong to them."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from hub.accounts.grants import CONTACTS_READ, CONTACTS_WRITE
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import Conflict, InvalidPayload, NotFound, Taken
from hub.core.hub import Hub
from hub.core.past import Arrival
from hub.core.text import check_text
from hub.core.verb import verb
from hub.people.collections import COMPANIES, COMPANY_HISTORY, CONTACTS, HISTORY
from hub.people.conditions.base import World, asked
from hub.people.conditions.tree import read_tree
from hub.people.contacts import ContactRef, get_contact, own_values, reference
from hub.people.editing import change_contact, checked_fields, commit_contact, differs, put
from hub.people.events import CompanyDeleted, CompanyTouched
from hub.people.labels.tags import Tagged, tag_named
from hub.people.provenance import is_enriched, typed
from hub.people.vocabulary import Named, Vocabulary, vocabulary
from storage.engine import Batch, Document, GuardFailed, Page, Result, Scope, Sort
from storage.engine import Missing as MissingDocument
from storage.filters import EVERYTHING, Eq, Filter, fold

FORGET = "companies.forget"
MOST_OF_ONE = 100
"""Companies of one contact: more is a mistake."""
_SEARCHED = 500
_CHUNK = 100
_TRIES = 20

Id = Annotated[int, Meta(ge=1, le=2**53)]

UNIQUE = {"name": "company.name", "custom_id": "company.custom_id"}
"""field → the kind of its unique key"""
_TAKEN = {
    "company.name": "Another company has this name.",
    "company.custom_id": "Another company has this id.",
}


class NewCompany(Struct, frozen=True, forbid_unknown_fields=True):
    """A company to be made: values by the names of their attributes, `name` among them; unknown names become attributes."""

    attributes: dict[str, Any]


class CompanyChange(Struct, frozen=True, forbid_unknown_fields=True):
    """Values that change, by the names of their attributes; null takes one away."""

    company: Id
    attributes: dict[str, Any]


class CompanyOpen(Struct, frozen=True, forbid_unknown_fields=True):
    """Which company."""

    company: Id


class FindCompanies(Struct, frozen=True, forbid_unknown_fields=True):
    """Which companies: by conditions, by words, both or none."""

    where: dict[str, Any] | None = None
    search: str = ""
    sort: Annotated[str, Meta(pattern="^-?(updated|id)$")] = "-updated"
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    cursor: str | None = None


class Member(Struct, frozen=True, forbid_unknown_fields=True):
    """A contact and a company."""

    company: Id
    contact: Id


class MembersOf(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose members, and from where on."""

    company: Id
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    cursor: str | None = None


class CompanyTag(Struct, frozen=True, forbid_unknown_fields=True):
    """Which company, and the tag by its name."""

    company: Id
    tag: str


class Company(Struct, frozen=True):
    """A company as agents see it; `values` are those of standard attributes, `attributes` the application's own.

    `enriched` lists the attributes that enrichment filled in.
    """

    id: int
    name: str
    custom_id: str | None
    values: dict[str, Any]
    attributes: dict[str, Any]
    tags: list[str]
    segments: list[int]
    members: int
    created: str
    updated: str
    enriched: list[str] = []


class FoundCompanies(Struct, frozen=True):
    """A page of companies; without a cursor there are no more."""

    companies: list[Company]
    cursor: str | None


class UpsertedCompany(Struct, frozen=True):
    """A company that was made, or was there."""

    company: Company
    created: bool


class Members(Struct, frozen=True):
    """A page of a company's contacts, lowest id first; without a cursor there are no more."""

    contacts: list[ContactRef]
    cursor: str | None


@verb(CONTACTS_READ)
async def get_company(hub: Hub, actor: Actor, which: CompanyOpen) -> Company:
    """Return a company. Raises NotFound."""
    return await _shown(hub, actor.scope, await _stored(hub, actor.scope, which.company))


@verb(CONTACTS_WRITE)
async def create_company(hub: Hub, actor: Actor, new: NewCompany) -> Company:
    """Make a company. Raises InvalidPayload, and Taken for another one's name or id."""
    return await _insert(hub, actor.scope, await _checked(hub, actor.scope, new.attributes))


@verb(CONTACTS_WRITE)
async def upsert_company(hub: Hub, actor: Actor, new: NewCompany) -> UpsertedCompany:
    """Change the company of this custom id, else of this name; make it where there is none.

    Raises InvalidPayload, and Taken where the name is another one's.
    """
    fields = await _checked(hub, actor.scope, new.attributes)
    for _ in range(3):  # another one may make it at the same moment
        for field in ("custom_id", "name"):
            value = fields.get(field)
            id = await hub.store.key(actor.scope, UNIQUE[field], _unique(field, value)) if value else None
            found = await hub.store.get(actor.scope, COMPANIES, id) if id is not None else None
            if found is not None:
                return UpsertedCompany(await _change(hub, actor.scope, found, fields), False)
        try:
            return UpsertedCompany(await _insert(hub, actor.scope, fields), True)
        except Taken:
            continue
    raise Conflict


@verb(CONTACTS_WRITE)
async def change_company(hub: Hub, actor: Actor, change: CompanyChange) -> Company:
    """Change what is known of a company. Raises NotFound, InvalidPayload, Taken."""
    company = await _stored(hub, actor.scope, change.company)
    return await _change(hub, actor.scope, company, await _checked(hub, actor.scope, change.attributes))


@verb(CONTACTS_READ)
async def find_companies(hub: Hub, actor: Actor, find: FindCompanies) -> FoundCompanies:
    """Return a page of companies. Raises InvalidPayload."""
    words = await vocabulary(hub, actor.scope)
    filter: Filter = EVERYTHING
    if find.where is not None:
        tree, world = read_tree(find.where), World(words, hub.clock.now(), "company")
        tree.check(world)
        filter = tree.filter(world)
    if find.search.strip():
        text = check_text(find.search, "search")[:200]
        holds = asked(filter, "company")
        found = await hub.store.search(actor.scope, COMPANIES, text, limit=_SEARCHED)
        page = Page([each for each in found if holds(each)][: find.limit])
    else:
        sort = Sort(find.sort.removeprefix("-"), find.sort.startswith("-"))
        try:
            page = await hub.store.find(
                actor.scope, COMPANIES, filter, sort=sort, limit=find.limit, cursor=find.cursor, scan=True
            )
        except ValueError:
            raise InvalidPayload("This cursor belongs to another list.", reason="cursor") from None
    return FoundCompanies([await _shown(hub, actor.scope, each) for each in page.items], page.cursor)


@verb(CONTACTS_WRITE)
async def delete_company(hub: Hub, actor: Actor, which: CompanyOpen) -> None:
    """Delete a company; its contacts stay, and belong to it no more. Raises NotFound."""
    company = await _stored(hub, actor.scope, which.company)
    batch = Batch(actor.scope)
    batch.guard(COMPANIES, company["id"], Eq("revision", company["revision"]))
    for field, kind in UNIQUE.items():
        if company.get(field):
            batch.release(kind, _unique(field, company[field]))
    batch.delete(COMPANIES, company["id"])
    await hub.jobs.add(batch, FORGET, {"company": company["id"]})
    await hub.follow_up(batch, CompanyDeleted, {"company": company["id"]})
    try:
        await hub.commit(batch)
    except GuardFailed:
        raise Conflict from None
    hub.publish(CompanyDeleted(app=actor.scope.app, company=company["id"]))


async def forget_company(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Take a deleted company from its contacts and erase what happened to it (a job)."""
    id = payload["company"]
    while members := (await hub.store.find(scope, CONTACTS, Eq("companies.id", id), limit=_CHUNK)).items:
        for contact in members:
            await _link(hub, scope, contact["id"], lambda known: [each for each in known if each["id"] != id])
    while await hub.store.erase(scope, COMPANY_HISTORY, id):
        pass


@verb(CONTACTS_WRITE)
async def add_member(hub: Hub, actor: Actor, given: Member) -> None:
    """Let a contact belong to a company; one that does already is no error. Raises NotFound, InvalidPayload."""
    company = await _stored(hub, actor.scope, given.company)
    now = hub.clock.now()

    def added(known: list[Document]) -> list[Document]:
        if any(each["id"] == company["id"] for each in known):
            return known
        if len(known) >= MOST_OF_ONE:
            raise InvalidPayload(
                f"A contact belongs to at most {MOST_OF_ONE} companies.", reason="companies_of_one", most=MOST_OF_ONE
            )
        return [*known, {"id": company["id"], "since": now}]

    await _link(hub, actor.scope, given.contact, added, _record(actor, "added", company, now))


@verb(CONTACTS_WRITE)
async def remove_member(hub: Hub, actor: Actor, given: Member) -> None:
    """Let a contact belong to a company no more; one that does not is no error. Raises NotFound."""
    company = await _stored(hub, actor.scope, given.company)

    def without(known: list[Document]) -> list[Document]:
        return [each for each in known if each["id"] != company["id"]]

    await _link(hub, actor.scope, given.contact, without, _record(actor, "removed", company, hub.clock.now()))


@verb(CONTACTS_READ)
async def list_members(hub: Hub, actor: Actor, of: MembersOf) -> Members:
    """Return a page of the contacts of a company. Raises NotFound, InvalidPayload."""
    await _stored(hub, actor.scope, of.company)
    inside = Eq("companies.id", of.company)
    try:
        page = await hub.store.find(actor.scope, CONTACTS, inside, limit=of.limit, cursor=of.cursor)
    except ValueError:
        raise InvalidPayload("This cursor belongs to another list.", reason="cursor") from None
    return Members([reference(each) for each in page.items], page.cursor)


@verb(CONTACTS_WRITE)
async def add_company_tag(hub: Hub, actor: Actor, given: CompanyTag) -> Tagged:
    """Put a tag on a company, making it where nobody has it. Raises NotFound, InvalidPayload."""
    company = await _stored(hub, actor.scope, given.company)
    tagged = await tag_named(hub, actor.scope, given.tag)
    if tagged.tag.id not in company["tags"]:
        batch = Batch(actor.scope)
        patch_company(hub, batch, company["id"], add={"tags": tagged.tag.id})
        await _note_tag(hub, batch, actor, company["id"], "added", tagged.tag)
        await _commit(hub, batch, company["id"], ("tags",))
    return tagged


@verb(CONTACTS_WRITE)
async def remove_company_tag(hub: Hub, actor: Actor, given: CompanyTag) -> None:
    """Take a tag from a company; one that it does not carry is no error. Raises NotFound."""
    company = await _stored(hub, actor.scope, given.company)
    tag = (await vocabulary(hub, actor.scope)).tags.get(fold(given.tag.strip()))
    if tag is not None and tag.id in company["tags"]:
        batch = Batch(actor.scope)
        patch_company(hub, batch, company["id"], remove={"tags": tag.id})
        await _note_tag(hub, batch, actor, company["id"], "removed", tag)
        await _commit(hub, batch, company["id"], ("tags",))


# ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def _stored(hub: Hub, scope: Scope, id: int) -> Document:
    company = await hub.store.get(scope, COMPANIES, id)
    if company is None:
        raise NotFound
    return company


async def _checked(hub: Hub, scope: Scope, given: dict[str, Any]) -> Document:
    fields = await checked_fields(hub, scope, "company", given)
    if "name" in fields:
        fields["name"] = (fields["name"] or "").strip()
        if not fields["name"]:
            raise InvalidPayload("A company has a `name`.", reason="company_name")
    return fields


def _unique(field: str, value: str) -> str:
    return fold(value) if field == "name" else value


async def _insert(hub: Hub, scope: Scope, fields: Document) -> Company:
    return await _shown(hub, scope, await insert_company(hub, scope, fields))


async def insert_company(hub: Hub, scope: Scope, fields: Document, arrival: Arrival | None = None) -> Document:
    """Make a company of checked fields, or one that was elsewhere; return it. Raises InvalidPayload, Taken."""
    if not fields.get("name"):
        raise InvalidPayload("A company has a `name`.", reason="company_name")
    now = hub.clock.now()
    company: Document = {
        "id": await hub.ids.next("company"), "attrs": {}, "tags": [], "segments": [], "created": now, "updated": now,
        "revision": 1,
    }  # fmt: skip
    for path, value in fields.items():
        if value is not None:
            put(company, path, value)
    batch = Batch(scope)
    for field, kind in UNIQUE.items():
        if company.get(field):
            batch.claim(kind, _unique(field, company[field]), company["id"])
    if arrival:
        arrival.claim(batch, company["id"])
    batch.insert(COMPANIES, company)
    await _commit(hub, batch, company["id"], None)
    return company


async def _change(hub: Hub, scope: Scope, company: Document, fields: Document) -> Company:
    return await _shown(hub, scope, await change_fields(hub, scope, company, fields))


async def change_fields(hub: Hub, scope: Scope, company: Document, fields: Document) -> Document:
    """Change checked fields of a company; return it as it is then. Raises NotFound, Taken, Conflict."""
    changes = {path: value for path, value in fields.items() if differs(company, path, value)}
    if not changes:
        return company
    batch = Batch(scope)
    # Names change hands only with what they belong to: two changes at once must not both give the old one up.
    batch.guard(COMPANIES, company["id"], Eq("revision", company["revision"]))
    for field, kind in UNIQUE.items():
        old, new = (_unique(field, value) if value else None for value in (company.get(field), fields.get(field)))
        if field in changes and old != new:
            if new:
                batch.claim(kind, new, company["id"])
            if old:
                batch.release(kind, old)
    changed = patch_company(hub, batch, company["id"], set=changes)
    return await _commit(hub, batch, company["id"], changes, changed)


def patch_company(hub: Hub, batch: Batch, id: int, *, set: Document | None = None, **more: Any) -> Result:
    """Patch a company in the batch, so that it counts as changed; every change of a company goes through here."""
    changes = set or {}
    whose, gone = typed(changes)
    return batch.patch(
        COMPANIES, id, set={"updated": hub.clock.now(), **changes, **whose}, inc={"revision": 1}, unset=gone, **more
    )


async def _commit(hub: Hub, batch: Batch, id: int, fields: Any, changed: Result | None = None) -> Document:
    try:
        outcome = await hub.commit(batch)
    except MissingDocument:
        raise NotFound from None
    except GuardFailed:
        raise Conflict from None
    if outcome.existing:
        raise Taken(_TAKEN.get(outcome.existing.kind), reason=outcome.existing.kind.partition(".")[2])
    hub.publish(CompanyTouched(app=batch.scope.app, company=id, fields=None if fields is None else frozenset(fields)))
    return outcome[changed] if changed is not None else {}


def _record(actor: Actor, word: str, company: Document, now: int) -> Document:
    by = {"kind": actor.kind, "id": actor.id, "name": actor.name}
    return {"kind": "company", "word": word, "company": company["id"], "name": company["name"], "by": by, "at": now}


async def _note_tag(hub: Hub, batch: Batch, actor: Actor, company: int, word: str, tag: Named) -> None:
    by = {"kind": actor.kind, "id": actor.id, "name": actor.name}
    record = {"kind": "tag", "word": word, "tag": tag.id, "name": tag.name, "by": by, "at": hub.clock.now()}
    batch.append(COMPANY_HISTORY, company, {"id": await hub.ids.next("history"), **record})


async def _link(hub: Hub, scope: Scope, contact: int, turn: Any, record: Document | None = None) -> None:
    """Change the companies of a contact. Raises NotFound, Conflict."""
    for _ in range(_TRIES):
        document = await get_contact(hub, scope, contact)
        known = document.get("companies") or []
        companies = turn(known)
        if companies == known:
            return
        batch = Batch(Scope(scope.app))
        batch.guard(CONTACTS, document["id"], Eq("revision", document["revision"]))
        change_contact(hub, batch, document["id"], {"companies": companies})
        if record is not None:
            batch.append(HISTORY, document["id"], {"id": await hub.ids.next("history"), **record})
        try:
            await commit_contact(hub, batch, document["id"], ("companies",))
        except GuardFailed:
            continue
        return
    raise Conflict


async def _shown(hub: Hub, scope: Scope, company: Document) -> Company:
    words: Vocabulary = await vocabulary(hub, scope)
    standard = {
        each.std: company[each.path]
        for each in words.attributes["company"].values()
        if not each.id and each.writable and company.get(each.path) is not None
    }
    return Company(
        id=company["id"], name=company["name"], custom_id=company.get("custom_id"), values=standard,
        attributes=own_values(company, words, "company"), tags=[tag.name for tag in words.tag_names(company["tags"])],
        segments=[id for id in company["segments"] if id in words.segments],
        members=await hub.store.count(scope, CONTACTS, Eq("companies.id", company["id"])),
        created=rfc3339(company["created"]), updated=rfc3339(company["updated"]),
        enriched=sorted({each.std for each in words.attributes["company"].values() if is_enriched(company, each.path)}),
    )  # fmt: skip
