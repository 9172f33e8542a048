"""Activities: planned, done, overdue; reminders that come once and at their time."""

from __future__ import annotations

import asyncio

import pytest

from hub.core.collections import JOBS
from hub.crm.activities import reminders
from hub.crm.collections import ACTIVITIES
from hub.crm.events import ActivityDue
from storage.engine import INSTALLATION
from tests.support.house import eventually, open_house

from .conftest import crm_of, refusal, until

pytestmark = [pytest.mark.annex("R1"), pytest.mark.annex("API2")]
HOUR = 3_600_000


async def test_an_activity_keeps_all_that_is_said_of_it(crm):
    vera = await crm.contact(name="Vera", custom_id="v-1")
    tea, deal = await crm.company_of("Tea"), await crm.deal(custom_id="d-1")
    types = (await crm("GET", "activity-types"))["types"]
    assert [each["symbol"] for each in types] == ["call", "meeting", "task", "email", "deadline"]
    ada = next(each["id"] for each in (await crm("GET", "agents"))["agents"] if each["name"] == "Ada")
    made = await crm.activity(
        "Lunch", "2030-01-02T10:00:00+02:00", type=types[1]["id"], duration=90, description="At noon", assignee=ada,
        contact_custom_id="v-1", company=tea, deal_custom_id="d-1", custom_id="a-1", remind_before=15,
        attributes={"Room": "Blue"},
    )  # fmt: skip
    assert made == await crm("GET", f"activities/{made['id']}") == await crm("GET", "activities/by-custom-id/a-1")
    assert (made["due"], made["duration"], made["done"], made["overdue"]) == (
        "2030-01-02T08:00:00.000Z",
        90,
        False,
        False,
    )
    assert (made["contact"]["id"], made["company"]["id"], made["deal"]) == (
        vera, tea, {"id": deal["id"], "custom_id": "d-1", "name": deal["name"]},
    )  # fmt: skip
    assert (made["attributes"], made["assignee"], made["remind_before"]) == ({"room": "Blue"}, ada, 15)
    changed = await crm(
        "PATCH", f"activities/{made['id']}", due=1_900_000_000_000, deal=None, duration=None, remind_before=None
    )
    assert (changed["due"], changed["deal"], changed["duration"]) == ("2030-03-17T17:46:40.000Z", None, None)
    first = await crm.activity()
    assert first["type"] == types[0]["id"] and first["remind_before"] == 0


async def test_what_is_done_has_its_time_and_stands_in_the_timelines(crm):
    vera, tea = await crm.contact(name="Vera"), await crm.company_of("Tea")
    planned = await crm.activity(contact=vera, company=tea)
    done = await crm("POST", f"activities/{planned['id']}/finish")
    assert done["done"] and done["done_at"]
    assert await crm("POST", f"activities/{planned['id']}/finish") == done
    reopened = await crm("POST", f"activities/{planned['id']}/reopen")
    assert (reopened["done"], reopened["done_at"]) == (False, None)
    again = await crm("POST", f"activities/{planned['id']}/finish", at="2026-01-02T03:04:05Z")
    assert again["done_at"] == "2026-01-02T03:04:05.000Z"
    written = await crm.activity(
        "Called", "2020-01-01T00:00:00Z", contact=vera, done=True, done_at="2020-01-01T01:00:00Z"
    )
    assert written["done_at"] == "2020-01-01T01:00:00.000Z" and not written["overdue"]
    assert await crm.lines(f"contacts/{vera}", "activity") == ["done", "done", "done", "planned"]
    assert await crm.lines(f"companies/{tea}", "activity") == ["done", "done", "planned"]


async def test_overdue_ones_are_listed_by_agent_the_oldest_first(crm):
    agents = {each["name"]: each["id"] for each in (await crm("GET", "agents"))["agents"]}
    ada, ben = agents["Ada"], agents["Ben"]
    old = [(await crm.activity(f"Old {n}", f"2020-01-0{9 - n}T00:00:00Z", assignee=ada))["id"] for n in range(3)]
    await crm.activity("To come", assignee=ada)
    bens = await crm.activity("Ben's", "2020-01-01T00:00:00Z", assignee=ben)
    done = await crm.activity("Done", "2020-01-01T00:00:00Z", assignee=ada, done=True)
    page = await crm("GET", f"activities?assignee={ada}&overdue=true&limit=2")
    rest = await crm("GET", f"activities?assignee={ada}&overdue=true&limit=2&cursor={page['cursor']}")
    assert [each["id"] for each in (*page["activities"], *rest["activities"])] == old[::-1]
    assert all(each["overdue"] for each in page["activities"])
    assert (await crm("POST", "activities/count", assignee=ada, overdue=True))["count"] == 3
    everybodys = (await crm("GET", "activities?overdue=true"))["activities"]
    assert {each["id"] for each in everybodys} == {*old, bens["id"]}
    in_time = await crm("GET", "activities?due_from=2020-01-01T00:00:00Z&due_to=2020-01-08T00:00:00Z&sort=-due")
    assert [each["name"] for each in in_time["activities"]] == ["Old 2", "Done", "Ben's"]
    assert [each["id"] for each in (await crm("GET", "activities?done=true"))["activities"]] == [done["id"]]
    await crm.activity("Call Łucja", attributes={"room": "blue"})
    assert [each["name"] for each in (await crm("GET", "activities?search=lucja"))["activities"]] == ["Call Łucja"]
    where = {"all": [{"type": "attribute", "attribute": "room", "op": "equals", "value": "BLUE"}]}
    assert len((await crm("POST", "activities/find", where=where))["activities"]) == 1


async def test_a_deal_knows_what_is_to_be_done_next(crm):
    deal = (await crm.deal())["id"]

    async def status():
        shown = await crm("GET", f"deals/{deal}")
        return shown["activities_status"], shown["next_activity"] and shown["next_activity"][:10]

    assert await status() == ("3", None)
    late = await crm.activity("Late", "2031-01-01T00:00:00Z", deal=deal)
    soon = await crm.activity("Soon", "2030-01-01T00:00:00Z", deal=deal)
    assert await status() == ("2", "2030-01-01")
    past = await crm.activity("Past", "2020-01-01T00:00:00Z", deal=deal)
    assert await status() == ("1", "2020-01-01")
    await crm("POST", f"activities/{past['id']}/finish")
    await crm("PATCH", f"activities/{soon['id']}", due="2032-01-01T00:00:00Z")
    assert await status() == ("2", "2031-01-01")
    await crm("DELETE", f"activities/{late['id']}")
    assert await status() == ("2", "2032-01-01")
    other = (await crm.deal())["id"]
    await crm("PATCH", f"activities/{soon['id']}", deal=other)
    assert await status() == ("3", None)
    assert (await crm("GET", f"deals/{other}"))["activities_status"] == "2"


async def test_activities_of_one_deal_that_change_at_once_do_not_overlook_each_other(crm):
    deal = (await crm.deal())["id"]
    made = await asyncio.gather(*(crm.activity(f"A{n}", f"20{30 + n}-01-01T00:00:00Z", deal=deal) for n in range(9)))
    assert (await crm("GET", f"deals/{deal}"))["next_activity"][:4] == "2030"
    await asyncio.gather(*(crm("POST", f"activities/{each['id']}/finish") for each in made[:8]))
    assert (await crm("GET", f"deals/{deal}"))["next_activity"][:4] == "2038"


async def test_types_are_the_applications_own_and_one_that_goes_hands_its_activities_over(crm):
    own = await crm("POST", "activity-types", name="Tasting", symbol="cup")
    other = (await crm("GET", "activity-types"))["types"][2]
    activity = await crm.activity(type=own["id"])
    assert (await crm("PATCH", f"activity-types/{own['id']}", name="Tea tasting"))["name"] == "Tea tasting"
    assert await refusal(crm("DELETE", f"activity-types/{own['id']}")) == 400
    assert await refusal(crm("DELETE", f"activity-types/{own['id']}?move_to=999999")) == 404
    await crm("DELETE", f"activity-types/{own['id']}?move_to={other['id']}")

    async def handed_over():
        return (await crm("GET", f"activities/{activity['id']}"))["type"] == other["id"]

    await until(handed_over)
    for each in (await crm("GET", "activity-types"))["types"]:
        if each["id"] != other["id"]:
            await crm("DELETE", f"activity-types/{each['id']}")
    assert await refusal(crm("DELETE", f"activity-types/{other['id']}")) == 400


async def test_custom_ids_upsert_and_what_makes_no_sense(crm):
    one = await crm("POST", "activities/upsert", custom_id="a-1", name="Call", due="2030-01-01T00:00:00Z")
    two = await crm("POST", "activities/upsert", custom_id="a-1", name="Call again")
    assert (one["created"], two["created"], two["activity"]["name"]) == (True, False, "Call again")
    assert await refusal(crm("POST", "activities/upsert", custom_id="a-2", name="No time")) == 400
    assert await refusal(crm.activity(custom_id="a-1")) == 409
    for wrong in (
        {"due": "soon"},
        {"due": None},
        {"due": -5},
        {"due": 10**18},
        {"name": ""},
        {"duration": -1},
        {"attributes": {"done": True}},
    ):
        assert await refusal(crm("PATCH", f"activities/{one['activity']['id']}", **wrong)) == 400, wrong
    assert await refusal(crm.activity(type=999_999)) == 404 and await refusal(crm.activity(deal=999_999)) == 404


# ── reminders ────────────────────────────────────────────────────────────────────────────────────────────────────────


def reminded(house):
    heard = []
    house.hub.listen(ActivityDue, lambda event: heard.append(event.document["name"]))
    return heard


async def test_a_reminder_comes_once_at_its_time_and_an_agent_hears_it(crm):
    heard, ada = reminded(crm.house), await crm.company.agent()
    now = crm.house.hub.clock.now()
    activity = await crm.activity("Call", now + 1_500, remind_before=0)
    await crm.activity("In an hour", now + HOUR, remind_before=30)
    await crm.activity("Never", now + 1_000, remind_before=None)
    await crm.activity("Past", now - HOUR, remind_before=0)
    notice = await ada.hears("activity", what="due")
    assert notice["activity"]["id"] == activity["id"] and crm.house.hub.clock.now() >= now + 1_500
    at = (await crm.house.hub.store.get(crm.scope, ACTIVITIES, activity["id"]))["remind_at"]
    for _ in range(2):  # as a job that runs again
        await reminders.remind(crm.house.hub, crm.scope, {"activity": activity["id"], "at": at})
    await asyncio.sleep(0.3)
    assert heard == ["Call"]


async def test_a_reminder_moves_with_its_time_and_none_comes_for_what_is_done_or_deleted(crm):
    heard, now = reminded(crm.house), crm.house.hub.clock.now()
    moved, done, deleted, nearer = [
        (await crm.activity(name, now + 4_000))["id"] for name in ("moved", "done", "deleted", "nearer")
    ]  # time enough for all that follows, on a busy machine too
    await crm("PATCH", f"activities/{moved}", due=now + HOUR)
    await crm("POST", f"activities/{done}/finish")
    await crm("DELETE", f"activities/{deleted}")
    await crm("PATCH", f"activities/{nearer}", due=now + HOUR, remind_before=59)
    await crm("PATCH", f"activities/{nearer}", due=now + 64_200, remind_before=1)
    await eventually(lambda: heard, 15)
    await asyncio.sleep(0.5)
    assert heard == ["nearer"]


async def test_a_reminder_survives_a_restart_and_comes_once(tmp_path):
    async with open_house(tmp_path / "data") as house:
        crm = await crm_of(house, "Acme")
        now = house.hub.clock.now()
        await crm.activity("Call", now + 1_500)
        company = crm.company
        await crm._http.close()
    async with open_house(tmp_path / "data") as house:
        heard = reminded(house)
        await eventually(lambda: heard)
        assert house.hub.clock.now() >= now + 1_500
    async with open_house(tmp_path / "data") as house:
        again = reminded(house)
        rows = [row async for chunk in house.hub.store.export(INSTALLATION, JOBS) for row in chunk]
        assert [row for row in rows if row["kind"] == reminders.REMIND and row["app"] == company.id] == []
        await asyncio.sleep(0.3)
    assert (heard, again) == (["Call"], [])
