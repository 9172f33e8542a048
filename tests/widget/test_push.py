"""Visitors who allow it are told of answers by push messages, on a website that has the file for it (H8, C6)."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.async_api import Page, expect

from hub.chat.collections import DELIVERIES
from hub.outreach.collections import PUSH_DEVICES
from hub.outreach.push.contacts import Push
from storage.engine import Scope
from tests.push.test_push import delivery_to, missed_of
from tests.support.forms import rest
from tests.support.house import House, open_house
from tests.support.push import Browser, PushService, running_push_service
from tests.support.worker import Pushed
from tests.widget.conftest import OpenSite, open_chat, write

pytestmark = [pytest.mark.annex("H8", "C6"), pytest.mark.whole_browser]

PLACE = """([endpoint, keys]) => {
    // No push service of a browser's maker can be reached from here, so the browser's place for pushes is at another one.
    let place = JSON.parse(sessionStorage.place ?? 'null')
    const made = (key) => ({
        endpoint, options: { applicationServerKey: Uint8Array.from(key).buffer },
        toJSON: () => ({ endpoint, expirationTime: null, keys }),
        unsubscribe: async () => { place = null; sessionStorage.place = 'null'; window.left = true; return true },
    })
    PushManager.prototype.getSubscription = async () => place && made(place)
    PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
        place = Array.from(applicationServerKey)
        sessionStorage.place = JSON.stringify(place)
        return made(place)
    }
    Notification.requestPermission = async () => { window.asked = navigator.userActivation.isActive; return Notification.permission }
}"""
OFFER = "May answers come as notifications"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PushService]:
    with running_push_service(tmp_path_factory.mktemp("push")) as service:
        yield service


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path / "data", presence_grace=0.2, fetch_allow="localhost") as house:
        yield house
    assert house.log.tracebacks == []


def worker_of(acme: Any) -> str:
    return f"importScripts('{acme.house.url}/push-worker.js')"


async def worker_in(page: Page, acme: Any) -> Pushed:
    """Return the website's worker for push messages, which knows by its address where the hub is."""
    return await Pushed(page, f"/switchboard-sw.js?hub={quote(acme.house.url + '/', safe='')}").ready(
        "/switchboard-push/"
    )


async def switched_on(acme: Any) -> str:
    await rest(acme, "PATCH", "push/setting", {"visitors": True})
    return str((await rest(acme, "GET", "push"))["public_key"])


async def with_place(page: Page, service: PushService, key: str) -> Browser:
    browser = await service.subscribe(key)
    given = json.dumps([browser.body["endpoint"], browser.body["keys"]])
    origin = "/".join(page.url.split("/")[:3])
    await page.context.grant_permissions(["notifications"], origin=origin)
    await page.add_init_script(f"({PLACE})({given})")
    await page.reload()
    return browser


async def devices(acme: Any) -> list[dict[str, Any]]:
    return (await acme.house.hub.store.find(Scope(acme.id), PUSH_DEVICES)).items


async def test_vera_is_asked_after_she_wrote_allows_it_and_an_answer_opens_the_chat(acme, site: OpenSite, service):
    key = await switched_on(acme)
    page = await site(worker=worker_of(acme))
    browser = await with_place(page, service, key)
    await open_chat(page)
    offer = page.get_by_role("group", name=re.compile(OFFER))
    await expect(offer).to_have_count(0)
    await write(page, "Is there tea?")
    await expect(offer).to_be_visible()
    assert await page.evaluate("window.asked") is None, "nobody is asked by the browser before a click"
    await offer.get_by_role("button", name="Yes, notify me").press("Enter")
    await expect(page.get_by_text("Answers will come as notifications")).to_be_visible()
    assert await page.evaluate("window.asked") is True, "the browser's question belongs to the click"
    (device,) = await devices(acme)
    assert device["endpoint"] == browser.body["endpoint"]
    worker = await worker_in(page, acme)
    talk = (await (await acme.agent()).call("conversation.list"))["conversations"][0]["id"]
    missed = await missed_of(acme, None, "Yes, black", conversation=talk)
    delivery = await delivery_to(acme, device["contact"], talk)
    hub, scope = acme.house.hub, Scope(acme.id)
    await Push().send(hub, scope, await Push().write(hub, scope, missed, delivery))
    await page.get_by_role("button", name="Close chat").last.click()
    await worker.push((await browser.gets())[0])
    (shown,) = await worker.shows()
    assert shown["body"] == "Yes, black" and shown["title"].endswith("· Acme")
    await worker.click()
    await expect(page.locator(".window")).to_be_visible()
    await worker.shows(0)

    async def marks() -> list[str]:
        document = await hub.store.get(scope, DELIVERIES, delivery)
        return [name for name in ("seen", "clicked") if document[name] is not None]

    for _ in range(100):
        if await marks() == ["seen", "clicked"]:
            break
        await page.wait_for_timeout(50)
    assert await marks() == ["seen", "clicked"]


async def test_a_click_while_the_website_is_closed_opens_its_page_and_the_chat_in_it(acme, site: OpenSite, service):
    key = await switched_on(acme)
    page = await site(worker=worker_of(acme))
    await with_place(page, service, key)
    await open_chat(page)
    await write(page, "Is there tea?")
    await page.get_by_role("button", name="Yes, notify me").click()
    await expect(page.get_by_text("Answers will come as notifications")).to_be_visible()
    worker = await worker_in(page, acme)
    (running,) = worker._workers()
    await running.evaluate(
        "() => { self.opened = []; clients.matchAll = async () => []; clients.openWindow = async (url) => { opened.push(url) } }"
    )
    origin = worker.origin
    urls = (f"{origin}/tea#switchboard", "https://evil.example/#switchboard", f"{origin}.evil.example/", "")
    for url in urls:
        await running.evaluate("(url) => registration.showNotification('Ada', { data: { url } })", url)
        await worker.shows()
        await worker.click()
        await worker.shows(0)
    assert await running.evaluate("() => opened") == [f"{origin}/tea#switchboard", *[f"{origin}/#switchboard"] * 3]
    await page.get_by_role("button", name="Close chat").last.click()
    await page.goto(f"{origin}/tea#switchboard")
    await expect(page.locator(".window")).to_be_visible()
    assert page.url == f"{origin}/tea", "the sign is taken away, so a reload does not open the chat"


async def test_who_says_no_is_not_asked_again_and_who_turns_it_off_gets_nothing_more(acme, site: OpenSite, service):
    key = await switched_on(acme)
    page = await site(worker=worker_of(acme))
    await with_place(page, service, key)
    await open_chat(page)
    await write(page, "Is there tea?")
    offer = page.get_by_role("group", name=re.compile(OFFER))
    await offer.get_by_role("button", name="No, thanks").click()
    await expect(offer).to_have_count(0)
    await expect(page.locator("textarea")).to_be_focused()
    await page.reload()
    await expect(page.get_by_text("Is there tea?")).to_be_visible()
    await page.wait_for_timeout(300)
    await expect(offer).to_have_count(0)
    await page.evaluate("key => localStorage.removeItem(`switchboard:${key}:push`)", acme.key)
    await page.reload()
    await offer.get_by_role("button", name="Yes, notify me").click()
    await expect(page.get_by_text("Answers will come as notifications")).to_be_visible()
    assert len(await devices(acme)) == 1
    await page.get_by_role("button", name="Turn off").click()
    for _ in range(100):
        if await page.evaluate("window.left === true"):
            break
        await page.wait_for_timeout(50)
    assert await devices(acme) == [] and await page.evaluate("window.left") is True


async def test_another_person_at_the_same_browser_is_not_told_what_is_for_the_one_before(acme, site: OpenSite, service):
    key = await switched_on(acme)
    page = await site(worker=worker_of(acme))
    await with_place(page, service, key)
    await open_chat(page)
    await write(page, "Is there tea?")
    await page.get_by_role("button", name="Yes, notify me").click()
    await expect(page.get_by_text("Answers will come as notifications")).to_be_visible()
    await page.evaluate("UE.resetAuth({})")
    for _ in range(100):
        if await page.evaluate("window.left === true"):
            break
        await page.wait_for_timeout(50)
    assert await page.evaluate("window.left") is True


@pytest.mark.parametrize("case", ["switched off", "no file", "another file"])
async def test_nobody_is_asked_where_it_is_switched_off_or_the_website_lacks_the_file(acme, site: OpenSite, case):
    if case != "switched off":
        await switched_on(acme)
    files = {"switched off": worker_of(acme), "no file": "", "another file": "self.addEventListener('fetch', () => {})"}
    page = await site(worker=files[case])
    await open_chat(page)
    await write(page, "Is there tea?")
    await expect(page.locator(".tick")).to_have_count(1)
    await page.wait_for_timeout(500)
    await expect(page.get_by_text(OFFER)).to_have_count(0)
    loaded = await page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    assert any("/widget/push." in name for name in loaded) is (case != "switched off")
