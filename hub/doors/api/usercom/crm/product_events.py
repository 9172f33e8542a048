"""What a user did with products: those of its events that tell of one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from aiohttp import web

from hub.core.actor import Actor
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.crm.product_events import PRODUCT_EVENTS
from hub.doors.api.compat import compatible, next_page, timestamp
from hub.doors.api.usercom import users
from hub.doors.api.usercom.shown import page
from hub.people import timeline

_PAGE = 100
_PARTS = 20
"""So many pages of events are looked through for one call: events of products are kept among the others."""
_NAMES_A_PRODUCT = {"product", "product_id", "custom_id"}


@compatible()
async def list_of(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """What the user did with products, newest first; `count` is of the newest 2,000 events of the user."""
    user = await users.id_of(hub, actor, request)
    given = request.query.get("cursor", "").strip("/") or None
    found: list[dict[str, Any]] = []
    cursor = given
    async for part in _parts(hub, actor, user, given):
        found, cursor = part
        if found:
            break
    count = len(found)
    if given is not None or cursor is not None:
        count = sum([len(part) async for part, _ in _parts(hub, actor, user, None)])
    return page(found, count, next_page(hub, request, cursor))


async def _parts(
    hub: Hub, actor: Actor, user: int, cursor: str | None
) -> AsyncIterator[tuple[list[dict[str, Any]], str | None]]:
    """Give the events of products of one page of events after the other, each with the cursor behind it."""
    for _ in range(_PARTS):
        try:
            part = await timeline.read_timeline(hub, actor, timeline.TimelineOf(user, ["event"], _PAGE, cursor))
        except InvalidPayload:
            raise NotFound from None
        cursor = part.cursor
        yield [_shown(user, entry) for entry in part.entries if _of_product(entry)], cursor
        if cursor is None:
            return


def _of_product(entry: timeline.Entry) -> bool:
    return entry.data.get("name") in PRODUCT_EVENTS and bool(_NAMES_A_PRODUCT & set(entry.data.get("data") or ()))


def _shown(user: int, entry: timeline.Entry) -> dict[str, Any]:
    told = dict(entry.data.get("data") or {})
    product = told.pop("product", None)
    return {
        "id": entry.id, "client": user, "timestamp": timestamp(entry.at), "event_type": entry.data["name"],
        "product": product if isinstance(product, int) else None, "custom_data": told,
    }  # fmt: skip
