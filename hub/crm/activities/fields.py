"""What is given of an activity, checked, as the fields that are kept."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.crm.activities.types import types_of
from hub.crm.collections import ACTIVITY_TYPES, DEALS
from hub.crm.records import (
    CustomId,
    Id,
    Moment,
    Name,
    check_agent,
    checked_title,
    named,
    own_fields,
    read_moment,
    stored,
)
from hub.people.references import check_company, company_named, contact_named, standing_contacts
from storage.engine import Document, Scope

Minutes = Annotated[int, Meta(ge=0, le=525_600)]


class ActivityFields(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What may be said of an activity. What is absent stays as it is; null takes a value away.

    type           the id of its type; the first one where none is said
    due            when it is to be done, or begins
    duration       in minutes
    done_at        when it was done; now where it is absent
    remind_before  minutes before `due` at which its agent is reminded; null for no reminder
    contact, company, deal   what it is about; `…_custom_id` names each by your own id
    """

    name: Name | UnsetType = UNSET
    type: Id | UnsetType = UNSET
    due: Moment | UnsetType = UNSET
    duration: Annotated[int, Meta(ge=0, le=10000000)] | UnsetType | None = UNSET
    description: Annotated[str, Meta(max_length=16_384)] | UnsetType = UNSET
    done: bool | UnsetType = UNSET
    done_at: Moment | UnsetType | None = UNSET
    assignee: Id | UnsetType | None = UNSET
    contact: Id | UnsetType | None = UNSET
    contact_custom_id: CustomId | UnsetType = UNSET
    company: Id | UnsetType | None = UNSET
    company_custom_id: CustomId | UnsetType = UNSET
    deal: Id | UnsetType | None = UNSET
    deal_custom_id: CustomId | UnsetType = UNSET
    custom_id: CustomId | UnsetType | None = UNSET
    remind_before: Minutes | UnsetType | None = UNSET
    attributes: dict[str, Any] = {}


_AS_GIVEN = ("duration", "done", "custom_id", "remind_before")


async def checked_activity(hub: Hub, scope: Scope, given: ActivityFields) -> Document:
    """Return what is given of an activity as fields. Raises InvalidPayload, NotFound."""
    fields: Document = {name: value for name in _AS_GIVEN if (value := getattr(given, name)) is not UNSET}
    if given.name is not UNSET:
        fields["name"] = checked_title(given.name)
    if given.description is not UNSET:
        fields["description"] = check_text(given.description, "description")
    if fields.get("custom_id"):
        check_text(fields["custom_id"], "custom_id")
    if given.type is not UNSET:
        await stored(hub, scope, ACTIVITY_TYPES, given.type, "type of activities")
        fields["type"] = given.type
    if given.due is not UNSET:
        fields["due"] = read_moment(given.due, "due")
        if fields["due"] is None:
            raise InvalidPayload("An activity is due at a time: `due`.")
    if given.done_at is not UNSET:
        fields["done_at"] = read_moment(given.done_at, "done_at")
    if given.assignee is not UNSET:
        fields["assignee"] = await check_agent(hub, scope, given.assignee)
    fields |= await _about(hub, scope, given)
    return fields | await own_fields(hub, scope, "activity", given.attributes)


async def _about(hub: Hub, scope: Scope, given: ActivityFields) -> Document:
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
    if given.deal is not UNSET:
        if given.deal is not None:
            await stored(hub, scope, DEALS, given.deal, "deal")
        fields["deal"] = given.deal
    elif given.deal_custom_id is not UNSET:
        fields["deal"] = (await named(hub, scope, DEALS, "deal.custom_id", given.deal_custom_id, "deal"))["id"]
    return fields


async def first_type(hub: Hub, scope: Scope) -> int:
    """Return the type of an activity that says none."""
    return int((await types_of(hub, scope))[0]["id"])
