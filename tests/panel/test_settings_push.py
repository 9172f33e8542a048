"""Settings → Push messages: in one's own browsers, and for owners those to contacts and to mobile applications."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.panel.conftest import PAIRS, OpenPanel
from tests.panel.people import Api
from tests.panel.test_accessible import check
from tests.support.house import House, open_house
from tests.support.push import Browser, Firebase, PushService, running_firebase, running_push_service
from tests.support.worker import Pushed

pytestmark = [pytest.mark.annex("C6", "H8"), pytest.mark.service_worker, pytest.mark.usefixtures("short_worker")]

PLACE = """(given) => {
    // No push service of a browser's maker can be reached from here, so the browser's place for pushes is at another one.
    const key = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (each) => each.charCodeAt(0))
    let place = null
    const made = (applicationServerKey) => ({
        endpoint: given.endpoint, options: { applicationServerKey: applicationServerKey.buffer ?? applicationServerKey },
        toJSON: () => ({ endpoint: given.endpoint, expirationTime: null, keys: given.keys }),
        unsubscribe: async () => { place = null; return true },
    })
    PushManager.prototype.getSubscription = async () => place
    PushManager.prototype.subscribe = async ({ applicationServerKey }) => (place = made(applicationServerKey))
}"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PushService]:
    with running_push_service(tmp_path_factory.mktemp("push")) as service:
        yield service


@pytest.fixture
async def firebase() -> AsyncIterator[Firebase]:
    async with running_firebase() as firebase:
        yield firebase


@pytest.fixture
async def house(tmp_path: Path, firebase: Firebase) -> AsyncIterator[House]:
    async with open_house(
        tmp_path / "data", presence_grace=0.2, fetch_allow="localhost", fcm_url=firebase.url,
        mail_from="Acme <hello@acme.example>",
    ) as house:  # fmt: skip
        yield house
    assert house.log.tracebacks == []


async def with_place(page: Page, api: Api, service: PushService, house: House) -> tuple[Browser, Pushed]:
    """Give the page's browser a place at a push service; open the settings."""
    browser = await service.subscribe((await api("GET", "push"))["public_key"])
    await page.context.grant_permissions(["notifications"], origin=house.url)
    await page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    worker = await Pushed(page, "/panel/sw.js").ready("/panel/")
    given = json.dumps({"endpoint": browser.body["endpoint"], "keys": browser.body["keys"]})
    await page.add_init_script(f"({PLACE})({given})")
    await page.evaluate("localStorage.setItem('panel.push', 'off')")
    await page.goto(f"{house.url}/panel/settings/push")
    await expect(page.get_by_role("heading", name="This browser")).to_be_visible()
    return browser, worker


async def pushed(browser: Browser, worker: Pushed, number: int) -> None:
    """Bring what was sent to the push service into the browser, as it does."""
    await worker.push((await browser.gets(number))[-1])


async def test_ada_turns_it_on_tries_it_and_only_what_came_back_through_the_worker_counts(house, panel, api, service):
    page = await panel()
    browser, worker = await with_place(page, api, service, house)
    await expect(page.get_by_text("None so far.")).to_be_visible()
    await page.get_by_role("button", name="Send a test message").click()
    await expect(page.get_by_role("alert")).to_contain_text("has not signed up")
    await page.get_by_role("button", name="Turn on here").press("Enter")
    await expect(page.get_by_role("status").filter(has_text="Messages come here")).to_be_visible()
    await expect(page.get_by_role("list", name="Your browsers with push messages")).to_contain_text("Linux")
    await page.get_by_role("button", name="Send a test message").click()
    await browser.gets(1)
    await expect(page.get_by_text("Waiting until it arrives")).to_be_visible()
    await expect(page.get_by_text("The message has arrived")).to_have_count(0)
    await pushed(browser, worker, 1)
    await expect(page.get_by_role("status").filter(has_text="The message has arrived and was shown.")).to_be_visible()
    assert [each["title"] for each in await worker.shows()] == ["It works"]
    await browser.expire()
    await page.get_by_role("button", name="Send a test message").click()
    await expect(page.get_by_role("alert")).to_contain_text("does not know this browser any more")
    await expect(page.get_by_text("None so far.")).to_be_visible()
    await page.get_by_role("button", name="Send a test message").click()
    await expect(page.get_by_role("alert")).to_contain_text("The server does not know this browser")
    await page.get_by_role("button", name="Turn off here").click()
    await expect(page.get_by_role("button", name="Turn on here")).to_be_visible()


async def test_a_message_that_does_not_arrive_is_not_called_a_success(house, panel, api, service):
    page = await panel()
    await with_place(page, api, service, house)
    await page.get_by_role("button", name="Turn on here").click()
    await expect(page.get_by_role("button", name="Turn off here")).to_be_visible()
    await page.clock.install()
    await page.get_by_role("button", name="Send a test message").click()
    await expect(page.get_by_text("Waiting until it arrives")).to_be_visible()
    for _ in range(20):
        await page.clock.run_for(1_000)
        await asyncio.sleep(0.05)
    await expect(page.get_by_role("alert")).to_contain_text("it did not arrive here")


async def test_what_the_push_service_refuses_is_told_in_its_words(house, panel, api, service):
    page = await panel()
    browser, _ = await with_place(page, api, service, house)
    await page.get_by_role("button", name="Turn on here").click()
    await expect(page.get_by_role("button", name="Turn off here")).to_be_visible()
    stranger = (
        await service.subscribe(
            "BP8ecs97zJoA-2JVJG0BsE1qmEScRP9PMRKRkRVYwIOi9jFjPP7QIDpTqMi7vygCh2KbUCfdFfhUSP8Gy3VT4m8"
        )
    ).body
    await api("POST", "push/devices", endpoint=stranger["endpoint"], keys=stranger["keys"])
    await page.evaluate(
        "(endpoint) => { PushManager.prototype.getSubscription = async () => ({ endpoint }) }", stranger["endpoint"]
    )
    await page.get_by_role("button", name="Send a test message").click()
    alert = page.get_by_role("alert")
    await expect(alert).to_contain_text("The push service refused the message.")
    await expect(alert).to_contain_text("It said:")
    assert await browser.got() == []


async def test_where_notifications_are_forbidden_that_is_what_the_test_names(house, panel, api):
    page = await panel()
    await page.add_init_script(
        "Object.defineProperty(Notification, 'permission', { get: () => window.said ?? 'denied' })"
    )
    await page.goto(f"{house.url}/panel/settings/push")
    await expect(page.get_by_text("was told to show no notifications")).to_be_visible()
    await page.get_by_role("button", name="Send a test message").click()
    await expect(page.get_by_role("alert")).to_contain_text("are forbidden in this browser")
    await page.evaluate("window.said = 'default'")
    await page.get_by_role("button", name="Send a test message").click()
    await expect(page.get_by_role("alert")).to_contain_text("has not been asked")
    await page.evaluate(
        "window.said = 'granted'; ServiceWorkerContainer.prototype.getRegistration = async () => undefined"
    )
    await page.get_by_role("button", name="Send a test message").click()
    await expect(page.get_by_role("alert")).to_contain_text("does not run")


async def test_a_browser_of_hers_is_taken_away_by_keyboard(house, panel, api, service):
    for _ in range(2):
        browser = await service.subscribe((await api("GET", "push"))["public_key"])
        await api("POST", "push/devices", **browser.body)
    page = await panel(at="/settings/push")
    rows = page.get_by_role("list", name="Your browsers with push messages").get_by_role("listitem")
    await expect(rows).to_have_count(2)
    await rows.first.get_by_role("button", name="Remove Firefox 140 · Linux").press("Enter")
    await expect(rows).to_have_count(1)
    assert len((await api("GET", "push"))["devices"]) == 1


@pytest.mark.annex("X3")
async def test_an_owner_sets_up_firebase_and_the_secret_never_comes_back(house, panel, api, firebase, tmp_path):
    page = await panel(at="/settings/push")
    good, bad = tmp_path / "key.json", tmp_path / "bad.json"
    good.write_text(json.dumps(firebase.account()))
    bad.write_text('{"type": "authorized_user"}')
    field = page.locator("input[type=file]")
    await field.set_input_files(bad)
    await expect(page.get_by_role("alert")).to_contain_text("This is not the key file")
    await field.set_input_files(good)
    await expect(page.get_by_text("acme-teas", exact=True)).to_be_visible()
    assert "PRIVATE" not in await page.content() and "PRIVATE" not in json.dumps(await api("GET", "push/setting"))
    await page.get_by_role("button", name="Forget the account").click()
    await page.keyboard.press("Escape")
    await page.get_by_role("group").get_by_role("button", name="Forget the account").click()
    await expect(page.get_by_text("acme-teas", exact=True)).to_have_count(0)
    assert (await api("GET", "push/setting"))["fcm"] is None


async def test_an_owner_offers_it_to_visitors_and_is_told_what_the_website_needs(house, panel, api):
    page = await panel(at="/settings/push")
    box = page.get_by_role("checkbox", name=re.compile("^Offer them to visitors"))
    await box.focus()
    await page.keyboard.press("Space")
    await expect(page.get_by_text(f"importScripts('{house.url}/push-worker.js')")).to_be_visible()
    await expect(box).to_be_checked()
    await page.get_by_role("checkbox", name=re.compile("^Say what was written")).uncheck()
    for _ in range(100):  # "Saved." may be that of the first press still
        shown = await api("GET", "push/setting")
        if not shown["preview"]:
            break
        await page.wait_for_timeout(50)
    assert (shown["visitors"], shown["preview"]) == (True, False)
    await expect(page.get_by_text("Saved.").first).to_be_visible()


async def test_who_is_no_owner_has_browsers_and_no_say_about_contacts(house, acme, panel):
    page = await panel("ben@acme.example", at="/settings/push")
    await expect(page.get_by_role("button", name="Send a test message")).to_be_visible()
    await expect(page.get_by_role("status").filter(has_text="a matter of owners")).to_be_visible()
    await expect(page.get_by_role("checkbox")).to_have_count(0)


@pytest.mark.parametrize(("scheme", "width"), PAIRS)
async def test_the_page_can_be_read(
    house: House,
    acme: Any,
    panel: OpenPanel,
    api: Api,
    service: PushService,
    firebase: Firebase,
    scheme: str,
    width: int,
) -> None:
    browser = await service.subscribe((await api("GET", "push"))["public_key"])
    await api("POST", "push/devices", **browser.body)
    await api("PATCH", "push/setting", fcm=json.dumps(firebase.account()), visitors=True)
    locale = "pl-PL" if scheme == "dark" else "en-GB"
    page = await panel(
        color_scheme=scheme,
        locale=locale,
        viewport={"width": width, "height": 800},
        has_touch=width < 500,
        at="/settings/push",
    )
    await page.get_by_role("button", name=re.compile("Send a test|Wyślij próbną")).click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await check(page, "push messages")
