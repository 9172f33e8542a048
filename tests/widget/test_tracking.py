"""The widget follows who agreed to it, says what the page says of them, and leaves everybody else alone."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from hub.people.collections import CONTACTS, EVENTS, PAGES
from storage.engine import Scope
from tests.support.house import eventually
from tests.widget.conftest import ROOT, OpenSite, open_chat, snippet, write

EMBEDDING = (ROOT / "docs/embedding.md").read_text("utf-8")
STUB = re.findall(r"```html\n(<script>\n  window\.userengage = .*?</script>)", EMBEDDING, re.DOTALL)[0]
"""The stub as the documentation gives it."""
STORED = "[document.cookie, ...Object.keys(localStorage), ...Object.keys(sessionStorage)].filter(Boolean)"


async def contacts(acme: Any) -> list[dict[str, Any]]:
    """Return the stored contacts."""
    store = acme.house.hub.store
    return [each async for chunk in store.export(Scope(acme.id), CONTACTS) for each in chunk]


async def stream(acme: Any, kind: Any, contact: int) -> list[dict[str, Any]]:
    return await acme.house.hub.store.read(Scope(acme.id), kind, contact)


async def follows(read: Any, within: float = 10.0) -> Any:
    """Wait until an async question has an answer; return it."""
    deadline = asyncio.get_running_loop().time() + within
    while not (answer := await read()):
        assert asyncio.get_running_loop().time() < deadline, "it did not come in time"
        await asyncio.sleep(0.05)
    return answer


async def only_contact(acme: Any) -> dict[str, Any]:
    (contact,) = await follows(lambda: contacts(acme))
    return contact


async def events(acme: Any, many: int) -> list[dict[str, Any]]:
    """Wait until the only contact has so many events; return them."""
    contact = await only_contact(acme)

    async def enough() -> Any:
        found = await stream(acme, EVENTS, contact["id"])
        return found if len(found) >= many else None

    return await follows(enough)


def sockets(page: Page) -> list[str]:
    """Return the list into which the addresses of the page's sockets go from now on."""
    opened: list[str] = []
    page.on("websocket", lambda socket: opened.append(socket.url))
    return opened


# ── what the page says ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.annex("U8", "X3")
async def test_events_from_before_the_script_and_from_after_it_are_kept_with_their_data(acme, site: OpenSite) -> None:
    page = await site(
        STUB + "<script>userengage('event.registration', {plan: 'gold', items: [1, {a: null}]})\n"
        "UE.pageHit({event: {event_name: 'landed', from: 'ad'}})</script>" + snippet(acme.house.url, acme.key)
    )
    await events(acme, 2)
    await page.evaluate(
        """() => { userengage('product_event', {product_id: 'p-1', event_type: 'add to cart', name: 'Tea', price: 3.5})
        userengage('event.order'); userengage('event.order', {total: 3}) }"""
    )
    found = await events(acme, 5)
    assert [(each["name"], each["data"]) for each in found] == [
        ("registration", {"plan": "gold", "items": [1, {"a": None}]}),
        ("landed", {"event_name": "landed", "from": "ad"}),
        ("add to cart", {"product_id": "p-1", "event_type": "add to cart", "name": "Tea", "price": 3.5}),
        ("order", {}),
        ("order", {"total": 3}),
    ]
    times = [each["at"] for each in found]
    assert times == sorted(set(times))


@pytest.mark.annex("U8")
async def test_an_event_on_the_way_to_another_page_is_told_by_that_page_and_once(acme, site: OpenSite) -> None:
    page = await site()
    await expect(page.locator(".launcher")).to_be_visible()
    await page.wait_for_function("document.cookie.includes('__ca__chat')")
    await page.evaluate("userengage('event.order', {total: 3}); location.href = '/thanks'")
    await page.wait_for_url("**/thanks")
    assert [each["name"] for each in await events(acme, 1)] == ["order"]
    kept = await page.evaluate("sessionStorage.length")
    # As if the answer to the first page had been lost with it: the same event once more, and one behind it.
    (order,) = await events(acme, 1)
    again = json.dumps(
        [{"name": "order", "data": {"total": 3}, "at": order["at"]}, {"name": "left", "at": order["at"] + 1}]
    )
    await page.evaluate(
        "([key, again]) => sessionStorage.setItem(`switchboard:${key}:events`, again)", [acme.key, again]
    )
    await page.reload()
    assert [each["name"] for each in await events(acme, 2)] == ["order", "left"]
    await page.wait_for_function("many => sessionStorage.length <= many", arg=kept)


async def test_an_event_that_the_hub_refuses_does_not_hold_up_the_others(acme, site: OpenSite) -> None:
    page = await site("")
    lines: list[str] = []
    await page.add_init_script("console.warn = (line) => console.info(line)")
    page.on("console", lambda line: line.type == "info" and lines.append(line.text))
    await page.reload()
    await page.evaluate(
        """([hub, key]) => { civchat = {apiKey: key}; document.head.append(Object.assign(document.createElement('script'),
            {src: hub + '/widget.js'})) }""",
        [acme.house.url, acme.key],
    )
    await page.wait_for_function("!!window.userengage")
    await page.evaluate("userengage('event.' + 'x'.repeat(200)); userengage('event.order')")
    assert [each["name"] for each in await events(acme, 1)] == ["order"]
    await eventually(lambda: lines)
    assert len(lines) == 1 and "Switchboard" in lines[0]


@pytest.mark.annex("X3")
async def test_facts_and_attributes_reach_the_contact_with_their_types(acme, site: OpenSite) -> None:
    page = await site(
        options={
            "email": "vera@example.com", "gender": 3, "status": 2, "score": 7, "unsubscribed": True, "plan": "gold",
            "seats": 4, "trial": False, "company": {"name": "Tea Ltd", "employees": 3}, "tags": "a,b",
        }
    )  # fmt: skip
    await expect(page.locator(".launcher")).to_be_visible()
    ada = await acme.agent()

    async def known() -> Any:
        card = (await ada.call("contact.open", contact=(await only_contact(acme))["id"]))["contact"]
        return card if card["attributes"] else None

    card = await follows(known)
    assert card["attributes"] == {
        "plan": "gold",
        "seats": 4,
        "trial": False,
        "company": {"name": "Tea Ltd", "employees": 3},
    }
    stored = await only_contact(acme)
    wanted = {"email": "vera@example.com", "gender": "female", "status": "user", "score": 7, "unsubscribed": True}
    assert wanted.items() <= stored.items()
    views = stored["page_views"]
    await page.evaluate("userengage('client.update', {'First name': 'Vera', plan: 'silver'})")

    async def renamed() -> Any:
        return (await only_contact(acme)).get("first_name")

    assert await follows(renamed) == "Vera"
    assert (await only_contact(acme))["page_views"] == views, "an update is no visit"


# ── pages ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.annex("U1")
async def test_every_way_to_move_within_the_page_is_a_visit_that_comes_from_the_one_before(
    acme, site: OpenSite
) -> None:
    ada = await acme.agent()
    page = await site()
    start = page.url
    await ada.hears("page", url=start)
    await page.evaluate("history.pushState({}, '', '/tea'); document.title = 'Tea'")
    seen = await ada.hears("page", url=f"{start}tea")
    assert (seen["title"], seen["referrer"]) == ("Tea", start)
    await page.evaluate("history.replaceState({}, '', '/tea?cup=2')")
    assert (await ada.hears("page", url=f"{start}tea?cup=2"))["referrer"] == f"{start}tea"
    await page.evaluate("location.hash = '#green'")
    assert (await ada.hears("page", url=f"{start}tea?cup=2#green"))["referrer"] == f"{start}tea?cup=2"
    ada.forget()
    await page.go_back()
    await ada.hears("page", url=f"{start}tea?cup=2")
    ada.forget()
    await page.go_back()
    await ada.hears("page", url=start)
    await page.evaluate("history.pushState({}, '', location.href)")  # the same address again is no visit
    await page.evaluate("UE.pageHit({URL: 'https://app.example/virtual'})")
    await ada.hears("page", url="https://app.example/virtual")
    contact = await only_contact(acme)
    assert contact["page_views"] == len(await stream(acme, PAGES, contact["id"])) == 7
    assert [event["url"] for event in ada.events("page")] == [start, "https://app.example/virtual"]


@pytest.mark.annex("U1")
async def test_a_page_that_tidies_its_address_at_once_keeps_its_campaign(acme, site: OpenSite) -> None:
    tidy = "<script>addEventListener('load', () => setTimeout(() => history.replaceState({}, '', '/')))</script>"
    page = await site(head=tidy)
    before = {contact["id"] for contact in await contacts(acme)}
    await page.goto(f"{page.url}?utm_source=letter&utm_campaign=spring")

    async def touched() -> Any:
        found = [
            contact["facts"] for contact in await contacts(acme) if contact["facts"].get("last_touch", {}).get("source")
        ]
        return found

    (facts,) = await follows(touched)
    assert (facts["last_touch"]["source"], facts["last_touch"]["campaign"]) == ("letter", "spring") and len(before) <= 1


@pytest.mark.annex("U1", "U3")
async def test_the_strictest_policy_of_a_page_lets_the_tracking_through(acme, site: OpenSite) -> None:
    hub = acme.house.url
    page = await site(
        policy=f"default-src 'none'; style-src 'none'; script-src 'nonce-n' {hub}; connect-src {hub} {hub.replace('http', 'ws')}; "
        f"img-src data: {hub}; require-trusted-types-for 'script'; trusted-types 'none'",
        options={"plan": "gold"},
    )
    await page.wait_for_function("!!window.userengage")
    await page.evaluate("userengage('event.order', {total: 3}); history.pushState({}, '', '/tea')")
    assert [each["name"] for each in await events(acme, 1)] == ["order"]

    async def all_there() -> Any:
        contact = await only_contact(acme)
        return contact if contact["page_views"] == 2 and contact["attrs"] else None

    facts = (await follows(all_there))["facts"]
    assert (facts["language"], facts["time_zone"], facts["screen"]) == ("en-GB", "Europe/Warsaw", "1280x800")


# ── consent ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.annex("U3")
@pytest.mark.parametrize("consent", ["required", "denied"])
async def test_before_consent_nothing_is_told_and_nothing_is_stored(acme, site: OpenSite, consent: str) -> None:
    page = await site("")
    opened = sockets(page)
    await page.evaluate(
        """([hub, civ]) => { civchat = civ; document.head.append(Object.assign(document.createElement('script'),
            {src: hub + '/widget.js'})) }""",
        [acme.house.url, {"apiKey": acme.key, "consent": consent, "state": "expanded", "email": "vera@example.com"}],
    )
    await expect(page.locator(".launcher")).to_be_visible()
    await page.evaluate(
        """() => { userengage('event.order', {total: 3}); userengage('client.update', {plan: 'gold'})
        history.pushState({}, '', '/tea'); UE.pageHit({}) }"""
    )
    await page.evaluate("dispatchEvent(new Event('online')); document.dispatchEvent(new Event('visibilitychange'))")
    await asyncio.sleep(0.5)  # nothing must happen: there is nothing to wait for
    assert opened == [] and await page.evaluate(STORED) == [] and await contacts(acme) == []


@pytest.mark.annex("U3")
async def test_who_did_not_agree_can_chat_and_stays_unknown(acme, site: OpenSite) -> None:
    ada = await acme.agent()
    page = await site(options={"consent": "required", "email": "vera@example.com", "plan": "gold"})
    await open_chat(page)
    await write(page, "Hello")
    told = await ada.hears("message", text="Hello")
    await ada.says("Hello, whoever you are", conversation=told["conversation"])
    await expect(page.get_by_text("Hello, whoever you are", exact=True)).to_be_visible()
    await page.evaluate("userengage('event.order'); history.pushState({}, '', '/tea')")
    contact = await only_contact(acme)
    assert (contact["facts"], contact["attrs"], contact["page_views"], contact.get("email")) == ({}, {}, 0, None)
    assert await stream(acme, EVENTS, contact["id"]) == [] and await page.evaluate("document.cookie") == ""

    await page.reload()  # the chat goes on where it was
    await expect(page.get_by_text("Hello, whoever you are", exact=True)).to_be_visible()
    await page.evaluate("UE.consent(true)")

    async def known() -> Any:
        found = await only_contact(acme)
        return found if found["page_views"] and found["attrs"] and found.get("email") else None

    after = await follows(known)
    assert after["id"] == contact["id"] and after["facts"]["device"] == "computer" and after["page_views"] == 1
    await page.wait_for_function("key => document.cookie === `__ca__chat=${key}`", arg=after["key"])


@pytest.mark.annex("U3")
async def test_consent_is_remembered_and_taken_back_it_leaves_nothing(acme, site: OpenSite) -> None:
    page = await site(options={"consent": "required"})
    await expect(page.locator(".launcher")).to_be_visible()
    assert await page.evaluate(STORED) == []
    await page.evaluate("UE.consent(true)")
    await page.wait_for_function("document.cookie.includes('__ca__chat')")
    contact = await only_contact(acme)
    await page.reload()

    async def came_back() -> bool:
        return (await only_contact(acme))["page_views"] == 2

    await follows(came_back)
    await page.evaluate("UE.consent(false)")
    await eventually(lambda: acme.house.live.numbers()["visitor"] == 0)
    assert await page.evaluate(STORED) == []
    await expect(page.locator(".launcher")).to_be_visible()
    await page.evaluate("history.pushState({}, '', '/tea'); userengage('event.order')")
    await page.reload()
    await expect(page.locator(".launcher")).to_be_visible()
    assert await page.evaluate(STORED) == []
    (after,) = await contacts(acme)
    assert after["id"] == contact["id"] and after["page_views"] == 2


async def test_a_site_that_does_not_ask_any_more_forgets_who_was_followed(acme, site: OpenSite) -> None:
    page = await site()
    await page.wait_for_function("document.cookie.includes('__ca__chat')")
    await page.evaluate("civchat = {...civchat, consent: 'denied'}")
    await eventually(lambda: acme.house.live.numbers()["visitor"] == 0)
    assert await page.evaluate(STORED) == []
    await page.evaluate("UE.refresh({consent: 'given'})")
    await page.wait_for_function("document.cookie.includes('__ca__chat')")
    assert len(await contacts(acme)) == 2, "the one who comes back is somebody else"


# ── bots ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.annex("U1")
async def test_a_bot_sees_the_widget_and_is_nobody_until_it_writes(acme, site: OpenSite) -> None:
    ada = await acme.agent()
    page = await site(user_agent="Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")
    await expect(page.locator(".launcher")).to_be_visible()
    await eventually(lambda: acme.house.live.numbers()["visitor"] == 0)
    await page.evaluate("userengage('event.order'); history.pushState({}, '', '/tea')")
    await open_chat(page)
    await write(page, "Am I a bot?")
    await ada.hears("message", text="Am I a bot?")
    contact = await only_contact(acme)
    assert (contact["facts"], contact["page_views"], await stream(acme, EVENTS, contact["id"])) == ({}, 0, [])
    assert ada.events("page") == []
