"""Deals and what they are sorted by, over REST, as User.com answers them in both versions (API2.5–API2.8)."""

from __future__ import annotations

import re
from typing import Any

import pytest

BASE = "/api/public"
V2 = {"Accept": "*/*; version=2"}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}000Z")
FIRST_KEYS = [
    "id", "name", "value", "currency", "custom_id", "stage", "pipeline", "assigned_to", "restricted_to", "agent", "products",
    "products_custom_id", "company", "company_custom_id", "person", "person_id", "status", "scope", "created_by",
    "created_at", "updated_at", "activities_status", "activities_status_updated_at", "expected_close_date",
]  # fmt: skip
"""The order of the vendor's example (`usercom-wire`, section 6)."""


@pytest.fixture
async def shop(api):
    """What a shop has: a user, a company and two products, each by the shop's own id."""
    made = {
        "user": await api.post(f"{BASE}/users/", {"email": "anna@shop.example", "user_id": "anna"}),
        "company": await api.post(f"{BASE}/companies/", {"name": "Acme", "company_id": "acme"}),
        "tea": await api.post(f"{BASE}/products/", {"custom_id": "tea", "name": "Tea", "price": "12.50"}),
        "pot": await api.post(f"{BASE}/products/", {"custom_id": "pot", "name": "Pot"}),
    }
    assert {answer.status for answer in made.values()} == {201}
    return {name: answer.json["id"] for name, answer in made.items()}


@pytest.mark.annex("API2.5", "R2")
async def test_a_deal_of_the_first_version_is_as_recorded(api, shop):
    body = {
        "name": "#000001", "value": 525, "currency": "USD", "deal_id": "order-1", "person": shop["user"],
        "company": shop["company"], "products": [shop["tea"], shop["pot"]], "status": 1, "scope": 2,
        "expected_close_date": "2030-02-03", "Colour": "red", "tags": ["big"],
    }  # fmt: skip
    made = await api.post(f"{BASE}/deals/", body)
    one = made.json
    assert made.status == 201 and list(one)[: len(FIRST_KEYS)] == FIRST_KEYS
    assert {name: one[name] for name in FIRST_KEYS if name not in ("id", "stage", "pipeline", "created_at", "updated_at")} == {
        "name": "#000001", "value": "525.00", "currency": "USD", "custom_id": "order-1", "assigned_to": None,
        "restricted_to": None, "agent": None, "products": [shop["tea"], shop["pot"]], "products_custom_id": ["tea", "pot"],
        "company": shop["company"], "company_custom_id": "acme", "person": shop["user"], "person_id": "anna", "status": "1",
        "scope": "2", "created_by": None, "activities_status": "3", "activities_status_updated_at": None,
        "expected_close_date": "2030-02-03",
    }  # fmt: skip
    assert MOMENT.fullmatch(one["created_at"]) and MOMENT.fullmatch(one["updated_at"])
    assert [(each["name_std"], each["value"]) for each in one["attributes"]] == [("colour", "red")]
    assert one["tags"] == ["big"]
    first = (await api.get(f"{BASE}/pipelines/")).json["results"][0]
    assert (one["pipeline"], one["stage"]) == (first["id"], first["stages"][0]["id"])


@pytest.mark.annex("API2.5", "R2")
async def test_a_shops_deal_of_the_second_version_has_its_order_written_down(api, shop):
    body = {
        "custom_id": "7", "name": "#000007", "user_custom_id": "anna", "value": 31.5, "currency": "PLN", "colour": "red",
        "order_products": [{"product_custom_id": "tea", "quantity": 2, "value": 12.5, "currency": "PLN"}],
        "products_custom_id": ["tea"],
    }  # fmt: skip
    made = await api.post(f"{BASE}/deals/", body, headers=V2)
    one = made.json
    assert made.status == 201 and one["colour"] == "red"
    assert not {"attributes", "person", "person_id", "company"} & set(one)
    assert (one["user_id"], one["user_custom_id"], one["company_id"]) == (shop["user"], "anna", None)
    assert (one["value"], one["currency"], one["status"]) == ("31.50", "PLN", 1)
    line = {
        "product_id": shop["tea"], "product_custom_id": "tea", "name": "Tea", "quantity": 2, "value": "12.50", "currency": "PLN",
    }  # fmt: skip
    assert one["order_products"] == [line]
    again = await api("PUT", f"{BASE}/deals-by-id/7/", body | {"status": "2", "value": "40.00"}, headers=V2)
    assert (again.status, again.json["status"], again.json["value"]) == (200, 2, "40.00")
    assert MOMENT.fullmatch(again.json["won_at"])


async def test_a_deal_of_a_user_that_is_not_there_is_404_and_comes_after_the_user_was_made(api):
    body = {"custom_id": "8", "name": "#000008", "user_custom_id": "new@shop.example", "value": 1, "currency": "EUR"}
    assert (await api.post(f"{BASE}/deals/", body, headers=V2)).json == {"detail": "Not found."}
    assert (await api.get(f"{BASE}/deals-by-id/8/")).status == 404, "nothing half done"
    await api.post(f"{BASE}/users/", {"email": "new@shop.example", "custom_id": "new@shop.example"}, headers=V2)
    assert (await api.post(f"{BASE}/deals/", body, headers=V2)).status == 201


@pytest.mark.annex("API2.5")
@pytest.mark.parametrize(
    "wrong",
    [
        {"user_id": 99_999}, {"person": 99_999}, {"person_user_id": "nobody"}, {"company_custom_id": "nobody"},
        {"company_id": 99_999}, {"stage": 99_999}, {"pipeline": 99_999}, {"products": [99_999]},
        {"products_custom_id": ["nothing"]}, {"order_products": [{"product_id": 99_999}]}, {"assigned_to": 99_999},
        {"loss_reason": 99_999}, {"participants": [99_999]},
    ],
)  # fmt: skip
async def test_whatever_a_deal_refers_to_has_to_be_there(api, wrong):
    refused = await api.post(f"{BASE}/deals/", {"name": "x", **wrong})
    assert (refused.status, refused.json) == (404, {"detail": "Not found."})
    assert (await api.get(f"{BASE}/deals/")).json["count"] == 0


@pytest.mark.annex("API2.6")
@pytest.mark.parametrize("headers", [None, V2])
async def test_both_spellings_change_a_deal_in_both_versions(api, shop, headers):
    id = (await api.post(f"{BASE}/deals/", {"name": "x", "custom_id": "c"})).json["id"]
    own, ours = ("user_id", "company_id") if headers else ("person", "company")
    for body in (
        {"user_id": shop["user"]},
        {"person": shop["user"]},
        {"user_custom_id": "anna"},
        {"person_user_id": "anna"},
    ):
        changed = await api("PUT", f"{BASE}/deals/{id}/", body, headers=headers)
        assert (changed.status, changed.json[own]) == (200, shop["user"]), body
        assert (await api("PATCH", f"{BASE}/deals-by-id/c", {"person": None}, headers=headers)).json[own] is None
    for body in ({"company": shop["company"]}, {"company_id": shop["company"]}, {"company_custom_id": "acme"}):
        assert (await api("PUT", f"{BASE}/deals/{id}/", body, headers=headers)).json[ours] == shop["company"]
    whole = (await api.get(f"{BASE}/deals/{id}/", headers=headers)).json
    back = await api("PUT", f"{BASE}/deals/{id}/", whole, headers=headers)
    assert back.status == 200, "an object can be sent back as it came"
    assert back.json | {"updated_at": 0} == whole | {"updated_at": 0}


@pytest.mark.annex("API2.6")
async def test_a_text_as_user_id_is_the_clients_own_id_in_the_first_version_and_ours_in_the_second(api, shop):
    id = (await api.post(f"{BASE}/deals/", {"name": "x", "user_id": "anna"})).json["id"]
    assert (await api.get(f"{BASE}/deals/{id}/")).json["person"] == shop["user"]
    ours = await api("PUT", f"{BASE}/deals/{id}/", {"user_id": str(shop["user"])}, headers=V2)
    assert (ours.status, ours.json["user_id"]) == (200, shop["user"])
    assert list((await api("PUT", f"{BASE}/deals/{id}/", {"user_id": "anna"}, headers=V2)).json["errors"]) == [
        "user_id"
    ]


@pytest.mark.annex("API2.6")
async def test_codes_come_in_as_numbers_and_go_out_as_texts(api):
    id = (await api.post(f"{BASE}/deals/", {"name": "x"})).json["id"]
    reason = (await api.post(f"{BASE}/deal-loss-reasons/", {"name": "Too dear"})).json["id"]
    for code in (0, 2, 3, 4, 1):
        changed = await api("PUT", f"{BASE}/deals/{id}/", {"status": code, "loss_reason": reason, "scope": code})
        assert (changed.json["status"], changed.json["scope"]) == (str(code), str(code))
    lost = await api(
        "PUT", f"{BASE}/deals/{id}/", {"status": "3", "loss_reason": reason, "lost_at": "2026-01-02T03:04:05Z"}
    )
    assert (lost.json["lost_at"], lost.json["loss_reason"]) == ("2026-01-02T03:04:05.000000Z", reason)
    for wrong in ({"status": 5}, {"status": "sold"}, {"scope": 10}, {"status": True}):
        refused = await api("PUT", f"{BASE}/deals/{id}/", wrong)
        assert (refused.status, list(refused.json["errors"])) == (400, list(wrong))


@pytest.mark.annex("API2.5", "API2.6")
async def test_update_or_create_makes_a_deal_once(api):
    first = await api.post(f"{BASE}/deals/update_or_create/", {"custom_id": "c", "name": "x", "value": "1.00"})
    second = await api.post(f"{BASE}/deals/update_or_create/", {"custom_id": "c", "value": "2.00"})
    assert (first.status, first.json["created"], second.json) == (200, True, {"created": False, "id": first.json["id"]})
    assert (await api.get(f"{BASE}/deals-by-id/c/")).json["value"] == "2.00"
    assert (await api.post(f"{BASE}/deals/update_or_create/", {"name": "x"})).json == {
        "errors": {"custom_id": ["This field is required."]}
    }
    assert list((await api.post(f"{BASE}/deals/update_or_create/", {"custom_id": "d"})).json["errors"]) == ["name"]


@pytest.mark.annex("API2.6", "U11")
async def test_a_deal_that_somebody_changed_meanwhile_is_not_overwritten(api):
    made = (await api.post(f"{BASE}/deals/", {"name": "x"})).json
    path = f"{BASE}/deals/{made['id']}/"
    tag = {"If-Match": (await api.get(path)).headers["ETag"]}
    assert (await api("PUT", path, {"value": 1}, headers=tag)).status == 200
    assert (await api("PUT", path, {"value": 2}, headers=tag)).status == 412
    assert (await api.get(path)).json["value"] == "1.00"


@pytest.mark.annex("API2.7")
async def test_a_deal_is_deleted_by_either_id(api):
    for base in ("deals-by-id/c", None):
        id = (await api.post(f"{BASE}/deals/", {"name": "x", "custom_id": "c"})).json["id"]
        gone = await api("DELETE", f"{BASE}/{base or f'deals/{id}'}/")
        assert (gone.status, gone.body) == (204, b"")
        assert (await api.get(f"{BASE}/deals/{id}/")).json == {"detail": "Not found."}
        assert (await api("DELETE", f"{BASE}/deals/{id}/")).status == 404


@pytest.mark.annex("API2.8")
async def test_deals_are_listed_in_pages_whose_next_is_followed_as_it_is(api):
    for n in range(103):
        assert (await api.post(f"{BASE}/deals/", {"name": f"#{n}"})).status == 201
    page = (await api.get(f"{BASE}/deals/")).json
    assert list(page) == ["count", "next", "previous", "results"] and (page["count"], len(page["results"])) == (
        103,
        100,
    )
    assert page["next"].startswith("http") and page["previous"] is None
    rest = (await api.get(page["next"])).json
    assert (rest["count"], rest["next"], [each["name"] for each in rest["results"]]) == (
        103,
        None,
        ["#100", "#101", "#102"],
    )
    assert (await api.get(f"{BASE}/deals?cursor=nonsense")).status == 404


@pytest.mark.annex("API2.8")
async def test_deals_are_searched_by_own_id_place_people_and_attributes(api, shop):
    stages = (await api.get(f"{BASE}/stages/")).json["results"]
    one = (
        await api.post(
            f"{BASE}/deals/",
            {
                "name": "Tea",
                "custom_id": "c",
                "value": 100,
                "user_custom_id": "anna",
                "stage": stages[1]["id"],
                "colour": "red",
            },
            headers=V2,
        )
    ).json
    await api.post(f"{BASE}/deals/", {"name": "Pots", "value": 5, "status": 2})
    assert (await api.get(f"{BASE}/deals/search/?custom_id=c/", headers=V2)).json["id"] == one["id"]
    assert [each["id"] for each in (await api.get(f"{BASE}/deals/search/?custom_id=c&many=true")).json] == [one["id"]]
    assert (await api.get(f"{BASE}/deals/search/?custom_id=d&many=true")).json == []
    assert (await api.get(f"{BASE}/deals/search/?custom_id=d")).json == {"detail": "Not found."}
    for query in (
        f"stage={stages[1]['id']}", "status=1", f"user_id={shop['user']}", f"person={shop['user']}", "name=tea",
        "value__gte=50", "colour=red", "colour__icontains=RE", "search=created_at&min=1500000000&name__startswith=T",
    ):  # fmt: skip
        for call in ("deals/", "deals/search/"):
            page = (await api.get(f"{BASE}/{call}?{query}")).json
            assert (page["count"], [each["id"] for each in page["results"]]) == (1, [one["id"]]), query
    for wrong in (
        "email[$gt]=",
        "nothing=1",
        "value__regex=1",
        "stage=x",
        "status=9",
        "stage=99999999999999999999",
        "name[$ne]=x",
    ):
        assert (await api.get(f"{BASE}/deals/?{wrong}")).status == 400, wrong


@pytest.mark.annex("API2.5", "API2.6")
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"), ({"name": {"$ne": None}}, "name"), ({"name": ["x"]}, "name"), ({"name": " "}, "name"),
        ({"value": {"$gt": 0}}, "value"), ({"value": "dear"}, "value"), ({"value": 10**30}, "value"),
        ({"currency": "GOLD"}, "currency"), ({"currency": 5}, "currency"), ({"stage": 2**64}, "stage"),
        ({"stage": {"$gt": 0}}, "stage"), ({"pipeline": "x"}, "pipeline"), ({"user_id": -1}, "user_id"),
        ({"custom_id": {"$ne": 1}}, "custom_id"), ({"custom_id": "x" * 256}, "custom_id"), ({"products": 5}, "products"),
        ({"products": [{"$gt": 0}]}, "products"), ({"order_products": ["x"]}, "order_products"),
        ({"order_products": [{}]}, "order_products"), ({"order_products": [{"product_id": 2**64}]}, "order_products"),
        ({"expected_close_date": "soon"}, "expected_close_date"), ({"won_at": "soon"}, "won_at"),
        ({"won_at": 2**64}, "won_at"), ({"tags": {"$ne": 1}}, "tags"), ({"participants": [2**64]}, "participants"),
        ({"products": [1] * 101}, "products"), ({"loss_reason": "x"}, "loss_reason"),
    ],
)  # fmt: skip
async def test_a_deal_that_does_not_fit_is_refused_by_the_clients_name_of_the_field(api, body, field):
    sent = body if "name" in body or not body else {"name": "x", **body}
    refused = await api.post(f"{BASE}/deals/", sent, headers=V2)
    assert (refused.status, list(refused.json["errors"])) == (400, [field]), refused.body
    assert (await api.get(f"{BASE}/deals/")).json["count"] == 0


async def test_strange_bodies_and_ids_of_a_deal_are_no_failures(api):
    await api.post(f"{BASE}/deals/", {"name": "x", "custom_id": "c"})
    twice: Any = b'{"name": "first", "name": "second"}'
    assert (await api.post(f"{BASE}/deals/", data=twice)).json["name"] == "second"
    for raw in (b"[1]", b"{", b'{"name": "\\ud800"}', b'{"name": "x", "custom_id": "\\ud800"}', b"\xff"):
        assert (await api.post(f"{BASE}/deals/", data=raw)).status == 400, raw
    for field in ("status", "scope", "value", "stage", "custom_id", "user_id"):
        huge = b'{"name": "x", "%s": %s}' % (field.encode(), b"9" * 5000)
        assert (await api.post(f"{BASE}/deals/", data=huge)).status == 400, field
    taken = await api.post(f"{BASE}/deals/", {"name": "y", "custom_id": "c"})
    assert taken.json == {"errors": {"custom_id": ["deal with this custom_id already exists."]}}
    for id in ("0", "-1", "x", "99999999999999999999", "%00", "1e3"):
        assert (await api.get(f"{BASE}/deals/{id}/")).status == 404, id
    long = "y" * 255
    assert (await api.post(f"{BASE}/deals/", {"name": "x", "custom_id": long})).status == 201
    assert (await api.get(f"{BASE}/deals/search/?custom_id={long}z")).status == 404
    for own in ("nothing", "x" * 300, "%ED%A0%80", "%00", "$ne"):
        assert (await api.get(f"{BASE}/deals-by-id/{own}/")).status == 404, own


# ── pipelines, stages, loss reasons ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("headers", [None, V2])
@pytest.mark.annex("R2")
async def test_a_stage_is_as_documented_and_takes_its_pipeline_as_a_text(api, headers):
    pipeline = (await api.post(f"{BASE}/pipelines/", {"name": "Shop", "description": "Orders"}, headers=headers)).json
    assert pipeline | {"id": 0, "order": 0} == {
        "id": 0, "name": "Shop", "description": "Orders", "currency": "USD", "order": 0, "stages": [],
    }  # fmt: skip
    body = {"pipeline": str(pipeline["id"]), "name": "New stage", "description": "your description"}
    made = await api.post(f"{BASE}/stages/", body, headers=headers)
    stage = made.json
    assert made.status == 201 and list(stage) == ["id", "name", "description", "pipeline", "order"]
    assert stage == {"id": stage["id"], **body, "pipeline": pipeline["id"], "order": 0}
    deal = (await api.post(f"{BASE}/deals/", {"name": "x", "pipeline": pipeline["id"]}, headers=headers)).json
    assert (deal["pipeline"], deal["stage"]) == (pipeline["id"], stage["id"])
    second = (await api.post(f"{BASE}/stages/", {"pipeline": pipeline["id"], "name": "Paid"}, headers=headers)).json
    moved = await api("PUT", f"{BASE}/stages/{second['id']}/", {"order": 0, "name": "Paid!"}, headers=headers)
    assert (moved.json["name"], moved.json["order"]) == ("Paid!", 0)
    listed = (await api.get(f"{BASE}/stages/?pipeline={pipeline['id']}", headers=headers)).json
    assert (listed["count"], [each["name"] for each in listed["results"]]) == (2, ["Paid!", "New stage"])
    kept = await api("DELETE", f"{BASE}/stages/{stage['id']}/", headers=headers)
    assert kept.status == 400 and "move_to" in kept.json["errors"], "a deal stands in it"
    assert (
        await api("DELETE", f"{BASE}/stages/{stage['id']}/", {"move_to": second["id"]}, headers=headers)
    ).status == 204
    renamed = await api("PATCH", f"{BASE}/pipelines/{pipeline['id']}/", {"name": "Orders"}, headers=headers)
    assert (renamed.status, renamed.json["name"]) == (200, "Orders")


async def test_an_empty_pipeline_goes_and_the_last_one_stays(api):
    first = (await api.get(f"{BASE}/pipelines/")).json["results"][0]["id"]
    second = (await api.post(f"{BASE}/pipelines/", {"name": "Shop"})).json["id"]
    assert (await api("DELETE", f"{BASE}/pipelines/{second}/")).status == 204
    assert (await api.get(f"{BASE}/pipelines/{second}/")).json == {"detail": "Not found."}
    assert (await api("DELETE", f"{BASE}/pipelines/{first}/")).status == 400


async def test_loss_reasons_are_made_described_and_deleted(api):
    made = (await api.post(f"{BASE}/deal-loss-reasons/", {"name": "Too dear", "description": "Price"})).json
    assert made == {"id": made["id"], "name": "Too dear", "description": "Price"}
    changed = await api("PUT", f"{BASE}/deal-loss-reasons/{made['id']}/", {"name": "Price"})
    assert changed.json == made | {"name": "Price"}
    assert (await api.get(f"{BASE}/deal-loss-reasons/")).json["results"] == [changed.json]
    assert (await api("DELETE", f"{BASE}/deal-loss-reasons/{made['id']}/")).status == 204
    assert (await api.get(f"{BASE}/deal-loss-reasons/{made['id']}/")).status == 404


@pytest.mark.parametrize("base", ["pipelines", "stages", "deal-loss-reasons", "activity-types"])
async def test_short_lists_refuse_what_does_not_fit_by_field(api, base):
    more = {"pipeline": (await api.get(f"{BASE}/pipelines/")).json["results"][0]["id"]} if base == "stages" else {}
    for name in (None, "", " ", {"$ne": 1}, 5, "x" * 300, "\ud800"):
        sent = {"name": name, **more}
        refused = await api.post(f"{BASE}/{base}/", sent)
        assert refused.status == 400 and "errors" in refused.json, name
    for id in ("0", "x", "99999", "99999999999999999999"):
        for method in ("GET", "PUT", "PATCH", "DELETE"):
            assert (await api(method, f"{BASE}/{base}/{id}/", {"name": "x"})).status == 404, (method, id)
