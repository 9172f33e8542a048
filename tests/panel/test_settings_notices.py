"""Settings → Notifications and Opening hours, and names in notes: by keyboard, in both languages, on every screen."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.panel.conftest import PAIRS, OpenPanel
from tests.panel.people import Api, go
from tests.panel.test_accessible import check

pytestmark = pytest.mark.annex("C5")


async def test_an_agent_says_by_keyboard_what_to_be_told_and_when_not(acme: Any, panel: OpenPanel, api: Api) -> None:
    page = await panel(timezone_id="Europe/Warsaw", at="/settings/notices")
    save = page.get_by_role("button", name="Save")
    await expect(save).to_be_disabled()
    others = page.get_by_role("group", name="Colleagues’ conversations")
    await others.get_by_role("checkbox", name="Push").focus()
    await page.keyboard.press("Space")
    delay = page.get_by_label("E-mail what is still unread after")
    await delay.fill("90000")
    await expect(page.get_by_role("alert")).to_have_text("Seconds are a whole number from 0 to 86,400.")
    await delay.fill("120")
    await page.get_by_role("button", name="Add a time").click()
    quiet = page.get_by_role("group", name="Quiet time 1")
    await expect(quiet.get_by_text("next day")).to_be_visible()
    await quiet.get_by_role("button", name="Sunday").focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("group", name="Tell me even then about").get_by_role("checkbox", name="Mentions").check()
    await expect(page.get_by_label("Time zone")).to_have_value("Europe/Warsaw")
    await delay.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("It holds from the next event on")).to_be_visible()
    kept = await api("GET", "me/notices")
    assert (kept["others"], kept["delay"], kept["always"], kept["language"]) == (["push"], 120, ["mention"], "en")
    assert kept["quiet"] == [{"days": [0, 1, 2, 3, 4, 5], "begins": "22:00", "ends": "07:00"}]
    assert kept["zone"] == "Europe/Warsaw"
    await page.reload()
    await expect(others.get_by_role("checkbox", name="Push")).to_be_checked()
    await expect(save).to_be_disabled()


async def test_an_owner_says_when_the_team_is_there_and_what_is_said_meanwhile(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    page = await panel(timezone_id="Europe/Warsaw", at="/settings/hours")
    await page.get_by_role("checkbox", name=re.compile("^We have opening hours")).check()
    await page.get_by_role("checkbox", name="Saturday").focus()
    await page.keyboard.press("Space")
    await page.get_by_role("button", name="Add a time on Wednesday").click()
    await page.get_by_role("button", name="Add a holiday").click()
    await page.get_by_label("Day", exact=True).fill("2027-12-25")
    await page.get_by_label("Name, as New Year").fill("Christmas")
    texts = page.get_by_role("group", name="Outside of the hours")
    await texts.get_by_label("English").fill("Back {soon}.")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("alert")).to_contain_text("no other braces than {opening}")
    await texts.get_by_label("English").fill("Back {opening}.")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("It holds from the next message on")).to_be_visible()
    kept = await api("GET", "hours")
    assert (kept["on"], kept["zone"], kept["closed"]["en"]) == (True, "Europe/Warsaw", "Back {opening}.")
    assert kept["week"] == [
        {"days": [0, 1, 2, 3, 4, 5], "begins": "09:00", "ends": "17:00"}, {"days": [2], "begins": "18:00", "ends": "20:00"}
    ]  # fmt: skip
    assert kept["holidays"] == [{"date": "2027-12-25", "name": "Christmas", "yearly": False}]


async def test_who_is_no_owner_sees_no_hours_but_sets_own_notifications(acme: Any, panel: OpenPanel) -> None:
    page = await panel("ben@acme.example", at="/settings/hours")
    await expect(page.get_by_role("status").filter(has_text="Only owners")).to_be_visible()
    await go(page, "/settings/notices")
    await expect(page.get_by_role("group", name="Mentions")).to_be_visible()


async def test_a_name_is_picked_by_keyboard_and_the_colleague_is_told(acme: Any, panel: OpenPanel) -> None:
    page, ben, vera = await panel(), await acme.agent("ben@acme.example"), await acme.visitor()
    conversation = (await vera.says("Hello"))["conversation"]
    await go(page, f"/inbox/open/{conversation}")
    await expect(page.get_by_role("region", name="Messages")).to_contain_text("Hello")
    await page.keyboard.press("n")
    await page.keyboard.type("Write to ada@acme.example, @b")
    names = page.get_by_role("listbox", name="Mention a colleague")
    await expect(names.get_by_role("option")).to_have_text(["BBen"])
    await expect(page.get_by_label("Note for your team")).to_have_attribute("aria-activedescendant", re.compile(".+"))
    await page.keyboard.press("Escape")
    await expect(names).to_have_count(0)
    await page.keyboard.press("Backspace")
    await page.keyboard.type("B")
    await expect(names).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Note for your team")).to_have_value("Write to ada@acme.example, @Ben ")
    await page.keyboard.type("please")
    await page.keyboard.press("Enter")
    note = await ben.hears("note")
    assert (note["text"], note["mentions"]) == ("Write to ada@acme.example, @Ben please", [ben.session["agent"]["id"]])
    await expect(page.get_by_role("group", name="Note by Ada").locator("span", has_text="@Ben")).to_be_visible()


SHOWN = """() => {
    window.shown = []
    ServiceWorker.prototype.postMessage = ({ push }) => {
        if (push) window.shown.push([push.title, push.body, push.tag ?? `conversation ${push.conversation}`])
    }
    Object.defineProperty(Document.prototype, 'hasFocus', { value: () => false })
}"""


async def shown(page: Page) -> list[list[str]]:
    found: list[list[str]] = await page.evaluate("() => window.shown")
    return found


@pytest.mark.service_worker
@pytest.mark.usefixtures("short_worker")
async def test_the_open_panel_tells_by_the_same_rules(acme: Any, panel: OpenPanel, api: Api) -> None:
    await api("PUT", "me/notices", unassigned=["email"])
    page = await panel(permissions=["notifications"])
    await page.add_init_script(f"({SHOWN})()")
    await go(page, "/settings/notices")
    await expect(page.get_by_role("group", name="Mentions")).to_be_visible()
    await page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    ben, vera, me = await acme.agent("ben@acme.example"), await acme.visitor(), page.url
    conversation = (await vera.says("Not by the panel"))["conversation"]
    ada = (await api("GET", "me/notices")) and (await acme.agent()).session["agent"]["id"]
    await ben.call("conversation.assign", conversation=conversation, agent=ada)
    await vera.says("Mine now")
    await ben.call("note.add", client_id="n", conversation=conversation, text="@Ada look", mentions=[ada])
    for _ in range(100):
        if len(await shown(page)) >= 3:
            break
        await page.wait_for_timeout(50)
    name = vera.session["contact"]["name"]
    assert sorted(await shown(page)) == sorted([
        ["You have a new conversation", f"{name}: Not by the panel", f"conversation {conversation}"],
        [name, "Mine now", f"conversation {conversation}"],
        ["Ben mentioned you", "@Ada look", (await shown(page))[-1][2]],
    ])  # fmt: skip
    await api("PUT", "me/notices", quiet=[{"days": list(range(7)), "begins": "00:00", "ends": "00:00"}])
    await go(page, "/settings/hours")
    await go(page, me.split("/panel")[1])
    await expect(page.get_by_role("group", name="Quiet time 1")).to_be_visible()
    await vera.says("In quiet hours")
    await expect(page.get_by_role("link", name=re.compile("Inbox, 1 unread"))).to_be_visible()
    await page.wait_for_timeout(500)
    assert await shown(page) == []


@pytest.mark.parametrize(("scheme", "width"), PAIRS)
async def test_the_pages_can_be_read(acme: Any, panel: OpenPanel, api: Api, scheme: str, width: int) -> None:
    locale = "pl-PL" if scheme == "dark" else "en-GB"
    night = {"days": [0, 1, 2, 3, 4, 5, 6], "begins": "22:00", "ends": "07:00"}
    await api("PUT", "me/notices", quiet=[night])
    await api("PUT", "hours", on=True, holidays=[{"date": "2027-01-01", "name": "New Year"}])
    page = await panel(
        color_scheme=scheme,
        locale=locale,
        viewport={"width": width, "height": 800},
        has_touch=width < 500,
        at="/settings/notices",
    )
    await expect(page.locator("input[type=time]")).to_have_count(2)
    await check(page, "notifications")
    await go(page, "/settings/hours")
    await expect(page.locator("input[type=time]")).to_have_count(10)
    await check(page, "hours")
