"""The designer: what Ada says of the chat is seen in the real widget at once, and on the website when she saves it."""

from __future__ import annotations

import os
import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.live.test_looks import picture
from tests.panel.conftest import OpenPanel
from tests.panel.people import Api, go
from tests.support.axe import serious

pytestmark = pytest.mark.annex("C3", "X8")


async def test_ada_designs_the_chat_and_sees_the_real_one_before_anybody_else_does(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    page = await panel(at="/settings/look")
    await page.get_by_role("button", name="Design Default").click()
    frame = page.frame_locator("iframe[title='Preview of the chat']")
    await expect(frame.locator(".welcome b")).to_have_text("Hello! How can we help?")
    assert await page.locator("iframe").get_attribute("sandbox") == "allow-scripts", (
        "nothing of the panel is in its reach"
    )

    await page.get_by_role("textbox", name="Greeting", exact=True).fill("Tea or coffee?")
    await expect(frame.locator(".welcome b")).to_have_text("Tea or coffee?")
    await page.get_by_role("textbox", name="Accent in light").fill("#ffe27a")
    await expect(page.get_by_text("In Light, the button has a contrast of 1.3 : 1")).to_be_visible()
    await page.get_by_role("textbox", name="Accent in light").fill("#0f766e")
    await expect(frame.locator(".launcher")).to_have_css("background-color", "rgb(15, 118, 110)")
    await page.get_by_role("combobox", name="What is shown").select_option("talk")
    await expect(frame.locator(".bubble")).to_have_count(4)
    await page.get_by_role("combobox", name="The chat opens").select_option("side")
    await expect(frame.locator(".root")).to_have_class("root side light")
    await page.get_by_role("combobox", name="What is shown").select_option("offline")
    await expect(frame.locator(".team span")).to_have_text("We’ll answer as soon as we’re back")
    await page.get_by_role("combobox", name="Language", exact=True).select_option("pl")
    await expect(frame.get_by_placeholder("Napisz wiadomość…")).to_be_visible()

    # Nothing is kept before it is saved, and nobody leaves by accident.
    assert (await api("GET", "widgets"))["widgets"][0]["settings"]["accent"] == ""
    await page.get_by_role("link", name="Groups").click()
    await page.get_by_role("dialog").get_by_role("button", name="Stay").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.evaluate("document.activeElement.blur()")
    await page.keyboard.press("g")
    await page.keyboard.press("i")
    await expect(page.get_by_role("form", name="Colours and logo")).to_have_count(0)
    await page.go_back()
    await page.get_by_role("button", name="Design Default").click()
    await expect(page.get_by_text("Your changes from before are here again.")).to_be_visible()
    await expect(page.get_by_role("textbox", name="Accent in light")).to_have_value("#0f766e")
    await page.get_by_role("form", name="Colours and logo").get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved. Pages show it within a minute.")).to_be_visible()
    (kept,) = (each["settings"] for each in (await api("GET", "widgets"))["widgets"])
    assert (kept["accent"], kept["mode"], kept["texts"]["en"]["greeting"]) == ("#0f766e", "window", ""), (
        "one section alone"
    )
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_role("textbox", name="Accent in light")).to_have_value("")
    assert (await api("GET", "widgets"))["widgets"][0]["settings"]["accent"] == ""
    await page.get_by_role("button", name="All widgets").click()
    await page.get_by_role("dialog").get_by_role("button", name="Leave").click()

    await page.get_by_role("button", name="Add a widget").click()
    await expect(page.get_by_role("region", name="Snippet")).to_contain_text('widget: "')
    await page.get_by_role("textbox", name="Name, for your team").fill("Tea pages")
    await page.get_by_role("form", name="Words").get_by_role("button", name="Save").click()
    await page.get_by_role("textbox", name="On these pages", exact=True).fill("*/tea*\n*/cups*")
    await page.get_by_role("checkbox", name="Switched on").check()
    await page.get_by_role("form", name="Where and when").get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved. Pages show it within a minute.").nth(1)).to_be_visible()
    assert await serious(page) == []
    await page.get_by_role("button", name="All widgets").click()
    await expect(page.get_by_role("listitem").filter(has_text="Tea pages")).to_contain_text("On */tea*, */cups*")
    await page.get_by_role("button", name="Delete Tea pages").click()
    await expect(page.get_by_role("button", name="Delete Tea pages")).to_have_count(0)


async def test_a_changed_logo_is_taken_back_and_so_is_a_deleted_widget_with_its_logo(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    page = await panel(at="/settings/look")
    await page.get_by_role("button", name="Add a widget").click()
    colours = page.get_by_role("form", name="Colours and logo")
    logo, saved = colours.get_by_role("img"), page.get_by_text("Saved. Pages show it within a minute.")

    async def kept() -> int:
        return int((await api("GET", "widgets"))["widgets"][0]["settings"]["logo"])

    addresses = []
    for colour in ("teal", "coral"):
        await colours.locator("input[type=file]").set_input_files(
            {"name": f"{colour}.png", "mimeType": "image/png", "buffer": picture(colour)}
        )
        await colours.get_by_role("button", name="Save").click()
        await expect(saved).to_have_count(len(addresses) + 1)
        await expect(colours.get_by_role("button", name="Save")).to_be_disabled()
        addresses.append((await logo.get_attribute("src"), await kept()))
    await page.get_by_role("button", name="Undo").last.click()
    await expect(colours.get_by_role("button", name="Save")).to_be_disabled()
    path = str(addresses[0][0]).partition("?")[0]
    await expect(logo).to_have_attribute("src", re.compile(re.escape(path)))
    assert await logo.evaluate("async image => (await image.decode(), image.naturalWidth)") > 0
    assert await kept() == addresses[0][1]

    await page.get_by_role("button", name="All widgets").click()
    await page.get_by_role("button", name="Delete New widget").click()
    await expect(page.get_by_role("button", name="Delete New widget")).to_have_count(0)
    await page.get_by_role("alert").filter(has_text="New widget").get_by_role("button", name="Undo").click()
    await page.get_by_role("button", name="Design New widget").click()
    await expect(logo).to_have_attribute("src", re.compile(re.escape(path)))


async def test_a_widget_of_a_deleted_segment_says_that_nobody_sees_it(acme: Any, panel: OpenPanel, api: Api) -> None:
    segment = await api("POST", "segments", name="Regulars", where={"all": []})
    rules = {"where": {"type": "segment", "segment": segment["id"]}}
    await api("POST", "widgets", name="For regulars", settings={"rules": rules})
    page = await panel(at="/settings/look")
    await page.get_by_role("button", name="Design For regulars").click()
    who = page.get_by_role("combobox", name="Visitors", exact=True)
    await expect(who).to_have_value(str(segment["id"]))
    await expect(who.locator("option:checked")).to_have_text("In the segment Regulars")
    await api("DELETE", f"segments/{segment['id']}")
    await page.reload()
    await page.get_by_role("button", name="Design For regulars").click()
    await expect(who.locator("option:checked")).to_have_text("A segment that was deleted: nobody sees it")


@pytest.mark.parametrize("width", [1280, 390])
async def test_a_widget_is_shown_by_conditions_that_are_built_in_the_designer(
    acme: Any,
    panel: OpenPanel,
    api: Api,
    width: int,
) -> None:
    vera = await acme.visitor()
    await api("POST", f"contacts/{vera.session['contact']['id']}/tags", tag="vip")
    await api("POST", "widgets", name="For some", settings={})
    loaded: list[str] = []
    page = await panel(viewport={"width": width, "height": 844})
    page.on("request", lambda request: loaded.append(request.url))
    await go(page, "/settings/look")
    await page.get_by_role("button", name="Design For some").click()
    who = page.get_by_role("combobox", name="Visitors", exact=True)
    await expect(who).to_have_value("")
    assert not any("builder" in each for each in loaded), "nobody needs it yet"
    await who.select_option("own")
    rules = page.get_by_role("form", name="Where and when")
    await rules.get_by_role("button", name="Add a condition").click()
    await page.get_by_role("menuitem", name="Tag", exact=True).click()
    await expect(rules.get_by_role("status")).to_contain_text("A condition is not finished")
    await expect(rules.get_by_role("button", name="Save")).to_be_disabled()
    await page.get_by_label("Tag", exact=True).select_option("vip")
    await expect(rules.get_by_role("status")).to_have_count(0)
    assert await serious(page) == []
    if folder := os.environ.get("SCREENSHOTS"):
        await rules.screenshot(path=f"{folder}/widget-conditions-{width}.png")
    await rules.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved", exact=False).first).to_be_visible()
    (made,) = [each for each in (await api("GET", "widgets"))["widgets"] if each["name"] == "For some"]
    assert made["settings"]["rules"]["where"] == {"all": [{"type": "tag", "tag": "vip"}]}
    await page.reload()
    await page.get_by_role("button", name="Design For some").click()
    await expect(who).to_have_value("own")
    await expect(rules.get_by_role("group", name=re.compile("All"))).to_contain_text("vip")
    await who.select_option("")
    await rules.get_by_role("button", name="Save").click()
    await expect(rules.get_by_role("button", name="Save")).to_be_disabled()
