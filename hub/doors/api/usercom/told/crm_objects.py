"""Deals, activities, products, notes, tickets and what they are sorted by, as they come out."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType

from hub.crm.product_events import PRODUCT_EVENTS
from hub.doors.api.usercom.told.objects import AttributeValue
from hub.doors.api.usercom.told.versioned import Day, First, Id, Moment, Second, Versions, versioned
from hub.people.standard import DEAL_STATUSES, TICKET_STATUSES

_CODES = tuple(range(len(DEAL_STATUSES)))
DealStatus = Versions(Literal[tuple(map(str, _CODES))], Literal[_CODES])
"""A digit in a text, and in the second version a number."""


class OrderLineItem(Struct, forbid_unknown_fields=True):
    """A line of an order as it was written down."""

    product_id: int | None
    product_custom_id: str | None
    name: str | None
    quantity: int | str
    value: str
    currency: str


@versioned("deal", flat=True)
class Deal:
    """A deal; codes are digits in a text, but `status` of the second version is a number."""

    id: Id
    name: str
    value: str
    currency: str
    custom_id: str | None
    stage: Id
    pipeline: Id
    assigned_to: int | None
    restricted_to: int | None
    agent: int | None
    products: list[Id]
    products_custom_id: list[str]
    company: int | None
    company_custom_id: str | None
    contact: int | None
    contact_custom_id: str | None
    status: DealStatus  # type: ignore[valid-type]
    scope: str
    created_by: int | None
    created_at: Moment
    updated_at: Moment
    activities_status: str
    activities_status_updated_at: Moment | None
    expected_close_date: Day | None
    participants: list[Id]
    order_products: list[OrderLineItem]
    loss_reason: int | None
    loss_reason_description: str | None
    won_at: Moment | None
    lost_at: Moment | None
    tags: list[str]
    attributes: First[list[AttributeValue]]


@versioned(flat=True)
class Activity:
    """An activity; the second version has its own names of what it is about beside the first's."""

    id: Id
    activity_type: Id
    name: str
    datetime: Moment
    duration: str | None
    description: str
    assigned_to: int | None
    deal: int | None
    person: int | None
    company: int | None
    due_date: Second[Moment]
    deal_id: Second[int | None]
    user_id: Second[int | None]
    company_id: Second[int | None]
    done: bool
    done_date: Moment | None
    created_by: int | None
    created_at: Moment
    updated_at: Moment
    custom_id: str | None
    attributes: First[list[AttributeValue]]


@versioned(flat=True)
class Product:
    """A product."""

    id: Id
    custom_id: str | None
    name: str | None
    price: str | None
    created_at: Moment
    updated_at: Moment
    attributes: First[list[AttributeValue]]


class KeptProductEvent(Struct, forbid_unknown_fields=True):
    """The id of what was kept."""

    id: int


class ProductEventOfUser(Struct, forbid_unknown_fields=True):
    """What a user did with a product, by the product's id where it is known."""

    id: int
    client: Id
    timestamp: Moment
    event_type: Literal[PRODUCT_EVENTS]  # type: ignore[valid-type]
    product: int | None
    custom_data: dict[str, Any]


@versioned("note")
class Note:
    """A note; it names the one thing that it is about."""

    id: Id
    content: str
    pinned: bool
    contact: int | UnsetType = UNSET
    company: int | UnsetType = UNSET
    deal: int | UnsetType = UNSET
    created_by: int | None
    created_at: Moment
    updated_at: Moment


class StageItem(Struct, forbid_unknown_fields=True):
    """A stage of a pipeline; `order` is its place, from 0."""

    id: Id
    name: str
    description: str
    pipeline: Id
    order: int


class StageChange(Struct, forbid_unknown_fields=True):
    """A stage that a deal was in; `left_at` is null where it still is. Agents alone stand in `changed_by`."""

    stage: Id
    stage_name: str | None
    pipeline: Id
    entered_at: Moment
    left_at: Moment | None
    changed_by: int | None


class PipelineItem(Struct, forbid_unknown_fields=True):
    """A pipeline with its stages in order."""

    id: Id
    name: str
    description: str
    currency: str
    order: int
    stages: list[StageItem]


class LossReasonItem(Struct, forbid_unknown_fields=True):
    """A reason why deals are lost."""

    id: Id
    name: str
    description: str


class ActivityTypeItem(Struct, forbid_unknown_fields=True):
    """A type of activities."""

    id: Id
    name: str


class StatusStep(Struct, forbid_unknown_fields=True):
    """Since when a ticket had a status."""

    entered_at: Moment
    status: Literal[TICKET_STATUSES]  # type: ignore[valid-type]


@versioned("ticket", flat=True)
class Ticket:
    """A ticket."""

    id: Id
    attributes: First[list[AttributeValue]]
    status_history: list[StatusStep]
    created_at: Moment
    updated_at: Moment
    serialized_attributes: First[list[Any]]
    custom_id: str | None
    status: Literal[TICKET_STATUSES]  # type: ignore[valid-type]
    token: str
    name: str | None
    description: str
    due_date: Moment | None
    closed_at: Moment | None
    attachments: dict[str, Any] | None
    assigned_to: int | None
    contact: int | None
    company: int | None
    priority: int | None
    participants: list[Id]
