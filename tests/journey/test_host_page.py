"""The widget in somebody else's page, and both faces without a mouse (H2, H9, H10, X8)."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.journey.people import words
from tests.journey.test_attachments import TEXT, picture
from tests.support.house import PASSWORD

pytestmark = pytest.mark.annex("H2", "H9", "H10", "X8")

FOCUS = """() => {
  let element = document.activeElement
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
  return element.getAttribute('aria-label') ?? element.textContent.trim()
}"""
"""The name of what has the focus, also inside the widget."""


def strict(hub: str) -> str:
    """The strictest policy that the documentation asks a website's owner to extend for the widget."""
    socket = hub.replace("http", "ws", 1)
    return (
        f"default-src 'none'; script-src 'self' {hub}; style-src 'self'; img-src 'self' data: blob: {hub}; "
        f"connect-src {hub} {socket}; base-uri 'none'; form-action 'self'"
    )


async def test_a_strict_content_security_policy_of_the_website_breaks_nothing(acme):
    vera = await acme.vera(acme.website(policy=strict(acme.url)))
    await vera.page.evaluate(
        "document.addEventListener('securitypolicyviolation', (event) => console.error(event.violatedDirective))"
    )
    ada = await acme.ada()
    await vera.opens_chat()
    assert await vera.window.evaluate("element => getComputedStyle(element).position") == "absolute", (
        "it has its styles"
    )
    await vera.writes("Hello")
    await ada.opens_conversation()
    await vera.attaches(picture(), TEXT)
    await vera.writes("A picture")
    await expect(vera.chat.locator("img[alt='teapot.png']")).to_have_js_property("complete", True)
    assert await vera.chat.locator("img[alt='teapot.png']").evaluate("image => image.naturalWidth") > 0
    await vera.chat.get_by_role("button", name="Choose an emoji").click()
    await vera.page.keyboard.press("Enter")
    await vera.field.press("Enter")
    await ada.writes("Well received")
    await vera.sees("Well received")
    assert vera.complaints == []


async def test_the_widget_leaves_the_page_as_it_is(acme):
    vera = await acme.vera()
    await vera.opens_chat()
    await expect(vera.window).to_contain_text(words("widget")["welcome"])
    shift = await vera.page.evaluate(
        "new Promise((done) => new PerformanceObserver((list, me) => {"
        "  me.disconnect(); done(list.getEntries().map(({ value }) => value)) }).observe({ type: 'layout-shift', buffered: true })"
        "  || setTimeout(() => done([]), 500))"
    )
    assert shift == []
    names = await vera.page.evaluate(
        "(() => { const frame = document.body.appendChild(document.createElement('iframe'));"
        " return Object.keys(window).filter((name) => !(name in frame.contentWindow) && isNaN(name)) })()"
    )
    assert set(names) <= {"civchat", "userengage", "UE", "__switchboard"}
    assert [cookie["name"] for cookie in await vera.context.cookies()] == ["__ca__chat"]


async def test_the_chat_works_with_the_keyboard_alone_and_gives_the_focus_back(acme):
    vera, ada = await acme.vera(), await acme.ada()
    keys = vera.page.keyboard
    await vera.page.get_by_label("Find a tea").focus()
    await keys.press("Tab")
    assert await vera.page.evaluate(FOCUS) == "Open chat"
    await keys.press("Enter")
    await expect(vera.field).to_be_focused()
    await keys.type("Hello")
    await keys.press("Shift+Enter")
    await keys.type("from the keyboard")
    await keys.press("Enter")
    await vera.sees("Hello\nfrom the keyboard")
    await expect(vera.field).to_be_focused()
    await expect(ada.rows).to_contain_text(["Hello"])

    reached = []
    for _ in range(12):
        await keys.press("Tab")
        reached.append(await vera.page.evaluate(FOCUS))
    assert "Close chat" in reached, "the focus goes round and is not trapped"
    for name in ("Attach a file", "Choose an emoji", "Turn sound off", "Messages"):
        assert name in reached, f"{name!r} is out of the keyboard's reach: {reached}"

    await vera.field.focus()
    await keys.press("Escape")
    await expect(vera.window).to_be_hidden()
    await expect(vera.launcher).to_be_focused()
    await keys.press("Enter")
    await expect(vera.field).to_be_focused()


async def test_escape_closes_what_is_open_first_the_emoji_and_then_the_chat(acme):
    vera = await acme.vera()
    await vera.opens_chat()
    await vera.chat.get_by_role("button", name="Choose an emoji").press("Enter")
    await expect(vera.chat.locator(".picker")).to_be_visible()
    await vera.page.keyboard.press("Escape")
    await expect(vera.chat.locator(".picker")).to_have_count(0)
    await expect(vera.field).to_be_focused()
    await vera.page.keyboard.press("Escape")
    await expect(vera.window).to_be_hidden()


async def test_the_keys_of_the_page_stay_quiet_while_vera_writes(acme):
    vera = await acme.vera()
    await vera.page.evaluate("window.pressed = []; addEventListener('keydown', ({ key }) => pressed.push(key))")
    await vera.opens_chat()
    await vera.page.keyboard.type("search")
    assert await vera.page.evaluate("pressed") == []


async def test_ada_works_with_the_keyboard_alone(acme):
    vera, walt = await acme.vera(), await acme.vera()
    for somebody, text in ((vera, "Vera is here"), (walt, "Walt is here")):
        await somebody.opens_chat()
        await somebody.writes(text)
    ada = await acme.stranger()
    await ada.page.goto(f"{acme.url}/panel/")
    keys = ada.page.keyboard
    await expect(ada.page.get_by_label("E-mail")).to_be_focused()
    await keys.type(f"ada@{acme.domain}")
    await keys.press("Tab")
    await keys.type(PASSWORD)
    await keys.press("Enter")
    await expect(ada.rows).to_have_count(2)
    await ada.is_connected()

    await keys.press("j")
    await expect(ada.rows.nth(0)).to_be_focused()
    await keys.press("j")
    await expect(ada.rows.nth(1)).to_be_focused()
    await keys.press("k")
    await expect(ada.rows.nth(0)).to_be_focused()
    await keys.press("Enter")
    await ada.sees("Walt is here")
    await keys.press("r")
    await expect(ada.field).to_be_focused()
    await keys.type("Hello Walt, e is a letter")
    await keys.press("Enter")
    await walt.sees("Hello Walt, e is a letter")
    await keys.press("Escape")
    await expect(ada.rows.nth(0)).to_be_focused()
    await keys.press("n")
    await expect(ada.page.locator("section[data-kind=note] textarea")).to_be_focused()
    await keys.type("A note by keys")
    await keys.press("Enter")
    await expect(ada.notes).to_contain_text("A note by keys")
    await keys.press("Escape")
    await keys.press("a")
    await expect(ada.page.get_by_role("menu")).to_be_visible()
    await ada.page.wait_for_function("document.activeElement.closest('[role=menu]')")
    await keys.press("ArrowDown")
    await keys.press("Enter")
    await expect(ada.page.get_by_role("button", name="Assigned to")).to_be_visible()
    await expect(ada.page.get_by_role("menu")).to_have_count(0)
    await keys.press("e")
    await expect(walt.chat).to_contain_text("This conversation was closed")
    await keys.press("?")
    await expect(ada.page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    await keys.press("Escape")
    await expect(ada.page.get_by_role("dialog")).to_have_count(0)
    await keys.press("Control+k")
    await expect(ada.page.get_by_role("dialog").get_by_role("combobox")).to_be_focused()
    await keys.type("Reopen")
    await keys.press("Enter")
    await expect(walt.chat).to_contain_text("This conversation was opened again")


async def test_the_snippet_may_call_the_widget_before_it_is_there(acme):
    address = acme.website()
    vera = await acme.vera(address)
    await vera.page.evaluate("userengage('widget.open')")
    await vera.has_chat()
    await vera.page.evaluate("userengage('widget.close')")
    await expect(vera.window).to_be_hidden()
    await vera.page.evaluate("UE.destroy()")
    await expect(vera.chat).to_have_count(0)


async def test_an_unknown_key_shows_no_launcher_and_says_why_in_the_console(acme, websites):
    from tests.journey.people import Vera, options
    from tests.journey.website import Shop

    context = await acme.browser.new_context(**options())
    vera = Vera(await context.new_page())
    async with vera.page.expect_console_message(lambda message: "Switchboard:" in message.text) as said:
        await vera.page.goto(websites.open(Shop(acme.url, "nope00")))
    assert "unknown_application" in (await said.value).text
    await expect(vera.launcher).to_have_count(0)
    await context.close()
