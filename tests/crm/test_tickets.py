"""Tickets."""

from __future__ import annotations

import pytest

from .conftest import refusal

pytestmark = pytest.mark.annex("API2")


async def test_a_ticket_remembers_its_statuses(crm):
    vera, tea = await crm.contact(name="Vera"), await crm.company_of("Tea")
    made = await crm("POST", "tickets", description="The pot leaks", name="Leak", contact=vera, company=tea, priority=1,
                     custom_id="t-1", due="2030-01-01T00:00:00Z", participants=[vera], attachments={"a": "b.pdf"},
                     attributes={"pot": "blue"})  # fmt: skip
    assert (made["status"], made["closed_at"], len(made["token"])) == ("draft", None, 32)
    await crm("PATCH", f"tickets/{made['id']}", status="active")
    closed = await crm("PATCH", f"tickets/{made['id']}", status="closed", name=None)
    assert [each["status"] for each in closed["status_history"]] == ["draft", "active", "closed"]
    assert closed["closed_at"] and closed["name"] is None and closed["attributes"] == {"pot": "blue"}
    again = await crm("PATCH", f"tickets/{made['id']}", status="active")
    assert again["closed_at"] is None
    assert await crm.lines(f"contacts/{vera}", "ticket") == ["active", "closed", "active", "created"]
    assert await crm.lines(f"companies/{tea}", "ticket") == ["active", "closed", "active", "created"]


async def test_tickets_are_found_and_deleted_and_their_ids_are_unique(crm):
    vera = await crm.contact(name="Vera")
    one = await crm(
        "POST", "tickets", description="The pot leaks", custom_id="t-1", contact=vera, attributes={"pot": "blue"}
    )
    two = await crm("POST", "tickets", description="The lid is gone", status="active")
    assert await refusal(crm("POST", "tickets", description="Again", custom_id="t-1")) == 409
    for query, ids in (
        ("status=active", [two["id"]]),
        (f"contact={vera}", [one["id"]]),
        ("search=lid", [two["id"]]),
        ("sort=id", [one["id"], two["id"]]),
    ):
        assert [each["id"] for each in (await crm("GET", f"tickets?{query}"))["tickets"]] == ids
    where = {"all": [{"type": "attribute", "attribute": "pot", "op": "equals", "value": "blue"}]}
    assert [each["id"] for each in (await crm("POST", "tickets/find", where=where))["tickets"]] == [one["id"]]
    await crm("DELETE", f"tickets/{one['id']}")
    assert await refusal(crm("GET", f"tickets/{one['id']}")) == 404
    for wrong in ({"description": ""}, {"status": "gone"}, {"priority": "high"}, {"description": " "}):
        assert await refusal(crm("POST", "tickets", **{"description": "x"} | wrong)) == 400
