"""Companies: made, changed and found."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from hub.accounts.grants import CONTACTS_READ, CONTACTS_WRITE
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import Conflict, InvalidPayload, Taken
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from hub.people.collections import COMPANIES, CONTACTS
from hub.people.companies.keeping import (
    UNIQUE,
    change_fields,
    checked_company,
    insert_company,
    stored_company,
    unique_name,
)
from hub.people.conditions.base import World
from hub.people.conditions.tree import read_tree
from hub.people.contacts import own_values
from hub.people.events import CompanyDeleted
from hub.people.matching import page_by_words
from hub.people.provenance import is_enriched
from hub.people.vocabulary import Vocabulary, vocabulary
from storage.engine import Batch, Document, GuardFailed, Scope, Sort
from storage.filters import EVERYTHING, Eq

FORGET = "companies.forget"

Id = Annotated[int, Meta(ge=1, le=2**53)]


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
    """Which companies: by conditions, by words, both or none. What is found by words comes newest company first."""

    where: dict[str, Any] | None = None
    search: str = ""
    sort: Annotated[str, Meta(pattern="^-?(updated|id)$")] = "-updated"
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    cursor: str | None = None


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


@verb(CONTACTS_READ)
async def get_company(hub: Hub, actor: Actor, which: CompanyOpen) -> Company:
    """Return a company. Raises NotFound."""
    return await _shown(hub, actor.scope, await stored_company(hub, actor.scope, which.company))


@verb(CONTACTS_WRITE)
async def create_company(hub: Hub, actor: Actor, new: NewCompany) -> Company:
    """Make a company. Raises InvalidPayload, and Taken for another one's name or id."""
    return await _insert(hub, actor.scope, await checked_company(hub, actor.scope, new.attributes))


@verb(CONTACTS_WRITE)
async def upsert_company(hub: Hub, actor: Actor, new: NewCompany) -> UpsertedCompany:
    """Change the company of this custom id, else of this name; make it where there is none.

    Raises InvalidPayload, and Taken where the name is another one's.
    """
    fields = await checked_company(hub, actor.scope, new.attributes)
    for _ in range(3):  # another one may make it at the same moment
        for field in ("custom_id", "name"):
            value = fields.get(field)
            id = await hub.store.key(actor.scope, UNIQUE[field], unique_name(field, value)) if value else None
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
    company = await stored_company(hub, actor.scope, change.company)
    return await _change(hub, actor.scope, company, await checked_company(hub, actor.scope, change.attributes))


@verb(CONTACTS_READ)
async def find_companies(hub: Hub, actor: Actor, find: FindCompanies) -> FoundCompanies:
    """Return a page of companies. Raises InvalidPayload."""
    world = World(await vocabulary(hub, actor.scope), hub.clock.now(), "company")
    tree = read_tree({"all": []} if find.where is None else find.where)
    tree.check(world)
    if find.search.strip():
        text = check_text(find.search, "search")[:200]
        page = await page_by_words(hub, actor.scope, text, tree, world, find.limit, find.cursor)
    else:
        filter = EVERYTHING if find.where is None else tree.filter(world)
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
    company = await stored_company(hub, actor.scope, which.company)
    batch = Batch(actor.scope)
    batch.guard(COMPANIES, company["id"], Eq("revision", company["revision"]))
    for field, kind in UNIQUE.items():
        if company.get(field):
            batch.release(kind, unique_name(field, company[field]))
    batch.delete(COMPANIES, company["id"])
    await hub.jobs.add(batch, FORGET, {"company": company["id"]})
    await hub.follow_up(batch, CompanyDeleted, {"company": company["id"]})
    try:
        await hub.commit(batch)
    except GuardFailed:
        raise Conflict from None
    hub.publish(CompanyDeleted(app=actor.scope.app, company=company["id"]))


async def _insert(hub: Hub, scope: Scope, fields: Document) -> Company:
    return await _shown(hub, scope, await insert_company(hub, scope, fields))


async def _change(hub: Hub, scope: Scope, company: Document, fields: Document) -> Company:
    return await _shown(hub, scope, await change_fields(hub, scope, company, fields))


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
