"""Contacts and companies as other areas refer to them: who is meant, that it is there, and how to show it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from hub.core.errors import NotFound
from hub.core.hub import Hub
from hub.people.collections import COMPANIES, CONTACTS
from hub.people.contacts import contact_of_custom_id
from hub.people.editing import name_of
from hub.people.merging.replacing import gone_among
from storage.engine import Document, Scope


class Reference(Struct, frozen=True):
    """A contact or a company where something else speaks of it."""

    id: int
    name: str
    custom_id: str | None
    email: str | None


async def standing_contacts(hub: Hub, scope: Scope, ids: Sequence[int]) -> list[int]:
    """Return the contacts of these ids, those that were merged as what they are now, each once. Raises NotFound."""
    gone = await gone_among(hub, scope, ids)
    for id in ids:
        if gone.get(id, id) is None:
            raise NotFound(f"There is no contact by the id {id}.")
    return list(dict.fromkeys(int(gone.get(id) or id) for id in ids))


async def contact_named(hub: Hub, scope: Scope, custom_id: str) -> int:
    """Return the id of the contact of the company's own id. Raises NotFound."""
    try:
        return int((await contact_of_custom_id(hub, scope, custom_id))["id"])
    except NotFound:
        raise NotFound("There is no contact by that custom id.") from None


async def check_company(hub: Hub, scope: Scope, id: int) -> None:
    """Return when there is this company. Raises NotFound."""
    if await hub.store.get(scope, COMPANIES, id) is None:
        raise NotFound(f"There is no company by the id {id}.")


async def company_named(hub: Hub, scope: Scope, custom_id: str) -> int:
    """Return the id of the company of this custom id. Raises NotFound."""
    id = await hub.store.key(scope, "company.custom_id", custom_id)
    if id is None:
        raise NotFound("There is no company by that custom id.")
    return int(id)


async def contact_references(hub: Hub, scope: Scope, ids: Iterable[int]) -> dict[int, Reference]:
    """Return the contacts of these ids that are there; under the id of one that was merged, what it is now."""
    wanted = list(dict.fromkeys(ids))
    found = await hub.store.get_many(scope, CONTACTS, wanted) if wanted else {}
    missing = [id for id in wanted if id not in found]
    if missing:
        gone = await gone_among(hub, scope, missing)
        standing = await hub.store.get_many(scope, CONTACTS, [id for id in gone.values() if id is not None])
        found |= {id: standing[into] for id, into in gone.items() if into in standing}
    return {id: _reference(each, name_of(each)) for id, each in found.items()}


async def company_references(hub: Hub, scope: Scope, ids: Iterable[int]) -> dict[int, Reference]:
    """Return the companies of these ids that are there."""
    wanted = list(dict.fromkeys(ids))
    found = await hub.store.get_many(scope, COMPANIES, wanted) if wanted else {}
    return {id: _reference(each, each["name"]) for id, each in found.items()}


def _reference(document: Document, name: str) -> Reference:
    return Reference(document["id"], name, document.get("custom_id"), document.get("email"))
