"""What a website's visitors see of a look: at once, in its colours, where and when it was said."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from playwright.async_api import expect

from hub.people.collections import CONTACTS
from storage.engine import Scope
from tests.support.axe import serious
from tests.widget.conftest import OpenSite, open_chat, snippet, write

pytestmark = pytest.mark.annex("C3", "H9", "X8")
STYLE = "(element, name) => getComputedStyle(element)[name]"
TEAL, ROSE = "rgb(15, 118, 110)", "rgb(251, 113, 133)"


async def faults(page: Any) -> list[str]:
    """What axe finds in the widget; the page around it is not ours."""
    return [each for each in await serious(page) if "switchboard-chat" in each]


@pytest.fixture
async def say(acme: Any) -> Any:
    """Say something over REST, as the owner does in the panel."""
    token = await acme.token()
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as http:

        async def call(method: str, path: str, **body: Any) -> Any:
            async with http.request(method, f"{acme.house.url}/api/app/{path}", json=body) as answer:
                assert answer.ok, await answer.text()
                return await answer.json() if answer.status != 204 else None

        yield call


async def test_the_launcher_has_its_colour_place_and_words_from_the_first_frame_on(acme, site: OpenSite, say) -> None:
    await say("PATCH", "widgets/0", settings={
        "accent": "#0f766e", "accent_dark": "#fb7185", "side": "left", "x": 40, "y": 60, "launcher": "question",
        "texts": {"en": {"launcher": "Ask us", "title": "Leaf & Co", "greeting": "Tea?", "intro": "Ask.", "placeholder": "Your question"},
                  "pl": {"launcher": "Zapytaj nas"}},
        "variables": {"radius": "4px", "width": "420px"},
    })  # fmt: skip
    # Whatever is ever drawn is written down: a launcher in another colour, if only for a frame, would be found.
    watch = """<script>window.seen = new Set(); (function look() {
        const launcher = document.querySelector('switchboard-chat')?.shadowRoot.querySelector('.launcher')
        if (launcher) seen.add(getComputedStyle(launcher).backgroundColor + launcher.getBoundingClientRect().left)
        requestAnimationFrame(look) })()</script>"""
    shifts = """<script>window.shifts = 0; new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => { shifts += value }))
        .observe({ type: 'layout-shift', buffered: true })</script>"""
    page = await site(head=watch + shifts)
    launcher = page.locator(".launcher")
    await expect(launcher).to_have_text("Ask us")
    await expect(launcher).to_have_accessible_name("Ask us")
    box = await launcher.bounding_box()
    assert box and (box["x"], box["y"] + box["height"]) == (40, 800 - 60) and box["height"] >= 44
    assert "-d65 4" in await launcher.evaluate(STYLE, "color"), "white, which can be read on it"
    # Before a pointer comes: under it the launcher grows a little.
    assert await page.evaluate("[...seen]") == [f"{TEAL}40"]
    await launcher.click()
    await expect(page.locator(".team b")).to_have_text("Leaf & Co")
    await expect(page.locator(".welcome")).to_contain_text("Tea?")
    await expect(page.get_by_placeholder("Your question")).to_be_focused()
    window = await page.locator(".window").bounding_box()
    assert window and (window["x"], window["width"]) == (40, 420)
    assert await page.locator(".window").evaluate(STYLE, "borderRadius") == "4px"
    assert await faults(page) == []
    assert await page.evaluate("shifts") == 0

    dark = await site(lang="pl", color_scheme="dark")
    await expect(dark.locator(".launcher")).to_have_text("Zapytaj nas")
    assert await dark.locator(".launcher").evaluate(STYLE, "backgroundColor") == ROSE
    assert "-d65 -" in await dark.locator(".launcher").evaluate(STYLE, "color"), "black, which can be read on it"
    await dark.locator(".launcher").click()
    await expect(dark.locator(".team b")).to_have_text("Acme", timeout=10_000)
    await dark.wait_for_timeout(300)  # axe judges colours as they are at that moment, so nothing may move
    assert await faults(dark) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_a_site_that_has_one_theme_has_the_chat_in_it_whatever_the_browser_likes(
    acme, site: OpenSite, say, theme
) -> None:
    await say("PATCH", "widgets/0", settings={"theme": theme})
    page = await open_chat(await site(color_scheme="light" if theme == "dark" else "dark"))
    ground = await page.locator(".window").evaluate(STYLE, "backgroundColor")
    assert ground == ("rgb(255, 255, 255)" if theme == "light" else "rgb(24, 28, 38)")
    await page.wait_for_timeout(300)
    assert await faults(page) == []


async def test_it_stands_along_the_edge_over_the_page_or_in_an_element_of_it(acme, site: OpenSite, say) -> None:
    await say("PATCH", "widgets/0", settings={"mode": "side"})
    page = await open_chat(await site(reduced_motion="reduce"))
    assert await page.locator(".window").bounding_box() == {"x": 1280 - 376, "y": 0, "width": 376, "height": 800}
    await expect(page.locator(".launcher")).to_be_hidden()
    await page.keyboard.press("Escape")
    await expect(page.locator(".launcher")).to_be_focused()

    await say("PATCH", "widgets/0", settings={"mode": "full"})
    page = await open_chat(await site(reduced_motion="reduce"))
    assert await page.locator(".window").bounding_box() == {"x": 0, "y": 0, "width": 1280, "height": 800}

    await say("PATCH", "widgets/0", settings={"mode": "inline", "place": "#help"})
    page = await site(head="<div id=help style='width:500px;height:450px'></div>")
    await expect(page.locator("#help .team b")).to_have_text("Acme")
    box = await page.locator(".window").bounding_box()
    assert box and (box["width"], box["height"]) == (500, 450)
    await expect(page.locator(".launcher")).to_be_hidden()
    assert await page.evaluate("document.activeElement === document.body"), "a part of the page takes no focus from it"
    await page.locator("textarea").click()
    await page.keyboard.press("Escape")
    await expect(page.locator(".window")).to_be_visible()
    await write(page, "From inside the page")
    await expect(page.locator(".bubble")).to_have_text("From inside the page")
    assert await faults(page) == []


async def test_the_page_names_a_widget_or_the_first_whose_rules_hold_shows_itself(acme, site: OpenSite, say) -> None:
    tea = await say("POST", "widgets", name="Tea", settings={
        "texts": {"en": {"launcher": "About tea"}}, "rules": {"urls": ["*/tea*"], "not_on": ["*/tea/old"]}})  # fmt: skip
    await say(
        "POST",
        "widgets",
        name="Phones",
        settings={"texts": {"en": {"launcher": "Call us"}}, "rules": {"device": "phone"}},
    )
    await say("PATCH", "widgets/0", settings={"texts": {"en": {"launcher": "Anything"}}})
    page = await site()
    launcher = page.locator(".launcher")
    await expect(launcher).to_have_text("Anything")
    for path, text in (("/tea?green", "About tea"), ("/tea/old", "Anything"), ("/tea", "About tea"), ("/", "Anything")):
        await page.evaluate("path => history.pushState(null, '', path)", path)
        await expect(launcher).to_have_text(text)
    await expect((await site(viewport={"width": 390, "height": 844})).locator(".launcher")).to_have_text("Call us")
    named = await site(options={"widget": tea["key"]})
    await named.evaluate("history.pushState(null, '', '/tea')")
    await expect(named.locator(".launcher")).to_have_text("About tea")
    await named.evaluate("history.pushState(null, '', '/')")
    await expect(named.locator(".launcher")).to_have_count(0)
    gone = await site(options={"widget": "nobody"})
    await expect(gone.locator(".launcher")).to_have_text("Anything")


async def test_it_waits_for_its_time_and_for_its_visitors(acme, site: OpenSite, say) -> None:
    await say("PATCH", "widgets/0", settings={"rules": {"scroll": 50}})
    page = await site(head="<div style='height:4000px'></div>")
    await page.evaluate("UE.refresh({first_name: 'Vera'})")
    await page.wait_for_function("document.querySelector('switchboard-chat')")
    await expect(page.locator(".launcher")).to_have_count(0)
    await page.mouse.wheel(0, 3000)
    await expect(page.locator(".launcher")).to_be_visible()
    await page.evaluate("scrollTo(0, 0)")
    await expect(page.locator(".launcher")).to_be_visible()

    await say("PATCH", "widgets/0", settings={"rules": {
        "where": {"type": "attribute", "attribute": "email", "op": "equals", "value": "vera@shop.example"}}})  # fmt: skip
    page = await site()
    await expect(page.locator("switchboard-chat")).to_have_count(1)
    await expect(page.locator(".launcher")).to_have_count(0)
    await page.evaluate("UE.refresh({email: 'vera@shop.example'})")
    await expect(page.locator(".launcher")).to_be_visible()


async def test_who_is_not_known_is_asked_first_and_the_answers_are_the_contact_s(acme, site: OpenSite, say) -> None:
    form = await say("POST", "forms", name="Before the chat", title={"en": "Who are you?"}, fields=[
        {"key": "name", "kind": "text", "label": {"en": "Your name"}, "attribute": "name", "required": True},
        {"key": "email", "kind": "email", "label": {"en": "E-mail"}, "attribute": "email", "required": True},
        {"key": "agree", "kind": "checkbox", "label": {"en": "I agree to the privacy policy"}, "required": True},
    ])  # fmt: skip
    await say("PATCH", "widgets/0", settings={"form": form["id"], "accent": "#0f766e"})
    page = await site()
    await page.locator(".launcher").click()
    await expect(page.get_by_label("Your name")).to_be_focused()
    await expect(page.locator("textarea")).to_have_count(0)
    await page.keyboard.type("Vera Green")
    await page.keyboard.press("Tab")
    await page.keyboard.type("vera@shop.example")
    await page.keyboard.press("Enter")
    await expect(page.locator(".ask [role=alert]")).to_be_visible()
    await page.get_by_label("I agree to the privacy policy").check()
    assert await faults(page) == []
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator("textarea")).to_be_focused(timeout=10_000)
    ada = await acme.agent()
    await write(page, "Hello")
    author = (await ada.hears("message", text="Hello"))["author"]
    vera = await acme.house.hub.store.get(Scope(acme.id), CONTACTS, author["id"])
    assert (author["name"], vera["email"]) == ("Vera Green", "vera@shop.example")
    await page.reload()
    await expect(page.locator("textarea")).to_be_visible()
    await expect(page.locator(".bubble")).to_have_text("Hello")


async def test_where_nobody_can_say_how_it_looks_it_shows_as_ever(acme, site: OpenSite) -> None:
    page = await site("")
    await page.route("**/look/**", lambda route: route.abort())
    await page.evaluate(
        """([hub, key]) => { civchat = {apiKey: key}; document.head.append(Object.assign(document.createElement('script'),
            {src: hub + '/widget.js'})) }""",
        [acme.house.url, acme.key],
    )
    await open_chat(page)
    assert await page.locator(".launcher").evaluate(STYLE, "backgroundColor") == "rgb(79, 70, 229)"


async def test_a_frame_without_an_origin_has_no_cookies_and_no_storage_and_a_chat_all_the_same(
    acme, site: OpenSite
) -> None:
    page = await site("")
    await page.evaluate(
        """([html]) => document.body.append(Object.assign(document.createElement('iframe'),
            { sandbox: 'allow-scripts', srcdoc: html, width: 800, height: 700 }))""",
        [f"<html lang=en><title>Leaf</title><h1>Leaf</h1>{snippet(acme.house.url, acme.key)}</html>"],
    )
    frame = page.frame_locator("iframe")
    await frame.locator(".launcher").click()
    await expect(frame.locator(".team b")).to_have_text("Acme")
    await frame.locator("textarea").fill("From a frame")
    await frame.locator("textarea").press("Enter")
    await expect(frame.locator(".tick.sent, .tick.delivered")).to_be_visible()
