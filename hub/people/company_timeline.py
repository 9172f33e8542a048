"""The timeline of a company: what happened to it, newest first."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from hub.accounts.grants import CONTACTS_READ
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.collections import COMPANIES, COMPANY_HISTORY
from hub.people.timeline import Entry, Timeline

_OWN = {"id", "at", "position", "kind"}


class CompanyTimelineOf(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose timeline, and from where on (`cursor` of the page before)."""

    company: Annotated[int, Meta(ge=1, le=2**53)]
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    cursor: str | None = None


@verb(CONTACTS_READ)
async def read_company_timeline(hub: Hub, actor: Actor, asked: CompanyTimelineOf) -> Timeline:
    """Return what happened to a company, newest first: segments and tags. Raises NotFound, InvalidPayload."""
    if await hub.store.get(actor.scope, COMPANIES, asked.company) is None:
        raise NotFound
    heads = await hub.store.heads(actor.scope, COMPANY_HISTORY, [asked.company])
    end = min(heads.get(asked.company, 0), _end(asked.cursor))
    first = max(0, end - asked.limit)
    records = (
        await hub.store.read(actor.scope, COMPANY_HISTORY, asked.company, after=first, limit=end - first) if end else []
    )
    entries = [
        Entry(
            record["kind"], record["id"], rfc3339(record["at"]),
            {name: value for name, value in record.items() if name not in _OWN},
        )
        for record in reversed(records)
    ]  # fmt: skip
    return Timeline(entries, str(first) if first else None)


def _end(cursor: str | None) -> int:
    if cursor is None:
        return 2**53
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 16:
        raise InvalidPayload("This cursor belongs to another list.")
    return int(cursor)
