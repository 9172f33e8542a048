"""Every call of the public API with the ids of another tenant: not found, and nothing happens."""

from __future__ import annotations

import re
from typing import Any

import pytest

from hub.doors.api.usercom.rows import ROWS
from tests.support.people import settled
from tests.support.snapshot import everything_of

BASE = "/api/public"

BODIES: dict[str, Any] = {
    "add_tag": {"name": "x"}, "add_many_tags": {"tag_names": ["x"]}, "remove_tag": {"name": "x"},
    "set_attribute": {"attribute": "score", "value": 1}, "set_multiple_attributes": {"score": 1},
    "remove_attribute": {"attribute": "score"}, "events": {"name": "x"}, "merge": {"parent": "USER", "users_list": [99]},
    "mass_update_standard_attributes": {"ids": ["USER"], "attribute": "score", "value": 1},
    "mass_update_custom_attributes": {"ids": ["USER"], "attribute": "score", "value": 1},
    "add_member": {"user_id": "USER"}, "remove_member": {"user_id": "USER"}, "add_user": {"client": "USER"},
    "remove_user": {"client": "USER"}, "add_to_list": {"list": "LIST"}, "remove_from_list": {"list": "LIST"},
    "tags": {"name": "x"}, "lists": {"name": "x"}, "attributes": {"name": "x"}, "users": {"score": 1}, "companies": {"name": "x"},
    "users-by-id": {"score": 1}, "companies-by-id": {"name": "x"},
}  # fmt: skip


@pytest.fixture
async def acme_things(api, panel_api):
    """What Acme has: the id of one thing of each kind, by the name that a path or a body has for it."""
    company = (await api.post(f"{BASE}/companies/", {"name": "Acme", "custom_id": "own@1", "plan": "pro"})).json
    user = (
        await api.post(f"{BASE}/users/", {"email": "anna@acme.example", "user_id": "own@1", "tags": ["vip"], "size": 1})
    ).json
    where = {"all": [{"type": "attribute", "attribute": "score", "op": "equals", "value": 0}]}
    segment = await panel_api("segments", {"name": "Keen", "where": where})
    group = (await api.post(f"{BASE}/lists/", {"name": "News"})).json
    event = (await api.post(f"{BASE}/events/", {"client": user["id"], "name": "order"})).json
    attributes = (await api.get(f"{BASE}/attributes/")).json["results"]
    return {
        "USER": user["id"], "LIST": group["id"], "users": user["id"], "companies": company["id"],
        "tags": user["tags"][0]["id"], "lists": group["id"], "segments": segment["id"], "attributes": attributes[0]["id"],
        "events": 1 if event["created"] else 0, "attribute-type": "plan",
    }  # fmt: skip


def filled(body: Any, things: dict[str, Any]) -> Any:
    if isinstance(body, dict):
        return {name: filled(value, things) for name, value in body.items()}
    if isinstance(body, list):
        return [filled(value, things) for value in body]
    return things.get(body, body) if isinstance(body, str) else body


@pytest.mark.annex("API1", "API2", "API4", "API5", "API6", "API7", "API8")
async def test_no_call_reaches_another_tenant(api, web, acme, globex, house, acme_things):
    await settled(house)  # what Acme's own jobs have to do is done before
    theirs = web.with_key(globex.api_key)
    await theirs.post(f"{BASE}/tags/", {"name": "theirs"})
    before = await everything_of(house.hub.store, acme.id)
    for method, path, _, _, _ in ROWS:
        if "{" not in path and path.strip("/").rpartition("/")[2] not in BODIES:
            continue  # it names nothing
        first, last = path.split("/")[1], path.rstrip("/").rpartition("/")[2]
        address = re.sub(r"\{(user_id|id|name)\}", str(acme_things.get(first)), path).replace("{custom_id}", "own@1")
        body = filled(BODIES.get(last if "{" not in last else first), acme_things) if method != "GET" else None
        if "{" not in path and body and not any(value in str(body) for value in (str(acme_things["USER"]), "USER")):
            continue  # it makes something of Globex's own
        answer = await theirs(method, f"{BASE}{address}", body)
        if "{" not in path and method == "GET":
            assert answer.json["count"] <= 1, path
        elif "{" in path or path.startswith(("/users/merge", "/users/mass")):
            assert (answer.status, answer.json) == (404, {"detail": "Not found."}), (method, path, answer.body)
        assert b"acme" not in answer.body.lower(), (method, path)
    assert await everything_of(house.hub.store, acme.id) == before
