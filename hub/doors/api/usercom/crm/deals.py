"""Deals: the object in both versions, and what is done with one or with a page of them."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from hub.core.actor import Actor
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.crm.deals import deals, finding
from hub.crm.deals.presenting import Deal
from hub.crm.records import WrittenBy
from hub.doors.api.compat import FieldErrors, compatible, timestamp
from hub.doors.api.usercom import bodies
from hub.doors.api.usercom.crm import asked, given
from hub.doors.api.usercom.paths import number_in, own_in
from hub.doors.api.usercom.shown import with_values
from hub.doors.api.usercom.versions import Version, name_in, version_of
from hub.people.standard import DEAL_STATUSES
from hub.people.vocabulary import Vocabulary, vocabulary

NAMES = {"assignee": "assigned_to", "loss_text": "loss_reason_description", "expected_close": "expected_close_date"}
"""our field → what clients call it"""


def shown(deal: Deal, words: Vocabulary, version: Version) -> dict[str, Any]:
    """Return a deal as the version has it; codes are texts of digits, but clients of the second compare `status` with numbers."""
    person, company = deal.contact, deal.company
    status = DEAL_STATUSES.index(deal.status)
    author = agent_of(deal.created_by)
    fields = {
        "id": deal.id, "name": deal.name, "value": deal.value, "currency": deal.currency, "custom_id": deal.custom_id,
        "stage": deal.stage, "pipeline": deal.pipeline, "assigned_to": deal.assignee, "restricted_to": deal.restricted_to,
        "agent": author, "products": [each.id for each in deal.products],
        "products_custom_id": [each.custom_id for each in deal.products if each.custom_id is not None],
        name_in(version, "deal", "company"): company and company.id, "company_custom_id": company and company.custom_id,
        name_in(version, "deal", "contact"): person and person.id,
        name_in(version, "deal", "contact_custom_id"): person and person.custom_id,
        "status": str(status) if version == 1 else status, "scope": str(deal.scope), "created_by": author,
        "created_at": timestamp(deal.created), "updated_at": timestamp(deal.updated),
        "activities_status": deal.activities_status,
        "activities_status_updated_at": six(deal.activities_status_updated_at),
        "expected_close_date": deal.expected_close_date, "participants": [each.id for each in deal.participants],
        "order_products": [
            {"product_id": each.product, "product_custom_id": each.product_custom_id, "name": each.name,
             "quantity": number(each.quantity), "value": each.value, "currency": each.currency}
            for each in deal.order_products
        ],
        "loss_reason": deal.loss_reason, "loss_reason_description": deal.loss_reason_description,
        "won_at": six(deal.won_at), "lost_at": six(deal.lost_at), "tags": deal.tags,
    }  # fmt: skip
    return with_values(fields, deal.attributes, words, "deal", version)


def agent_of(author: WrittenBy) -> int | None:
    """Return the agent who wrote something, or None where it was a key or a rule."""
    return author.id if author.kind == "agent" else None


def six(rfc3339: str | None) -> str | None:
    """Return a time of ours with six digits, or None."""
    return None if rfc3339 is None else timestamp(rfc3339)


def number(quantity: str) -> int | str:
    """Return a whole quantity as a number, one with decimal places as the text that it is."""
    return int(quantity) if quantity.isdecimal() else quantity


async def read(hub: Hub, actor: Actor, request: web.Request) -> Deal:
    """Return the deal in the path, by our id or by the client's own. Raises NotFound."""
    own = own_in(request)
    if own is None:
        return await deals.get_deal(hub, actor, deals.DealRef(number_in(request)))
    try:
        return await deals.get_deal_by_custom_id(hub, actor, deals.DealCustomId(own))
    except InvalidPayload:
        raise NotFound from None


@compatible(201)
async def create(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Make a deal; for a person, a stage or a product that is not there the answer is 404."""
    values = await _given(hub, actor, request)
    new = given.as_struct(deals.NewDeal, values, NAMES)
    with given.in_words("deal", NAMES):
        made = await deals.create_deal(hub, actor, new)
    return await _shown(hub, actor, request, made)


@compatible()
async def update(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Change what is named of a deal."""
    id = (await read(hub, actor, request)).id
    values = await _given(hub, actor, request)
    change = given.as_struct(deals.DealChange, values | {"deal": id}, NAMES)
    with given.in_words("deal", NAMES):
        changed = await deals.change_deal(hub, actor, change)
    return await _shown(hub, actor, request, changed)


@compatible()
async def update_or_create(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Change the deal of the client's own id, or make it."""
    values = await _given(hub, actor, request)
    yours = given.as_struct(deals.DealOfYours, values, NAMES)
    with given.in_words("deal", NAMES):
        done = await deals.upsert_deal(hub, actor, yours)
    return {"created": done.created, "id": done.deal.id}


@compatible(single=True)
async def get(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """One deal."""
    return await _shown(hub, actor, request, await read(hub, actor, request))


@compatible()
async def list_all(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """All deals, or those that the query asks for."""
    return await _page(hub, actor, request)


@compatible()
async def search(hub: Hub, actor: Actor, request: web.Request) -> Any:
    """One bare deal by the client's own id, an array with `many=true`, else a page."""
    own = asked.own_asked(request, "custom_id", "deal_id")
    if own is None:
        return await _page(hub, actor, request)

    async def one() -> dict[str, Any]:
        return await _shown(hub, actor, request, await deals.get_deal_by_custom_id(hub, actor, deals.DealCustomId(own)))

    return await asked.bare(request, one)


@compatible(204)
async def delete(hub: Hub, actor: Actor, request: web.Request) -> None:
    """Delete a deal with its notes."""
    await deals.delete_deal(hub, actor, deals.DealRef((await read(hub, actor, request)).id))


# ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _status(value: Any, name: str) -> str:
    return given.one_of(value, name, DEAL_STATUSES)


def _statuses(value: Any, name: str) -> list[str]:
    return [_status(value, name)]


_READS: asked.Reads = {
    "pipeline": ("pipeline", bodies.whole), "stage": ("stage", bodies.whole), "status": ("status", _statuses),
    "assigned_to": ("assignee", bodies.whole), "user_id": ("contact", bodies.whole), "person": ("contact", bodies.whole),
    "company": ("company", bodies.whole), "company_id": ("company", bodies.whole), "product": ("product", bodies.whole),
}  # fmt: skip


async def _page(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    find = finding.FindDeals(**await asked.found_by(hub, actor, request, "deal", _READS))
    words, version = await vocabulary(hub, actor.scope), version_of(request)

    async def found() -> tuple[list[Any], str | None]:
        page = await finding.find_deals(hub, actor, find)
        return [shown(each, words, version) for each in page.deals], page.cursor

    async def count() -> int:
        return (await finding.count_deals(hub, actor, find)).count

    return await asked.page_of(hub, request, found, count)


async def _shown(hub: Hub, actor: Actor, request: web.Request, deal: Deal) -> dict[str, Any]:
    return shown(deal, await vocabulary(hub, actor.scope), version_of(request))


async def _given(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Return what the body says of a deal; what is no field of it is an attribute. Raises FieldErrors."""
    body, version = await bodies.read_object(request), version_of(request)
    values: dict[str, Any] = {}
    for name in ("name", "currency", "loss_reason_description"):
        given.take(body, values, name, as_=given.text)
    for name in ("pipeline", "stage", "restricted_to", "loss_reason"):
        given.take(body, values, name, as_=bodies.whole)
    given.take(body, values, "custom_id", "custom_id", "deal_id", as_=bodies.own_id)
    given.take(body, values, "assignee", "assigned_to", as_=bodies.whole)
    given.take(body, values, "value")
    given.take(body, values, "scope", as_=_scope)
    given.take(body, values, "status", as_=_status)
    given.take(body, values, "expected_close_date", as_=given.day)
    for name in ("won_at", "lost_at"):
        given.take(body, values, name, as_=given.moment)
    for name, one in (
        ("participants", bodies.whole),
        ("products", bodies.whole),
        ("products_custom_id", bodies.own_id),
    ):
        given.take(body, values, name, as_=given.many_of(one))
    given.take(body, values, "order_products", as_=given.many_of(_line))
    given.take(body, values, "tags", as_=_tags)
    given.take_person(body, values, version)
    given.take_company(body, values)
    for name in _NEVER_NULL & {name for name, value in values.items() if value is None}:
        del values[name]  # a client sends back what it got
    values["attributes"] = bodies.values_of(body, await vocabulary(hub, actor.scope), "deal", create=True)
    return values


_NEVER_NULL = {
    "name", "currency", "pipeline", "stage", "status", "scope", "participants", "products", "products_custom_id",
    "order_products", "tags", "loss_reason_description",
}  # fmt: skip


_SCOPES = tuple("0123456789")


def _scope(value: Any, name: str) -> int:
    return int(given.one_of(value, name, _SCOPES))


def _tags(value: Any, name: str) -> list[str]:
    names = [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
    return list(given.many_of(given.text)(names, name))


def _line(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise FieldErrors(**{name: "Invalid data. Expected a dictionary."})
    left = dict(value)
    line: dict[str, Any] = {}
    given.take(left, line, "product", "product_id", "product", as_=lambda id, _: bodies.whole(id, name))
    given.take(left, line, "product_custom_id", as_=lambda own, _: bodies.own_id(own, name))
    given.take(left, line, "value")
    given.take(left, line, "quantity")
    given.take(left, line, "currency", as_=lambda code, _: given.text(code, name))
    return {field: each for field, each in line.items() if each is not None}
