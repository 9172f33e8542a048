"""Deals as agents see them: whom and what they refer to by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from hub.core.clock import rfc3339
from hub.core.decimals import write_decimal
from hub.core.hub import Hub
from hub.crm.collections import PRODUCTS
from hub.crm.deals.fields import Status
from hub.crm.money import write_value
from hub.crm.records import WrittenBy, shown_time
from hub.people.contacts import own_values
from hub.people.references import Reference, company_references, contact_references
from hub.people.vocabulary import vocabulary
from storage.engine import Document, Scope

_OVERDUE, _PLANNED, _NONE = "1", "2", "3"
"""What User.com calls `activities_status`; only that it is the text of a digit is known, and that "3" was seen."""


class ProductReference(Struct, frozen=True):
    """A product where a deal speaks of it."""

    id: int
    custom_id: str | None
    name: str | None


class OrderedProduct(Struct, frozen=True):
    """A line of an order as it was written down; the product may be gone or cost something else by now."""

    product: int | None
    product_custom_id: str | None
    name: str | None
    quantity: str
    value: str
    currency: str


class Deal(Struct, frozen=True):
    """A deal. `value` is an exact decimal as text.

    activities_status  "1": something to do is overdue; "2": something is planned; "3": nothing
    stage_since        since when it has been in its stage
    revision           grows with each change
    conversation       the one that it comes from
    """

    id: int
    name: str
    custom_id: str | None
    value: str
    currency: str
    pipeline: int
    stage: int
    stage_since: str
    status: Status
    scope: int
    activities_status: str
    activities_status_updated_at: str | None
    next_activity: str | None
    assignee: int | None
    restricted_to: int | None
    contact: Reference | None
    company: Reference | None
    participants: list[Reference]
    products: list[ProductReference]
    order_products: list[OrderedProduct]
    expected_close_date: str | None
    loss_reason: int | None
    loss_reason_description: str | None
    won_at: str | None
    lost_at: str | None
    tags: list[str]
    attributes: dict[str, Any]
    created_by: WrittenBy
    created: str
    updated: str
    revision: int
    conversation: int | None = None


async def present_deals(hub: Hub, scope: Scope, deals: Sequence[Document]) -> list[Deal]:
    """Return deals as agents see them, with one read for each kind of thing that they refer to."""
    words = await vocabulary(hub, scope)
    people = [id for deal in deals for id in (deal.get("contact"), *deal["participants"]) if id is not None]
    contacts = await contact_references(hub, scope, people)
    companies = await company_references(hub, scope, [id for deal in deals if (id := deal.get("company")) is not None])
    wanted = {id for deal in deals for id in deal["products"]}
    products = await hub.store.get_many(scope, PRODUCTS, wanted) if wanted else {}
    now = hub.clock.now()
    return [
        Deal(
            id=deal["id"], name=deal["name"], custom_id=deal.get("custom_id"),
            value=write_value(deal["value"], deal["currency"]), currency=deal["currency"], pipeline=deal["pipeline"],
            stage=deal["stage"], stage_since=rfc3339(deal["stage_since"]), status=deal["status"], scope=deal["scope"],
            activities_status=activities_status(deal, now),
            activities_status_updated_at=shown_time(deal.get("activities_changed")),
            next_activity=shown_time(deal.get("next_due")), assignee=deal.get("assignee"),
            restricted_to=deal.get("restricted_to"), contact=contacts.get(deal.get("contact") or 0),
            company=companies.get(deal.get("company") or 0),
            participants=[contacts[id] for id in deal["participants"] if id in contacts],
            products=[_product(products[id]) for id in deal["products"] if id in products],
            order_products=[_line(each) for each in deal["order_products"]],
            expected_close_date=deal.get("expected_close"), loss_reason=deal.get("loss_reason"),
            loss_reason_description=deal.get("loss_text"), won_at=shown_time(deal.get("won_at")),
            lost_at=shown_time(deal.get("lost_at")), tags=[tag.name for tag in words.tag_names(deal["tags"])],
            attributes=own_values(deal, words, "deal"), created_by=WrittenBy(**deal["created_by"]),
            created=rfc3339(deal["created"]), updated=rfc3339(deal["updated"]), revision=deal["revision"],
            conversation=deal.get("conversation"),
        )
        for deal in deals
    ]  # fmt: skip


async def present_deal(hub: Hub, scope: Scope, deal: Document) -> Deal:
    """Return one deal as agents see it."""
    (shown,) = await present_deals(hub, scope, [deal])
    return shown


def activities_status(deal: Document, now: int) -> str:
    """Return what there is to do about a deal, as the text of a digit."""
    if deal.get("next_due") is None:
        return _NONE
    return _OVERDUE if deal["next_due"] < now else _PLANNED


def _product(document: Document) -> ProductReference:
    return ProductReference(document["id"], document.get("custom_id"), document.get("name"))


def _line(kept: Document) -> OrderedProduct:
    return OrderedProduct(
        kept["product"], kept["custom_id"], kept["name"], write_decimal(kept["quantity"], 0),
        write_value(kept["value"], kept["currency"]), kept["currency"],
    )  # fmt: skip
