"""Merging, handing out and erasing a person reaches the CRM; what is deleted is referred to no more."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from typing import Any

import pytest

from hub.accounts.agents import AgentRef, remove_agent
from hub.accounts.grants import OWNER
from hub.core.actor import Actor
from hub.crm.collections import ACTIVITIES, CRM_NOTES, DEAL_HISTORY, DEALS, TICKETS
from hub.crm.releasing import REFERENCES, RELEASE
from tests.support.snapshot import everything_of

from .conftest import refusal, until

pytestmark = [pytest.mark.annex("R1"), pytest.mark.annex("R2"), pytest.mark.annex("X7")]


async def related(crm: Any, contact: int, other: int) -> dict[str, Any]:
    """One of everything that may speak of a contact: alone, beside another one, and with a company."""
    tea = await crm.company_of("Tea")
    alone = await crm.deal("Zebra deal", contact=contact, value="12.34", custom_id="zebra-1", tags=["zebra"],
                           attributes={"animal": "zebra"})  # fmt: skip
    shared = await crm.deal("With others", contact=contact, participants=[other], value=1)
    partner = await crm.deal("As participant", contact=other, participants=[contact, other], company=tea)
    await crm("POST", f"deals/{alone['id']}/lose", description="Too many zebras")
    await crm("POST", "notes", subject="contact", of=contact, text="A zebra note")
    await crm("POST", "notes", subject="deal", of=alone["id"], text="A zebra note of the deal")
    return {
        "tea": tea, "alone": alone["id"], "shared": shared["id"], "partner": partner["id"],
        "own": (await crm.activity("Zebra call", contact=contact))["id"],
        "of_deal": (await crm.activity("Zebra call of the deal", deal=alone["id"]))["id"],
        "of_company": (await crm.activity("Visit", contact=contact, company=tea))["id"],
        "ticket": (await crm("POST", "tickets", description="Zebra", contact=contact, custom_id="zebra-t"))["id"],
        "joint": (await crm("POST", "tickets", description="Joint", contact=other, participants=[contact]))["id"],
    }  # fmt: skip


async def test_a_merged_contacts_deals_activities_notes_and_tickets_are_the_others(crm):
    vera, old, walt = [await crm.contact(name=name) for name in ("Vera", "Old", "Walt")]
    made = await related(crm, old, walt)
    for number in range(55):  # more than go into one batch
        await crm.deal(f"Deal {number}", contact=old)
    await crm("POST", f"contacts/{vera}/merge", others=[old])

    async def moved():
        return (await crm("POST", "deals/count", contact=old))["count"] == 0

    await until(moved)
    assert (await crm("POST", "deals/count", contact=vera))["count"] == 58
    partner = await crm("GET", f"deals/{made['partner']}")
    assert [each["id"] for each in partner["participants"]] == [vera, walt]
    assert (await crm("GET", f"activities/{made['own']}"))["contact"]["id"] == vera
    tickets = [await crm("GET", f"tickets/{made[each]}") for each in ("ticket", "joint")]
    assert tickets[0]["contact"]["id"] == vera and [each["id"] for each in tickets[1]["participants"]] == [vera]
    for id in (vera, old):
        assert [each["text"] for each in (await crm("GET", f"notes?subject=contact&of={id}"))["notes"]] == [
            "A zebra note"
        ]
    assert await crm.lines(f"contacts/{vera}", "ticket") == ["created", "created"]
    assert (await crm.deal(contact=old))["contact"]["id"] == vera


async def dossier_of(crm: Any, contact: int) -> dict[str, Any]:
    async with crm._http.get(f"/api/app/contacts/{contact}/dossier") as response:
        bundle = zipfile.ZipFile(io.BytesIO(await response.read()))
    return {name.removesuffix(".json"): json.loads(bundle.read(name)) for name in bundle.namelist() if "/" not in name}


async def test_the_dossier_has_all_that_speaks_of_the_person_and_nothing_else(crm):
    vera, walt = await crm.contact(name="Vera"), await crm.contact(name="Walt")
    made = await related(crm, vera, walt)
    await crm.deal("Walt's", contact=walt)
    await crm("POST", "notes", subject="contact", of=walt, text="Walt's")
    parts = await dossier_of(crm, vera)
    assert {each["id"] for each in parts["deals"]} == {made["alone"], made["shared"], made["partner"]}
    assert {each["id"] for each in parts["activities"]} == {made["own"], made["of_company"]}
    assert {each["id"] for each in parts["tickets"]} == {made["ticket"], made["joint"]}
    assert [each["text"] for each in parts["crm_notes"]] == ["A zebra note"] and "Walt's" not in repr(parts)


async def test_an_erased_person_is_in_no_deal_and_the_figures_stay(crm):
    vera, walt = await crm.contact(name="Vera"), await crm.contact(name="Walt")
    made = await related(crm, vera, walt)
    proof = await crm("POST", f"contacts/{vera}/erase")

    async def done():
        return (await crm("GET", f"erasures/{proof['id']}"))["status"] == "done"

    await until(done)
    counts = (await crm("GET", f"erasures/{proof['id']}"))["counts"]
    assert {name: counts[name] for name in ("deals", "activities", "tickets", "crm_notes")} == {
        "deals": 3, "activities": 2, "tickets": 2, "crm_notes": 1,
    }  # fmt: skip
    left = await everything_of(crm.house.hub.store, crm.company.id)
    assert [name for name, kept in left.items() if "zebra" in repr(kept).lower()] == ["tags"], (
        "a tag is the application's word"
    )
    alone, shared, partner = [await crm("GET", f"deals/{made[name]}") for name in ("alone", "shared", "partner")]
    assert (alone["name"], alone["value"], alone["contact"], alone["status"]) == (
        f"#{alone['id']}",
        "12.34",
        None,
        "lost",
    )
    assert (shared["name"], shared["contact"]) == ("With others", None)
    assert [each["id"] for each in partner["participants"]] == [walt]
    assert await refusal(crm("GET", f"activities/{made['own']}")) == 404
    assert await refusal(crm("GET", f"activities/{made['of_deal']}")) == 404
    assert (await crm("GET", f"activities/{made['of_company']}"))["contact"] is None
    assert await refusal(crm("GET", f"tickets/{made['ticket']}")) == 404
    assert (await crm("GET", f"tickets/{made['joint']}"))["participants"] == []
    totals = (await crm.board())[alone["stage"]]["totals"]
    assert (totals["deals"], totals["values"]["lost"]) == (3, {"USD": "12.34"})
    assert await crm.deal(custom_id="zebra-1") and await crm("POST", "tickets", description="x", custom_id="zebra-t")


# ── what is deleted ──────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_removed_agent_is_in_charge_of_nothing(crm):
    agents = {each["name"]: each["id"] for each in (await crm("GET", "agents"))["agents"]}
    ben = agents["Ben"]
    deal = (await crm.deal(assignee=ben, restricted_to=ben))["id"]
    activity = (await crm.activity(assignee=ben))["id"]
    ticket = (await crm("POST", "tickets", description="x", assignee=ben))["id"]
    kept = (await crm.deal(assignee=agents["Ada"]))["id"]
    owner = Actor("agent", agents["Ada"], "Ada", crm.scope, OWNER)
    await remove_agent(crm.house.hub, owner, AgentRef(ben))

    async def nobodys():
        shown = [await crm("GET", path) for path in (f"deals/{deal}", f"activities/{activity}", f"tickets/{ticket}")]
        return all(each["assignee"] is None for each in shown) and shown[0]["restricted_to"] is None

    await until(nobodys)
    assert (await crm("GET", f"deals/{kept}"))["assignee"] == agents["Ada"]


async def test_a_deleted_company_is_in_nothing_and_its_notes_are_gone(crm):
    tea, other = await crm.company_of("Tea"), await crm.company_of("Coffee")
    deal = (await crm.deal(company=tea, value=5))["id"]
    activity = (await crm.activity(company=tea))["id"]
    ticket = (await crm("POST", "tickets", description="x", company=tea))["id"]
    note = (await crm("POST", "notes", subject="company", of=tea, text="Gone"))["id"]
    kept = (await crm.deal(company=other))["id"]
    await crm("DELETE", f"companies/{tea}")

    async def free():
        found = [
            await crm.house.hub.store.get(crm.scope, *each)
            for each in ((DEALS, deal), (ACTIVITIES, activity), (TICKETS, ticket))
        ]
        return (
            all(each["company"] is None for each in found)
            and await crm.house.hub.store.get(crm.scope, CRM_NOTES, note) is None
        )

    await until(free)
    assert (await crm("GET", f"deals/{deal}"))["value"] == "5.00"
    assert (await crm("GET", f"deals/{kept}"))["company"]["id"] == other


async def test_a_deleted_deal_leaves_its_activities_and_nothing_else(crm):
    deal = (await crm.deal(custom_id="d-1"))["id"]
    activities = [(await crm.activity(f"A{n}", deal=deal))["id"] for n in range(3)]
    note = (await crm("POST", "notes", subject="deal", of=deal, text="Gone"))["id"]
    await crm("DELETE", f"deals/{deal}")
    assert await refusal(crm("GET", f"deals/{deal}")) == 404

    async def free():
        found = await crm.house.hub.store.get_many(crm.scope, ACTIVITIES, activities)
        return len(found) == 3 and all(each["deal"] is None for each in found.values())

    await until(free)

    async def gone():
        store = crm.house.hub.store
        return await store.get(crm.scope, CRM_NOTES, note) is None and not await store.read(
            crm.scope, DEAL_HISTORY, deal
        )

    await until(gone)


async def test_many_references_are_let_go_in_several_turns(crm, monkeypatch):
    from hub.crm import releasing

    monkeypatch.setattr(releasing, "_TURN", -1.0)
    reason = (await crm("POST", "loss-reasons", name="Price"))["id"]
    deals = await asyncio.gather(*(crm.deal(f"Deal {n}", loss_reason=reason) for n in range(60)))
    await crm("DELETE", f"loss-reasons/{reason}")

    async def free():
        found = await crm.house.hub.store.get_many(crm.scope, DEALS, [each["id"] for each in deals])
        return all(each["loss_reason"] is None for each in found.values())

    await until(free)


def test_whatever_may_be_deleted_is_let_go_of():
    assert set(REFERENCES) == {"agent", "company", "deal", "product", "loss reason"} and RELEASE
