"""Deals are found: by their place, their people, their status, by conditions and by words."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from hub.accounts.grants import CRM_READ
from hub.core.actor import Actor
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.crm.collections import DEALS
from hub.crm.deals.fields import Status
from hub.crm.deals.presenting import Deal, present_deals
from hub.crm.records import Id, Limit, conditions, page_of, searched
from hub.people.standard import DEAL_STATUSES
from storage.filters import All, Eq, Filter, all_of, one_of
from storage.filters import Any as AnyOf


class FindDeals(Struct, frozen=True, forbid_unknown_fields=True):
    """Which deals. `contact` finds those whose person it is and those that it takes part in.

    `where` is a tree of conditions on attributes and tags, as segments have it.
    """

    pipeline: Id | None = None
    stage: Id | None = None
    contact: Id | None = None
    company: Id | None = None
    assignee: Id | None = None
    product: Id | None = None
    status: Annotated[list[Status], Meta(max_length=5)] | None = None
    where: dict[str, Any] | None = None
    search: str = ""
    sort: Annotated[str, Meta(pattern="^-?(updated|id)$")] = "-updated"
    limit: Limit = 50
    cursor: str | None = None


class FoundDeals(Struct, frozen=True):
    """A page of deals; without a cursor there are no more."""

    deals: list[Deal]
    cursor: str | None


class DealCount(Struct, frozen=True):
    """How many deals there are."""

    count: int


@verb(CRM_READ)
async def find_deals(hub: Hub, actor: Actor, find: FindDeals) -> FoundDeals:
    """Return a page of deals. Raises InvalidPayload."""
    filter = await _filter(hub, actor, find)
    if find.search.strip():
        page = await searched(hub, actor.scope, DEALS, filter, find.search, find.limit)
    else:
        page = await page_of(hub, actor.scope, DEALS, filter, find.sort, find.limit, find.cursor)
    return FoundDeals(await present_deals(hub, actor.scope, page.items), page.cursor)


@verb(CRM_READ)
async def count_deals(hub: Hub, actor: Actor, find: FindDeals) -> DealCount:
    """Return how many deals are found, words aside. Raises InvalidPayload."""
    return DealCount(await hub.store.count(actor.scope, DEALS, await _filter(hub, actor, find), scan=True))


def of_stage(stage: int, status: tuple[str, ...] = DEAL_STATUSES) -> Filter:
    """Return the filter for the deals of a stage, in the words of the index that has them by time."""
    return All((Eq("stage", stage), one_of("status", status)))


async def _filter(hub: Hub, actor: Actor, find: FindDeals) -> Filter:
    parts = [await conditions(hub, actor.scope, "deal", find.where)]
    places = [Eq(field, id) for field in ("stage", "pipeline", "assignee") if (id := getattr(find, field)) is not None]
    parts += places
    if find.company is not None:
        parts.append(Eq("company", find.company))
    if find.contact is not None:
        parts.append(AnyOf((Eq("contact", find.contact), Eq("participants", find.contact))))
    if find.product is not None:
        parts.append(AnyOf((Eq("products", find.product), Eq("order_products.product", find.product))))
    if find.status is not None:
        parts.append(one_of("status", find.status))
    elif places:
        # The indexes have the status between the place and the time: all statuses are five ranges, merged.
        parts.append(one_of("status", DEAL_STATUSES))
    return all_of(*parts)
