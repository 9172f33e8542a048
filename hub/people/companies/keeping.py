"""Makes and changes companies: fields checked, names and ids claimed, all in one batch."""

from __future__ import annotations

from typing import Any

from hub.core.errors import Conflict, InvalidPayload, NotFound, Taken
from hub.core.hub import Hub
from hub.core.past import Arrival
from hub.people.collections import COMPANIES
from hub.people.editing import checked_fields, differs, put
from hub.people.events import CompanyTouched
from hub.people.provenance import typed
from storage.engine import Batch, Document, GuardFailed, Result, Scope
from storage.engine import Missing as MissingDocument
from storage.filters import Eq, fold

UNIQUE = {"name": "company.name", "custom_id": "company.custom_id"}
"""field → the kind of its unique key"""
_TAKEN = {
    "company.name": "Another company has this name.",
    "company.custom_id": "Another company has this id.",
}


async def stored_company(hub: Hub, scope: Scope, id: int) -> Document:
    company = await hub.store.get(scope, COMPANIES, id)
    if company is None:
        raise NotFound
    return company


async def checked_company(hub: Hub, scope: Scope, given: dict[str, Any]) -> Document:
    fields = await checked_fields(hub, scope, "company", given)
    if "name" in fields:
        fields["name"] = (fields["name"] or "").strip()
        if not fields["name"]:
            raise InvalidPayload("A company has a `name`.", reason="company_name")
    return fields


def unique_name(field: str, value: str) -> str:
    return fold(value) if field == "name" else value


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
            batch.claim(kind, unique_name(field, company[field]), company["id"])
    if arrival:
        arrival.claim(batch, company["id"])
    batch.insert(COMPANIES, company)
    await commit_company(hub, batch, company["id"], None)
    return company


async def change_fields(hub: Hub, scope: Scope, company: Document, fields: Document) -> Document:
    """Change checked fields of a company; return it as it is then. Raises NotFound, Taken, Conflict."""
    changes = {path: value for path, value in fields.items() if differs(company, path, value)}
    if not changes:
        return company
    batch = Batch(scope)
    # Names change hands only with what they belong to: two changes at once must not both give the old one up.
    batch.guard(COMPANIES, company["id"], Eq("revision", company["revision"]))
    for field, kind in UNIQUE.items():
        old, new = (unique_name(field, value) if value else None for value in (company.get(field), fields.get(field)))
        if field in changes and old != new:
            if new:
                batch.claim(kind, new, company["id"])
            if old:
                batch.release(kind, old)
    changed = patch_company(hub, batch, company["id"], set=changes)
    return await commit_company(hub, batch, company["id"], changes, changed)


def patch_company(hub: Hub, batch: Batch, id: int, *, set: Document | None = None, **more: Any) -> Result:
    """Patch a company in the batch, so that it counts as changed; every change of a company goes through here."""
    changes = set or {}
    whose, gone = typed(changes)
    return batch.patch(
        COMPANIES, id, set={"updated": hub.clock.now(), **changes, **whose}, inc={"revision": 1}, unset=gone, **more
    )


async def commit_company(hub: Hub, batch: Batch, id: int, fields: Any, changed: Result | None = None) -> Document:
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
