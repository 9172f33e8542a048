"""Conversations with files, page views and tickets over REST, as User.com answers them (API9, API1.13)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from tests.support.people import settled

BASE = "/api/public"
V2 = {"Accept": "*/*; version=2"}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cfc0f01f0005fe02fea7d6059b0000000049454e44ae426082"
)


def form(name: str = "tea.txt", content: bytes = b"Assam", type: str = "text/plain") -> aiohttp.FormData:
    data = aiohttp.FormData()
    data.add_field("file", content, filename=name, content_type=type)
    return data


async def upload(api: Any, **more: Any) -> dict[str, Any]:
    answer = await api.post(f"{BASE}/attachments/", data=form(**more))
    assert answer.status == 201, answer.body
    return answer.json


@pytest.mark.annex("API9.1", "API9.2", "API9.3", "H11")
@pytest.mark.parametrize("version", [{}, V2])
async def test_a_conversation_is_begun_answered_and_read_in_both_versions(api, acme, version):
    user = (await api.post(f"{BASE}/users/", {"email": "vera@shop.example", "user_id": "v@1"})).json["id"]
    begun = await api.post(f"{BASE}/users-by-id/v@1/conversations", {"content": "<p>Hello</p>"}, headers=version)
    one = begun.json
    assert begun.status == 201 and list(one) == ["id", "user", "active", "agent", "messages"]
    assert one["user"]["id"] == user and (one["active"], one["agent"], one["messages"]) == (True, None, 1)
    body = {"conversation": one["id"], "user_custom_id": "v@1", "content": "Bye", "state": "close", "source": 1}
    said = await api.post(f"{BASE}/message/send_message_as_user/", body, headers=version)
    assert (said.status, said.json["content"], said.json["source"]) == (201, "Bye", "chat")
    closed = (await api.get(f"{BASE}/conversations/{one['id']}", headers=version)).json
    assert list(closed) == ["results", "previous", "count", "next"] and closed["results"]["active"] is False
    assert [each["content"] for each in closed["results"]["messages"]] == ["Hello", "Bye"]
    assert (await api.get(f"{BASE}/conversations/?status=true", headers=version)).json["count"] == 0
    until = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    body |= {"content": "Later", "state": "snoozed", "snoozed_to": until}
    assert (await api.post(f"{BASE}/message/send_message_as_user/", body, headers=version)).status == 201
    page = (await api.get(f"{BASE}/users/{user}/conversations/", headers=version)).json
    assert (page["count"], page["results"][0]["active"]) == (1, True)


@pytest.mark.annex("API9.4")
async def test_a_file_is_uploaded_and_goes_with_a_message_of_the_company_an_agent_or_a_user(api, acme):
    ada = await acme.agent()
    user = (await api.post(f"{BASE}/users/", {"email": "vera@shop.example"})).json["id"]
    files = [await upload(api), await upload(api, name="tea.png", content=PNG, type="image/png"), await upload(api)]
    assert list(files[0]) == ["id", "name", "url", "size", "content_type"]
    assert (files[0]["name"], files[0]["size"], files[0]["content_type"]) == ("tea.txt", 5, "text/plain")
    begun = await api.post(f"{BASE}/users/{user}/conversations/", {"attachments": [files[0]["id"]]})
    conversation = begun.json["id"]
    heard = await ada.hears("message", conversation=conversation)
    assert [each["name"] for each in heard["attachments"]] == ["tea.txt"]
    body = {
        "conversation": conversation,
        "content": "Look",
        "attachments": [files[1]["id"]],
        "user": ada.session["agent"]["id"],
    }
    sent = await api.post(f"{BASE}/message/", body, headers=V2)
    assert (sent.status, [each["name"] for each in sent.json["attachments"]]) == (201, ["tea.png"])
    body = {"conversation": conversation, "user_id": user, "content": "Mine", "attachments": [files[2]["id"]]}
    assert (await api.post(f"{BASE}/message/send_message_as_user/", body)).status == 201
    messages = (await api.get(f"{BASE}/conversations/{conversation}/")).json["results"]["messages"]
    assert [len(each["attachments"]) for each in messages] == [1, 1, 1]
    assert (await api.get(messages[0]["attachments"][0]["url"])).body == b"Assam"


@pytest.mark.annex("API9.4")
async def test_a_file_that_is_not_there_or_another_tenants_is_refused_and_nothing_is_sent(api, web, acme, globex):
    user = (await api.post(f"{BASE}/users/", {"email": "vera@shop.example"})).json["id"]
    theirs = await upload(web.with_key(globex.api_key))
    for wrong in (theirs["id"], 2**52):
        refused = await api.post(f"{BASE}/users/{user}/conversations/", {"content": "x", "attachments": [wrong]})
        assert (refused.status, list(refused.json["errors"])) == (400, ["attachments"])
    assert (await api.get(f"{BASE}/users/{user}/conversations/")).json["count"] == 0
    for data in (form(content=b""), aiohttp.FormData({"file": "words"}), b"{}"):
        refused = await api.post(f"{BASE}/attachments/", data=data)
        assert (refused.status, list(refused.json["errors"])) == (400, ["file"])
    broken = await api.post(
        f"{BASE}/attachments/", data=b"x", headers={"Content-Type": "multipart/form-data; boundary=y"}
    )
    assert broken.status == 400
    fake = await api.post(f"{BASE}/attachments/", data=form(name="a.png", content=b"no picture", type="image/png"))
    assert (fake.status, list(fake.json["errors"])) == (400, ["file"])
    assert (await web.post(f"{BASE}/attachments/", data=form())).status == 401
    nothing = await api.post(f"{BASE}/users/{user}/conversations/", {})
    assert nothing.json == {"errors": {"content": ["This field is required."]}}


@pytest.mark.annex("API1.13")
async def test_a_page_view_that_a_client_reports_is_among_the_ping_hits(api, web, globex, house):
    user = (await api.post(f"{BASE}/users/", {"email": "vera@shop.example"}, headers=V2)).json
    at = (datetime.now(UTC) - timedelta(hours=1)).replace(microsecond=250_000)
    body = {"client_user": user["user_key"], "page_domain": "https://shop.example", "page_path": "/tea?a=1",
            "timestamp": at.strftime("%Y-%m-%dT%H:%M:%S.250Z")}  # fmt: skip
    kept = await api.post(f"{BASE}/site-views/", body, headers=V2)
    assert kept.status == 201 and kept.json == {
        "client_user": user["user_key"], "client": user["id"], "page_domain": "https://shop.example",
        "page_path": "/tea?a=1", "timestamp": at.strftime("%Y-%m-%dT%H:%M:%S.250000Z"),
    }  # fmt: skip
    assert (await api.post(f"{BASE}/site-views", {"client": user["id"], "page_domain": "shop.example"})).status == 201

    await settled(house)
    page = (await api.get(f"{BASE}/users/{user['id']}/ping_hits/")).json
    assert {each["url"] for each in page["results"]} == {"https://shop.example/tea?a=1", "https://shop.example/"}
    theirs = await web.with_key(globex.api_key).post(f"{BASE}/site-views/", body, headers=V2)
    assert (theirs.status, list(theirs.json["errors"])) == (400, ["client_user"])
    for field, wrong in (("page_domain", ""), ("page_domain", "ftp://x"), ("page_domain", 7), ("timestamp", "soon"),
                         ("client_user", {"$ne": None}), ("page_path", "x" * 3000)):  # fmt: skip
        refused = await api.post(f"{BASE}/site-views/", body | {field: wrong}, headers=V2)
        assert (refused.status, list(refused.json["errors"])) == (400, [field]), (field, wrong)


TICKET_V1 = [
    "id", "attributes", "status_history", "created_at", "updated_at", "serialized_attributes", "custom_id", "status",
    "token", "name", "description", "due_date", "closed_at", "attachments", "assigned_to", "person", "company", "priority",
    "participants",
]  # fmt: skip
"""As documented, in that order (`usercom-wire`, 11.3)."""


async def test_a_ticket_is_made_changed_listed_and_deleted_in_both_versions(api, acme):
    user = (await api.post(f"{BASE}/users/", {"email": "vera@shop.example", "user_id": "v@1"})).json["id"]
    company = (await api.post(f"{BASE}/companies/", {"name": "Shop", "company_id": "c@1"})).json["id"]
    agent = (await acme.agent()).session["agent"]["id"]
    body = {"description": "Broken cup", "name": "Cup", "custom_id": "t@1", "due_date": "2030-01-02T03:04:05.678Z",
            "person": user, "company": company, "assigned_to": agent, "participants": [user], "priority": 1,
            "attachments": {"jpg": "https://shop.example/cup.jpg"}, "colour": "blue"}  # fmt: skip
    made = await api.post(f"{BASE}/tickets/", body)
    one = made.json
    assert made.status == 201 and list(one) == TICKET_V1
    assert {name: one[name] for name in body if name not in ("colour", "due_date")} == {
        name: value for name, value in body.items() if name not in ("colour", "due_date")
    }
    assert (one["due_date"], one["status"], one["closed_at"]) == ("2030-01-02T03:04:05.678000Z", "draft", None)
    assert [each["value"] for each in one["attributes"]] == ["blue"] and one["created_at"].endswith("000Z")
    assert one["status_history"][0]["status"] == "draft"
    assert one["status_history"][0]["entered_at"].endswith("000+00:00")
    address = f"{BASE}/tickets/{one['id']}"
    second = (await api.get(address, headers=V2)).json
    assert (second["user_id"], second["company_id"], second["colour"]) == (user, company, "blue")
    assert not {"person", "company", "attributes", "serialized_attributes"} & set(second)
    changed = await api("PUT", f"{address}/", second | {"status": "closed", "user_id": None}, headers=V2)
    assert (changed.status, changed.json["status"], changed.json["user_id"]) == (200, "closed", None)
    assert changed.json["closed_at"] and len(changed.json["status_history"]) == 2
    patched = await api("PATCH", f"{address}/", {"user_custom_id": "v@1"})
    assert (patched.json["person"], patched.json["description"]) == (user, "Broken cup")
    for query in (
        "",
        "?status=closed",
        f"?user_id={user}",
        f"?company={company}",
        f"?assigned_to={agent}",
        "?custom_id=t@1",
    ):
        assert (await api.get(f"{BASE}/tickets/{query}")).json["count"] == 1, query
    assert (await api.get(f"{BASE}/tickets/?status=draft")).json["count"] == 0
    assert (await api("DELETE", f"{address}/")).status == 204
    assert (await api.get(f"{address}/")).json == {"detail": "Not found."}


async def test_tickets_come_in_pages(api):
    for number in range(101):
        await api.post(f"{BASE}/tickets/", {"description": f"{number}"})
    first = (await api.get(f"{BASE}/tickets/")).json
    second = (await api.get(first["next"])).json
    assert (first["count"], len(first["results"]), len(second["results"]), second["next"]) == (101, 100, 1, None)
    assert len({each["id"] for each in first["results"] + second["results"]}) == 101
    assert (await api.get(f"{BASE}/tickets/?cursor=nonsense")).json == {"detail": "Not found."}


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("description", None), ("description", ""), ("description", 7), ("status", "open"), ("status", {"$ne": None}),
     ("due_date", "soon"), ("due_date", 5), ("priority", "high"), ("priority", 2**70), ("priority", True),
     ("person", 2**70), ("person", 99_999), ("company", {"$gt": ""}), ("assigned_to", 99_999), ("participants", 7),
     ("participants", [99_999]), ("attachments", "x"), ("name", "x" * 300), ("custom_id", ["x"]), ("custom_id", "taken")],
)  # fmt: skip
async def test_what_is_wrong_with_a_ticket_is_named(api, field, wrong):
    await api.post(f"{BASE}/tickets/", {"description": "x", "custom_id": "taken"})
    refused = await api.post(f"{BASE}/tickets/", {"description": "x"} | {field: wrong})
    assert (refused.status, list(refused.json["errors"])) == (400, [field]), refused.body
    assert (await api.get(f"{BASE}/tickets/")).json["count"] == 1


async def test_another_tenant_sees_and_changes_no_ticket_and_no_conversation(api, web, globex):
    user = (await api.post(f"{BASE}/users/", {"email": "vera@shop.example"})).json["id"]
    ticket = (await api.post(f"{BASE}/tickets/", {"description": "x", "person": user})).json
    conversation = (await api.post(f"{BASE}/users/{user}/conversations/", {"content": "x"})).json["id"]
    theirs = web.with_key(globex.api_key)
    for method, path in (("GET", f"tickets/{ticket['id']}"), ("PUT", f"tickets/{ticket['id']}"),
                         ("PATCH", f"tickets/{ticket['id']}"), ("DELETE", f"tickets/{ticket['id']}"),
                         ("GET", f"conversations/{conversation}"), ("GET", f"users/{user}/conversations")):  # fmt: skip
        answer = await theirs(method, f"{BASE}/{path}/", {"name": "y"} if method in ("PUT", "PATCH") else None)
        assert (answer.status, answer.json) == (404, {"detail": "Not found."}), (method, path)
    assert (await theirs.post(f"{BASE}/tickets/", {"description": "y", "person": user})).status == 400
    assert (await theirs.get(f"{BASE}/tickets/?user_id={user}")).json["count"] == 0
    assert (await api.get(f"{BASE}/tickets/{ticket['id']}/")).json == ticket


@pytest.mark.annex("C10")
async def test_a_program_sends_a_pop_up_with_a_picture_and_buttons(api, acme):
    vera = await acme.visitor()
    conversation = (await vera.says("Hello"))["conversation"]
    picture = await upload(api, name="tea.png", content=PNG, type="image/png")
    body = {
        "conversation": conversation, "content": "New tea", "size": "popup", "attachments": [picture["id"]],
        "picture": picture["id"], "buttons": [{"label": "See it", "url": "https://shop.example/tea"}],
    }  # fmt: skip
    assert (await api.post(f"{BASE}/message/", body)).status == 201
    heard = await vera.hears("message", text="New tea")
    assert (heard["size"], heard["picture"], heard["buttons"][0]["label"]) == ("popup", picture["id"], "See it")
    for wrong in ({"size": "huge"}, {"buttons": [{"label": "x", "url": "javascript:x"}]}, {"picture": 7}):
        assert (await api.post(f"{BASE}/message/", body | {"attachments": []} | wrong)).status == 400, wrong
    begun = {"content": "Welcome", "size": "bubble"}
    user = vera.session["contact"]["id"]
    assert (await api.post(f"{BASE}/users/{user}/conversations/", begun)).status == 201
    assert (await vera.hears("message", text="Welcome"))["size"] == "bubble"
