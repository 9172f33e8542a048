"""Modals: who may see which, shown live to one and to all, what people did with them, and how often they come."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from hub.chat.modals import reaching
from hub.chat.modals.modals import stored_modal
from hub.chat.presence import Presence
from hub.people.editing import insert_contact, new_contact
from storage.engine import Batch, Scope
from tests.conftest import Company
from tests.support.cast import Refused
from tests.support.forms import rest
from tests.support.house import eventually
from tests.support.modals import BUTTON, SALE, make_message, make_modal

pytestmark = pytest.mark.annex("H4")
DAY = 86_400_000


async def due(visitor: Any) -> list[int]:
    """Return the modals that may show themselves to a visitor."""
    return [each["modal"] for each in (await visitor.call("modal.list"))["modals"]]


async def counted(company: Company, modal: int, **figures: int) -> None:
    """Wait until a modal has these figures."""

    async def found() -> bool:
        known = (await rest(company, "GET", f"modals/{modal}"))["figures"]
        return all(known[name] == number for name, number in figures.items())

    for _ in range(100):
        if await found():
            return
        await asyncio.sleep(0.05)
    raise AssertionError((await rest(company, "GET", f"modals/{modal}"))["figures"])


async def test_a_modal_is_shown_seen_and_clicked_and_that_stands_with_the_contact(acme: Company) -> None:
    ada = await acme.agent()
    modal = (await make_modal(acme, rules={"delay": 3, "urls": ["*/pricing*"]}))["id"]
    vera = await acme.visitor()
    assert vera.session["application"]["modals"] is True
    (rule,) = (await vera.call("modal.list"))["modals"]
    assert (rule["modal"], rule["rules"]["delay"], rule["rules"]["urls"]) == (modal, 3, ["*/pricing*"])
    assert "where" not in rule["rules"], "whom a company means is nobody's business on a page"
    shown = (await vera.call("modal.open", modal=modal))["modal"]
    assert shown["blocks"][0]["text"] == SALE["text"] and shown["blocks"][1]["url"] == BUTTON["url"]
    assert "name" not in shown
    await vera.call("modal.tell", modal=modal, did="seen")
    assert await due(vera) == [], "once is once, on every browser of hers"
    assert await vera.refused("modal.open", modal=modal) == "not_found"
    await vera.call("modal.tell", modal=modal, did="clicked", button="See it")
    await counted(acme, modal, shown=1, seen=1, clicked=1, dismissed=0)
    contact = vera.session["contact"]["id"]
    timeline = (await rest(acme, "GET", f"contacts/{contact}/timeline"))["entries"]
    did = [(each["data"]["word"], each["data"]["name"]) for each in timeline if each["kind"] == "modal"]
    assert did == [("clicked", "Sale"), ("seen", "Sale")]
    for word, found in (("seen", True), ("clicked", True), ("dismissed", False)):
        where = {"type": "modal", "did": word, "modal": modal}
        count = (await rest(acme, "POST", "segments/preview", {"where": where}))["count"]
        assert (count == 1) is found, word
    assert ada.events("modal") == []


@pytest.mark.parametrize(
    ("rules", "again"),
    [
        ({"often": "always"}, True),
        ({"often": "always", "most": 1}, False),
        ({"often": "once"}, False),
        ({"often": "days", "days": 3}, False),
        ({"often": "until_clicked"}, True),
    ],
)
async def test_how_often_it_comes_back(acme: Company, rules: dict[str, Any], again: bool) -> None:
    modal, vera = (await make_modal(acme, rules=rules))["id"], await acme.visitor()
    assert await due(vera) == [modal]
    await vera.call("modal.tell", modal=modal, did="seen")
    assert await due(vera) == ([modal] if again else [])
    if rules["often"] == "until_clicked":
        await vera.call("modal.tell", modal=modal, did="clicked")
        assert await due(vera) == []


async def test_conditions_dates_hours_and_the_switch_decide_who_is_meant(acme: Company) -> None:
    vera, walt = await acme.visitor(), await acme.visitor()
    await vera.call("contact.update", attributes={"plan": "gold"})
    gold = {"type": "attribute", "attribute": "plan", "op": "equals", "value": "gold"}
    modal = (await make_modal(acme, rules={"where": gold}))["id"]
    assert (await rest(acme, "GET", f"modals/{modal}"))["rules"]["where"] == {"all": [gold]}, "always a group"
    assert (await due(vera), await due(walt)) == ([modal], [])
    assert await walt.refused("modal.open", modal=modal) == "not_found"
    now = acme.house.hub.clock.now()
    for rules, found in (
        ({"starts": now + DAY}, False),
        ({"ends": now - DAY}, False),
        ({"starts": now - DAY, "ends": now + DAY}, True),
        ({"hours": "open"}, True),  # without opening hours the team is always there
        ({"hours": "closed"}, False),
    ):
        await rest(acme, "PATCH", f"modals/{modal}", {"rules": rules})
        assert (await due(walt) == [modal]) is found, rules
    await rest(acme, "PATCH", f"modals/{modal}", {"rules": {}, "on": False})
    assert await due(walt) == []
    await rest(acme, "DELETE", f"modals/{modal}")
    assert await walt.refused("modal.tell", modal=modal, did="seen") == "not_found"


async def test_an_agent_shows_one_to_a_visitor_and_nobody_else_sees_it(acme: Company, globex: Company) -> None:
    ada, gus = await acme.agent(), await globex.agent()
    vera, walt, wanda = await acme.visitor(), await acme.visitor(), await globex.visitor()
    modal = (await make_modal(acme, on=False))["id"]
    contact = vera.session["contact"]["id"]
    assert await rest(acme, "POST", f"modals/{modal}/show/{contact}", {}) == {"count": 1, "online": 1}
    shown = await vera.hears("modal", id=modal)
    assert shown["blocks"][0]["text"] == SALE["text"]
    await ada.hears("modal", id=modal)
    await ada.says("Look at that", (await vera.says("Where?"))["conversation"])
    await vera.hears("message", text="Look at that")
    assert walt.events("modal") == wanda.events("modal") == gus.events("modal") == []
    with pytest.raises(AssertionError, match="not_found"):
        await rest(globex, "POST", f"modals/{modal}/show/{contact}", {})


async def test_all_who_match_at_this_moment_get_it_and_the_others_do_not(acme: Company) -> None:
    vera, walt, gone = await acme.visitor(), await acme.visitor(), await acme.visitor()
    for who in (vera, gone):
        await who.call("contact.update", attributes={"plan": "gold"})
    await gone.leave()
    gold = {"type": "attribute", "attribute": "plan", "op": "equals", "value": "gold"}
    modal = (await make_modal(acme, on=False, rules={"where": gold, "often": "once"}))["id"]
    await eventually(lambda: len(acme.house.hub.part(Presence).contacts(acme.id)) == 2)
    assert await rest(acme, "GET", f"modals/{modal}/reach") == {"count": 1, "online": 2}
    assert await rest(acme, "POST", f"modals/{modal}/show", {}) == {"count": 1, "online": 2}
    await vera.hears("modal", id=modal)
    await vera.call("modal.tell", modal=modal, did="seen")
    assert (await rest(acme, "POST", f"modals/{modal}/show", {}))["count"] == 0, "she had her once"
    assert walt.events("modal") == []
    await rest(acme, "PATCH", f"modals/{modal}", {"rules": {"urls": ["*/pricing"], "often": "always"}})
    await walt.call("page", url="https://shop.example/pricing")
    assert (await rest(acme, "POST", f"modals/{modal}/show", {}))["count"] == 1, "who is on the page that is meant"
    await walt.hears("modal", id=modal)
    await counted(acme, modal, shown=2, seen=1)


async def test_showing_one_to_thousands_costs_a_few_reads_and_one_frame(acme: Company, monkeypatch: Any) -> None:
    hub, scope = acme.house.hub, Scope(acme.id)
    vera = await acme.visitor()
    await acme.token()
    here = []
    for _ in range(6):
        batch = Batch(scope)
        for _ in range(500):
            contact = await new_contact(hub, {"email": None})
            insert_contact(batch, contact)
            here.append(contact["id"])
        await hub.commit(batch)
    presence = hub.part(Presence)
    for contact in here:
        presence.join(acme.id, "contact", contact)
    few = {"type": "attribute", "attribute": "page_views", "op": "lt", "value": 5}
    modal = (await make_modal(acme, rules={"where": few, "often": "always"}))["id"]
    asked: list[str] = []
    frames: list[int] = []
    for name in ("get", "get_many", "find", "read", "count", "key", "heads"):
        plain = getattr(type(hub.store), name)

        def counting(self: Any, *given: Any, _name: str = name, _plain: Any = plain, **more: Any) -> Any:
            asked.append(f"{_name} {getattr(given[1], 'name', given[1])}")
            return _plain(self, *given, **more)

        monkeypatch.setattr(type(hub.store), name, counting)
    encode = acme.house.live.sockets.encode

    def counted_encode(name: str, *given: Any) -> Any:
        frames.append(1) if name == "modal" and given[-1] == "/visitor" else None
        return encode(name, *given)

    monkeypatch.setattr(acme.house.live.sockets, "encode", counted_encode)
    assert await rest(acme, "POST", f"modals/{modal}/show", {}) == {"count": 3001, "online": 3001}
    await vera.hears("modal", id=modal)
    assert [each for each in asked if each.endswith(" contacts")] == ["get_many contacts"] * 4, (
        "a read for each thousand"
    )
    assert len(asked) < 30, asked
    assert len(frames) == 1, "encoded once for all of them"


async def test_words_are_filled_in_for_each_and_never_for_who_only_claims_to_be_somebody(acme: Company) -> None:
    words = {"kind": "heading", "text": {"en": "Hello {{ user.first_name | default: 'you' }}"}}
    modal = (await make_modal(acme, words, rules={"often": "always"}))["id"]
    walt = await rest(acme, "POST", "contacts", {"attributes": {"email": "walt@example.com", "first_name": "Walt"}})
    vera, nobody = await acme.visitor(), await acme.visitor()
    mallory = await acme.visitor(identity={"email": "walt@example.com"})
    assert mallory.session["contact"]["id"] == walt["id"]
    await vera.call("contact.update", first_name="Vera")
    said = [
        (await who.call("modal.open", modal=modal))["modal"]["blocks"][0]["text"]["en"]
        for who in (vera, nobody, mallory)
    ]
    assert said == ["Hello Vera", "Hello you", "Hello you"]
    assert (await rest(acme, "POST", f"modals/{modal}/show", {}))["count"] == 3
    assert (await vera.hears("modal"))["blocks"][0]["text"]["en"] == "Hello Vera"
    assert (await nobody.hears("modal"))["blocks"][0]["text"]["en"] == "Hello you"
    await mallory.says("Hm")
    assert mallory.events("modal") == []


async def test_filling_words_in_for_thousands_lets_everybody_else_have_a_turn(acme: Company) -> None:
    hub, scope = acme.house.hub, Scope(acme.id)
    await acme.token()
    words = {"kind": "heading", "text": {"en": "Hello {{ user.first_name | default: 'you' }}"}}
    document = await stored_modal(hub, scope, (await make_modal(acme, words))["id"])
    contacts = [await new_contact(hub, {"email": None}) for _ in range(300)]
    await reaching._show(hub, scope, document, contacts[:1])
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(others())
    await reaching._show(hub, scope, document, contacts)
    task.cancel()
    assert turns >= 20


async def test_who_does_not_want_to_be_followed_is_asked_nothing(acme: Company) -> None:
    modal, vera = (await make_modal(acme))["id"], await acme.visitor(consent=False)
    assert await vera.refused("modal.list") == "forbidden"
    assert await vera.refused("modal.tell", modal=modal, did="seen") == "forbidden"


@pytest.mark.parametrize(
    ("blocks", "reason"),
    [
        ([], "modal_empty"),
        ([{"kind": "heading", "text": {}}], "modal_words"),
        ([{"kind": "text", "text": {"en": "[run](javascript:alert)"}}], "modal_link"),
        ([{"kind": "button", "text": {"en": "x"}, "act": "link", "url": "javascript:alert(1)"}], "modal_link"),
        ([{"kind": "button", "text": {"en": "x"}, "act": "link", "url": "//evil.example"}], "modal_link"),
        ([{"kind": "button", "text": {"en": "x"}, "act": "reply"}], "modal_words"),
        ([{"kind": "button", "text": {"en": "x"}, "act": "reply", "reply": {"en": "{{ user.name"}}], None),
        ([{"kind": "image", "url": "http://shop.example/a.png"}], "modal_image"),
        ([{"kind": "image", "url": "data:image/png;base64,AA"}], "modal_image"),
        ([{"kind": "form"}], "modal_form"),
        ([BUTTON] * 4, "buttons"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_no_page_should_show_is_refused(acme: Company, blocks: list[Any], reason: str | None) -> None:
    await acme.agent()
    headers = {"Authorization": f"Bearer {await acme.token()}"}
    async with (
        aiohttp.ClientSession(acme.house.url, headers=headers) as http,
        http.post("/api/app/modals", json={"name": "x", "blocks": blocks}) as answer,
    ):
        refused = await answer.json()
        assert answer.status == 400 and refused.get("details", {}).get("reason") == reason, refused


# ── automatic messages ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.annex("C1")
async def test_an_automatic_message_begins_a_conversation_only_when_it_is_answered(acme: Company) -> None:
    ada, vera = await acme.agent(), await acme.visitor()
    text = "Hi {{ user.first_name | default: 'there' }}, can I help?"
    message = await make_message(acme, text, author=ada.session["agent"]["id"], rules={"delay": 5})
    name = ada.session["agent"]["name"]
    ada.forget()
    shown = (await vera.call("modal.open", modal=message["id"]))["modal"]
    assert shown["author"]["name"] == name and shown["author"]["kind"] == "automation"
    await vera.call("modal.tell", modal=message["id"], did="seen")
    assert (await ada.call("conversation.list"))["conversations"] == [], "nobody's inbox hears of it"
    answer = await vera.says("Yes, please", answers=message["id"])
    first = await ada.hears("message", position=1)
    assert (first["text"], first["author"]["kind"]) == ("Hi there, can I help?", "automation")
    await ada.hears("message", position=2, text="Yes, please")
    opened = await ada.call("conversation.open", conversation=answer["conversation"])
    assert [each["text"] for each in opened["messages"]] == ["Hi there, can I help?", "Yes, please"]
    assert opened["conversation"]["unread"] == 1
    await counted(acme, message["id"], shown=1, seen=1, answered=1)
    timeline = (await rest(acme, "GET", f"contacts/{vera.session['contact']['id']}/timeline"))["entries"]
    assert [each["data"]["word"] for each in timeline if each["kind"] == "modal"] == ["answered", "seen"]


@pytest.mark.annex("C1")
async def test_sent_twice_an_answer_is_one_and_what_was_never_shown_is_not_quoted(acme: Company) -> None:
    ada, vera, walt = await acme.agent(), await acme.visitor(), await acme.visitor()
    message = (await make_message(acme, "For gold alone"))["id"]
    await vera.call("modal.tell", modal=message, did="seen")
    body = {"client_id": "a", "text": "Yes", "answers": message}
    first, again = await vera.call("message.send", **body), await vera.call("message.send", **body)
    assert first["message"] == again["message"] and first["message"]["position"] == 2
    said = await walt.says("Tell me", answers=message)
    assert said["position"] == 1, "he has not seen it: his message stands alone"
    opened = await ada.call("conversation.open", conversation=said["conversation"])
    assert [each["text"] for each in opened["messages"]] == ["Tell me"]


# ── messages in three sizes ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.annex("C10")
async def test_an_agent_sends_a_message_as_a_pop_up_with_buttons_and_visitors_cannot(acme: Company) -> None:
    ada, vera = await acme.agent(), await acme.visitor()
    conversation = (await vera.says("Hello"))["conversation"]
    buttons = [{"label": "Prices", "url": "https://shop.example/prices"}, {"label": "Yes", "reply": "Yes, please"}]
    sent = await ada.says("Shall I?", conversation, size="popup", buttons=buttons)
    heard = await vera.hears("message", id=sent["id"])
    assert heard["size"] == "popup" and [each["label"] for each in heard["buttons"]] == ["Prices", "Yes"]
    for wrong in (
        {"buttons": [{"label": "x", "url": "javascript:alert(1)"}]},
        {"buttons": [{"label": "x"}]},
        {"buttons": [{"label": "x", "url": "https://a.example", "reply": "y"}]},
        {"buttons": buttons * 2},
        {"picture": 7},
        {"size": "huge"},
    ):
        with pytest.raises(Refused) as refused:
            await ada.says("?", conversation, **wrong)
        assert refused.value.code == "invalid_payload", wrong
    for mine in ({"size": "popup"}, {"buttons": buttons}):
        assert (
            await vera.refused("message.send", client_id="v", text="?", conversation=conversation, **mine)
            == "invalid_payload"
        )
