"""Pipelines and their stages: the first one by itself, order, and an end that leaves no deal behind."""

from __future__ import annotations

import asyncio

import pytest

from .conftest import crm_of, refusal, until

pytestmark = pytest.mark.annex("R2")


async def test_an_application_begins_with_one_pipeline_however_many_look_at_once(crm):
    found = await asyncio.gather(*(crm("GET", "pipelines") for _ in range(8)))
    (pipeline,) = found[0]["pipelines"]
    assert all(each == found[0] for each in found)
    assert [each["name"] for each in pipeline["stages"]][:2] == ["New", "Contacted"]
    assert [each["order"] for each in pipeline["stages"]] == list(range(5))
    assert (pipeline["currency"], pipeline["stages"][0]["pipeline"]) == ("USD", pipeline["id"])


async def test_in_polish_the_first_pipeline_speaks_polish(either_house):
    polish = await crm_of(either_house, "Herbata")
    from hub.accounts.collections import APPLICATIONS
    from storage.engine import INSTALLATION, Batch

    batch = Batch(INSTALLATION)
    batch.patch(APPLICATIONS, polish.company.id, set={"locale": "pl"})
    await either_house.hub.commit(batch)
    (pipeline,) = (await polish("GET", "pipelines"))["pipelines"]
    assert (pipeline["name"], pipeline["currency"], pipeline["stages"][0]["name"]) == ("Sprzedaż", "PLN", "Nowa")
    assert next(each["name"] for each in (await polish("GET", "activity-types"))["types"]) == "Rozmowa"
    await polish._http.close()


async def test_stages_are_made_renamed_and_put_in_order(crm):
    made = await crm("POST", "pipelines", name=" Partners ", description="Who sells for us", stages=["A", "B", "C"])
    a, b, c = (each["id"] for each in made["stages"])
    assert (made["name"], made["order"], made["currency"]) == ("Partners", 1, "USD")
    between = await crm("POST", "stages", pipeline=made["id"], name="Between", order=1)
    last = await crm("POST", "stages", pipeline=made["id"], name="Last", description="The end")
    assert (between["order"], last["order"], last["description"]) == (1, 4, "The end")
    ordered = await crm("PUT", f"pipelines/{made['id']}/stages", stages=[c, b, a, last["id"], between["id"]])
    assert [each["id"] for each in ordered["stages"]] == [c, b, a, last["id"], between["id"]]
    moved = await crm("PATCH", f"stages/{a}", order=0, name="First")
    assert (moved["order"], moved["name"]) == (0, "First")
    assert [each["id"] for each in (await crm("GET", f"stages?pipeline={made['id']}"))["stages"]][:2] == [a, c]
    assert await refusal(crm("PUT", f"pipelines/{made['id']}/stages", stages=[a, b])) == 400
    assert await refusal(crm("PUT", f"pipelines/{made['id']}/stages", stages=[a, a, b, c, last["id"]])) == 400
    assert await refusal(crm("POST", "stages", pipeline=made["id"], name="  ")) == 400


async def test_pipelines_move_among_each_other(crm):
    first = (await crm("GET", "pipelines"))["pipelines"][0]["id"]
    second, third = [(await crm("POST", "pipelines", name=name, stages=["A"]))["id"] for name in ("Two", "Three")]
    await crm("PATCH", f"pipelines/{third}", order=0, currency="eur")
    found = (await crm("GET", "pipelines"))["pipelines"]
    assert [each["id"] for each in found] == [third, first, second] and found[0]["currency"] == "EUR"
    assert await refusal(crm("PATCH", f"pipelines/{third}", currency="EURO")) == 400


async def test_a_stage_goes_when_it_is_empty_and_else_with_its_deals_moved(crm):
    stages = await crm.stages()
    empty = await crm("DELETE", f"stages/{stages[4]}")
    assert [each["id"] for each in empty["stages"]] == stages[:4]
    deals = [(await crm.deal(f"Deal {n}", stage=stages[1], value=n))["id"] for n in range(7)]
    assert await refusal(crm("DELETE", f"stages/{stages[1]}")) == 400
    assert await refusal(crm("DELETE", f"stages/{stages[1]}?move_to={stages[1]}")) == 400
    assert await refusal(crm("DELETE", f"stages/{stages[1]}?move_to=999999")) == 404
    leaving = await crm("DELETE", f"stages/{stages[1]}?move_to={stages[2]}")
    assert next((each["leaving_for"] for each in leaving["stages"] if each["id"] == stages[1]), stages[2]) == stages[2]

    async def gone():
        return len(await crm.stages()) == 3

    await until(gone)
    column = (await crm.board())[stages[2]]
    assert {each["id"] for each in column["deals"]} == set(deals)
    assert (column["totals"]["deals"], column["totals"]["values"]) == (7, {"in_progress": {"USD": "21.00"}})
    steps = (await crm("GET", f"deals/{deals[0]}/history"))["steps"]
    assert [(each["was"], each["now"]) for each in steps if each["kind"] == "stage"] == [
        (None, stages[1]),
        (stages[1], stages[2]),
    ]
    assert await refusal(crm("GET", f"stages/{stages[1]}")) == 404
    assert await refusal(crm.deal(stage=stages[1])) == 404


async def test_no_deal_is_left_in_a_stage_that_is_deleted_while_deals_come(crm):
    stages = await crm.stages()

    async def comes(number: int) -> int | None:
        try:
            return int((await crm.deal(f"Deal {number}", stage=stages[0]))["id"])
        except Exception:
            return None

    async def goes() -> None:
        await asyncio.sleep(0.01)
        await crm("DELETE", f"stages/{stages[0]}?move_to={stages[1]}")

    made = [each for each in (await asyncio.gather(*map(comes, range(20)), goes()))[:-1] if each]

    async def gone():
        return len(await crm.stages()) == 4

    await until(gone)
    shown = [await crm("GET", f"deals/{id}") for id in made]
    assert {each["stage"] for each in shown} <= {stages[1]}
    assert (await crm.board())[stages[1]]["totals"]["deals"] == len(made)


async def test_a_pipeline_goes_with_its_deals_moved_and_the_last_one_stays(crm):
    stages = await crm.stages()
    first = (await crm("GET", "pipelines"))["pipelines"][0]["id"]
    assert await refusal(crm("DELETE", f"pipelines/{first}")) == 400
    other = await crm("POST", "pipelines", name="Other", stages=["A", "B"])
    a, b = (each["id"] for each in other["stages"])
    deals = [(await crm.deal(stage=stage, value="0.10"))["id"] for stage in (a, b, b)]
    assert await refusal(crm("DELETE", f"pipelines/{other['id']}")) == 400
    await crm("DELETE", f"pipelines/{other['id']}?move_to={stages[3]}")

    async def gone():
        return len((await crm("GET", "pipelines"))["pipelines"]) == 1

    await until(gone)
    shown = [await crm("GET", f"deals/{id}") for id in deals]
    assert {(each["pipeline"], each["stage"]) for each in shown} == {(first, stages[3])}
    assert (await crm.board())[stages[3]]["totals"]["values"]["in_progress"] == {"USD": "0.30"}


async def test_a_stage_that_deals_are_moving_to_stays_until_they_are_there(crm, monkeypatch):
    stages, first = await crm.stages(), (await crm("GET", "pipelines"))["pipelines"][0]["id"]
    other = await crm("POST", "pipelines", name="Other", stages=["A"])
    await crm.deal(stage=stages[0])

    monkeypatch.setattr("hub.crm.pipelines.emptying._TURN", -1.0)  # the job only orders the next one
    await crm("DELETE", f"stages/{stages[0]}?move_to={other['stages'][0]['id']}")
    assert await refusal(crm("DELETE", f"pipelines/{other['id']}")) == 400
    assert await refusal(crm("DELETE", f"stages/{other['stages'][0]['id']}")) == 400
    assert await refusal(crm.deal(stage=stages[0])) == 400
    assert (await crm.deal())["stage"] == stages[1], "the first stage that stays"
    for stage in stages[1:]:
        await crm("DELETE", f"stages/{stage}?move_to={other['stages'][0]['id']}")
    assert (await crm.deal())["pipeline"] == other["id"] != first


async def test_a_loss_reason_that_is_deleted_is_named_by_no_deal(crm):
    reason = await crm("POST", "loss-reasons", name="Too dear", description="They say")
    renamed = await crm("PATCH", f"loss-reasons/{reason['id']}", name="Price")
    assert (renamed["name"], renamed["description"]) == ("Price", "They say")
    deal = await crm.deal()
    lost = await crm("POST", f"deals/{deal['id']}/lose", loss_reason=reason["id"], description="By 5 %")
    assert (lost["status"], lost["loss_reason"], lost["loss_reason_description"]) == ("lost", reason["id"], "By 5 %")
    await crm("DELETE", f"loss-reasons/{reason['id']}")

    async def free():
        return (await crm("GET", f"deals/{deal['id']}"))["loss_reason"] is None

    await until(free)
    shown = await crm("GET", f"deals/{deal['id']}")
    assert (shown["status"], shown["loss_reason_description"]) == ("lost", "By 5 %")
    assert (await crm("GET", "loss-reasons"))["loss_reasons"] == []
