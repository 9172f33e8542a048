"""What a contact did with a product. It is an event of the contact like any other, named by its type, so conditions ask of it."""

from __future__ import annotations

from typing import Any, Literal, get_args

from msgspec import Struct

from hub.accounts.grants import CONTACTS_WRITE, CRM_WRITE
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.crm.collections import PRODUCTS
from hub.crm.events import ProductEventRecorded
from hub.crm.products import product_of_custom_id, product_or_new, tell_of_product
from hub.crm.records import CustomId, Id, stored
from hub.people.references import contact_named, standing_contacts
from hub.people.tracking.custom_events import ContactEvent, checked_event, record_event
from storage.engine import Batch, Document, Scope

ProductEventType = Literal[
    "add to cart", "purchase", "liking", "add to observation", "order", "reservation", "return", "view", "click", "detail",
    "add", "remove", "checkout", "checkout option", "refund", "promo click",
]  # fmt: skip
PRODUCT_EVENTS: tuple[str, ...] = get_args(ProductEventType)
"""The closed list of `usercom-wire`, section 8."""


class NewProductEvent(Struct, frozen=True, forbid_unknown_fields=True):
    """Who did what with which product.

    contact, product  by our ids, or by your own (`…_custom_id`)
    data              values of the product: they are kept with it, and unknown names become attributes
    custom_data       values of this one occurrence
    make_unknown      whether a product of an unknown custom id is made; without it there is none by that id
    """

    event_type: ProductEventType
    contact: Id | None = None
    contact_custom_id: CustomId | None = None
    product: Id | None = None
    product_custom_id: CustomId | None = None
    data: dict[str, Any] = {}
    custom_data: dict[str, Any] = {}
    at: int | None = None
    make_unknown: bool = False


class RecordedProductEvent(Struct, frozen=True):
    """A product event as it was kept; `created` where it made the product."""

    id: int
    product: int
    created: bool


@verb(CRM_WRITE)
async def record_product_event(hub: Hub, actor: Actor, new: NewProductEvent) -> RecordedProductEvent:
    """Keep what a contact did with a product, and what that tells of the product. Raises NotFound, InvalidPayload."""
    actor.require(CONTACTS_WRITE)
    scope = Scope(actor.scope.app)
    contact = await _contact(hub, scope, new)
    checked_event(hub, new.event_type, new.data | new.custom_data, new.at)  # before anything is written
    product, created = await _product(hub, scope, new)
    told = {"product": product["id"], "product_id": product.get("custom_id"), "name": product.get("name")}
    data = {name: value for name, value in (told | new.data | new.custom_data).items() if value is not None}
    event = await record_event(hub, actor, ContactEvent(contact, new.event_type, data, new.at))
    batch = Batch(scope)
    facts = {"contact": contact, "product": product["id"], "event_type": new.event_type, "id": event.id}
    await hub.follow_up(batch, ProductEventRecorded, facts)
    if batch.steps:
        await hub.commit(batch)
    hub.publish(ProductEventRecorded(app=scope.app, **facts))
    return RecordedProductEvent(event.id, product["id"], created)


async def _contact(hub: Hub, scope: Scope, new: NewProductEvent) -> int:
    if new.contact is not None:
        return (await standing_contacts(hub, scope, [new.contact]))[0]
    if new.contact_custom_id is not None:
        return await contact_named(hub, scope, new.contact_custom_id)
    raise InvalidPayload("Say whose event it is: `contact` or `contact_custom_id`.")


async def _product(hub: Hub, scope: Scope, new: NewProductEvent) -> tuple[Document, bool]:
    """Return the product with what the event tells of it, and whether it was made."""
    values = {name: value for name, value in new.data.items() if name != "custom_id"}
    if new.product is not None:
        await stored(hub, scope, PRODUCTS, new.product, "product")
        return await tell_of_product(hub, scope, new.product, values), False
    if new.product_custom_id is None:
        raise InvalidPayload("Say which product: `product` or `product_custom_id`.")
    if new.make_unknown:
        return await product_or_new(hub, scope, new.product_custom_id, values)
    found = await product_of_custom_id(hub, scope, new.product_custom_id)
    return await tell_of_product(hub, scope, found["id"], values), False
