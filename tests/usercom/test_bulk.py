"""A thousand objects in one call: each made, changed or refused by itself (U11)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from storage.engine import Batch

pytestmark = pytest.mark.annex("U11")


async def send(api: Any, kind: str, objects: list[dict[str, Any]]) -> Any:
    answer = await api.post(f"/api/app/{kind}/bulk", {kind: objects})
    assert answer.status == 200, answer.body
    return answer.json


async def test_contacts_are_made_changed_and_refused_each_by_itself(api):
    known = (await api.post("/api/public/users/", {"email": "vera@shop.example", "user_id": "v"})).json["id"]
    await api.post("/api/public/users/", {"email": "walt@shop.example"})
    done = await send(api, "contacts", [
        {"email": "VERA@shop.example", "score": 5, "size": 40}, {"custom_id": "n", "email": "nina@shop.example"},
        {"email": "nobody"}, {"custom_id": "v", "email": "walt@shop.example"}, {}, {"custom_id": "n", "score": 3},
        {"score": "many"}, {"email": "vera@shop.example", "score": 5},
    ])  # fmt: skip
    outcomes = [each["outcome"] for each in done["results"]]
    assert outcomes == ["updated", "created", "refused", "refused", "refused", "updated", "refused", "updated"]
    assert [each["place"] for each in done["results"]] == list(range(8))
    assert (done["created"], done["updated"], done["refused"]) == (1, 3, 4)
    assert all(each["reason"] and "id" not in each for each in done["results"] if each["outcome"] == "refused")
    assert done["results"][0]["id"] == known and done["results"][1]["id"] == done["results"][5]["id"]
    vera = (await api.get(f"/api/public/users/{known}/")).json
    assert (vera["score"], vera["attributes"][0]["value"]) == (5, 40)
    assert (await api.get("/api/public/users-by-id/n/")).json["score"] == 3
    assert (await api.get("/api/public/users/")).json["count"] == 3


async def test_a_thousand_come_in_a_few_small_batches_and_no_more_are_taken(api, house, monkeypatch):
    sizes: list[int] = []
    commit = house.hub.commit

    def counted(batch: Batch) -> Any:
        sizes.append(len(batch.steps))
        return commit(batch)

    monkeypatch.setattr(house.hub, "commit", counted)
    people = [{"custom_id": f"p{n}", "about": "A" * 900} for n in range(1000)]
    done = await send(api, "contacts", people)
    assert done["created"] == 1000 and len({each["id"] for each in done["results"]}) == 1000
    assert 10 <= len(sizes) <= 30 and max(sizes) <= 100
    answer = await api.post("/api/app/contacts/bulk", {"contacts": [*people, {}]})
    assert answer.status == 400 and "1000" in answer.json["detail"]
    assert (await api.post("/api/app/contacts/bulk", {"contacts": []})).status == 400
    assert (await api.get("/api/public/users/")).json["count"] == 1000


async def test_two_megabytes_are_taken_here_and_nowhere_else(api):
    people = [{"custom_id": f"p{n}", "about": "x" * 1500} for n in range(1000)]
    assert (await send(api, "contacts", people))["created"] == 1000
    assert (await api.post("/api/app/contacts/find", {"search": "x" * 1_200_000})).status == 400
    large = [{"custom_id": "p", "about": "x" * 2_200_000}]
    refused = await api.post("/api/app/contacts/bulk", {"contacts": large})
    assert refused.status == 400 and "2 MB" in refused.json["detail"]


async def test_two_calls_at_once_make_nobody_twice(api):
    people = [{"custom_id": f"p{n}", "score": n} for n in range(150)]
    one, two = await asyncio.gather(send(api, "contacts", people), send(api, "contacts", people))
    assert one["created"] + two["created"] == 150 and one["refused"] == two["refused"] == 0
    assert (await api.get("/api/public/users/")).json["count"] == 150


async def test_companies_are_made_and_changed_in_the_order_of_the_call(api):
    done = await send(api, "companies", [
        {"name": "Tea", "city": "Oslo"}, {"name": "Coffee"}, {"name": "TEA", "city": "Bergen"}, {"city": "Oslo"},
        {"name": ["x"]},
    ])  # fmt: skip
    assert [each["outcome"] for each in done["results"]] == ["created", "created", "updated", "refused", "refused"]
    tea = (await api.get(f"/api/app/companies/{done['results'][0]['id']}")).json
    assert tea["values"]["city"] == "Bergen" and done["results"][2]["id"] == done["results"][0]["id"]


async def test_segments_follow_and_other_tenants_stay_as_they_are(api, web, globex, panel_api):
    where = {"all": [{"type": "attribute", "attribute": "score", "op": "equals", "value": 9}]}
    segment = await panel_api("segments", {"name": "Keen", "where": where})
    theirs = web.with_key(globex.api_key)
    await send(theirs, "contacts", [{"custom_id": "p1", "score": 1}])
    await send(api, "contacts", [{"custom_id": "p1", "score": 9}, {"custom_id": "p2", "score": 1}])
    for _ in range(200):
        members = (await api.get(f"/api/public/segments/{segment['id']}/users/")).json
        if members["count"] == 1:
            break
        await asyncio.sleep(0.05)
    assert [each["user_id"] for each in members["results"]] == ["p1"]
    assert (await theirs.get("/api/public/users-by-id/p1/")).json["score"] == 1


async def test_who_may_only_read_changes_nothing(web, acme):
    token = await acme.token()
    made = await web.post(
        "/api/app/keys", {"name": "Reader", "scopes": ["contacts.read"]}, headers={"Authorization": f"Bearer {token}"}
    )
    reader = web.with_key(made.json["secret"])
    for kind in ("contacts", "companies"):
        assert (await reader.post(f"/api/app/{kind}/bulk", {kind: [{"name": "x"}]})).status == 403
