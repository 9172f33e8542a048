"""One contact or company is enriched: what is filled in, what never is, and who is not asked for."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from typing import Any

import pytest

from hub.people.collections import CONTACTS, ENRICHMENT
from storage.engine import Scope
from tests.people.conftest import Panel, Refused, panel_of
from tests.people.enriching.conftest import forward, forward_until, only_sqlite
from tests.support.fullcontact import KEY
from tests.support.house import eventually
from tests.support.people import settled

pytestmark = pytest.mark.annex("U4")
VERA = "vera@shop.example"


async def values_of(panel: Panel, contact: int) -> dict[str, Any]:
    return (await panel("GET", f"contacts/{contact}/profile"))["values"]


async def sources_of(panel: Panel, contact: int) -> set[str]:
    return set((await panel("GET", f"contacts/{contact}/profile"))["sources"])


async def test_a_contact_is_filled_in_and_everybody_sees_from_where(house, acme, ready, globex_panel, fullcontact):
    fullcontact.knows(VERA)
    ada = await acme.agent()
    segment = await ready.segment(
        "Tea managers", {"type": "attribute", "attribute": "Job title", "op": "contains", "value": "Tea"}
    )
    vera = await ready.contact(email=VERA)
    await settled(house)
    outcome = await ready("POST", f"contacts/{vera}/enrich")
    assert outcome["status"] == "found" and {"first_name", "city", "job_title"} <= set(outcome["filled"])

    profile = await ready("GET", f"contacts/{vera}/profile")
    values = profile["values"]
    assert (values["first_name"], values["gender"], values["city"]) == ("Vera", "female", "San Francisco")
    assert (values["job_title"], values["organization"], values["age_range"]) == (
        "Senior Tea Manager",
        "Mostow Co.",
        "37-47",
    )
    assert set(profile["sources"]) == set(outcome["filled"]) and profile["sources"]["city"]["by"] == "FullContact"
    assert (profile["enriched"]["status"], profile["enriched"]["offered"]) == ("found", True)
    entry = (await ready("GET", f"contacts/{vera}/timeline?kinds=history"))["entries"]
    entry = next(each for each in entry if each["kind"] == "enrichment")
    assert entry["data"]["names"] == outcome["filled"] and entry["data"]["by"]["name"] == "Ada"
    assert "San Francisco" not in json.dumps(entry), (
        "the timeline names the fields, and their values stand in one place"
    )
    await ada.hears("contact", id=vera, name="Vera Ross")
    await settled(house)
    assert await ready.segments_of(vera) == [segment]
    assert "49,999" not in json.dumps(await house.hub.store.get(Scope(acme.id), CONTACTS, vera))

    with pytest.raises(Refused) as refused:
        await globex_panel("POST", f"contacts/{vera}/enrich")
    assert refused.value.status == 404 and len(fullcontact.asked) == 1
    assert (await globex_panel("GET", "enrichment"))["used"] == 0
    assert all(each["name"] != "Job title" for each in await globex_panel("GET", "attributes"))


async def test_what_a_person_wrote_stays_whoever_it_was(house, acme, ready, fullcontact):
    answer = fullcontact.knows(VERA)
    vera = await ready.contact(email=VERA, city="Warszawa", **{"Job title": "Head of tea"})
    await ready("POST", f"contacts/{vera}/enrich")
    values = await values_of(ready, vera)
    assert (values["city"], values["job_title"], values["last_name"]) == ("Warszawa", "Head of tea", "Ross")
    assert "country" not in values, "no country of somebody else beside a typed city"

    # Enrichment's own values follow the provider; one that a person writes is the person's from then on.
    answer["organization"], answer["title"], answer["ageRange"] = "Tea Ltd", "Boss", "48-57"
    await ready("PATCH", f"contacts/{vera}", attributes={"Age range": "37-47", "Bio": "Likes tea", "Website": None})
    assert not {"age_range", "bio", "website", "city"} & await sources_of(ready, vera)
    answer["bio"], answer["website"] = "Changed", "https://changed.example/"
    outcome = await ready("POST", f"contacts/{vera}/enrich", force=True)
    assert outcome["filled"] == ["organization"]
    values = await values_of(ready, vera)
    assert (values["organization"], values["job_title"], values["age_range"]) == ("Tea Ltd", "Head of tea", "37-47")
    assert values["bio"] == "Likes tea" and "website" not in values, "what a person took away is not filled in again"
    again = await ready("POST", f"contacts/{vera}/enrich", force=True)
    assert (again["status"], again["filled"]) == ("found", [])


async def test_the_surname_of_one_person_does_not_stand_beside_the_first_name_of_another(ready, fullcontact):
    fullcontact.knows(VERA)
    walt = await ready.contact(email=VERA, first_name="Walt")
    await ready("POST", f"contacts/{walt}/enrich")
    values = await values_of(ready, walt)
    assert values["first_name"] == "Walt" and "last_name" not in values and values["city"] == "San Francisco"


async def test_the_same_is_not_asked_again_for_days_unless_the_address_is_another_one(house, ready, fullcontact):
    fullcontact.knows(VERA)
    vera = await ready.contact(email=VERA)
    assert (await ready("POST", f"contacts/{vera}/enrich"))["status"] == "found"
    assert (await ready("POST", f"contacts/{vera}/enrich"))["status"] == "recent"
    assert (await ready("POST", f"contacts/{vera}/enrich", force=True))["status"] == "found"
    await ready("PATCH", f"contacts/{vera}", attributes={"email": "new@shop.example"})
    assert (await ready("POST", f"contacts/{vera}/enrich"))["status"] == "none"
    assert (await ready("POST", f"contacts/{vera}/enrich"))["status"] == "recent"
    forward(house, 91 * 86_400)
    assert (await ready("POST", f"contacts/{vera}/enrich"))["status"] == "none"
    assert fullcontact.emails() == [VERA, VERA, "new@shop.example", "new@shop.example"]
    assert (await values_of(ready, vera))["city"] == "San Francisco", "nothing known takes nothing away"


async def test_clicking_twice_asks_once(ready, fullcontact):
    fullcontact.knows(VERA)
    fullcontact.slow = 0.3
    vera = await ready.contact(email=VERA)
    outcomes = await asyncio.gather(*(ready("POST", f"contacts/{vera}/enrich", force=True) for _ in range(5)))
    assert sorted(each["status"] for each in outcomes) == ["busy"] * 4 + ["found"]
    assert len(fullcontact.asked) == (await ready("GET", "enrichment"))["used"] == 1


async def test_an_answer_that_comes_later_is_fetched_by_itself(house, ready, fullcontact):
    vera = await ready.contact(email=VERA)
    fullcontact.will(202)
    assert (await ready("POST", f"contacts/{vera}/enrich"))["status"] == "waiting"
    assert (await ready("GET", "enrichment"))["used"] == 0, "only who is found counts"
    fullcontact.knows(VERA)
    forward(house, 130)
    for _ in range(500):
        if "city" in await values_of(ready, vera):
            break
        await asyncio.sleep(0.02)
    assert (await values_of(ready, vera))["city"] == "San Francisco"
    assert (await ready("GET", "enrichment"))["used"] == 1


@only_sqlite
async def test_a_question_for_later_that_is_never_answered_is_given_up(house, ready, fullcontact):
    fullcontact.will(202, times=100)
    vera = await ready.contact(email=VERA)
    await ready("POST", f"contacts/{vera}/enrich")
    await forward_until(house, lambda: len(fullcontact.asked) == 7, 900)
    with pytest.raises(AssertionError, match="however late"):
        await forward_until(house, lambda: len(fullcontact.asked) == 8, 900)


@pytest.mark.parametrize(("status", "said", "words"), [
    (403, "refused", "missing or invalid"), (429, "paused", "too much"), (500, "failed", "does not work"),
    (422, "unfit", "question"),
])  # fmt: skip
async def test_a_failure_is_said_noted_and_costs_nothing(ready, fullcontact, status, said, words):
    vera = await ready.contact(email=VERA)
    fullcontact.will(status)
    outcome = await ready("POST", f"contacts/{vera}/enrich")
    assert outcome["status"] == said and words in outcome["message"]
    setting = await ready("GET", "enrichment")
    assert (setting["used"], setting["asked"]) == (0, 1)
    assert (setting["last"]["status"], setting["last"]["message"]) == (said, outcome["message"])
    assert (setting["paused_until"] is not None) == (status in (403, 429))
    fullcontact.knows(VERA)
    assert (await ready("POST", f"contacts/{vera}/enrich"))["status"] == "found", "who asks by hand may try again"
    assert (await ready("GET", "enrichment"))["paused_until"] is None


async def test_nobody_is_asked_for_who_forbids_it_or_can_t_be_found(ready, fullcontact):
    fullcontact.knows(VERA)
    nobody, vera = await ready.contact(first_name="Walt"), await ready.contact(email=VERA)
    assert (await ready("POST", f"contacts/{nobody}/enrich"))["status"] == "nothing_to_ask"
    await ready("POST", f"contacts/{vera}/consents", purpose="enrichment", given=False, source="letter")
    assert (await ready("POST", f"contacts/{vera}/enrich", force=True))["status"] == "no_consent"
    await ready("PATCH", "enrichment", needs_consent=True)
    walt = await ready.contact(email="walt@shop.example")
    assert (await ready("POST", f"contacts/{walt}/enrich"))["status"] == "no_consent"
    await ready("PATCH", "enrichment", on_demand=False)
    assert (await ready("POST", f"contacts/{vera}/enrich"))["status"] == "off"
    assert fullcontact.asked == []
    await ready("PATCH", "enrichment", on_demand=True)
    await ready("POST", f"contacts/{vera}/consents", purpose="enrichment", given=True, source="form")
    assert (await ready("POST", f"contacts/{vera}/enrich"))["status"] == "found"


async def test_a_phone_number_and_a_profile_find_somebody_too_but_not_what_enrichment_filled_in(ready, fullcontact):
    fullcontact.people["+48123456789"] = fullcontact.knows(VERA)
    vera = await ready.contact(phone_number="+48 123-456 789")
    assert (await ready("POST", f"contacts/{vera}/enrich"))["status"] == "found"
    await ready("POST", f"contacts/{vera}/enrich", force=True)
    assert [body for _, body in fullcontact.asked] == [{"phone": "+48123456789"}] * 2
    local = await ready.contact(phone_number="123456789", linkedin_url="https://linkedin.com/in/v")
    await ready("POST", f"contacts/{local}/enrich")
    assert fullcontact.asked[-1][1] == {"profiles": [{"url": "https://linkedin.com/in/v"}]}


async def test_values_that_do_not_fit_are_left_out_and_the_rest_is_written(ready, fullcontact):
    await ready("POST", "attributes", name="Job title", type="fixed", choices=["Chef"])
    await ready("POST", "attributes", name="Age range", type="integer")
    fullcontact.knows(VERA, bio="x" * 10_000, organization="a\0b")
    vera = await ready.contact(email=VERA)
    outcome = await ready("POST", f"contacts/{vera}/enrich")
    assert (
        not {"job_title", "age_range", "bio", "organization"} & set(outcome["filled"]) and "city" in outcome["filled"]
    )


async def test_a_company_is_found_by_its_website_its_name_or_its_address(ready, fullcontact):
    fullcontact.knows_company("mostow.example")
    made = [
        await ready("POST", "companies", attributes=attributes)
        for attributes in (
            {"name": "Mostow", "Website": "https://www.mostow.example/about"}, {"name": "mostow.example"},
            {"name": "By mail", "email": "hi@mostow.example"}, {"name": "Free mail", "email": "mostow@gmail.com"},
        )
    ]  # fmt: skip
    outcomes = [await ready("POST", f"companies/{each['id']}/enrich") for each in made]
    assert [each["status"] for each in outcomes] == ["found", "found", "found", "nothing_to_ask"]
    company = await ready("GET", f"companies/{made[0]['id']}")
    assert (company["name"], company["values"]["city"], company["values"]["size"]) == ("Mostow", "Denver", "351")
    assert (company["attributes"]["founded"], company["attributes"]["website"]) == (
        2010,
        "https://www.mostow.example/about",
    )
    assert "city" in company["enriched"] and "website" not in company["enriched"]
    await ready("PATCH", f"companies/{made[0]['id']}", attributes={"city": "Kraków", "size": None})
    fullcontact.knows_company("mostow.example", employees=400, bio="Tea and more")
    outcome = await ready("POST", f"companies/{made[0]['id']}/enrich", force=True)
    assert outcome["filled"] == ["description"]
    assert [body for _, body in fullcontact.asked] == [{"domain": "mostow.example"}] * 4


# ── on identification ────────────────────────────────────────────────────────────────────────────────────────────────


async def enriched_soon(panel: Panel, contact: int) -> bool:
    for _ in range(300):
        if (await panel("GET", f"contacts/{contact}/profile"))["enriched"]["status"]:
            return True
        await asyncio.sleep(0.02)
    return False


async def test_who_gets_an_address_is_enriched_a_moment_later(house, acme, ready, fullcontact):
    fullcontact.knows(VERA)
    fullcontact.slow = 0.5
    vera = await acme.visitor()
    begun = asyncio.get_running_loop().time()
    await vera.call("contact.update", email=VERA)
    assert asyncio.get_running_loop().time() - begun < 0.45, "nobody waits for the provider"
    assert await enriched_soon(ready, vera.session["contact"]["id"])
    known = await acme.visitor(identity={"user_id": "7", "email": "walt@shop.example"})
    assert await enriched_soon(ready, known.session["contact"]["id"])
    by_hand = await ready.contact(first_name="Gus")
    await ready("PATCH", f"contacts/{by_hand}", attributes={"email": "gus@shop.example"})
    assert await enriched_soon(ready, by_hand)
    assert fullcontact.emails() == [VERA, "walt@shop.example", "gus@shop.example"]


async def test_nobody_is_enriched_by_itself_where_that_is_switched_off(house, acme, ready, globex, fullcontact):
    await ready("PATCH", "enrichment", on_identification=False)
    vera = await acme.visitor()
    await vera.call("contact.update", email=VERA)
    gus = await globex.visitor()
    await gus.call("contact.update", email=VERA)
    await settled(house)
    assert fullcontact.asked == []
    await ready("PATCH", "enrichment", on_identification=True)
    walt = await acme.visitor()
    await walt.call("contact.update", email="walt@shop.example")
    assert await enriched_soon(ready, walt.session["contact"]["id"])
    await walt.call("contact.update", email="other@shop.example")  # one more address is no identification
    await settled(house)
    assert fullcontact.emails() == ["walt@shop.example"]


@only_sqlite
async def test_a_job_waits_while_the_provider_is_down_or_asked_too_much(house, acme, ready, fullcontact):
    fullcontact.knows(VERA)
    fullcontact.will(503)
    fullcontact.will(429, Retry_After="30")
    vera = await ready.contact(first_name="Vera")
    await ready("PATCH", f"contacts/{vera}", attributes={"email": VERA})
    await eventually(lambda: len(fullcontact.asked) == 1)
    await forward_until(house, lambda: len(fullcontact.asked) == 2, 30)
    await forward_until(house, lambda: len(fullcontact.asked) == 3, 10)
    assert await enriched_soon(ready, vera)
    assert len(fullcontact.asked) == 3


# ── what is kept ─────────────────────────────────────────────────────────────────────────────────────────────────────


@only_sqlite
async def test_a_merge_keeps_which_value_is_whose(ready, fullcontact):
    fullcontact.knows(VERA)
    first = await ready.contact(first_name="Vera", city="Gdynia")
    other = await ready.contact(email=VERA)
    await ready("POST", f"contacts/{other}/enrich")
    await ready("PATCH", f"contacts/{other}", attributes={"Bio": "Typed"})
    await ready("POST", f"contacts/{first}/merge", others=[other])
    sources = await sources_of(ready, first)
    assert {"job_title", "country", "last_name"} <= sources and not {"city", "first_name", "bio"} & sources


async def test_the_dossier_says_where_values_come_from_and_an_erasure_takes_all_of_it(house, acme, ready, fullcontact):
    fullcontact.knows(VERA)
    vera = await ready.contact(email=VERA)
    await ready("POST", f"contacts/{vera}/enrich")
    async with ready._http.get(f"/api/app/contacts/{vera}/dossier") as response:
        bundle = zipfile.ZipFile(io.BytesIO(await response.read()))
    contact = json.loads(bundle.read("contact.json"))
    assert contact["sources"]["city"]["by"] == contact["enriched"]["by"] == "FullContact" and "asking" not in contact
    fullcontact.slow = 0.3
    asking = asyncio.create_task(ready("POST", f"contacts/{vera}/enrich", force=True))
    await asyncio.sleep(0.1)
    await ready("POST", f"contacts/{vera}/erase")
    with pytest.raises(Refused) as refused:  # what was found of somebody who was erased meanwhile is not kept
        await asking
    assert refused.value.status == 404
    await settled(house)
    assert await house.hub.store.get(Scope(acme.id), CONTACTS, vera) is None
    assert VERA not in json.dumps(await house.hub.store.get(Scope(acme.id), ENRICHMENT, acme.id))


# ── the setting ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_key_is_never_shown_again_and_proves_itself(acme, panel, globex_panel, fullcontact):
    assert (await panel("GET", "enrichment"))["key"] is None
    with pytest.raises(Refused, match="no key"):
        await panel("POST", "enrichment/check")
    assert (await panel("POST", "enrichment/check", key="wrong-key-00"))["result"] == "refused"
    shown = await panel("PATCH", "enrichment", key=f" {KEY} ")
    assert shown["key"] == "…WXYZ" and KEY not in json.dumps([shown, await panel("GET", "enrichment")])
    assert await panel("POST", "enrichment/check") == {"result": "works", "message": ""}
    fullcontact.will(503)
    assert (await panel("POST", "enrichment/check"))["result"] == "unknown"
    assert (await globex_panel("GET", "enrichment"))["key"] is None
    assert (await panel("PATCH", "enrichment", key=None))["key"] is None


@pytest.mark.parametrize("change", [
    {"key": "short"}, {"key": "a key with spaces"}, {"key": "line\nbreak-0123"}, {"key": "żółć-żółć-żółć"}, {"key": "x" * 300},
    {"quota": -1}, {"days": 0}, {"on_demand": "yes"}, {"secret": 1}, {"quota": 10**9},
])  # fmt: skip
@only_sqlite
async def test_a_setting_that_makes_no_sense_is_refused(panel, change):
    with pytest.raises(Refused) as refused:
        await panel("PATCH", "enrichment", **change)
    assert refused.value.status == 400 and (await panel("GET", "enrichment"))["key"] is None


@only_sqlite
async def test_only_owners_and_keys_set_it_up_and_every_agent_may_enrich(house, acme, ready, fullcontact):
    import aiohttp

    fullcontact.knows(VERA)
    vera = await ready.contact(email=VERA)
    ben = Panel(
        aiohttp.ClientSession(house.url, headers={"Authorization": f"Bearer {await acme.token('ben@acme.example')}"})
    )
    key = Panel(aiohttp.ClientSession(house.url, headers={"Authorization": f"Token {acme.api_key}"}))
    try:
        for method, path, body in (
            ("GET", "enrichment", {}), ("PATCH", "enrichment", {"quota": 5}), ("POST", "enrichment/check", {"key": KEY}),
            ("POST", "enrichment/runs", {"contacts": [vera]}), ("GET", "enrichment/runs", {}),
        ):  # fmt: skip
            with pytest.raises(Refused) as refused:
                await ben(method, path, **body)
            assert refused.value.status == 403
        assert (await ben("POST", f"contacts/{vera}/enrich"))["status"] == "found"
        assert (await key("GET", "enrichment"))["key"] == "…WXYZ"
    finally:
        await ben._http.close()
        await key._http.close()
    assert await panel_of(acme) is not None


# ── the quota ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_quota_is_not_overrun_by_many_at_once_and_is_new_next_month(house, ready, fullcontact):
    people = [await ready.contact(email=f"p{number}@shop.example") for number in range(12)]
    for number in range(12):
        fullcontact.knows(f"p{number}@shop.example")
    fullcontact.slow = 0.05
    await ready("PATCH", "enrichment", quota=5)
    outcomes = await asyncio.gather(*(ready("POST", f"contacts/{each}/enrich") for each in people))
    said = sorted(each["status"] for each in outcomes)
    assert said == ["found"] * 5 + ["quota"] * 7 and len(fullcontact.asked) == 5
    setting = await ready("GET", "enrichment")
    assert (setting["used"], setting["quota"]) == (5, 5)
    await ready("PATCH", "enrichment", quota=6)
    left = [each for each, outcome in zip(people, outcomes, strict=True) if outcome["status"] == "quota"]
    assert (await ready("POST", f"contacts/{left[0]}/enrich"))["status"] == "found"
    assert (await ready("POST", f"contacts/{left[1]}/enrich"))["status"] == "quota"
    forward(house, 31 * 86_400)
    assert (await ready("GET", "enrichment"))["used"] == 0
    assert (await ready("POST", f"contacts/{left[1]}/enrich"))["status"] == "found"
    assert (await ready("GET", "enrichment"))["used"] == 1
