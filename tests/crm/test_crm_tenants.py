"""Globex neither sees what is Acme's nor refers to it: every field that names something, every call with an id."""

from __future__ import annotations

from typing import Any

import pytest

from hub.doors.api.routes import CRM
from tests.support.snapshot import everything_of

from .conftest import refusal

pytestmark = [pytest.mark.annex("API2"), pytest.mark.annex("API3")]


async def acmes(crm: Any) -> dict[str, Any]:
    """Make one of everything; return the ids."""
    vera, tea = await crm.contact(name="Vera", custom_id="x-1"), await crm.company_of("Tea", custom_id="x-1")
    product = (await crm("POST", "products", attributes={"custom_id": "x-1", "name": "Sencha"}))["id"]
    reason = (await crm("POST", "loss-reasons", name="Price"))["id"]
    pipeline = await crm("POST", "pipelines", name="Acme's", stages=["A", "B"])
    deal = (await crm.deal(custom_id="x-1", contact=vera, company=tea, pipeline=pipeline["id"]))["id"]
    type = (await crm("GET", "activity-types"))["types"][0]["id"]
    return {
        "contact": vera, "company": tea, "product": product, "loss_reason": reason, "pipeline": pipeline["id"],
        "stage": pipeline["stages"][0]["id"], "deal": deal, "type": type,
        "activity": (await crm.activity(custom_id="x-1", deal=deal))["id"], "custom_id": "x-1",
        "note": (await crm("POST", "notes", subject="contact", of=vera, text="Secret"))["id"],
        "ticket": (await crm("POST", "tickets", description="Secret"))["id"],
        "agent": (await crm("GET", "agents"))["agents"][0]["id"],
    }  # fmt: skip


async def test_no_field_of_globex_can_name_what_is_acmes(crm, globex_crm):
    ids = await acmes(crm)
    before = await everything_of(crm.house.hub.store, crm.company.id)
    deal, activity = (await globex_crm.deal())["id"], (await globex_crm.activity())["id"]
    ticket = (await globex_crm("POST", "tickets", description="Ours"))["id"]
    lines = [{"product": ids["product"]}]
    of_deals = {
        "contact": ids["contact"], "contact_custom_id": "x-1", "company": ids["company"], "company_custom_id": "x-1",
        "participants": [ids["contact"]], "products": [ids["product"]], "products_custom_id": ["x-1"], "order_products": lines,
        "stage": ids["stage"], "pipeline": ids["pipeline"], "loss_reason": ids["loss_reason"], "assignee": ids["agent"],
        "restricted_to": ids["agent"],
    }  # fmt: skip
    for field, value in of_deals.items():
        assert await refusal(globex_crm.deal(**{field: value})) == 404, field
        assert await refusal(globex_crm("PATCH", f"deals/{deal}", **{field: value})) == 404, field
    of_activities = {
        name: of_deals[name] for name in ("contact", "contact_custom_id", "company", "company_custom_id", "assignee")
    } | {"deal": ids["deal"], "deal_custom_id": "x-1", "type": ids["type"]}
    for field, value in of_activities.items():
        assert await refusal(globex_crm.activity(**{field: value})) == 404, field
        assert await refusal(globex_crm("PATCH", f"activities/{activity}", **{field: value})) == 404, field
    for field in ("contact", "company", "participants", "assignee"):
        assert await refusal(globex_crm("PATCH", f"tickets/{ticket}", **{field: of_deals[field]})) == 404, field
    gina, ours = await globex_crm.contact(name="Gina"), (await globex_crm("POST", "products", attributes={}))["id"]
    others = [
        ("POST", "stages", {"pipeline": ids["pipeline"], "name": "Ours"}),
        ("POST", f"deals/{deal}/move", {"stage": ids["stage"]}),
        ("POST", f"deals/{deal}/lose", {"loss_reason": ids["loss_reason"]}),
        ("DELETE", f"stages/{(await globex_crm.stages())[0]}?move_to={ids['stage']}", {}),
        *(
            ("POST", "notes", {"subject": each, "of": ids[each], "text": "Hi"})
            for each in ("contact", "company", "deal")
        ),
        ("POST", "product-events", {"event_type": "view", "contact": ids["contact"], "product": ours}),
        ("POST", "product-events", {"event_type": "view", "contact": gina, "product": ids["product"]}),
        ("POST", "product-events", {"event_type": "view", "contact_custom_id": "x-1", "product": ours}),
        ("POST", "product-events", {"event_type": "view", "contact": gina, "product_custom_id": "x-1"}),
        ("GET", f"companies/{ids['company']}/timeline", {}),
    ]
    for method, path, body in others:
        assert await refusal(globex_crm(method, path, **body)) == 404, path
    own = (await globex_crm("GET", "activity-types"))["types"][0]["id"]
    assert await refusal(globex_crm("DELETE", f"activity-types/{own}?move_to={ids['type']}")) == 404
    assert await everything_of(crm.house.hub.store, crm.company.id) == before


BODIES: dict[str, dict[str, Any]] = {
    "/api/app/pipelines/{pipeline}/stages": {"stages": []}, "/api/app/deals/{deal}/move": {"stage": 1},
    "/api/app/products/{product}": {"attributes": {"name": "Ours"}},
}  # fmt: skip
WITH_IDS = [route for route in CRM if "{" in route.path]


async def test_every_call_with_an_id_of_acmes_finds_nothing_for_globex(crm, globex_crm):
    ids = await acmes(crm)
    before = await everything_of(crm.house.hub.store, crm.company.id)
    for route in WITH_IDS:
        path = route.path.removeprefix("/api/app/").format_map(ids)
        body = BODIES.get(route.path, {}) if route.method in ("POST", "PUT", "PATCH") else {}
        assert await refusal(globex_crm(route.method, path, **body)) == 404, f"{route.method} {path}"
    assert await everything_of(crm.house.hub.store, crm.company.id) == before
    assert len(WITH_IDS) > 35


async def test_no_list_of_globex_shows_what_is_acmes(crm, globex_crm):
    ids = await acmes(crm)
    mine = set(ids.values())
    for path in ("deals", "activities", "products", "tickets", "loss-reasons", "deals?search=tea", "activities?overdue=true",
                 f"deals?stage={ids['stage']}", f"deals?contact={ids['contact']}", f"activities?deal={ids['deal']}",
                 f"tickets?contact={ids['contact']}", "deals/board"):  # fmt: skip
        shown = repr(await globex_crm("GET", path))
        assert "Secret" not in shown and "Sencha" not in shown and "Vera" not in shown and "Tea for" not in shown, path
    assert (await globex_crm("POST", "deals/count"))["count"] == 0
    assert mine.isdisjoint(each["id"] for each in (await globex_crm("GET", "pipelines"))["pipelines"])
    for path in ("deals?assignee", "activities?assignee"):
        assert next(iter((await globex_crm("GET", f"{path}={ids['agent']}")).values())) == []
