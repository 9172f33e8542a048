"""Products: what is sold, with a price and attributes of the application's own. Events about them tell more of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from msgspec import Meta, Struct

from hub.accounts.grants import CRM_READ, CRM_WRITE
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.decimals import write_decimal
from hub.core.errors import Conflict, NotFound, Taken
from hub.core.hub import Hub
from hub.core.past import Arrival
from hub.core.verb import verb
from hub.crm.collections import PRODUCTS
from hub.crm.records import (
    CustomId,
    Id,
    Limit,
    change_record,
    changed,
    claim_custom_id,
    conditions,
    delete_record,
    made,
    named,
    page_of,
    searched,
    stored,
    taken,
    with_fields,
)
from hub.crm.releasing import order_release
from hub.people.contacts import own_values
from hub.people.editing import checked_fields
from hub.people.vocabulary import Vocabulary, vocabulary
from storage.engine import Batch, Document, Scope


class NewProduct(Struct, frozen=True, forbid_unknown_fields=True):
    """A product to be made: values by the names of attributes (`name`, `custom_id`, `price`); unknown names become attributes."""

    attributes: dict[str, Any]


class ProductChange(Struct, frozen=True, forbid_unknown_fields=True):
    """Values that change, by the names of their attributes; null takes one away."""

    product: Id
    attributes: dict[str, Any]


class ProductOfYours(Struct, frozen=True, forbid_unknown_fields=True):
    """A product by your own id, and values of it."""

    custom_id: CustomId
    attributes: dict[str, Any] = {}


class ProductRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which product."""

    product: Id


class ProductCustomId(Struct, frozen=True, forbid_unknown_fields=True):
    """Which product, by your own id."""

    custom_id: CustomId


class FindProducts(Struct, frozen=True, forbid_unknown_fields=True):
    """Which products: by conditions on attributes, by words, both or none."""

    where: dict[str, Any] | None = None
    search: str = ""
    sort: Annotated[str, Meta(pattern="^-?(updated|id)$")] = "-updated"
    limit: Limit = 50
    cursor: str | None = None


class Product(Struct, frozen=True):
    """A product. `price` is an exact decimal as text; the currency is that of whoever buys."""

    id: int
    custom_id: str | None
    name: str | None
    price: str | None
    attributes: dict[str, Any]
    created: str
    updated: str
    revision: int


class FoundProducts(Struct, frozen=True):
    """A page of products; without a cursor there are no more."""

    products: list[Product]
    cursor: str | None


class ProductCount(Struct, frozen=True):
    """How many products there are."""

    count: int


class UpsertedProduct(Struct, frozen=True):
    """A product that was made, or was there."""

    product: Product
    created: bool


@verb(CRM_READ)
async def get_product(hub: Hub, actor: Actor, which: ProductRef) -> Product:
    """Return a product. Raises NotFound."""
    found = await stored(hub, actor.scope, PRODUCTS, which.product, "product")
    return _shown(found, await vocabulary(hub, actor.scope))


@verb(CRM_READ)
async def get_product_by_custom_id(hub: Hub, actor: Actor, which: ProductCustomId) -> Product:
    """Return the product of your own id. Raises NotFound."""
    found = await product_of_custom_id(hub, actor.scope, which.custom_id)
    return _shown(found, await vocabulary(hub, actor.scope))


@verb(CRM_READ)
async def find_products(hub: Hub, actor: Actor, find: FindProducts) -> FoundProducts:
    """Return a page of products. Raises InvalidPayload."""
    filter = await conditions(hub, actor.scope, "product", find.where)
    if find.search.strip():
        page = await searched(hub, actor.scope, PRODUCTS, filter, find.search, find.limit)
    else:
        page = await page_of(hub, actor.scope, PRODUCTS, filter, find.sort, find.limit, find.cursor)
    words = await vocabulary(hub, actor.scope)
    return FoundProducts([_shown(each, words) for each in page.items], page.cursor)


@verb(CRM_READ)
async def count_products(hub: Hub, actor: Actor, find: FindProducts) -> ProductCount:
    """Return how many products are found, words aside. Raises InvalidPayload."""
    filter = await conditions(hub, actor.scope, "product", find.where)
    return ProductCount(await hub.store.count(actor.scope, PRODUCTS, filter, scan=True))


@verb(CRM_WRITE)
async def create_product(hub: Hub, actor: Actor, new: NewProduct) -> Product:
    """Make a product. Raises InvalidPayload, and Taken for another one's custom id."""
    made = await insert_product(hub, actor.scope, new.attributes)
    return _shown(made, await vocabulary(hub, actor.scope))


@verb(CRM_WRITE)
async def change_product(hub: Hub, actor: Actor, change: ProductChange) -> Product:
    """Change a product; deals keep what they wrote down of it. Raises NotFound, InvalidPayload, Taken."""
    after = await tell_of_product(hub, actor.scope, change.product, change.attributes)
    return _shown(after, await vocabulary(hub, actor.scope))


@verb(CRM_WRITE)
async def upsert_product(hub: Hub, actor: Actor, given: ProductOfYours) -> UpsertedProduct:
    """Change the product of your own id, or make it where there is none. Raises InvalidPayload."""
    found, created = await product_or_new(hub, actor.scope, given.custom_id, given.attributes)
    return UpsertedProduct(_shown(found, await vocabulary(hub, actor.scope)), created)


@verb(CRM_WRITE)
async def delete_product(hub: Hub, actor: Actor, which: ProductRef) -> None:
    """Delete a product; deals keep what they wrote down of it. Raises NotFound."""

    async def turn(product: Document, batch: Batch) -> Document:
        claim_custom_id(batch, "product.custom_id", product["id"], product.get("custom_id"), None)
        await order_release(hub, batch, "product", product["id"])
        return {}

    await delete_record(hub, actor.scope, PRODUCTS, which.product, "product", turn)


async def product_of_custom_id(hub: Hub, scope: Scope, custom_id: str) -> Document:
    """Return the stored product of a custom id. Raises NotFound."""
    return await named(hub, scope, PRODUCTS, "product.custom_id", custom_id, "product")


async def products_there(hub: Hub, scope: Scope, ids: Iterable[int]) -> dict[int, Document]:
    """Return the stored products of these ids. Raises NotFound where one is not there."""
    wanted = list(ids)
    found = await hub.store.get_many(scope, PRODUCTS, wanted) if wanted else {}
    for id in wanted:
        if id not in found:
            raise NotFound(f"There is no product by the id {id}.")
    return found


async def product_or_new(hub: Hub, scope: Scope, custom_id: str, values: dict[str, Any]) -> tuple[Document, bool]:
    """Return the product of a custom id with these values, and whether it was made. Raises InvalidPayload, Conflict."""
    for _ in range(3):  # another one may make or delete it at the same moment
        id = await hub.store.key(scope, "product.custom_id", custom_id)
        try:
            if id is not None:
                return await tell_of_product(hub, scope, id, values), False
            return await insert_product(hub, scope, values | {"custom_id": custom_id}), True
        except (Taken, NotFound):
            continue
    raise Conflict


async def insert_product(hub: Hub, scope: Scope, values: dict[str, Any], arrival: Arrival | None = None) -> Document:
    """Make a product of values, or one that was elsewhere; return it. Raises InvalidPayload, Taken."""
    fields = await checked_fields(hub, scope, "product", values)
    now = (arrival and arrival.past.created) or hub.clock.now()
    base = {"id": await hub.ids.next("product"), "attrs": {}, "created": now, "updated": now, "revision": 1}
    product = made(base, fields)
    batch = Batch(Scope(scope.app))
    claim_custom_id(batch, "product.custom_id", product["id"], None, product.get("custom_id"))
    if arrival:
        arrival.claim(batch, product["id"])
    batch.insert(PRODUCTS, product)
    if (await hub.commit(batch)).existing:
        raise taken("product")
    return product


async def tell_of_product(hub: Hub, scope: Scope, id: int, values: dict[str, Any]) -> Document:
    """Keep values of a product, the last ones win; return it. Raises NotFound, InvalidPayload, Taken."""
    fields = await checked_fields(hub, scope, "product", values)

    async def turn(product: Document, batch: Batch) -> Document:
        changes = changed(product, fields)
        new = with_fields(product, changes).get("custom_id")
        claim_custom_id(batch, "product.custom_id", id, product.get("custom_id"), new)
        return changes

    return await change_record(hub, scope, PRODUCTS, id, "product", turn)


def _shown(product: Document, words: Vocabulary) -> Product:
    price = product.get("price")
    return Product(
        id=product["id"], custom_id=product.get("custom_id"), name=product.get("name"),
        price=None if price is None else write_decimal(price), attributes=own_values(product, words, "product"),
        created=rfc3339(product["created"]), updated=rfc3339(product["updated"]), revision=product["revision"],
    )  # fmt: skip
