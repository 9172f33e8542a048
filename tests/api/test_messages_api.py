"""Conversations and messages over REST, as User.com answers them (H11)."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta

import jwt
import pytest

from hub.doors.api.routes import PUBLIC

pytestmark = pytest.mark.annex("H11")
BASE = "/api/public"
SIX_DIGITS = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")


@pytest.fixture
async def talk(acme):
    """Ada and Vera, who is known to the company as u-1, and two messages."""
    identity = jwt.encode({"user_id": "u-1", "exp": int(time.time()) + 60}, acme.made["identity_secret"], "HS256")
    ada, vera = await acme.agent(), await acme.visitor(identity=identity)
    await vera.call("contact.update", name="Vera", email="vera@mail.example")
    conversation = (await vera.says("Hello"))["conversation"]
    await ada.says("Hi Vera", conversation)
    return ada, vera, conversation


def user_of(vera) -> dict[str, object]:
    contact = vera.session["contact"]["id"]
    return {"id": contact, "email": "vera@mail.example", "name": "Vera", "key": vera.session["user_key"]}


async def test_the_list_is_a_page_of_items_with_a_count_of_messages(api, talk):
    _, vera, conversation = talk
    answer = await api.get(f"{BASE}/conversations/")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.json == {
        "count": 1, "next": None, "previous": None,
        "results": [{"id": conversation, "user": user_of(vera), "active": True, "agent": None, "messages": 2}],
    }  # fmt: skip


async def test_an_assigned_conversation_names_its_agent(api, talk):
    ada, _, conversation = talk
    await ada.call("conversation.assign", conversation=conversation, agent=ada.session["agent"]["id"])
    (item,) = (await api.get(f"{BASE}/conversations/")).json["results"]
    assert item["agent"] == {"id": ada.session["agent"]["id"], "email": "ada@acme.example", "name": "Ada"}


async def test_one_conversation_comes_in_a_pages_envelope_with_its_messages(api, talk):
    ada, vera, conversation = talk
    answer = await api.get(f"{BASE}/conversations/{conversation}/")
    body = answer.json
    assert (answer.status, body["count"], body["next"], body["previous"]) == (200, 1, None, None)
    found = body["results"]
    assert (found["id"], found["active"], found["agent"], found["user"]) == (conversation, True, None, user_of(vera))
    first, second = found["messages"]
    assert first["user"] == user_of(vera) and first["content"] == "Hello"
    assert second["user"] == {"id": ada.session["agent"]["id"], "email": "ada@acme.example", "name": "Ada", "key": None}
    for message in (first, second):
        assert (message["chat"], message["source"], message["source_context"]) == (conversation, "chat", {})
        assert SIX_DIGITS.match(message["timestamp"]) and isinstance(message["id"], int)


async def test_a_conversation_of_more_than_a_hundred_messages_comes_whole(api, talk):
    _, vera, conversation = talk
    for number in range(150):
        await vera.says(str(number), conversation)
    found = (await api.get(f"{BASE}/conversations/{conversation}/")).json["results"]
    assert [message["content"] for message in found["messages"]] == ["Hello", "Hi Vera", *map(str, range(150))]


async def test_status_true_gives_only_the_open_ones(api, talk, acme):
    ada, vera, conversation = talk
    walt = await acme.visitor()
    other = (await walt.says("Good day"))["conversation"]
    await ada.call("conversation.close", conversation=conversation)
    every, only_open = [(await api.get(f"{BASE}/conversations/{q}")).json for q in ("", "?status=true")]
    assert {item["id"]: item["active"] for item in every["results"]} == {other: True, conversation: False}
    assert every["count"] == 2 and [item["id"] for item in only_open["results"]] == [other] and only_open["count"] == 1
    of_vera = (await api.get(f"{BASE}/users/{vera.session['contact']['id']}/conversations/?status=true")).json
    assert of_vera["results"] == [] and of_vera["count"] == 0


async def test_a_users_conversations_are_found_by_id_and_by_the_companys_own_id(api, talk, acme):
    _, vera, conversation = talk
    await (await acme.visitor()).says("Good day")
    by_id = await api.get(f"{BASE}/users/{vera.session['contact']['id']}/conversations/")
    by_own = await api.get(f"{BASE}/users-by-id/u-1/conversations/")
    assert by_id.json == by_own.json and [item["id"] for item in by_id.json["results"]] == [conversation]


async def test_next_is_an_absolute_address_that_leads_through_all_pages(api, acme, house):
    ada, walt = await acme.agent(), await acme.visitor()
    begun = []
    for number in range(105):
        message = await walt.says(str(number))
        begun.append(message["conversation"])
        await ada.call("conversation.close", conversation=message["conversation"])
    first = (await api.get(f"{BASE}/conversations/")).json
    assert (first["count"], len(first["results"])) == (105, 100) and first["next"].startswith(
        f"{house.url}{BASE}/conversations/?"
    )
    second = (await api.get(first["next"])).json
    assert (
        second["next"] is None and [item["id"] for page in (first, second) for item in page["results"]] == begun[::-1]
    )


async def test_paths_answer_with_and_without_the_final_slash(api, talk):
    _, _, conversation = talk
    for path in ("/conversations", f"/conversations/{conversation}", "/users-by-id/u-1/conversations"):
        with_slash, without = await api.get(f"{BASE}{path}/"), await api.get(f"{BASE}{path}")
        assert (without.status, without.json) == (200, with_slash.json)
    assert (await api.post(f"{BASE}/message", {"conversation": conversation, "content": "No slash"})).status == 201


async def test_the_company_begins_a_conversation_and_the_visitor_hears_it(api, talk, acme):
    ada, vera, _ = talk
    me = ada.session["agent"]["id"]
    contact = vera.session["contact"]["id"]
    answer = await api.post(f"{BASE}/users/{contact}/conversations/", {"content": "An offer", "user": me, "source": 1})
    item = answer.json
    assert answer.status == 201
    assert item == {"id": item["id"], "user": user_of(vera), "active": True, "agent": None, "messages": 1}
    heard = await vera.hears("message", text="An offer")
    assert heard["conversation"] == item["id"] and heard["author"] == {"kind": "agent", "id": me, "name": "Ada"}
    twin = await api.post(f"{BASE}/users-by-id/u-1/conversations/", {"content": "Another", "assigned_to": me})
    assert twin.status == 201 and twin.json["id"] != item["id"]
    await vera.hears("message", text="Another")


async def test_a_message_by_an_agent_or_by_the_company_reaches_the_visitor(api, talk):
    ada, vera, conversation = talk
    me = ada.session["agent"]["id"]
    answer = await api.post(f"{BASE}/message/", {"conversation": conversation, "content": "As Ada", "user": me})
    body = answer.json
    assert answer.status == 201 and body["user"]["key"] is None and body["user"]["id"] == me
    assert (body["chat"], body["content"], body["source"]) == (conversation, "As Ada", "chat")
    assert SIX_DIGITS.match(body["timestamp"])
    heard = await vera.hears("message", text="As Ada")
    assert (heard["id"], heard["position"]) == (body["id"], 3)
    assert (await api.post(f"{BASE}/message/", {"conversation": conversation, "content": "As Acme"})).status == 201
    assert (await vera.hears("message", text="As Acme"))["author"]["name"] == "Acme"


async def test_html_arrives_as_the_words_in_it(api, talk):
    _, vera, conversation = talk
    html = "<p>Hello <b>you</b></p><script>alert(1)</script><p>1 &lt; 2<br>end</p>"
    await api.post(f"{BASE}/message/", {"conversation": conversation, "content": html})
    assert (await vera.hears("message", position=3))["text"] == "Hello you\n1 < 2\nend"
    await api.post(f"{BASE}/message/", {"conversation": conversation, "content": "5 > 3 & so on"})
    assert (await vera.hears("message", position=4))["text"] == "5 > 3 & so on"


@pytest.mark.parametrize(
    "who", [{"user_custom_id": "u-1"}, {"user_id": "contact"}, {"user_id": "contact as text"}, {"user_id": "u-1"}]
)
async def test_a_message_in_a_users_name(api, talk, who):
    ada, vera, conversation = talk
    contact = vera.session["contact"]["id"]
    named = {"contact": contact, "contact as text": str(contact)}.get(who.get("user_id", ""), who.get("user_id"))
    body = {"content": "From my phone", "conversation": conversation} | ({"user_id": named} if named else who)
    answer = await api.post(f"{BASE}/message/send_message_as_user/", body)
    assert answer.status == 201 and answer.json["user"] == user_of(vera)
    heard = await ada.hears("message", text="From my phone")
    assert heard["author"] == {"kind": "contact", "id": contact, "name": "Vera"}


async def test_without_a_conversation_a_users_message_begins_one(api, talk):
    ada, _vera, conversation = talk
    answer = await api.post(
        f"{BASE}/message/send_message_as_user/", {"content": "A new topic", "user_custom_id": "u-1"}
    )
    assert answer.status == 201 and answer.json["chat"] != conversation
    await ada.hears("message", text="A new topic")


async def test_a_users_message_into_somebody_elses_conversation_is_refused_and_not_sent(api, talk, acme):
    ada, _vera, conversation = talk
    walt = await acme.visitor()
    body = {"content": "Into Vera's", "conversation": conversation, "user_id": walt.session["contact"]["id"]}
    answer = await api.post(f"{BASE}/message/send_message_as_user/", body)
    assert answer.status == 400 and list(answer.json["errors"]) == ["conversation"]
    assert (await ada.call("conversation.open", conversation=conversation))["position"] == 2


async def test_state_closes_reopens_and_snoozes(api, talk, house):
    ada, _, conversation = talk

    async def send(**more):
        body = {"content": "x", "conversation": conversation, "user_custom_id": "u-1"} | more
        return await api.post(f"{BASE}/message/send_message_as_user/", body)

    async def status() -> str:
        return (await ada.call("conversation.open", conversation=conversation))["conversation"]["status"]

    assert (await send(state="close")).status == 201 and await status() == "closed"
    assert (await send(state="active")).status == 201 and await status() == "open"
    soon = (datetime.now(UTC) + timedelta(seconds=1.5)).isoformat()
    assert (await send(state="snoozed", snoozed_to=soon)).status == 201 and await status() == "snoozed"
    assert (await ada.hears("conversation", within=8, status="open", position=6))[
        "status"
    ] == "open"  # it wakes by itself
    assert await status() == "open"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"state": "snoozed"}, "snoozed_to"),
        ({"state": "snoozed", "snoozed_to": "yesterday"}, "snoozed_to"),
        ({"state": "snoozed", "snoozed_to": "2001-01-01T00:00:00Z"}, "snoozed_to"),
        ({"state": "asleep"}, "state"),
        ({"state": "close", "conversation": None}, "conversation"),
        ({"content": ""}, "content"),
        ({"content": None}, "content"),
        ({"content": ["x"]}, "content"),
        ({"user_custom_id": "nobody"}, "user_id"),
        ({"user_custom_id": None}, "user_id"),
        ({"user_custom_id": None, "user_id": 987_654}, "user_id"),
        ({"user_custom_id": None, "user_id": "9" * 5000}, "user_id"),
        ({"conversation": 987_654}, "conversation"),
        ({"conversation": 10**30}, "conversation"),
        ({"conversation": -1}, "conversation"),
        ({"content": "a\x00b"}, "non_field_errors"),
    ],
)
async def test_a_bad_body_is_told_by_field_and_nothing_is_sent(api, talk, body, field):
    ada, _, conversation = talk
    good = {"content": "x", "conversation": conversation, "user_custom_id": "u-1"}
    answer = await api.post(f"{BASE}/message/send_message_as_user/", good | body)
    assert answer.status == 400 and list(answer.json["errors"]) == [field], answer.body
    assert all(isinstance(text, str) and text for text in answer.json["errors"][field])
    assert (await ada.call("conversation.open", conversation=conversation))["position"] == 2


@pytest.mark.parametrize(
    "data", ["", "hello", "[]", "5", '"x"', "{", "[" * 100_000, '{"content":NaN}', "\x00", b"\xff\xfe"]
)
async def test_a_body_that_is_no_object_is_400(api, talk, data):
    answer = await api.post(f"{BASE}/message/", data=data, headers={"Content-Type": "application/json"})
    assert answer.status == 400 and "errors" in answer.json


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_that_is_too_large_is_refused(api, talk, chunked):
    async def pieces():
        for _ in range(30):
            yield b"x" * 100_000

    answer = await api.post(f"{BASE}/message/", data=pieces() if chunked else b"x" * 3_000_000)
    assert answer.status in (400, 413) and answer.json


async def test_a_text_over_16_kb_is_refused(api, talk):
    _, _, conversation = talk
    answer = await api.post(f"{BASE}/message/", {"conversation": conversation, "content": "x" * 16_385})
    assert answer.status == 413 and "16 KB" in answer.json["detail"]


async def test_an_agent_who_is_not_there_can_not_be_the_author(api, talk, globex):
    _, _, conversation = talk
    for agent in (987_654, globex.made["agent"]["id"], 10**30):
        answer = await api.post(f"{BASE}/message/", {"conversation": conversation, "content": "x", "user": agent})
        assert answer.status == 400 and list(answer.json["errors"]) == ["user"]


async def test_one_idempotency_key_is_one_message(api, talk):
    _, _, conversation = talk
    body, headers = {"conversation": conversation, "content": "Once"}, {"Idempotency-Key": "k1"}
    first, second = [await api.post(f"{BASE}/message/", body, headers=headers) for _ in range(2)]
    assert first.json == second.json and first.status == second.status == 201
    other = await api.post(f"{BASE}/message/", body | {"content": "Other"}, headers=headers)
    assert other.status == 409 and other.json["detail"]


@pytest.mark.parametrize(
    "authorization", [None, "", "Token", "Token x", "Bearer x", "Token " + "x" * 64, "Basic eDp5", "Token \xff"]
)
async def test_without_a_valid_key_every_call_is_401_with_a_detail(web, talk, authorization):
    headers = {} if authorization is None else {"Authorization": authorization}
    for route in PUBLIC:
        answer = await web(route.method, re.sub(r"\{.*?\}", "1", route.path), headers=headers, data=b"{}")
        assert answer.status == 401 and list(answer.json) == ["detail"], (route, answer.body)
        assert answer.headers["WWW-Authenticate"].startswith("Token")


async def test_other_keys_of_the_application_are_no_api_keys(web, acme, talk):
    for key in (acme.key, acme.made["mobile_key"], acme.made["identity_secret"], await acme.token()):
        assert (await web.with_key(key).get(f"{BASE}/conversations/")).status == 401


async def test_the_key_is_taken_in_any_case_of_the_word_and_without_it(web, acme, talk):
    for value in (f"token {acme.api_key}", f"TOKEN {acme.api_key}", acme.api_key, f"  Token   {acme.api_key} "):
        assert (await web.get(f"{BASE}/conversations/", headers={"authorization": value})).status == 200, value


async def test_what_is_not_there_is_404_not_found(api, talk):
    digits = "9" * 5000
    for path in ("/conversations/987654/", "/conversations/abc/", "/conversations/-1/", f"/conversations/{10**30}/",
                 f"/conversations/{digits}/", "/conversations/%EF%BC%91/", "/users/987654/conversations/",
                 f"/users/{digits}/conversations/", "/users/abc/conversations/", "/users-by-id/nobody/conversations/",
                 "/conversations/?cursor=nonsense", "/no/such/path/", "/conversations/1/messages/"):  # fmt: skip
        answer = await api.get(BASE + path)
        assert (answer.status, answer.json) == (404, {"detail": "Not found."}), path[:60]


async def test_a_method_that_is_not_there_is_405_with_a_detail(api, talk):
    answer = await api("DELETE", f"{BASE}/conversations/1/")
    assert answer.status == 405 and answer.json == {"detail": 'Method "DELETE" not allowed.'}
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(
    "path", ["/conversations/", "/message/send_message_as_user/", "/users-by-id/u-1/conversations/"]
)
async def test_a_browser_of_another_site_may_call(web, api, talk, path):
    ask = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST",
           "Access-Control-Request-Headers": "authorization,accept,content-type"}  # fmt: skip
    preflight = await web("OPTIONS", BASE + path, headers=ask)
    assert preflight.status in (200, 204)
    assert preflight.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    allowed = {name.strip().lower() for name in preflight.headers["Access-Control-Allow-Headers"].split(",")}
    assert {"authorization", "accept", "content-type"} <= allowed
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    for caller in (api, web, api.with_key("x" * 64)):  # also what is refused has to be readable
        answer = await caller.get(f"{BASE}/conversations/", headers={"Origin": "https://shop.example"})
        assert answer.headers["Access-Control-Allow-Origin"] == "https://shop.example"
        assert "Cookie" in answer.headers["Vary"]


async def test_no_call_reaches_another_tenant(web, api, globex, talk, house, acme):
    from tests.support.people import settled
    from tests.support.snapshot import everything_of

    ada, vera, conversation = talk
    await settled(house)  # what was said is counted in a moment later
    before = await everything_of(house.hub.store, acme.id)
    ada.forget()
    theirs = web.with_key(globex.api_key)
    contact = vera.session["contact"]["id"]
    tries = {
        ("GET", "/conversations/"): ("", None, 200),
        ("GET", "/conversations/{id}/"): (str(conversation), None, 404),
        ("GET", "/users/{user_id}/conversations/"): (str(contact), None, 404),
        ("POST", "/users/{user_id}/conversations/"): (str(contact), {"content": "x"}, 404),
        ("GET", "/users-by-id/{custom_id}/conversations/"): ("u-1", None, 404),
        ("POST", "/users-by-id/{custom_id}/conversations/"): ("u-1", {"content": "x"}, 404),
        ("POST", "/message/"): ("", {"conversation": conversation, "content": "x"}, 404),
        ("POST", "/message/send_message_as_user/"): (
            "",
            {"content": "x", "user_id": contact, "conversation": conversation},
            400,
        ),
    }
    ours = {
        (route.method, route.path) for route in PUBLIC if "conversations" in route.path or "/message/" in route.path
    }
    assert {(method, BASE + path) for method, path in tries} == ours
    for (method, path), (id, body, status) in tries.items():
        answer = await theirs(method, BASE + re.sub(r"\{.*?\}", id, path), body)
        assert answer.status == status, (method, path, answer.body)
        assert b"Vera" not in answer.body and b"Hello" not in answer.body
    assert (await theirs.get(f"{BASE}/conversations/")).json == {
        "count": 0,
        "next": None,
        "previous": None,
        "results": [],
    }
    assert await everything_of(house.hub.store, acme.id) == before
    await vera.says("Still mine", conversation)
    await ada.hears("message", text="Still mine")
    assert [name for name, _ in ada.heard] == ["message"]
