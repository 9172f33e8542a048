"""A company that was elsewhere."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from hub.accounts.grants import MOVING_IN
from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.core.hub import Hub
from hub.core.past import Arrival, Brought, Past, bring, digest_of, keep
from hub.core.verb import verb
from hub.people.bringing.values import takeable
from hub.people.collections import COMPANIES
from hub.people.companies.keeping import change_fields, insert_company
from storage.engine import Document, Scope
from storage.filters import fold

_LONGEST_NAME = 254


class PastCompany(Struct, frozen=True):
    """A company that was elsewhere: values by the names of attributes, tags by their ids here."""

    past: Past
    values: dict[str, Any]
    tags: list[int] = []


class BroughtCompany(Struct, frozen=True):
    """What became of it, and why single values were left out, by their names."""

    brought: Brought
    refused: dict[str, str]


@verb(MOVING_IN)
async def bring_company(hub: Hub, actor: Actor, given: PastCompany) -> BroughtCompany:
    """Make or change a company as it was elsewhere; that of its custom id, else of its name, is the one meant here.

    Names are unique here, so a second one of a name gets its id from there behind it. Raises Taken, Conflict.
    """
    scope = Scope(actor.scope.app)
    fields, refused = await takeable(hub, scope, "company", given.values)
    name = (fields.get("name") or "").strip() or f"Company {given.past.id}"
    mark = given.past.key

    async def find(id: int) -> Document | None:
        return await hub.store.get(scope, COMPANIES, id)

    async def change(id: int) -> None:
        company = await find(id)
        if company is None:
            raise NotFound
        changes = {path: value for path, value in fields.items() if value is not None}
        changes |= {"name": await _free_name(hub, scope, name, given.past, id), "moved": mark}
        tags = list(dict.fromkeys((*company["tags"], *given.tags)))
        await change_fields(hub, scope, company, changes | {"tags": tags})

    async def make(arrival: Arrival) -> tuple[int, bool]:
        known = await _known(hub, scope, fields.get("custom_id"), name, mark)
        if known is not None:
            await change(known)
            await keep(hub, scope, arrival, known)
            return known, False
        fresh: Document = fields | {
            "name": await _free_name(hub, scope, name, given.past, None), "tags": given.tags, "moved": mark,
            "created": given.past.created or hub.clock.now(),
        }  # fmt: skip
        return (await insert_company(hub, scope, fresh, arrival))["id"], True

    digest = digest_of(given.values, given.tags)
    brought = await bring(hub, scope, Arrival("company", given.past, digest), make, change, find)
    return BroughtCompany(brought, refused)


async def _known(hub: Hub, scope: Scope, custom_id: str | None, name: str, mark: str) -> int | None:
    """Return the company that is meant here; not one that is another one's from there."""
    for kind, value in (("company.custom_id", custom_id), ("company.name", fold(name))):
        id = await hub.store.key(scope, kind, value) if value else None
        found = await hub.store.get(scope, COMPANIES, id) if id is not None else None
        if found is not None and found.get("moved") in (None, mark):
            return int(found["id"])
    return None


async def _free_name(hub: Hub, scope: Scope, name: str, past: Past, own: int | None) -> str:
    holder = await hub.store.key(scope, "company.name", fold(name))
    if holder is None or holder == own:
        return name
    behind = f" ({past.id})"
    return name[: _LONGEST_NAME - len(behind)] + behind
