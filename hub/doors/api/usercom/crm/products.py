"""Products and what users did with them, in both versions."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from hub.core.actor import Actor
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.crm import product_events, products
from hub.doors.api.compat import FieldErrors, compatible, timestamp
from hub.doors.api.usercom import bodies, users
from hub.doors.api.usercom.crm import asked, given
from hub.doors.api.usercom.paths import number_in, own_in
from hub.doors.api.usercom.shown import with_values
from hub.doors.api.usercom.versions import Version, version_of
from hub.people.vocabulary import Vocabulary, vocabulary


def shown(product: products.Product, words: Vocabulary, version: Version) -> dict[str, Any]:
    """Return a product as the version has it."""
    fields = {
        "id": product.id, "custom_id": product.custom_id, "name": product.name, "price": product.price,
        "created_at": timestamp(product.created), "updated_at": timestamp(product.updated),
    }  # fmt: skip
    return with_values(fields, product.attributes, words, "product", version)


async def read(hub: Hub, actor: Actor, request: web.Request) -> products.Product:
    """Return the product in the path, by our id or by the client's own. Raises NotFound."""
    own = own_in(request)
    if own is None:
        return await products.get_product(hub, actor, products.ProductRef(number_in(request)))
    try:
        return await products.get_product_by_custom_id(hub, actor, products.ProductCustomId(own))
    except InvalidPayload:
        raise NotFound from None


@compatible(201)
async def create(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Make a product, of which nothing has to be known."""
    values = await _given(hub, actor, request)
    with given.in_words("product"):
        made = await products.create_product(hub, actor, products.NewProduct(values))
    return await _shown(hub, actor, request, made)


@compatible()
async def update(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Change what is named of a product."""
    id = (await read(hub, actor, request)).id
    values = await _given(hub, actor, request)
    with given.in_words("product"):
        changed = await products.change_product(hub, actor, products.ProductChange(id, values))
    return await _shown(hub, actor, request, changed)


@compatible()
async def update_or_create(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Change the product of the client's own id, or make it."""
    values = await _given(hub, actor, request)
    own = values.pop("custom_id", None)
    if own is None:
        raise FieldErrors(custom_id="This field is required.")
    with given.in_words("product"):
        done = await products.upsert_product(hub, actor, products.ProductOfYours(own, values))
    return {"created": done.created, "id": done.product.id}


@compatible(single=True)
async def get(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """One product."""
    return await _shown(hub, actor, request, await read(hub, actor, request))


@compatible()
async def list_all(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """All products, or those that the query asks for."""
    return await _page(hub, actor, request)


@compatible()
async def search(hub: Hub, actor: Actor, request: web.Request) -> Any:
    """One bare product by the client's own id, an array with `many=true`, else a page."""
    own = asked.own_asked(request, "custom_id")
    if own is None:
        return await _page(hub, actor, request)

    async def one() -> dict[str, Any]:
        which = products.ProductCustomId(own)
        return await _shown(hub, actor, request, await products.get_product_by_custom_id(hub, actor, which))

    return await asked.bare(request, one)


@compatible(204)
async def delete(hub: Hub, actor: Actor, request: web.Request) -> None:
    """Delete a product; deals keep what they wrote down of it."""
    await products.delete_product(hub, actor, products.ProductRef((await read(hub, actor, request)).id))


@compatible(201)
async def create_event(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Keep what a user did with a product, and what that tells of the product."""
    product = (await read(hub, actor, request)).id
    body = await bodies.read_object(request)
    kind = body.get("event_type")
    if kind in (None, ""):
        raise FieldErrors(event_type="This field is required.")
    if kind not in product_events.PRODUCT_EVENTS:
        raise FieldErrors(event_type=f'"{str(kind)[:64]}" is not a valid choice.')
    data, custom_data = _data(body, "data"), {}
    if "custom_data" in data:
        custom_data = _data(data, "custom_data")
        del data["custom_data"]
    if body.get("name") not in (None, ""):
        data.setdefault("name", body["name"])
    values = bodies.values_of(data, await vocabulary(hub, actor.scope), "product", create=True)
    values.pop("custom_id", None)  # the path says which product it is
    at = body.get("timestamp")
    when = (
        None
        if at in (None, "", "0") or (at == 0 and at is not False)
        else given.moment(int(at) if _digits(at) else at, "timestamp")
    )
    contact = await users.named_in(hub, actor, body, version_of(request))
    new = product_events.NewProductEvent(
        kind, contact=contact, product=product, data=values, custom_data=custom_data, at=when
    )
    with given.in_words("product event", {"at": "timestamp"}, default="data"):
        return {"id": (await product_events.record_product_event(hub, actor, new)).id}


# ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _digits(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 15


def _data(body: dict[str, Any], name: str) -> dict[str, Any]:
    found = body.get(name) or {}
    if not isinstance(found, dict):
        raise FieldErrors(**{name: "Not a valid object."})
    return dict(found)


async def _page(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    find = products.FindProducts(**await asked.found_by(hub, actor, request, "product", {}))
    words, version = await vocabulary(hub, actor.scope), version_of(request)

    async def found() -> tuple[list[Any], str | None]:
        page = await products.find_products(hub, actor, find)
        return [shown(each, words, version) for each in page.products], page.cursor

    async def count() -> int:
        return (await products.count_products(hub, actor, find)).count

    return await asked.page_of(hub, request, found, count)


async def _shown(hub: Hub, actor: Actor, request: web.Request, product: products.Product) -> dict[str, Any]:
    return shown(product, await vocabulary(hub, actor.scope), version_of(request))


async def _given(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    body = await bodies.read_object(request)
    if body.get("custom_id") not in (None, ""):
        body["custom_id"] = bodies.own_id(body["custom_id"], "custom_id")
    return bodies.values_of(body, await vocabulary(hub, actor.scope), "product", create=True)
