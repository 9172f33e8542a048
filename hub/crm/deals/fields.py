"""What is given of a deal, checked, as the fields that are kept."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from hub.core.actor import Actor
from hub.core.decimals import read_decimal
from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.crm.collections import LOSS_REASONS
from hub.crm.money import check_currency, check_places, read_value
from hub.crm.products import product_of_custom_id, products_there
from hub.crm.records import (
    CustomId,
    Id,
    Moment,
    Name,
    check_agent,
    checked_title,
    own_fields,
    read_date,
    read_moment,
    stored,
)
from hub.people.labels.tags import tag_named
from hub.people.references import check_company, company_named, contact_named, standing_contacts
from storage.engine import Document, Scope

Status = Literal["abandoned", "in_progress", "won", "lost", "archived"]
"""Their integer codes on User.com's wire are their places in `hub.people.standard.DEAL_STATUSES`."""
Number = int | float | Annotated[str, Meta(max_length=64)]
"""A decimal: a text or a whole number is taken exactly."""
MOST = 100
"""Participants, products, lines of an order and tags of one deal."""


class OrderLine(Struct, frozen=True, forbid_unknown_fields=True):
    """So many of a product, each for a value; what is not said comes from the product and the deal."""

    product: Id | None = None
    product_custom_id: CustomId | None = None
    quantity: Number = 1
    value: Number | None = None
    currency: str | None = None


class DealFields(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What may be said of a deal. What is absent stays as it is; null takes a value away.

    contact      its person; `contact_custom_id` names it by the company's own id, and so do the others
    participants further contacts
    products     what it is about; `order_products` is a copy of what was ordered, which does not follow later changes
    attributes   the application's own attributes, by name; unknown names become attributes
    """

    name: Name | UnsetType = UNSET
    custom_id: CustomId | UnsetType | None = UNSET
    value: Number | UnsetType | None = UNSET
    currency: str | UnsetType = UNSET
    pipeline: Id | UnsetType = UNSET
    stage: Id | UnsetType = UNSET
    status: Status | UnsetType = UNSET
    scope: Annotated[int, Meta(ge=0, le=9)] | UnsetType = UNSET
    assignee: Id | UnsetType | None = UNSET
    restricted_to: Id | UnsetType | None = UNSET
    contact: Id | UnsetType | None = UNSET
    contact_custom_id: CustomId | UnsetType = UNSET
    company: Id | UnsetType | None = UNSET
    company_custom_id: CustomId | UnsetType = UNSET
    participants: Annotated[list[Id], Meta(max_length=MOST)] | UnsetType = UNSET
    products: Annotated[list[Id], Meta(max_length=MOST)] | UnsetType = UNSET
    products_custom_id: Annotated[list[CustomId], Meta(max_length=MOST)] | UnsetType = UNSET
    order_products: Annotated[list[OrderLine], Meta(max_length=MOST)] | UnsetType = UNSET
    expected_close_date: str | UnsetType | None = UNSET
    loss_reason: Id | UnsetType | None = UNSET
    loss_reason_description: Annotated[str, Meta(max_length=4000)] | UnsetType = UNSET
    won_at: Moment | UnsetType | None = UNSET
    lost_at: Moment | UnsetType | None = UNSET
    tags: Annotated[list[str], Meta(max_length=MOST)] | UnsetType = UNSET
    attributes: dict[str, Any] = {}


_AS_GIVEN = ("custom_id", "status", "scope")
_AGENTS = ("assignee", "restricted_to")


async def checked_deal(hub: Hub, actor: Actor, given: DealFields, currency: str) -> Document:
    """Return what is given of a deal as fields, but for its place and its value. Raises InvalidPayload, NotFound.

    `currency` is the deal's, for the lines of an order that say none.
    """
    scope = actor.scope
    fields: Document = {name: value for name in _AS_GIVEN if (value := getattr(given, name)) is not UNSET}
    if given.name is not UNSET:
        fields["name"] = checked_title(given.name)
    if fields.get("custom_id"):
        check_text(fields["custom_id"], "custom_id")
    for name in _AGENTS:
        if (agent := getattr(given, name)) is not UNSET:
            fields[name] = await check_agent(hub, scope, agent)
    if given.expected_close_date is not UNSET:
        fields["expected_close"] = read_date(given.expected_close_date, "expected_close_date")
    for name in ("won_at", "lost_at"):
        if (moment := getattr(given, name)) is not UNSET:
            fields[name] = read_moment(moment, name)
    if given.loss_reason is not UNSET:
        if given.loss_reason is not None:
            await stored(hub, scope, LOSS_REASONS, given.loss_reason, "loss reason")
        fields["loss_reason"] = given.loss_reason
    if given.loss_reason_description is not UNSET:
        fields["loss_text"] = check_text(given.loss_reason_description, "loss_reason_description")
    fields |= await _people(hub, scope, given)
    fields |= await _products(hub, scope, given, currency)
    fields |= await own_fields(hub, scope, "deal", given.attributes)
    if given.tags is not UNSET:
        named = [await tag_named(hub, scope, name) for name in given.tags]
        fields["tags"] = list(dict.fromkeys(each.tag.id for each in named))
    return fields


def checked_value_of(given: DealFields, deal: Document | None, currency: str) -> Document:
    """Return value and currency as they are kept; `deal` is what it was, `currency` what it is where none is said.

    Raises InvalidPayload, also for a value that the currency has no places for.
    """
    if given.currency is not UNSET:
        currency = check_currency(given.currency)
    if given.value is not UNSET:
        kept = 0 if given.value is None else read_value(given.value, currency)
    else:
        kept = 0 if deal is None else deal["value"]
        check_places(kept, currency)
    return {"value": kept, "currency": currency}


async def _people(hub: Hub, scope: Scope, given: DealFields) -> Document:
    fields: Document = {}
    if given.contact is not UNSET:
        fields["contact"] = given.contact and (await standing_contacts(hub, scope, [given.contact]))[0]
    elif given.contact_custom_id is not UNSET:
        fields["contact"] = await contact_named(hub, scope, given.contact_custom_id)
    if given.company is not UNSET:
        if given.company is not None:
            await check_company(hub, scope, given.company)
        fields["company"] = given.company
    elif given.company_custom_id is not UNSET:
        fields["company"] = await company_named(hub, scope, check_text(given.company_custom_id, "company_custom_id"))
    if given.participants is not UNSET:
        fields["participants"] = await standing_contacts(hub, scope, given.participants)
    return fields


async def _products(hub: Hub, scope: Scope, given: DealFields, currency: str) -> Document:
    fields: Document = {}
    if given.products is not UNSET or given.products_custom_id is not UNSET:
        ids = [] if given.products is UNSET else list(given.products)
        await products_there(hub, scope, ids)
        for custom_id in () if given.products_custom_id is UNSET else given.products_custom_id:
            ids.append((await product_of_custom_id(hub, scope, custom_id))["id"])
        fields["products"] = list(dict.fromkeys(ids))
    if given.order_products is not UNSET:
        fields["order_products"] = [await _line(hub, scope, line, currency) for line in given.order_products]
    return fields


async def _line(hub: Hub, scope: Scope, line: OrderLine, currency: str) -> Document:
    if line.product is not None:
        product = (await products_there(hub, scope, [line.product]))[line.product]
    elif line.product_custom_id is not None:
        product = await product_of_custom_id(hub, scope, line.product_custom_id)
    else:
        raise InvalidPayload("A line of `order_products` names its product: `product` or `product_custom_id`.")
    quantity = read_decimal(line.quantity, "quantity")
    if quantity < 0:
        raise InvalidPayload("`quantity` is not below 0.")
    currency = check_currency(line.currency) if line.currency else currency
    value = product.get("price") or 0 if line.value is None else read_value(line.value, currency)
    return {
        "product": product["id"], "custom_id": product.get("custom_id"), "name": product.get("name"), "quantity": quantity,
        "value": value, "currency": currency,
    }  # fmt: skip
