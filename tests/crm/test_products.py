"""Products, and what contacts do with them."""

from __future__ import annotations

import asyncio

import pytest

from hub.crm.product_events import PRODUCT_EVENTS

from .conftest import refusal, until

pytestmark = pytest.mark.annex("API2")


async def test_a_product_has_a_name_a_price_and_attributes(crm):
    made = await crm(
        "POST",
        "products",
        attributes={"custom_id": "p-1", "name": "Sencha", "price": 12.5, "Origin": "Uji", "organic": True},
    )
    assert (made["custom_id"], made["name"], made["price"], made["attributes"]) == (
        "p-1",
        "Sencha",
        "12.50",
        {"origin": "Uji", "organic": True},
    )
    assert made == await crm("GET", f"products/{made['id']}") == await crm("GET", "products/by-custom-id/p-1")
    changed = await crm("PATCH", f"products/{made['id']}", attributes={"price": "0.1", "name": None})
    assert (changed["price"], changed["name"]) == ("0.10", None)
    assert await refusal(crm("POST", "products", attributes={"custom_id": "p-1"})) == 409
    assert await refusal(crm("POST", "products", attributes={"price": "free"})) == 400
    again = await asyncio.gather(
        *(crm("POST", "products/upsert", custom_id="p-2", attributes={"price": n}) for n in range(5))
    )
    assert [each["created"] for each in again].count(True) == 1 and len({each["product"]["id"] for each in again}) == 1
    where = {"all": [{"type": "attribute", "attribute": "price", "op": "lt", "value": "0.5"}]}
    found = await crm("POST", "products/find", where=where)
    assert made["id"] in [each["id"] for each in found["products"]]
    assert [each["id"] for each in (await crm("GET", "products?search=uji"))["products"]] == [made["id"]]


async def test_a_deleted_product_is_in_no_deal_and_what_was_ordered_stays_written_down(crm):
    product = (await crm("POST", "products", attributes={"custom_id": "p-1", "name": "Sencha", "price": 3}))["id"]
    deal = (await crm.deal(products=[product], order_products=[{"product": product}]))["id"]
    await crm("DELETE", f"products/{product}")

    async def free():
        return (await crm("GET", f"deals/{deal}"))["order_products"][0]["product"] is None

    await until(free)
    shown = await crm("GET", f"deals/{deal}")
    assert shown["products"] == [] and shown["order_products"][0]["name"] == "Sencha"
    assert (await crm("POST", "deals/count", product=product))["count"] == 0
    assert (await crm("POST", "products", attributes={"custom_id": "p-1"}))["id"] != product


async def test_a_product_event_is_an_event_of_the_contact_and_tells_of_the_product(crm):
    vera = await crm.contact(name="Vera", custom_id="v-1")
    product = await crm("POST", "products", attributes={"custom_id": "p-1", "name": "Sencha", "colour": "green"})
    kept = await crm(
        "POST", "product-events", contact_custom_id="v-1", product_custom_id="p-1", event_type="purchase",
        data={"colour": "dark green", "stock": 4}, custom_data={"size": "XL"}, at=1_700_000_000_000,
    )  # fmt: skip
    assert (kept["product"], kept["created"]) == (product["id"], False)
    assert (await crm("GET", f"products/{product['id']}"))["attributes"] == {"colour": "dark green", "stock": 4}
    (entry,) = list((await crm("GET", f"contacts/{vera}/timeline?kinds=event"))["entries"])
    assert (entry["id"], entry["data"]["name"], entry["at"]) == (kept["id"], "purchase", "2023-11-14T22:13:20.000Z")
    assert entry["data"]["data"] == {
        "product": product["id"], "product_id": "p-1", "name": "Sencha", "colour": "dark green", "stock": 4, "size": "XL",
    }  # fmt: skip
    where = {
        "all": [{"type": "event", "event": "purchase", "where": [{"property": "size", "op": "equals", "value": "XL"}]}]
    }
    assert [each["id"] for each in (await crm("POST", "contacts/find", where=where))["contacts"]] == [vera]


async def test_an_unknown_product_is_not_found_or_made_as_is_asked(crm):
    vera = await crm.contact(name="Vera")
    event = {"contact": vera, "product_custom_id": "p-9", "event_type": "view", "data": {"Colour": "red"}}
    assert await refusal(crm("POST", "product-events", **event)) == 404
    assert (await crm("GET", "products"))["products"] == []
    made = await crm("POST", "product-events", **event, make_unknown=True)
    product = await crm("GET", f"products/{made['product']}")
    assert (made["created"], product["custom_id"], product["name"], product["attributes"]) == (
        True,
        "p-9",
        None,
        {"colour": "red"},
    )


async def test_event_types_are_a_closed_list_of_sixteen(crm):
    assert len(PRODUCT_EVENTS) == 16
    vera = await crm.contact(name="Vera")
    product = (await crm("POST", "products", attributes={"name": "Sencha"}))["id"]
    for each in PRODUCT_EVENTS:
        await crm("POST", "product-events", contact=vera, product=product, event_type=each)
    told = {"contact": vera, "product": product, "event_type": "view"}
    for wrong, status in (
        ({"event_type": "stare"}, 400),
        ({"contact": 999_999}, 404),
        ({"product": 999_999}, 404),
        ({"at": 5 * 10**15}, 400),
        ({"data": {"price": "x"}}, 400),
    ):
        assert await refusal(crm("POST", "product-events", **told | wrong)) == status
    assert len((await crm("GET", f"contacts/{vera}/timeline?kinds=event"))["entries"]) == 16
