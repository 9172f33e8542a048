"""What goes into the calls about deals, activities, products, notes, tickets and what they are sorted by."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from hub.crm.product_events import PRODUCT_EVENTS
from hub.doors.api.usercom.crm import activities, deals, notes, pipelines, products
from hub.doors.api.usercom.rows import Handler
from hub.doors.api.usercom.told.fields import Own, attributes_body
from hub.doors.api.usercom.told.versioned import Day, Id, Moment
from hub.people.standard import DEAL_STATUSES, TICKET_STATUSES

Text = Annotated[str, Meta(max_length=254)]
Name = Annotated[str, Meta(min_length=1, max_length=254)]
_CODES = tuple(range(len(DEAL_STATUSES)))


class Line(Struct, kw_only=True):
    """A line of an order."""

    product_id: Id | None = None
    product_custom_id: Own | None = None
    quantity: int | float | str | None = None
    value: float | str | None = None
    currency: str | None = None


class _DealFields(Struct, kw_only=True):
    custom_id: Own | None = None
    value: float | str | None = None
    currency: str | None = None
    pipeline: Id | None = None
    stage: Id | None = None
    status: Literal[_CODES] | None = None  # type: ignore[valid-type]
    scope: int | None = None
    assigned_to: Id | None = None
    restricted_to: Id | None = None
    company_id: Id | None = None
    company_custom_id: Own | None = None
    participants: list[Id] | None = None
    products: list[Id] | None = None
    products_custom_id: list[Own] | None = None
    order_products: list[Line] | None = None
    expected_close_date: Day | None = None
    loss_reason: Id | None = None
    loss_reason_description: str | None = None
    won_at: Moment | None = None
    lost_at: Moment | None = None
    tags: list[str] | None = None
    person: Id | None = None
    user_id: Id | str | None = None
    user_custom_id: Own | None = None


class NewDealBody(_DealFields, kw_only=True):
    """A deal. The person is `person` in the first version, `user_id` in the second. Any other name is an attribute."""

    name: Name


class DealBody(_DealFields, kw_only=True):
    """What changes of a deal. Any other name is an attribute."""

    name: Name | None = None


class _ActivityFields(Struct, kw_only=True):
    duration: int | str | None = None
    description: str | None = None
    done: bool | None = None
    done_date: Moment | None = None
    assigned_to: Id | None = None
    custom_id: Own | None = None
    deal_id: Id | None = None
    company_id: Id | None = None
    user_id: Id | str | None = None
    person: Id | None = None
    user_custom_id: Own | None = None


class NewActivityBody(_ActivityFields, kw_only=True):
    """Something to do; `duration` is minutes. Any other name is an attribute."""

    activity_type: Id
    name: Name
    due_date: Moment


class ActivityBody(_ActivityFields, kw_only=True):
    """What changes of an activity. Any other name is an attribute."""

    activity_type: Id | None = None
    name: Name | None = None
    due_date: Moment | None = None


ProductBody = attributes_body("product", "ProductBody", "A product. Any other name is an attribute.", {})


class ProductEventBody(Struct, kw_only=True):
    """What a user did with a product. `data` tells of the product, `custom_data` in it of this occurrence alone."""

    event_type: Literal[tuple(PRODUCT_EVENTS)]  # type: ignore[valid-type]
    timestamp: int | None = None
    data: dict[str, Any] | None = None
    user_id: Id | str | None = None
    client: Id | None = None
    user_custom_id: Own | None = None
    user_key: str | None = None


class NewNoteBody(Struct):
    """A note."""

    content: Annotated[str, Meta(min_length=1)]
    pinned: bool | None = None


class NoteBody(Struct):
    """What changes of a note."""

    content: str | None = None
    pinned: bool | None = None


class NewPipelineBody(Struct):
    """A pipeline."""

    name: Name
    description: str | None = None
    currency: Annotated[str, Meta(min_length=3, max_length=3)] | None = None


class PipelineBody(Struct):
    """What changes of a pipeline; `order` is its place, from 0."""

    name: Name | None = None
    description: str | None = None
    currency: Annotated[str, Meta(min_length=3, max_length=3)] | None = None
    order: Annotated[int, Meta(ge=0)] | None = None


class NewStageBody(Struct):
    """A stage."""

    pipeline: Id
    name: Name
    description: str | None = None


class StageBody(Struct):
    """What changes of a stage; `order` is its place, from 0."""

    name: Name | None = None
    description: str | None = None
    order: Annotated[int, Meta(ge=0)] | None = None


class NewReasonBody(Struct):
    """A reason why deals are lost."""

    name: Name
    description: str | None = None


class ReasonBody(Struct):
    """What changes of a reason."""

    name: Name | None = None
    description: str | None = None


class TypeNameBody(Struct):
    """The name of a type of activities."""

    name: Name


class _TicketFields(Struct, kw_only=True):
    name: Text | None = None
    status: Literal[TICKET_STATUSES] | None = None  # type: ignore[valid-type]
    custom_id: Own | None = None
    due_date: Moment | None = None
    closed_at: Moment | None = None
    assigned_to: Id | None = None
    participants: Annotated[list[Id], Meta(max_length=100)] | None = None
    priority: Annotated[int, Meta(ge=-1000, le=1000)] | None = None
    attachments: dict[str, Any] | None = None
    person: Id | None = None
    user_id: Id | None = None
    company: Id | None = None
    company_id: Id | None = None


class NewTicketBody(_TicketFields, kw_only=True):
    """A ticket: `person` and `company` in the first version, `user_id` and `company_id` in the second."""

    description: Annotated[str, Meta(min_length=1, max_length=65_536)]


class TicketBody(_TicketFields, kw_only=True):
    """What changes of a ticket. Any other name is an attribute."""

    description: Annotated[str, Meta(min_length=1, max_length=65_536)] | None = None


BODIES: dict[Handler, Any] = {
    deals.create: NewDealBody, deals.update: DealBody, deals.update_or_create: NewDealBody,
    activities.create: NewActivityBody, activities.update: ActivityBody,
    products.create: ProductBody, products.update: ProductBody, products.update_or_create: ProductBody,
    products.create_event: ProductEventBody, notes.create: NewNoteBody, notes.update: NoteBody,
    pipelines.create_pipeline: NewPipelineBody, pipelines.change_pipeline: PipelineBody,
    pipelines.create_stage: NewStageBody, pipelines.change_stage: StageBody,
    pipelines.create_loss_reason: NewReasonBody, pipelines.change_loss_reason: ReasonBody,
    pipelines.create_type: TypeNameBody, pipelines.change_type: TypeNameBody,
}  # fmt: skip
