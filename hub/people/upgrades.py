"""Brings what an older version kept of contacts into today's form."""

from __future__ import annotations

from hub.accounts.applications import application_ids
from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.people.attributes import attribute_for
from hub.people.collections import CONTACTS
from hub.people.values import checked_value
from storage.engine import Batch, Document, Scope


async def attributes_by_id(hub: Hub) -> None:
    """Keep own attributes by the id of their definition, where they were kept by their bare name.

    A contact of the old kind has no `counts`, so one that was done before is not touched again.
    """
    for app in await application_ids(hub):
        scope = Scope(app)
        async for chunk in hub.store.export(scope, CONTACTS):
            old = [contact for contact in chunk if "counts" not in contact]
            batch = Batch(scope)
            for contact in old:
                values = await _values(hub, scope, contact)
                fresh: Document = {"attrs": values, "counts": {}, "counted": [], "segments": []}
                batch.patch(CONTACTS, contact["id"], set=fresh, inc={"revision": 1})
            if old:
                await hub.commit(batch)


async def _values(hub: Hub, scope: Scope, contact: Document) -> Document:
    values: Document = {}
    for name, value in (contact.get("attrs") or {}).items():
        try:
            attribute = await attribute_for(hub, scope, "contact", name, value)
            checked = checked_value(attribute, value)
        except InvalidPayload as error:
            hub.log.warning("an attribute could not be taken over", contact=contact["id"], name=name, why=error.message)
            continue
        if checked is not None and attribute.id:
            values[str(attribute.id)] = checked
    return values
