"""Who belongs to a company."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from hub.accounts.grants import CONTACTS_READ, CONTACTS_WRITE
from hub.core.actor import Actor
from hub.core.errors import Conflict, InvalidPayload
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.collections import COMPANY_HISTORY, CONTACTS, HISTORY
from hub.people.companies.keeping import stored_company
from hub.people.contacts import ContactRef, get_contact, reference
from hub.people.editing import change_contact, commit_contact
from storage.engine import Batch, Document, GuardFailed, Scope
from storage.filters import Eq

MOST_OF_ONE = 100
"""Companies of one contact: more is a mistake."""
_CHUNK = 100
_TRIES = 20

Id = Annotated[int, Meta(ge=1, le=2**53)]


class Member(Struct, frozen=True, forbid_unknown_fields=True):
    """A contact and a company."""

    company: Id
    contact: Id


class MembersOf(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose members, and from where on."""

    company: Id
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    cursor: str | None = None


class Members(Struct, frozen=True):
    """A page of a company's contacts, lowest id first; without a cursor there are no more."""

    contacts: list[ContactRef]
    cursor: str | None


@verb(CONTACTS_WRITE)
async def add_member(hub: Hub, actor: Actor, given: Member) -> None:
    """Let a contact belong to a company; one that does already is no error. Raises NotFound, InvalidPayload."""
    company = await stored_company(hub, actor.scope, given.company)
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
    company = await stored_company(hub, actor.scope, given.company)

    def without(known: list[Document]) -> list[Document]:
        return [each for each in known if each["id"] != company["id"]]

    await _link(hub, actor.scope, given.contact, without, _record(actor, "removed", company, hub.clock.now()))


@verb(CONTACTS_READ)
async def list_members(hub: Hub, actor: Actor, of: MembersOf) -> Members:
    """Return a page of the contacts of a company. Raises NotFound, InvalidPayload."""
    await stored_company(hub, actor.scope, of.company)
    inside = Eq("companies.id", of.company)
    try:
        page = await hub.store.find(actor.scope, CONTACTS, inside, limit=of.limit, cursor=of.cursor)
    except ValueError:
        raise InvalidPayload("This cursor belongs to another list.", reason="cursor") from None
    return Members([reference(each) for each in page.items], page.cursor)


async def forget_company(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Take a deleted company from its contacts and erase what happened to it (a job)."""
    id = payload["company"]
    while members := (await hub.store.find(scope, CONTACTS, Eq("companies.id", id), limit=_CHUNK)).items:
        for contact in members:
            await _link(hub, scope, contact["id"], lambda known: [each for each in known if each["id"] != id])
    while await hub.store.erase(scope, COMPANY_HISTORY, id):
        pass


def _record(actor: Actor, word: str, company: Document, now: int) -> Document:
    by = {"kind": actor.kind, "id": actor.id, "name": actor.name}
    return {"kind": "company", "word": word, "company": company["id"], "name": company["name"], "by": by, "at": now}


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
