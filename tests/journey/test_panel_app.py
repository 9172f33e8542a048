"""The panel as an app: it is installed, opens without a network, and changes its version without breaking (H10)."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import async_playwright, expect

from hub.doors.web import assets
from tests.journey.installed import Installed, until
from tests.journey.people import Ada, words
from tests.support.browser import QUIET, chromium
from tests.support.house import PASSWORD

CLOSE, REOPEN = words("panel")["keys.close"], words("panel")["keys.reopen"]

pytestmark = pytest.mark.annex("H10", "C6")


@pytest.mark.parametrize("language", ["en-GB", "pl-PL"])
async def test_chromium_finds_nothing_that_keeps_the_panel_from_being_installed(acme, tmp_path, language):
    async with async_playwright() as playwright:
        # A window that is no private one: those are never installable.
        context = await playwright.chromium.launch_persistent_context(
            tmp_path, executable_path=chromium(whole=True), args=QUIET, locale=language
        )
        page = context.pages[0]
        await Ada(page).comes(acme.url, f"ada@{acme.domain}", PASSWORD)
        await page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
        link = "/panel/manifest.webmanifest" if language == "en-GB" else "/panel/manifest.pl.webmanifest"
        await expect(page.locator("link[rel=manifest]")).to_have_attribute("href", link)
        cdp = await context.new_cdp_session(page)
        told = await cdp.send("Page.getAppManifest")
        assert told["errors"] == [] and told["url"].endswith(link)
        shortcut = json.loads(told["data"])["shortcuts"][0]
        assert shortcut["name"] == {"en-GB": "Inbox", "pl-PL": "Skrzynka"}[language]
        assert (await cdp.send("Page.getInstallabilityErrors"))["installabilityErrors"] == []
        assert (await cdp.send("Page.getAppId"))["appId"] == f"{acme.url}/panel/"
        await context.close()


@pytest.mark.service_worker
async def test_the_panel_opens_without_a_network_with_the_list_and_the_conversations_last_looked_at(acme, talk):
    _, ada = talk
    second = await acme.vera()
    await second.opens_chat()
    await second.writes("Is anybody there?")
    await expect(ada.rows).to_have_count(2)
    await Installed(ada.page).ready()
    address = ada.page.url
    await ada.page.close()
    await ada.context.set_offline(True)
    tab = Ada(await ada.context.new_page())
    await tab.page.goto(address)
    await expect(tab.rows).to_have_count(2)
    await expect(tab.rows.filter(has_text="Is anybody there?")).to_have_count(1)
    await tab.sees_only("Hello", "Good morning")
    await expect(tab.page.get_by_role("status").filter(has_text="No connection")).to_be_visible()
    # An area that was never opened comes from what is kept too.
    await tab.page.get_by_role("link", name="People", exact=True).click()
    await expect(tab.page.get_by_role("heading", name="People", exact=True)).to_be_visible()


@pytest.mark.service_worker
async def test_nothing_of_what_the_api_answers_lies_in_a_cache(acme, talk):
    _, ada = talk
    await ada.page.goto(f"{acme.url}/panel/people")
    await ada.is_connected()
    kept = await ada.page.evaluate(
        """async () => await navigator.serviceWorker.ready && (await Promise.all((await caches.keys()).map(async (name) =>
            (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)))).flat()"""
    )
    assert kept and {path for path in kept if not path.startswith("/panel/assets/")} == {"/panel/"}


@pytest.mark.service_worker
@pytest.mark.parametrize("how", ["signs out", "is signed out elsewhere"])
async def test_whoever_is_signed_out_leaves_nothing_to_read(acme, talk, how):
    _, ada = talk
    worker = await Installed(ada.page).ready()
    await ada.page.reload()
    await ada.is_connected()
    await until(lambda: _knows(worker, "Good morning"))
    if how == "signs out":
        await ada.page.get_by_role("button", name="Ada: menu").click()
        await ada.page.get_by_role("menuitem", name="Sign out").click()
    else:
        token = next(row["token"] for row in await worker.kept("kept") if isinstance(row, dict) and "token" in row)
        await ada.page.evaluate(
            "(token) => fetch('/api/app/sign-out', { method: 'POST', headers: { Authorization: `Bearer ${token}` } })",
            token,
        )
        await ada.goes_offline()
        await ada.is_back()
    await expect(ada.page.locator("input[type=password]")).to_be_visible(timeout=20_000)
    await until(lambda: _knows_nothing(worker))
    # The browser notes the refusal by which the page learns that its session has ended.
    ada.complaints[:] = [each for each in ada.complaints if "401" not in each]


@pytest.mark.service_worker
async def test_a_message_and_a_decision_of_a_closed_tab_go_out_when_the_network_is_back_and_once(talk):
    vera, ada = talk
    worker = await Installed(ada.page).ready()
    address = ada.page.url
    await ada.goes_offline()
    await ada.writes("On my way")
    await ada.notes_down("Lives in Łódź")
    await ada.page.get_by_role("button", name=CLOSE).click()
    await expect(ada.stream.get_by_text("Closing the conversation")).to_be_visible()
    await expect(ada.unsent).to_have_count(3)
    await until(lambda: _count(worker, 3))
    await ada.page.goto("about:blank")
    await ada.is_back()
    await worker.sync()
    await vera.sees("On my way")
    await until(lambda: _count(worker, 0))
    await ada.page.goto(address)
    await ada.sees_only("Hello", "Good morning", "On my way")
    await expect(ada.notes).to_have_count(1)
    await expect(ada.page.get_by_role("button", name=REOPEN)).to_be_visible()
    await expect(ada.unsent).to_have_count(0)
    await vera.sees_only("Hello", "Good morning", "On my way")


@pytest.mark.service_worker
async def test_a_decision_without_a_network_waits_in_sight_and_is_carried_out_by_the_open_panel(acme, talk):
    _, ada = talk
    await ada.goes_offline()
    for _ in range(2):  # the second one takes the place of the first
        await ada.page.get_by_role("button", name=CLOSE).click()
    await expect(ada.stream.get_by_text("Closing the conversation")).to_have_count(1)
    await ada.is_back()
    await expect(ada.page.get_by_role("button", name=REOPEN)).to_be_visible(timeout=20_000)
    await expect(ada.stream.get_by_text("Closing the conversation")).to_have_count(0)


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that puts another version of the panel on the server: all scripts have other names."""

    def replace() -> None:
        old, new = assets._PANEL, tmp_path / "next"
        shutil.copytree(old, new)
        names = {file.name: f"{file.stem}v2{file.suffix}" for file in (new / "assets").glob("*.js")}
        for file in [*(new / "assets").glob("*.js"), new / "index.html", new / "sw.js"]:
            text = file.read_text()
            for before, after in names.items():
                text = text.replace(before, after)
            file.write_text(re.sub(r"VERSION = '\w+'", "VERSION = 'next'", text))
        for before, after in names.items():
            (new / "assets" / before).rename(new / "assets" / after)
        monkeypatch.setattr(assets, "_PANEL", new)

    return replace


@pytest.mark.service_worker
async def test_a_new_version_is_announced_and_the_old_tab_works_on_until_it_reloads(acme, talk, release):
    _, ada = talk
    worker = await Installed(ada.page).ready()
    await ada.page.reload()
    await ada.is_connected()
    first = await _script(ada)
    release()
    await worker.cdp.send("Network.clearBrowserCache")  # a phone's is small
    await ada.goes_offline()
    await ada.is_back()  # as after a restart of the server
    notice = ada.page.get_by_text("A new version of the panel is ready.")
    await expect(notice).to_be_visible(timeout=20_000)
    # The server has none of the old parts any more.
    await ada.page.get_by_role("link", name="Companies", exact=True).click()
    await expect(ada.page.get_by_role("heading", name="Companies", exact=True)).to_be_visible()
    assert await _script(ada) == first
    await ada.page.get_by_role("button", name="Reload", exact=True).click()
    await until(lambda: _runs(ada, "v2.js"))
    await ada.is_connected()
    await expect(notice).to_have_count(0)
    await until(lambda: _caches(ada, ["panel-next"]))
    await ada.page.get_by_role("link", name="People", exact=True).click()
    await expect(ada.page.get_by_role("heading", name="People", exact=True)).to_be_visible()


@pytest.mark.service_worker
async def test_a_part_that_is_nowhere_any_more_is_explained_and_a_reload_brings_the_new_version(acme, talk, release):
    _, ada = talk
    worker = await Installed(ada.page).ready()
    release()
    await worker.cdp.send("Network.clearBrowserCache")
    await ada.page.evaluate("async () => { for (const name of await caches.keys()) await caches.delete(name) }")
    await ada.page.get_by_role("link", name="Companies", exact=True).click()
    await expect(ada.page.get_by_role("alert")).to_contain_text("belongs to another version")
    await ada.page.get_by_role("button", name="Reload", exact=True).click()
    await until(lambda: _runs(ada, "v2.js"))
    ada.complaints.clear()  # the browser's own words about the parts that were missing
    await expect(ada.page.get_by_role("heading", name="Companies", exact=True)).to_be_visible()


async def _script(ada: Ada) -> str:
    return await ada.page.evaluate("[...document.querySelectorAll('script[type=module]')].at(-1).src")


async def _runs(ada: Ada, name: str) -> bool:
    try:
        return (await _script(ada)).endswith(name)
    except Exception:  # between two pages
        await asyncio.sleep(0.05)
        return False


async def _caches(ada: Ada, names: list[str]) -> bool:
    return await ada.page.evaluate("caches.keys()") == names


async def _count(worker: Installed, count: int) -> bool:
    return len(await worker.kept("outbox")) == count


async def _knows(worker: Installed, text: str) -> bool:
    return text in json.dumps(await worker.kept("kept"))


async def _knows_nothing(worker: Installed) -> bool:
    return "Good morning" not in json.dumps(await worker.kept("kept")) and "token" not in json.dumps(
        await worker.kept("kept")
    )


IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


async def test_on_a_phone_back_leads_from_the_person_to_the_conversation_to_the_list(acme):
    vera, ada = await acme.vera(), await acme.ada(**PHONE)
    await vera.opens_chat()
    await vera.writes("Hello")
    await ada.rows.first.tap()
    await expect(ada.field).to_be_visible()
    conversation = ada.page.url
    await ada.page.get_by_role("button", name=words("panel")["keys.person"]).tap()
    person = ada.page.get_by_role("dialog")
    await expect(person).to_be_visible()
    await ada.page.go_back()
    await expect(person).to_have_count(0)
    await expect(ada.page).to_have_url(conversation)
    await ada.page.go_back()
    await expect(ada.field).to_have_count(0)
    await expect(ada.rows.first).to_be_visible()
    # The button does what the gesture does, and leaves no conversation behind it in the history.
    await ada.rows.first.tap()
    await ada.page.get_by_role("button", name=words("panel")["keys.back"]).tap()
    await expect(ada.rows.first).to_be_visible()
    await ada.page.go_forward()
    await expect(ada.page).to_have_url(conversation)


async def test_on_a_phone_everything_in_a_conversation_is_large_enough_for_a_finger(acme):
    vera, ada = await acme.vera(), await acme.ada(**PHONE)
    await vera.opens_chat()
    await vera.writes("Hello")
    await ada.rows.first.tap()
    await expect(ada.field).to_be_visible()
    small = await ada.page.evaluate(
        """() => [...document.querySelectorAll('header button, section button')].filter((each) => each.offsetParent)
            .map((each) => [each.getAttribute('aria-label') ?? each.textContent, each.offsetWidth, each.offsetHeight])
            .filter(([, width, height]) => width < 44 || height < 44)"""
    )
    assert small == []
    await ada.field.focus()
    boxes = await ada.page.evaluate(
        """() => [document.querySelector('section[data-kind]'), document.documentElement]
            .map((each) => each.getBoundingClientRect().bottom)"""
    )
    assert boxes[0] == boxes[1], "the composer stands at the bottom of the screen"


async def test_an_iphone_is_told_how_to_install_and_is_not_asked_again(acme):
    vera, ada = await acme.vera(), await acme.ada(**PHONE, user_agent=IPHONE)
    await vera.opens_chat()
    await vera.writes("Hello")
    offer = ada.page.get_by_role("complementary", name="Switchboard as an app")
    await offer.get_by_role("button", name="How?").tap()
    await expect(ada.page.get_by_role("dialog").get_by_role("listitem")).to_have_count(3)
    await ada.page.keyboard.press("Escape")
    await offer.get_by_role("button", name="Not now").tap()
    await expect(offer).to_have_count(0)
    await ada.page.reload()
    await expect(ada.rows).to_have_count(1)
    await expect(offer).to_have_count(0)
    await ada.page.get_by_role("button", name="Ada: menu").tap()
    await expect(ada.page.get_by_role("menuitem", name="Install the app")).to_be_visible()


async def test_where_the_browser_installs_by_itself_the_menu_asks_it(acme):
    ada = await acme.ada()
    await ada.page.get_by_role("button", name="Ada: menu").click()
    entry = ada.page.get_by_role("menuitem", name="Install the app")
    await expect(ada.page.get_by_role("menuitem", name="Sign out")).to_be_visible()
    await expect(entry).to_have_count(0)
    # A window of a test is a private one, which Chromium never offers to install: what it would say is said here.
    await ada.page.evaluate(
        """() => dispatchEvent(Object.assign(new Event('beforeinstallprompt', { cancelable: true }), {
            prompt: async () => { window.asked = true } }))"""
    )
    await entry.click()
    await until(lambda: ada.page.evaluate("() => window.asked === true"))
    await ada.page.get_by_role("button", name="Ada: menu").click()
    await expect(entry).to_have_count(0)


@pytest.mark.whole_browser
async def test_a_shortcut_leads_the_window_that_is_open_there_without_a_reload(acme, talk):
    _, ada = talk
    await ada.page.add_init_script("LaunchQueue.prototype.setConsumer = (hear) => { window.launched = hear }")
    await ada.page.reload()
    await until(lambda: ada.page.evaluate("() => Boolean(window.launched)"))
    await ada.page.evaluate("() => { window.same = true; launched({ targetURL: location.origin + '/panel/people' }) }")
    await expect(ada.page.get_by_role("heading", name="People", exact=True)).to_be_visible()
    assert await ada.page.evaluate("window.same")
    address = ada.page.url
    await ada.page.evaluate("() => launched({ targetURL: location.origin + '/panel/' })")
    assert ada.page.url == address, "a bare start only brings the window to the front"
