"""Products, pipelines with their stages, deals with their notes, and activities."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET

from hub.core.past import Arrival, Past, keep
from hub.crm.activities.durations import minutes_of
from hub.crm.activities.fields import ActivityFields
from hub.crm.activities.types import NewActivityType, create_activity_type, list_activity_types
from hub.crm.bringing import PastActivity, PastDeal, PastProduct, bring_activity, bring_deal, bring_product
from hub.crm.deals.fields import DealFields, OrderLine, Status
from hub.crm.pipelines.loss_reasons import NewLossReason, create_loss_reason, list_loss_reasons
from hub.crm.pipelines.pipelines import NewPipeline, create_pipeline, list_pipelines
from hub.crm.pipelines.stages import NewStage, create_stage
from hub.moving.moving import Moving
from hub.moving.people import take_notes, unknown_agent
from hub.moving.source import NotOffered
from hub.moving.values import Item, first, id_of, moment, names, number, numbers, text
from hub.people.standard import DEAL_STATUSES
from storage.filters import fold

_PRODUCT_FIELDS = frozenset({"id", "custom_id", "name", "price", "attributes", "created_at", "updated_at"})
_DEAL_FIELDS = frozenset(
    ("id", "name", "value", "currency", "custom_id", "deal_id", "stage", "pipeline", "assigned_to", "restricted_to", "agent",
     "products", "products_custom_id", "order_products", "company", "company_id", "company_custom_id", "person",
     "person_id", "person_user_id", "user_id", "user_custom_id", "status", "scope", "created_by", "created_at",
     "updated_at", "activities_status", "activities_status_updated_at", "expected_close_date", "loss_reason",
     "loss_reason_description", "won_at", "lost_at", "participants", "tags", "attributes", "status_history", "history")
)  # fmt: skip
_ACTIVITY_FIELDS = frozenset(
    ("id", "activity_type", "name", "datetime", "due_date", "duration", "description", "assigned_to", "deal", "deal_id",
     "person", "user_id", "company", "company_id", "done", "done_date", "created_by", "created_at", "updated_at",
     "custom_id", "attributes", "user_custom_id", "company_custom_id", "deal_custom_id")
)  # fmt: skip
_LONGEST_NAME, _LONGEST_TEXT = 254, 16_384


# ── products ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def take_products(moving: Moving, items: list[Item]) -> None:
    """Take a page of products."""

    async def take(item: Item) -> None:
        values = {name: item[name] for name in ("custom_id", "name") if item.get(name)}
        if item.get("price") is not None:
            values["price"] = str(item["price"])
        values |= await moving.words.own_values("product", item, _PRODUCT_FIELDS)
        done = await bring_product(moving.hub, moving.actor, PastProduct(moving.past(item), values))
        moving.count("products", item, done.outcome)

    await moving.each("products", items, take)


# ── pipelines ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def take_pipelines(moving: Moving, items: list[Item]) -> None:
    """Take pipelines and their stages, loss reasons and types of activities: those of a name that is here are the same."""
    for item in items:
        await moving.each("pipelines", [item], lambda item: _take_pipeline(moving, item))
    for kind, path in (("loss_reason", "/deal-loss-reasons/"), ("activity_type", "/activity-types/")):
        try:
            async for page in moving.account.pages(path):
                for item in page.items:
                    await _word(moving, kind, id_of(item), text(item.get("name")) or f"{path} {id_of(item)}")
        except NotOffered:
            continue  # then they are made as deals and activities name them


async def _take_pipeline(moving: Moving, item: Item) -> None:
    pipeline, is_new = await _pipeline(moving, id_of(item), text(item.get("name"), _LONGEST_NAME))
    listed = item.get("stages")
    stages: list[Item] = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    if not stages:
        async for page in moving.account.pages("/stages/", pipeline=id_of(item)):
            stages += [each for each in page.items if number(each.get("pipeline")) in (None, number(item["id"]))]
    for stage in sorted(stages, key=lambda each: number(each.get("order")) or 0):
        await _stage(moving, pipeline, id_of(stage), text(stage.get("name"), _LONGEST_NAME))
    moving.tallies["pipelines"].count("created" if is_new else "unchanged")


async def _pipeline(moving: Moving, id: str, name: str | None) -> tuple[int, bool]:
    """Return the id here of a pipeline there; that of its name, else a new one."""
    known = (await moving.here("pipeline", [id])).get(id)
    all = (await list_pipelines(moving.hub, moving.actor)).pipelines
    if known is not None and any(each.id == known for each in all):
        return known, False
    name = name or f"Pipeline {id}"
    same = next((each.id for each in all if fold(each.name) == fold(name)), None)
    made = same or (await create_pipeline(moving.hub, moving.actor, NewPipeline(name))).id
    await keep(moving.hub, moving.scope, Arrival("pipeline", Past(moving.name, id), ""), made)
    return made, same is None


async def _stage(moving: Moving, pipeline: int, id: str, name: str | None) -> int:
    """Return the id here of a stage there; that of its name in the pipeline, else a new one."""
    all = (await list_pipelines(moving.hub, moving.actor)).pipelines
    known = (await moving.here("stage", [id])).get(id)
    if known is not None and any(each.id == known for one in all for each in one.stages):
        return known
    name = name or f"Stage {id}"
    own = next(each.stages for each in all if each.id == pipeline)
    same = next((each.id for each in own if fold(each.name) == fold(name)), None)
    made = same or (await create_stage(moving.hub, moving.actor, NewStage(pipeline, name))).id
    await keep(moving.hub, moving.scope, Arrival("stage", Past(moving.name, id), ""), made)
    return made


async def _word(moving: Moving, kind: str, id: str, name: str) -> int:
    """Return the id here of a loss reason or a type of activities; that of its name, else a new one."""
    hub, actor = moving.hub, moving.actor
    all: list[Any]
    if kind == "loss_reason":
        all = list((await list_loss_reasons(hub, actor)).loss_reasons)
    else:
        all = list((await list_activity_types(hub, actor)).types)
    known = (await moving.here(kind, [id])).get(id)
    if known is not None and any(each.id == known for each in all):
        return known
    name = name[:_LONGEST_NAME]
    same = next((each.id for each in all if fold(each.name) == fold(name)), None)
    if same is not None:
        made = int(same)
    elif kind == "loss_reason":
        made = (await create_loss_reason(hub, actor, NewLossReason(name))).id
    else:
        made = (await create_activity_type(hub, actor, NewActivityType(name))).id
    await keep(hub, moving.scope, Arrival(kind, Past(moving.name, id), ""), made)
    return made


# ── deals ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def take_deals(moving: Moving, items: list[Item]) -> None:
    """Take a page of deals with their notes. Stages that nobody listed are made as deals name them."""
    for item in items:
        if number(item.get("pipeline")) is not None:
            pipeline, _ = await _pipeline(moving, str(number(item["pipeline"])), None)
            if number(item.get("stage")) is not None:
                await _stage(moving, pipeline, str(number(item["stage"])), None)
        if number(item.get("loss_reason")):
            await _word(
                moving, "loss_reason", str(number(item["loss_reason"])), f"Reason {number(item['loss_reason'])}"
            )

    async def take(item: Item) -> None:
        if moving.is_old(moment(item.get("updated_at"))):
            return
        author = await moving.words.author(item.get("created_by"))
        past = moving.past(item, author=author)
        done = await bring_deal(moving.hub, moving.actor, PastDeal(past, await _deal(moving, item)))
        moving.count("deals", item, done.outcome)
        await take_notes(moving, "deal", f"/deals/{id_of(item)}/", done.id, done.outcome)

    await moving.each("deals", items, take)


async def _deal(moving: Moving, item: Item) -> DealFields:
    fields: dict[str, Any] = {
        "name": text(item.get("name"), _LONGEST_NAME) or f"Deal {id_of(item)}",
        "custom_id": text(first(item, "custom_id", "deal_id"), 255), "status": _status(item.get("status")),
        "expected_close_date": (text(item.get("expected_close_date")) or "")[:10] or None,
        "attributes": await moving.words.own_values("deal", item, _DEAL_FIELDS),
        "tags": names(item.get("tags"))[:100],
    }  # fmt: skip
    if item.get("value") not in (None, ""):
        fields["value"] = str(item["value"])
    if text(item.get("currency")):
        fields["currency"] = item["currency"].strip().upper()
    scope = number(item.get("scope"))
    if scope is not None and scope < 10:
        fields["scope"] = scope
    for name in ("won_at", "lost_at"):
        if fields["status"] == name.removesuffix("_at") and moment(item.get(name)):
            fields[name] = moment(item[name])
    if fields["status"] == "lost":
        fields["loss_reason_description"] = (text(item.get("loss_reason_description")) or "")[:4000]
    return DealFields(**fields, **await _relations(moving, "deals", item), **await _place(moving, item))


def _status(value: Any) -> Status:
    code = number(value)
    if code is not None and code < len(DEAL_STATUSES):
        return DEAL_STATUSES[code]  # type: ignore[return-value]
    return value if value in DEAL_STATUSES else "in_progress"


async def _place(moving: Moving, item: Item) -> dict[str, Any]:
    """Return pipeline, stage, loss reason, products and participants as their ids here."""
    fields: dict[str, Any] = {}
    for name in ("pipeline", "stage", "loss_reason"):
        found = await moving.here(name, [number(item.get(name))])
        if found:
            fields[name] = next(iter(found.values()))
    lines = [each for each in item.get("order_products") or () if isinstance(each, dict)]
    ids = {*numbers(item.get("products")), *(number(first(each, "product_id", "product", "id")) for each in lines)}
    products = await moving.here("product", ids - {None})
    fields["products"] = [products[str(id)] for id in numbers(item.get("products")) if str(id) in products][:100]
    order = []
    for line in lines[:100]:
        product = products.get(str(number(first(line, "product_id", "product", "id"))))
        if product is None:
            moving.tell("deals", id_of(item), "A product of its order did not come in.")
            continue
        value, currency = line.get("value"), text(line.get("currency"))
        order.append(
            OrderLine(product, None, str(line.get("quantity") or 1), None if value is None else str(value), currency)
        )
    fields["order_products"] = order
    people = await moving.here("contact", numbers(item.get("participants")))
    fields["participants"] = list(dict.fromkeys(people.values()))[:100]
    return fields


async def _relations(moving: Moving, resource: str, item: Item) -> dict[str, Any]:
    """Return contact, company and agent of a deal or an activity as their ids here; who is missing here is told."""
    fields: dict[str, Any] = {}
    person = number(item.get("person")) or (number(item["user_id"]) if isinstance(item.get("user_id"), int) else None)
    company = number(item.get("company")) or (
        number(item["company_id"]) if isinstance(item.get("company_id"), int) else None
    )
    for name, id in (("contact", person), ("company", company)):
        if id is None:
            continue
        found = (await moving.here(name, [id])).get(str(id))
        if found is None:
            moving.tell(resource, id_of(item), f"Its {name} did not come in.")
        else:
            fields[name] = found
    if number(item.get("assigned_to")):
        agent = await moving.words.agent(item["assigned_to"])
        if agent is None:
            moving.tell(resource, id_of(item), unknown_agent(item["assigned_to"]))
        else:
            fields["assignee"] = agent
    return fields


# ── activities ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def take_activities(moving: Moving, items: list[Item]) -> None:
    """Take a page of activities. What is to be done yet reminds its agent, what is past reminds nobody."""
    for item in items:
        if number(item.get("activity_type")) is not None:
            id = str(number(item["activity_type"]))
            await _word(moving, "activity_type", id, f"Type {id}")

    async def take(item: Item) -> None:
        if moving.is_old(moment(item.get("updated_at"))):
            return
        past = moving.past(item, author=await moving.words.author(item.get("created_by")))
        done = await bring_activity(moving.hub, moving.actor, PastActivity(past, await _activity(moving, item)))
        moving.count("activities", item, done.outcome)

    await moving.each("activities", items, take)


async def _activity(moving: Moving, item: Item) -> ActivityFields:
    due, done = moment(first(item, "datetime", "due_date")), item.get("done") is True
    fields: dict[str, Any] = {
        "name": text(item.get("name"), _LONGEST_NAME) or f"Activity {id_of(item)}", "due": due if due else UNSET,
        "duration": _minutes(item.get("duration")), "description": (text(item.get("description")) or "")[:_LONGEST_TEXT],
        "done": done, "custom_id": text(item.get("custom_id"), 255),
        "attributes": await moving.words.own_values("activity", item, _ACTIVITY_FIELDS),
    }  # fmt: skip
    if done:
        fields["done_at"] = moment(first(item, "done_date", "updated_at", "datetime")) or UNSET
    kind = await moving.here("activity_type", [number(item.get("activity_type"))])
    if kind:
        fields["type"] = next(iter(kind.values()))
    deal = number(first(item, "deal", "deal_id"))
    if deal is not None:
        found = (await moving.here("deal", [deal])).get(str(deal))
        if found is not None:
            fields["deal"] = found
    return ActivityFields(**fields, **await _relations(moving, "activities", item))


def _minutes(duration: Any) -> int | None:
    """Return minutes of a number of them, or of a duration as it is written."""
    written = minutes_of(duration)
    return number(duration) if written is None else written
