"""Every call about the CRM with the ids of another tenant: not found, and nothing happens."""

from __future__ import annotations

import re
from typing import Any

import pytest

from hub.doors.api.usercom.crm.rows import CRM_ROWS
from tests.support.people import settled
from tests.support.snapshot import everything_of

BASE = "/api/public"
BODIES = {"product_event": {"event_type": "view", "user_custom_id": "own@1"}, "notes": {"content": "x"}}
OTHERS = {"name": "x"}


@pytest.fixture
async def acme_things(api):
    """What Acme has: the id of one thing of each kind, by the first word of its path."""
    company = (await api.post(f"{BASE}/companies/", {"name": "Acme", "custom_id": "own@1"})).json["id"]
    user = (await api.post(f"{BASE}/users/", {"email": "anna@acme.example", "user_id": "own@1"})).json["id"]
    pipeline = (await api.get(f"{BASE}/pipelines/")).json["results"][0]
    types = (await api.get(f"{BASE}/activity-types/")).json["results"]
    reason = (await api.post(f"{BASE}/deal-loss-reasons/", {"name": "Acme is too dear"})).json["id"]
    product = (await api.post(f"{BASE}/products/", {"custom_id": "own@1", "name": "Acme tea"})).json["id"]
    body = {"name": "Acme deal", "custom_id": "own@1", "person": user, "company": company, "products": [product]}
    deal = (await api.post(f"{BASE}/deals/", body)).json["id"]
    planned = {
        "name": "Acme call",
        "custom_id": "own@1",
        "activity_type": types[0]["id"],
        "due_date": "2030-01-01T10:00:00Z",
    }
    activity = (await api.post(f"{BASE}/activities/", planned | {"deal_id": deal})).json["id"]
    things: dict[str, Any] = {
        "users": user, "companies": company, "deals": deal, "activities": activity, "products": product,
        "pipelines": pipeline["id"], "stages": pipeline["stages"][0]["id"], "deal-loss-reasons": reason,
        "activity-types": types[0]["id"],
    }  # fmt: skip
    for subject in ("users", "companies", "deals"):
        things[f"{subject} note"] = (
            await api.post(f"{BASE}/{subject}/{things[subject]}/notes/", {"content": "Acme writes"})
        ).json["id"]
    return things


@pytest.mark.annex("API2", "API3")
async def test_no_call_about_the_crm_reaches_another_tenant(api, web, acme, globex, house, acme_things):
    await settled(house)  # what Acme's own jobs have to do is done before
    theirs = web.with_key(globex.api_key)
    before = await everything_of(house.hub.store, acme.id)
    tried = 0
    for method, path, _, _, _ in CRM_ROWS:
        first, words = path.split("/")[1], path.strip("/").split("/")
        if "{" not in path:
            if method == "GET":
                answer = await theirs(method, f"{BASE}{path}")
                assert answer.status == 200 and b"acme" not in answer.body.lower(), path
            continue
        plain = first.removesuffix("-by-id")
        address = re.sub(r"\{(user_id|id)\}", str(acme_things[plain]), path).replace("{custom_id}", "own@1")
        address = address.replace("{note}", str(acme_things.get(f"{plain} note")))
        last = next((word for word in reversed(words) if "{" not in word), first)
        body = None if method == "GET" else BODIES.get(last, OTHERS)
        answer = await theirs(method, f"{BASE}{address}", body)
        assert (answer.status, answer.json) == (404, {"detail": "Not found."}), (method, path, answer.body)
        tried += 1
    assert tried == sum(1 for _, path, *_ in CRM_ROWS if "{" in path)
    assert tried >= 80
    assert await everything_of(house.hub.store, acme.id) == before


@pytest.mark.annex("API2")
async def test_nothing_of_another_tenant_can_be_referred_to(api, web, globex, house, acme_things):
    theirs = web.with_key(globex.api_key)
    own_type = (await theirs.get(f"{BASE}/activity-types/")).json["results"][0]["id"]
    planned = {"name": "x", "activity_type": own_type, "due_date": "2030-01-01T10:00:00Z"}
    for field, value in {
        "person": acme_things["users"], "user_id": acme_things["users"], "user_custom_id": "own@1",
        "company": acme_things["companies"], "company_custom_id": "own@1", "participants": [acme_things["users"]],
        "stage": acme_things["stages"], "pipeline": acme_things["pipelines"], "products": [acme_things["products"]],
        "products_custom_id": ["own@1"], "order_products": [{"product_custom_id": "own@1"}],
        "loss_reason": acme_things["deal-loss-reasons"],
    }.items():  # fmt: skip
        assert (await theirs.post(f"{BASE}/deals/", {"name": "x", field: value})).status == 404, field
    for field in ("deal_id", "user_id", "company_id", "activity_type"):
        plain = {"deal_id": "deals", "user_id": "users", "company_id": "companies", "activity_type": "activity-types"}[
            field
        ]
        assert (await theirs.post(f"{BASE}/activities/", planned | {field: acme_things[plain]})).status == 404, field
    assert (await theirs.post(f"{BASE}/stages/", {"name": "x", "pipeline": acme_things["pipelines"]})).status == 404
    for kind in ("deals", "activities"):
        assert (await theirs.get(f"{BASE}/{kind}/")).json["count"] == 0
