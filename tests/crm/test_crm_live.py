"""Agents hear what happens in the CRM, visitors and the other tenant do not; a batch carries what automations follow."""

from __future__ import annotations

import asyncio

import pytest

from hub.crm import events
from hub.crm.deals.deals import DealRef, NewDeal, WinDeal, create_deal, get_deal, win_deal

pytestmark = [pytest.mark.annex("R1"), pytest.mark.annex("R2")]


async def test_agents_hear_of_deals_activities_notes_and_tickets_and_nobody_else_does(crm, globex_crm):
    ada, ben = await crm.company.agent(), await crm.company.agent("ben@acme.example")
    vera, gus = await crm.company.visitor(), await globex_crm.company.agent()
    stages = await crm.stages()
    contact = vera.session["contact"]["id"]
    deal = (await crm.deal(contact=contact))["id"]
    await crm("POST", f"deals/{deal}/move", stage=stages[1])
    await crm("POST", f"deals/{deal}/win")
    activity = (await crm.activity(contact=contact))["id"]
    await crm("POST", f"activities/{activity}/finish")
    note = (await crm("POST", "notes", subject="contact", of=contact, text="Hello"))["id"]
    await crm("PATCH", f"notes/{note}", pinned=True)
    ticket = (await crm("POST", "tickets", description="x", contact=contact))["id"]
    await crm("PATCH", f"tickets/{ticket}", status="closed")
    product = (await crm("POST", "products", attributes={"name": "Sencha"}))["id"]
    kept = await crm("POST", "product-events", contact=contact, product=product, event_type="view")
    await crm("POST", "stages", pipeline=(await crm("GET", "pipelines"))["pipelines"][0]["id"], name="More")
    for agent in (ada, ben):
        assert (await agent.hears("deal", what="moved"))["was"] == stages[0]
        assert (await agent.hears("deal", what="status"))["deal"]["status"] == "won"
        assert (await agent.hears("activity", what="done"))["activity"]["done_at"]
        assert (await agent.hears("crm.note", what="changed"))["note"]["pinned"] is True
        assert (await agent.hears("ticket", what="status"))["was"] == "draft"
        assert await agent.hears("product.event") == {
            "id": kept["id"],
            "contact": contact,
            "product": product,
            "event_type": "view",
        }
        await agent.hears("pipeline")
        moved = [each["deal"]["revision"] for each in agent.events("deal")]
        assert moved == sorted(moved)
    await asyncio.sleep(0.1)
    kinds = {"deal", "activity", "crm.note", "ticket", "product.event", "pipeline"}
    assert not kinds & {name for name, _ in (*vera.heard, *gus.heard)}


async def test_what_follows_from_an_event_is_in_the_batch_that_makes_it_true(crm):
    hub, seen = crm.house.hub, []

    async def work(_, scope, payload):
        seen.append((scope.app, payload))

    hub.jobs.register("test.follow", work)
    for event in (
        events.DealCreated,
        events.DealStageChanged,
        events.DealStatusChanged,
        events.ActivityDone,
        events.CrmNoteAdded,
        events.TicketStatusChanged,
        events.ProductEventRecorded,
    ):
        hub.subscribe(event, "test.follow")
    stages = await crm.stages()
    vera = await crm.contact(name="Vera")
    deal = (await crm.deal())["id"]
    await crm("PATCH", f"deals/{deal}", stage=stages[1], status="won")
    activity = (await crm.activity(done=False))["id"]
    await crm("POST", f"activities/{activity}/finish")
    note = (await crm("POST", "notes", subject="deal", of=deal, text="Hello"))["id"]
    ticket = (await crm("POST", "tickets", description="x"))["id"]
    await crm("PATCH", f"tickets/{ticket}", status="active")
    product = (await crm("POST", "products", attributes={}))["id"]
    kept = await crm("POST", "product-events", contact=vera, product=product, event_type="view")
    wanted = [
        {"deal": deal}, {"deal": deal, "from": stages[0], "to": stages[1]}, {"deal": deal, "from": "in_progress", "to": "won"},
        {"activity": activity}, {"note": note}, {"ticket": ticket, "from": "draft", "to": "active"},
        {"contact": vera, "product": product, "event_type": "view", "id": kept["id"]},
    ]  # fmt: skip
    for _ in range(500):
        if len(seen) == len(wanted):
            break
        await asyncio.sleep(0.02)
    assert all((crm.company.id, each) in seen for each in wanted) and len(seen) == len(wanted)


async def test_verbs_do_the_same_for_keys_and_automations_as_for_agents(crm):
    hub = crm.house.hub
    made = await create_deal(hub, crm.actor, NewDeal(name="By a key", value="9.99"))
    won = await win_deal(hub, crm.actor, WinDeal(made.id, "2026-02-03T04:05:06Z"))
    assert (won.won_at, won.created_by.kind) == ("2026-02-03T04:05:06.000Z", "key")
    assert await get_deal(hub, crm.actor, DealRef(made.id)) == won
