"""Companies, their members, and live segments of them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hub.people.collections import COMPANIES, COMPANY_HISTORY, CONTACTS
from storage.engine import Batch, Engine, Scope
from storage.filters import Eq
from tests.support.people import settled

from .conftest import Refused

pytestmark = pytest.mark.annex("X2", "R3")


async def company(panel: Any, **attributes: Any) -> int:
    return int((await panel("POST", "companies", attributes=attributes))["id"])


async def refusal(call: Any) -> int:
    with pytest.raises(Refused) as refused:
        await call
    return refused.value.status


async def test_a_company_has_standard_values_own_attributes_and_tags(panel):
    made = await panel(
        "POST", "companies", attributes={"name": " Tea & Co ", "custom_id": "c-1", "city": "Łódź", "seats": 5}
    )
    assert (made["name"], made["custom_id"], made["attributes"]) == ("Tea & Co", "c-1", {"seats": 5})
    assert made["values"] == {"name": "Tea & Co", "custom_id": "c-1", "city": "Łódź"}
    await panel("POST", f"companies/{made['id']}/tags", tag="partner")
    changed = await panel("PATCH", f"companies/{made['id']}", attributes={"city": None, "seats": 6})
    assert changed["tags"] == ["partner"] and changed["attributes"] == {"seats": 6} and "city" not in changed["values"]
    await panel("DELETE", f"companies/{made['id']}/tags", tag="partner")
    assert (await panel("GET", f"companies/{made['id']}"))["tags"] == []


async def test_names_and_ids_are_unique_and_free_again_when_they_are_given_up(panel, globex_panel):
    tea = await company(panel, name="Tea", custom_id="c-1")
    other = await company(panel, name="Coffee")
    assert await refusal(company(panel, name="TÉA")) == 409
    assert await refusal(panel("PATCH", f"companies/{other}", attributes={"name": "tea"})) == 409
    assert await refusal(panel("PATCH", f"companies/{other}", attributes={"custom_id": "c-1"})) == 409
    assert await refusal(company(panel, city="Oslo")) == 400
    assert await refusal(panel("PATCH", f"companies/{tea}", attributes={"name": None})) == 400
    await company(globex_panel, name="Tea", custom_id="c-1")
    await panel("PATCH", f"companies/{tea}", attributes={"name": "Green tea"})
    assert (await panel("POST", "companies/upsert", attributes={"name": "TEA"}))["created"]
    again = await panel("POST", "companies/upsert", attributes={"custom_id": "c-1", "city": "Oslo"})
    assert (again["created"], again["company"]["id"], again["company"]["values"]["city"]) == (False, tea, "Oslo")


async def test_companies_are_found_by_words_and_conditions_and_by_nobody_else(panel, globex_panel):
    tea, coffee = await company(panel, name="Tea house", size="50"), await company(panel, name="Coffee house", size="5")
    assert {each["id"] for each in (await panel("GET", "companies?search=house"))["companies"]} == {tea, coffee}
    where = {"all": [{"type": "attribute", "attribute": "size", "op": "equals", "value": "50"}]}
    assert [each["id"] for each in (await panel("POST", "companies/find", where=where))["companies"]] == [tea]
    page = await panel("GET", "companies?limit=1&sort=id")
    rest = await panel("GET", f"companies?limit=1&sort=id&cursor={page['cursor']}")
    assert [page["companies"][0]["id"], rest["companies"][0]["id"]] == [tea, coffee]
    assert (await globex_panel("GET", "companies?search=house"))["companies"] == []
    assert await refusal(globex_panel("GET", f"companies/{tea}")) == 404


async def test_a_search_goes_on_behind_its_first_page(panel):
    made = [await company(panel, name=f"House {number}", size=str(number % 2)) for number in range(7)]
    odd = {"all": [{"type": "attribute", "attribute": "size", "op": "equals", "value": "1"}]}
    for where, wanted in (({"all": []}, made), (odd, made[1::2])):
        found, cursor = [], None
        for _ in range(10):
            more = {} if cursor is None else {"cursor": cursor}
            page = await panel("POST", "companies/find", where=where, search="house", limit=2, **more)
            found += [each["id"] for each in page["companies"]]
            if (cursor := page["cursor"]) is None:
                break
        assert found == wanted[::-1]
    assert await refusal(panel("POST", "companies/find", search="house", cursor="7")) == 400


async def test_contacts_belong_to_companies_since_a_time(panel, globex_panel, house, acme):
    tea, vera, walt = await company(panel, name="Tea"), await panel.contact(name="Vera"), await panel.contact(name="W")
    for _ in range(2):
        await panel("PUT", f"companies/{tea}/members/{vera}")
    await panel("PUT", f"companies/{tea}/members/{walt}")
    assert (await panel("GET", f"contacts/{vera}"))["companies"] == [tea]
    assert [each["id"] for each in (await panel("GET", f"companies/{tea}/members"))["contacts"]] == [vera, walt]
    assert (await panel("GET", f"companies/{tea}"))["members"] == 2
    (kept,) = (await house.hub.store.get(Scope(acme.id), CONTACTS, vera))["companies"]
    assert kept["id"] == tea and kept["since"] > 0
    await panel("DELETE", f"companies/{tea}/members/{walt}")
    assert (await panel("GET", f"companies/{tea}"))["members"] == 1
    foreign = await globex_panel.contact(name="Gina")
    assert await refusal(panel("PUT", f"companies/{tea}/members/{foreign}")) == 404
    entries = (await panel("GET", f"contacts/{walt}/timeline"))["entries"]
    assert [each["data"]["word"] for each in entries if each["kind"] == "company"] == ["removed", "added"]


async def test_a_deleted_company_is_gone_from_its_contacts_and_frees_its_name(panel, house):
    tea, vera = await company(panel, name="Tea"), await panel.contact(name="Vera")
    await panel("PUT", f"companies/{tea}/members/{vera}")
    await panel("DELETE", f"companies/{tea}")
    await settled(house)
    assert (await panel("GET", f"contacts/{vera}"))["companies"] == []
    assert await refusal(panel("GET", f"companies/{tea}")) == 404
    assert await company(panel, name="Tea") != tea


async def test_merged_contacts_belong_to_the_companies_of_both(panel):
    tea, coffee = await company(panel, name="Tea"), await company(panel, name="Coffee")
    one, two = await panel.contact(name="One"), await panel.contact(name="Two")
    await panel("PUT", f"companies/{tea}/members/{one}")
    for each in (tea, coffee):
        await panel("PUT", f"companies/{each}/members/{two}")
    assert (await panel("POST", f"contacts/{one}/merge", others=[two]))["companies"] == [tea, coffee]
    assert (await panel("GET", f"companies/{tea}"))["members"] == 1


# ── segments of companies ────────────────────────────────────────────────────────────────────────────────────────────


async def segment(panel: Any, name: str, *where: dict[str, Any]) -> int:
    return int((await panel("POST", "segments", name=name, subject="company", where={"all": list(where)}))["id"])


async def test_a_segment_of_companies_is_built_and_follows_changes(panel, house, acme):
    large = {"type": "attribute", "attribute": "seats", "op": "gte", "value": 100}
    first, small = await company(panel, name="Large", seats=500), await company(panel, name="Small", seats=5)
    vera = await panel.contact(name="Vera", seats=500)
    whole = await segment(panel, "Large ones", large)
    is_partner = {"type": "tag", "tag": "partner"}
    partners = await segment(panel, "Large partners", {"type": "segment", "segment": whole}, is_partner)
    await settled(house)
    assert (await panel("GET", f"segments/{whole}"))["size"] == 1
    await panel("PATCH", f"companies/{small}", attributes={"seats": 1000})
    await panel("POST", f"companies/{small}/tags", tag="partner")
    await settled(house)
    shown = [(await panel("GET", f"companies/{id}"))["segments"] for id in (first, small)]
    assert shown == [[whole], [whole, partners]]
    assert (await panel("GET", f"contacts/{vera}"))["segments"] == []
    history = await house.hub.store.read(Scope(acme.id), COMPANY_HISTORY, small)
    assert [(each["word"], each["segment"]) for each in history if each["kind"] == "segment"] == [
        ("entered", whole), ("entered", partners),
    ]  # fmt: skip
    why = await panel("GET", f"segments/{partners}/explain/{first}")
    assert (why["inside"], [part["holds"] for part in why["answer"]["parts"]]) == (False, [True, False])
    preview = await panel("POST", "segments/preview", subject="company", where={"all": [large]})
    assert (preview["count"], preview["total"]) == (2, 2)


async def test_a_condition_on_time_flips_for_companies_by_itself(panel, house):
    renewal = {"type": "attribute", "attribute": "created_at", "op": "more_than_days_ago", "value": 2 / 86_400}
    tea = await company(panel, name="Tea")
    older = await segment(panel, "Older than two seconds", renewal)
    for _ in range(600):
        if (await panel("GET", f"companies/{tea}"))["segments"] == [older]:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not flip")


async def test_what_can_not_be_asked_of_a_company_is_refused(panel):
    where = {"all": [{"type": "presence"}]}
    assert await refusal(panel("POST", "segments", name="Here", subject="company", where=where)) == 400
    assert await refusal(panel("POST", "segments", name="Deals", subject="deal", where={"all": []})) == 400
    assert await refusal(panel("POST", "segments/preview", subject="deal", where={"all": []})) == 400


async def test_both_engines_find_companies_and_members(engine: Engine):
    batch = Batch(Scope(1))
    batch.insert(COMPANIES, {"id": 7, "name": "Łódź Tea", "tags": [3], "segments": [9], "updated": 5})
    batch.insert(CONTACTS, {"id": 1, "companies": [{"id": 7, "since": 5}, {"id": 8, "since": 6}], "updated": 5})
    await engine.commit(batch)
    assert [each["id"] for each in await engine.search(Scope(1), COMPANIES, "lodz te")] == [7]
    assert await engine.count(Scope(1), COMPANIES, Eq("segments", 9)) == 1
    assert [each["id"] for each in (await engine.find(Scope(1), CONTACTS, Eq("companies.id", 8))).items] == [1]


async def test_what_happened_to_a_company_is_told_newest_first_page_by_page(house, panel, globex_panel):
    tea = await company(panel, name="Tea")
    for tag in ("one", "two", "three"):
        await panel("POST", f"companies/{tea}/tags", tag=tag)
    await panel("DELETE", f"companies/{tea}/tags", tag="two")
    where = {"all": [{"type": "attribute", "attribute": "city", "op": "equals", "value": "Oslo"}]}
    await panel("POST", "segments", name="Northern", subject="company", where=where)
    await settled(house)
    await panel("PATCH", f"companies/{tea}", attributes={"city": "Oslo"})
    await settled(house)
    told: list[tuple[str, str]] = []
    cursor = ""
    while cursor is not None:
        page = await panel("GET", f"companies/{tea}/timeline?limit=2{cursor and f'&cursor={cursor}'}")
        assert len(page["entries"]) <= 2
        told += [(entry["data"]["word"], entry["data"].get("name", "Northern")) for entry in page["entries"]]
        cursor = page["cursor"]
    assert told == [
        ("entered", "Northern"), ("removed", "two"), ("added", "three"), ("added", "two"), ("added", "one"),
    ]  # fmt: skip
    assert await refusal(panel("GET", f"companies/{tea}/timeline?cursor=x")) == 400
    assert await refusal(globex_panel("GET", f"companies/{tea}/timeline")) == 404
    await panel("DELETE", f"companies/{tea}")
    assert await refusal(panel("GET", f"companies/{tea}/timeline")) == 404
