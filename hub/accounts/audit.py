"""Who changed settings and access, when and from where; and who signed in. How it is written stands in hub/core/deeds.py."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

from hub.accounts.applications import patch_application
from hub.accounts.collections import APPLICATIONS
from hub.accounts.grants import AUDIT_READ, SECURITY_MANAGE
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.deeds import KEPT_DAYS, find_rows
from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.core.verb import verb
from storage.engine import INSTALLATION, Document
from storage.filters import All, Eq, Filter, Gte, Lt

_PAGE = 500


class FindAudit(Struct, frozen=True, forbid_unknown_fields=True):
    """Which rows: of one who did it (`agent:5`, `key:3`), of one area, since and before a moment."""

    by: Annotated[str, Meta(max_length=32)] | None = None
    area: Annotated[str, Meta(max_length=32)] | None = None
    since: datetime | None = None
    before: datetime | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    cursor: Annotated[str, Meta(max_length=500)] | None = None


class AuditChange(Struct, frozen=True):
    """What became of one document; values of secrets are never told."""

    what: str
    id: int
    how: str
    before: dict[str, Any]
    after: dict[str, Any]


class AuditRow(Struct, frozen=True):
    """Something that was done: by an agent, an API key or the system, under the name that they had then."""

    id: int
    at: str
    by: str
    name: str
    verb: str
    area: str
    address: str
    changes: list[AuditChange]


class AuditPage(Struct, frozen=True):
    """Rows, the newest first, and a cursor for the older ones."""

    rows: list[AuditRow]
    cursor: str | None


class AuditRule(Struct, frozen=True, forbid_unknown_fields=True):
    """For how many days the log is kept."""

    days: Annotated[int, Meta(ge=30, le=36_500)] = KEPT_DAYS


@verb(AUDIT_READ)
async def list_audit(hub: Hub, actor: Actor, find: FindAudit) -> AuditPage:
    """Return who changed what. Raises InvalidPayload for a cursor that is none."""
    return await _page(hub, actor.scope.app, find, find.cursor, find.limit)


@verb(AUDIT_READ)
async def export_audit(hub: Hub, actor: Actor, find: FindAudit) -> AsyncIterator[AuditRow]:
    """Return every row that fits, the newest first."""
    return _all(hub, actor.scope.app, find)


@verb(SECURITY_MANAGE)
async def get_audit_rule(hub: Hub, actor: Actor) -> AuditRule:
    """Return for how long the log is kept."""
    return AuditRule(await days_of(hub, actor.scope.app))


@verb(SECURITY_MANAGE)
async def set_audit_rule(hub: Hub, actor: Actor, rule: AuditRule) -> AuditRule:
    """Say for how long the log is kept; what is older goes within a day."""
    await patch_application(hub, actor.scope.app, audit_days=rule.days)
    return rule


async def days_of(hub: Hub, app: int) -> int:
    """Return for how many days an application keeps its log."""
    found = await hub.store.get(INSTALLATION, APPLICATIONS, app)
    return int((found or {}).get("audit_days") or KEPT_DAYS)


async def _all(hub: Hub, app: int, find: FindAudit) -> AsyncIterator[AuditRow]:
    cursor = None
    while True:
        page = await _page(hub, app, find, cursor, _PAGE)
        for row in page.rows:
            yield row
        cursor = page.cursor
        if cursor is None:
            return


async def _page(hub: Hub, app: int, find: FindAudit, cursor: str | None, limit: int) -> AuditPage:
    wanted: list[Filter] = [Eq("app", app)]
    wanted += [Eq("by", find.by)] if find.by else []
    wanted += [Eq("area", find.area)] if find.area else []
    wanted += [Gte("at", _moment(find.since))] if find.since else []
    wanted += [Lt("at", _moment(find.before))] if find.before else []
    try:
        page = await find_rows(hub, All(tuple(wanted)), cursor, limit)
    except ValueError:
        raise InvalidPayload("`cursor` is none of ours.") from None
    return AuditPage([_shown(row) for row in page.items], page.cursor)


def _moment(at: datetime) -> int:
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)


def _shown(row: Document) -> AuditRow:
    changes = [
        AuditChange(each["what"], each["id"], each["how"], each["before"], each["after"]) for each in row["changes"]
    ]
    return AuditRow(
        row["id"], rfc3339(row["at"]), row["by"], row["name"], row["verb"], row["area"], row["address"], changes
    )
