"""Deals: made, changed, found, moved, won and lost, on both engines."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from hub.crm.collections import DEALS
from hub.people.standard import DEAL_STATUSES

from .conftest import refusal

pytestmark = [pytest.mark.annex("R2"), pytest.mark.annex("API2")]


async def test_a_deal_keeps_all_that_is_said_of_it(crm):
    vera, walt = (
        await crm.contact(first_name="Vera", custom_id="v-1", email="vera@example.com"),
        await crm.contact(name="Walt"),
    )
    tea = await crm.company_of("Tea & Co", custom_id="c-1")
    ada = next(each["id"] for each in (await crm("GET", "agents"))["agents"] if each["name"] == "Ada")
    product = await crm("POST", "products", attributes={"custom_id": "p-1", "name": "Sencha", "price": "12.50"})
    stages = await crm.stages()
    made = await crm.deal(
        custom_id="d-1", value=525, currency="usd", stage=stages[1], contact_custom_id="v-1", company=tea,
        participants=[walt, vera], products_custom_id=["p-1"], assignee=ada, expected_close_date="2030-05-01",
        order_products=[
            {"product_custom_id": "p-1", "quantity": 3},
            {"product": product["id"], "quantity": "0.5", "value": "9.99", "currency": "eur"},
        ],
        tags=["Big", "big", "Spring"], attributes={"Source": "fair", "seats": 7},
    )  # fmt: skip
    assert made == await crm("GET", f"deals/{made['id']}") == await crm("GET", "deals/by-custom-id/d-1")
    assert (made["value"], made["currency"], made["status"], made["stage"]) == (
        "525.00",
        "USD",
        "in_progress",
        stages[1],
    )
    assert made["contact"] == {"id": vera, "name": "Vera", "custom_id": "v-1", "email": "vera@example.com"}
    assert (made["company"]["id"], made["company"]["custom_id"]) == (tea, "c-1")
    assert [each["id"] for each in made["participants"]] == [walt, vera]
    assert made["products"] == [{"id": product["id"], "custom_id": "p-1", "name": "Sencha"}]
    assert [(each["quantity"], each["value"], each["currency"]) for each in made["order_products"]] == [
        ("3", "12.50", "USD"), ("0.5", "9.99", "EUR"),
    ]  # fmt: skip
    assert (made["tags"], made["attributes"]) == (["Big", "Spring"], {"source": "fair", "seats": 7})
    assert (made["created_by"]["kind"], made["activities_status"], made["expected_close_date"]) == (
        "agent",
        "3",
        "2030-05-01",
    )
    changed = await crm(
        "PATCH", f"deals/{made['id']}", value="0.1", company=None, participants=[], tags=[], attributes={"seats": None}
    )
    assert (changed["value"], changed["company"], changed["participants"], changed["tags"]) == ("0.10", None, [], [])
    assert changed["attributes"] == {"source": "fair"} and changed["assignee"] == ada and changed["revision"] == 2


async def test_what_was_ordered_does_not_follow_the_product(crm):
    product = await crm("POST", "products", attributes={"custom_id": "p-1", "name": "Sencha", "price": "12.50"})
    deal = await crm.deal(order_products=[{"product": product["id"], "quantity": 2}], products=[product["id"]])
    await crm("PATCH", f"products/{product['id']}", attributes={"name": "Bancha", "price": 99, "custom_id": "p-2"})
    shown = await crm("GET", f"deals/{deal['id']}")
    (line,) = shown["order_products"]
    assert (line["name"], line["value"], line["product_custom_id"]) == ("Sencha", "12.50", "p-1")
    assert shown["products"] == [{"id": product["id"], "custom_id": "p-2", "name": "Bancha"}]


async def test_a_custom_id_is_one_deals_only_and_free_when_it_is_given_up(crm, globex_crm):
    one, two = await crm.deal(custom_id="d-1"), await crm.deal(custom_id="d-2")
    assert await refusal(crm.deal(custom_id="d-1")) == 409
    assert await refusal(crm("PATCH", f"deals/{two['id']}", custom_id="d-1")) == 409
    await globex_crm.deal(custom_id="d-1")
    await crm("PATCH", f"deals/{one['id']}", custom_id=None)
    await crm("PATCH", f"deals/{two['id']}", custom_id="d-1")
    await crm("DELETE", f"deals/{two['id']}")
    assert await refusal(crm("GET", "deals/by-custom-id/d-1")) == 404
    again = await asyncio.gather(*(crm("POST", "deals/upsert", custom_id="d-1", name="Tea", value=n) for n in range(6)))
    assert [each["created"] for each in again].count(True) == 1 and len({each["deal"]["id"] for each in again}) == 1
    assert await refusal(crm("POST", "deals/upsert", custom_id="d-9")) == 400


async def test_history_says_which_stages_and_statuses_a_deal_had_and_when(crm):
    stages = await crm.stages()
    deal = (await crm.deal())["id"]
    await crm("POST", f"deals/{deal}/move", stage=stages[2])
    await crm("POST", f"deals/{deal}/move", stage=stages[2])
    won = await crm("POST", f"deals/{deal}/win")
    assert won["status"] == "won" and won["won_at"] and won["lost_at"] is None
    open_again = await crm("POST", f"deals/{deal}/reopen")
    assert (open_again["status"], open_again["won_at"]) == ("in_progress", None)
    lost = await crm("POST", f"deals/{deal}/lose", description="No answer", at="2026-01-02T03:04:05Z")
    assert (lost["lost_at"], lost["loss_reason_description"]) == ("2026-01-02T03:04:05.000Z", "No answer")
    odd = await crm("PATCH", f"deals/{deal}", status="archived", stage=stages[0], won_at="2026-01-02T03:04:05Z")
    assert (odd["won_at"], odd["lost_at"], odd["loss_reason_description"]) == (None, None, None)
    steps = (await crm("GET", f"deals/{deal}/history"))["steps"]
    assert [(each["kind"], each["was"], each["now"]) for each in steps] == [
        ("stage", None, stages[0]), ("status", None, "in_progress"), ("stage", stages[0], stages[2]),
        ("status", "in_progress", "won"), ("status", "won", "in_progress"), ("status", "in_progress", "lost"),
        ("stage", stages[2], stages[0]), ("status", "lost", "archived"),
    ]  # fmt: skip
    assert [each["at"] for each in steps] == sorted(each["at"] for each in steps) and steps[0]["by"]["name"] == "Ada"
    later = (await crm("GET", f"deals/{deal}/history?after={steps[5]['position']}"))["steps"]
    assert later == steps[6:]


async def test_agents_who_move_one_deal_at_once_leave_one_history_and_right_totals(crm):
    stages = await crm.stages()
    deal = (await crm.deal(value="10.01"))["id"]
    moves = [crm("POST", f"deals/{deal}/move", stage=stage) for stage in stages * 4]
    values = [crm("PATCH", f"deals/{deal}", value=f"{n}.05") for n in range(8)]
    await asyncio.gather(*moves, *values)
    shown = await crm("GET", f"deals/{deal}")
    steps = [each for each in (await crm("GET", f"deals/{deal}/history"))["steps"] if each["kind"] == "stage"]
    assert all(one["now"] == other["was"] for one, other in itertools.pairwise(steps)), "no step leads from nowhere"
    assert steps[-1]["now"] == shown["stage"]
    board = await crm.board()
    assert {id: column["totals"]["deals"] for id, column in board.items()} == {
        id: int(id == shown["stage"]) for id in stages
    }
    assert board[shown["stage"]]["totals"]["values"] == {"in_progress": {"USD": shown["value"]}}


async def test_totals_are_what_adding_up_gives_whatever_happened(crm):
    stages = await crm.stages()
    made = [await crm.deal(value=f"{n}.{n:02}", currency=("EUR", "PLN")[n % 2], stage=stages[n % 3]) for n in range(12)]
    ids = [each["id"] for each in made]
    calls = [
        crm("POST", f"deals/{id}/{word}")
        for id, word in zip(ids, itertools.cycle(("win", "lose", "reopen")), strict=False)
    ]
    calls += [crm("POST", f"deals/{id}/move", stage=stages[(id * 7) % 5]) for id in ids]
    calls += [crm("PATCH", f"deals/{id}", value="7.77", currency="CHF") for id in ids[::4]]
    calls += [crm("PATCH", f"deals/{id}", currency="CHF") for id in ids[1::4]]
    await asyncio.gather(*calls, crm("DELETE", f"deals/{ids[-1]}"), return_exceptions=True)
    deals = [each async for chunk in crm.house.hub.store.export(crm.scope, DEALS) for each in chunk]
    assert len(deals) == 11
    for stage, column in (await crm.board(limit=0)).items():
        inside = [each for each in deals if each["stage"] == stage]
        totals = column["totals"]
        assert totals["deals"] == len(inside) and column["deals"] == []
        for status in DEAL_STATUSES:
            of_it = [each for each in inside if each["status"] == status]
            assert totals["by_status"].get(status, 0) == len(of_it)
            for currency in ("EUR", "PLN", "CHF"):
                sum_of = sum(each["value"] for each in of_it if each["currency"] == currency)
                assert totals["values"].get(status, {}).get(currency, "0.00") == f"{sum_of / 10_000:.2f}"


async def test_deals_are_found_by_place_people_status_words_and_conditions(crm):
    vera, walt = await crm.contact(name="Vera"), await crm.contact(name="Walt")
    tea = await crm.company_of("Tea")
    stages = await crm.stages()
    agents = {each["name"]: each["id"] for each in (await crm("GET", "agents"))["agents"]}
    product = (await crm("POST", "products", attributes={"name": "Sencha"}))["id"]
    one = await crm.deal(
        "Łódź tea", value=100, contact=vera, stage=stages[0], assignee=agents["Ada"], attributes={"plan": "pro"}
    )
    two = await crm.deal("Coffee", value=2000, participants=[vera], company=tea, stage=stages[1], products=[product])
    three = await crm.deal("Milk", value="99.99", contact=walt, stage=stages[1], tags=["white"])
    await crm("POST", f"deals/{three['id']}/win")

    async def found(**find):
        return {each["id"] for each in (await crm("POST", "deals/find", **find))["deals"]}

    def asks(attribute, op, value):
        return {"all": [{"type": "attribute", "attribute": attribute, "op": op, "value": value}]}

    o, t, h = one["id"], two["id"], three["id"]
    assert await found() == {o, t, h} and await found(stage=stages[1]) == {t, h}
    assert (
        await found(contact=vera) == {o, t} and await found(company=tea) == {t} and await found(product=product) == {t}
    )
    assert await found(assignee=agents["Ada"]) == {o} and await found(status=["won", "lost"]) == {h}
    assert await found(stage=stages[1], status=["in_progress"]) == {t}
    assert await found(search="lodz") == {o} and await found(search="tea", where=asks("value", "gt", 200)) == set()
    assert await found(where=asks("value", "between", ["99.995", "1500.00"])) == {o}
    assert await found(where=asks("value", "equals", 99.99)) == {h} and await found(
        where=asks("plan", "equals", "PRO")
    ) == {o}
    assert await found(where=asks("status", "equals", "won")) == {h}
    assert await found(where={"all": [{"type": "tag", "tag": "white"}]}) == {h}
    assert await found(where=asks("pipeline", "equals", one["pipeline"])) == {o, t, h}
    assert (await crm("POST", "deals/count", stage=stages[1]))["count"] == 2
    first = await crm("GET", f"deals?stage={stages[1]}&limit=1")
    second = await crm("GET", f"deals?stage={stages[1]}&limit=1&cursor={first['cursor']}")
    assert [first["deals"][0]["id"], second["deals"][0]["id"]] == [h, t] and second["cursor"] is None
    for wrong in (
        {"where": asks("nothing", "equals", 1)},
        {"where": {"all": [{"type": "presence"}]}},
        {"cursor": "?"},
        {"status": ["gone"]},
        {"sort": "name"},
    ):
        assert await refusal(crm("POST", "deals/find", **wrong)) == 400


@pytest.mark.parametrize("wrong", [
    {"name": " "}, {"value": "12.345"}, {"value": "many"}, {"value": True}, {"currency": "ABC"}, {"status": "gone"},
    {"expected_close_date": "soon"}, {"won_at": "yesterday"}, {"won_at": -1}, {"order_products": [{}]}, {"custom_id": ""},
    {"order_products": [{"product": 1, "quantity": -1}]}, {"attributes": {"stage": 3}}, {"attributes": {"": 1}}, {"name": "a\0b"},
    {"unknown": 1}, {"scope": 99},
])  # fmt: skip
async def test_a_deal_that_makes_no_sense_is_refused_and_nothing_of_it_is_done(crm, wrong):
    deal = await crm.deal(value=1)
    expected = {404} if "product" in str(wrong.get("order_products")) else {400}
    assert await refusal(crm("PATCH", f"deals/{deal['id']}", **{"value": 2} | wrong)) in expected
    assert await crm("GET", f"deals/{deal['id']}") == deal
    assert await refusal(crm.deal(**{"name": "Tea"} | wrong)) in expected
    assert len((await crm("GET", "deals"))["deals"]) == 1


async def test_another_currency_needs_places_for_the_value(crm):
    deal = await crm.deal(value="1.234", currency="KWD")
    assert deal["value"] == "1.234"
    assert await refusal(crm("PATCH", f"deals/{deal['id']}", currency="USD")) == 400
    assert (await crm("PATCH", f"deals/{deal['id']}", currency="USD", value="1.23"))["value"] == "1.23"


async def test_a_stage_and_a_pipeline_that_do_not_belong_together_are_refused(crm):
    stages = await crm.stages()
    other = await crm("POST", "pipelines", name="Other", stages=["A"], currency="PLN")
    assert await refusal(crm.deal(stage=stages[0], pipeline=other["id"])) == 400
    assert await refusal(crm.deal(pipeline=999_999)) == 404
    deal = await crm.deal(pipeline=other["id"])
    assert (deal["stage"], deal["currency"]) == (other["stages"][0]["id"], "PLN")
    back = await crm("PATCH", f"deals/{deal['id']}", pipeline=(await crm("GET", "pipelines"))["pipelines"][0]["id"])
    assert (back["stage"], back["currency"]) == (stages[0], "PLN")
    empty = await crm("POST", "pipelines", name="Empty")
    assert await refusal(crm.deal(pipeline=empty["id"])) == 400


async def test_a_deal_stands_in_the_timelines_of_its_people_and_its_company(crm):
    vera, walt = await crm.contact(name="Vera"), await crm.contact(name="Walt")
    tea = await crm.company_of("Tea")
    stages = await crm.stages()
    deal = (await crm.deal(contact=vera, participants=[walt], company=tea))["id"]
    await crm("POST", f"deals/{deal}/move", stage=stages[1])
    await crm("POST", f"deals/{deal}/win")
    await crm("DELETE", f"deals/{deal}")
    for path in (f"contacts/{vera}", f"contacts/{walt}", f"companies/{tea}"):
        assert await crm.lines(path, "deal") == ["deleted", "won", "moved", "created"]
    newest = await crm("GET", f"companies/{tea}/timeline?limit=1")
    rest = await crm("GET", f"companies/{tea}/timeline?cursor={newest['cursor']}")
    assert [each["data"]["word"] for each in rest["entries"]] == ["won", "moved", "created"]
    assert rest["entries"][1]["data"]["stage"] == "Contacted" and rest["entries"][0]["data"]["by"]["name"] == "Ada"
