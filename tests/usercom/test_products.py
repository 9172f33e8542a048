"""Products and what users did with them, over REST, as shops use it (section 8 of the wire's facts)."""

from __future__ import annotations

import pytest

from hub.crm.product_events import PRODUCT_EVENTS

BASE = "/api/public"
V2 = {"Accept": "*/*; version=2"}


@pytest.fixture
async def tea(api):
    """Tea, and Anna who wants some."""
    await api.post(f"{BASE}/users/", {"email": "a@b.com", "user_id": "anna"})
    return (await api.post(f"{BASE}/products/", {"custom_id": "tea", "name": "Tea"})).json["id"]


@pytest.mark.annex("X3")
@pytest.mark.parametrize("headers", [None, V2])
async def test_a_product_has_any_attributes_in_the_way_of_the_version(api, headers):
    body = {"custom_id": "tea", "name": "Tea", "price": 12.5, "Leaf size": "big", "in_stock": True}
    made = await api.post(f"{BASE}/products/", body, headers=headers)
    one = made.json
    assert made.status == 201 and list(one)[:6] == ["id", "custom_id", "name", "price", "created_at", "updated_at"]
    assert (one["custom_id"], one["name"], one["price"]) == ("tea", "Tea", "12.50")
    if headers:
        assert (one["leaf_size"], one["in_stock"]) == ("big", True)
    else:
        assert [(each["name_std"], each["value"]) for each in one["attributes"]] == [
            ("leaf_size", "big"),
            ("in_stock", True),
        ]
    for path in (
        "products-by-id/tea/details/",
        f"products/{one['id']}/",
        "products-by-id/tea",
        f"products/{one['id']}/details/",
    ):
        assert (await api.get(f"{BASE}/{path}", headers=headers)).json == one
    changed = await api("PUT", f"{BASE}/products-by-id/tea/", one | {"price": "13"}, headers=headers)
    assert (changed.status, changed.json["price"]) == (200, "13.00")
    upserted = await api.post(f"{BASE}/products/update_or_create/", {"custom_id": "tea", "price": 14}, headers=headers)
    assert upserted.json == {"created": False, "id": one["id"]}
    gone = await api("DELETE", f"{BASE}/products/{one['id']}/")
    assert (gone.status, gone.body, (await api.get(f"{BASE}/products-by-id/tea/")).status) == (204, b"", 404)


async def test_products_are_listed_and_searched(api):
    for n in range(101):
        assert (
            await api.post(f"{BASE}/products/", {"custom_id": f"p-{n}", "price": n, "kind": "tea" if n else "pot"})
        ).status == 201
    page = (await api.get(f"{BASE}/products/")).json
    assert (page["count"], len(page["results"])) == (101, 100)
    assert [each["custom_id"] for each in (await api.get(page["next"])).json["results"]] == ["p-100"]
    assert (await api.get(f"{BASE}/products/search/?custom_id=p-7", headers=V2)).json["price"] == "7.00"
    assert (await api.get(f"{BASE}/products/search/?kind=pot")).json["count"] == 1
    assert (await api.get(f"{BASE}/products/?price__gt=98")).json["count"] == 2
    assert (await api.get(f"{BASE}/products/?price[$gt]=98")).status == 400


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"price": {"$gt": 1}}, "price"), ({"price": 10**30}, "price"), ({"name": {"$ne": 1}}, "name"),
     ({"custom_id": ["x"]}, "custom_id"),
     ({"custom_id": "tea"}, "custom_id"), ({"name": "x" * 300}, "name")],
)  # fmt: skip
async def test_a_product_that_does_not_fit_is_refused_by_field(api, tea, wrong, field):
    refused = await api.post(f"{BASE}/products/", wrong)
    assert (refused.status, list(refused.json["errors"])) == (400, [field]), refused.body


async def test_a_product_event_tells_of_the_user_and_of_the_product(api, tea):
    anna = (await api.get(f"{BASE}/users-by-id/anna/")).json["id"]
    data = {"colour": "green", "price": "9.99", "custom_data": {"quantity": 3}}
    body = {"event_type": "add to cart", "timestamp": 1_700_000_000, "data": data}
    first = await api.post(f"{BASE}/products/{tea}/product_event/", body | {"client": anna})
    second = await api.post(f"{BASE}/products-by-id/tea/product_event/", body | {"user_custom_id": "anna"}, headers=V2)
    assert (first.status, list(first.json), second.status) == (201, ["id"], 201)
    product = (await api.get(f"{BASE}/products/{tea}/", headers=V2)).json
    assert (product["colour"], product["price"]) == ("green", "9.99") and "quantity" not in product
    event = (await api.get(f"{BASE}/users/{anna}/events/")).json["results"][0]
    assert (event["event"], event["timestamp"]) == ("add to cart", "2023-11-14T22:13:20.000000Z")
    assert {each["key"]: each["value"] for each in event["items"]}["quantity"] == 3


@pytest.mark.parametrize(
    "who", [{"client": "ANNA"}, {"user_id": "ANNA"}, {"user_id": "anna"}, {"user_custom_id": "anna"}]
)
async def test_a_product_event_names_its_user_in_either_spelling(api, tea, who):
    anna = (await api.get(f"{BASE}/users-by-id/anna/")).json["id"]
    body = {"event_type": "view"} | {name: anna if value == "ANNA" else value for name, value in who.items()}
    assert (await api.post(f"{BASE}/products/{tea}/product_event/", body)).status == 201


async def test_each_of_the_sixteen_types_is_taken_and_no_other(api, tea):
    for kind in PRODUCT_EVENTS:
        body = {"event_type": kind, "user_custom_id": "anna"}
        assert (await api.post(f"{BASE}/products-by-id/tea/product_event/", body)).status == 201, kind
    for wrong in ("stare", {"$ne": 1}, ["view"], 5):
        refused = await api.post(
            f"{BASE}/products-by-id/tea/product_event/", {"event_type": wrong, "user_custom_id": "anna"}
        )
        assert (refused.status, list(refused.json["errors"])) == (400, ["event_type"])
    assert (await api.post(f"{BASE}/products-by-id/tea/product_event/", {"user_custom_id": "anna"})).json == {
        "errors": {"event_type": ["This field is required."]}
    }


async def test_a_shop_makes_the_product_that_was_not_found_and_tries_again(api, tea):
    body = {"custom_id": "pot", "name": "Pot", "user_custom_id": "anna", "event_type": "view"}
    path = f"{BASE}/products-by-id/pot/product_event/"
    assert (await api.post(path, body, headers=V2)).json == {"detail": "Not found."}
    assert (await api.post(f"{BASE}/products/", {"custom_id": "pot", "name": "Pot"}, headers=V2)).status == 201
    assert (await api.post(path, body, headers=V2)).status == 201
    assert (await api.post(path, body | {"user_custom_id": "nobody"}, headers=V2)).json == {"detail": "Not found."}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"data": "x"}, "data"), ({"data": {"custom_data": [1]}}, "custom_data"), ({"data": {"price": "dear"}}, "price"),
     ({"timestamp": "soon"}, "timestamp"), ({"timestamp": 2**64}, "timestamp"), ({"timestamp": {"$gt": 0}}, "timestamp")],
)  # fmt: skip
async def test_a_product_event_that_does_not_fit_is_refused_and_changes_nothing(api, tea, wrong, field):
    body = {"event_type": "view", "user_custom_id": "anna", **wrong}
    before = (await api.get(f"{BASE}/products/{tea}/")).json
    refused = await api.post(f"{BASE}/products/{tea}/product_event/", body)
    assert (refused.status, list(refused.json["errors"])) == (400, [field]), refused.body
    assert (await api.get(f"{BASE}/products/{tea}/")).json == before
