"""The widget on pages that make life hard for guests: old libraries, frames, no cookies, no storage, a strict policy (H9, C3)."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.support.axe import serious
from tests.widget.conftest import ROOT, OpenSite, open_chat, write

pytestmark = pytest.mark.annex("H9", "C3", "X8")
MODULES = ROOT / "node_modules"
RUDE = "* { box-sizing: content-box !important } button, div, span { border: 3px solid red; float: left }"
"""What style sheets of old sites do to everything on the page."""


async def old_site(page: Page) -> None:
    """Put jQuery 1.12 and Bootstrap 3 into the page, and what people did with them."""
    for name in ("jquery/dist/jquery.min.js", "bootstrap/dist/js/bootstrap.min.js"):
        assert (MODULES / name).exists(), "run `npm ci`"
        await page.add_script_tag(path=MODULES / name)
    await page.add_style_tag(path=MODULES / "bootstrap" / "dist" / "css" / "bootstrap.min.css")
    await page.add_style_tag(content=RUDE)
    await page.evaluate("""() => {
        Array.prototype.last = function () { return this[this.length - 1] }
        Object.prototype.extra = 'from an old library'
        jQuery(document).on('keydown', (event) => { window.keys = (window.keys || 0) + 1; return false })
        jQuery('body').append('<div class="modal" tabindex="-1" id="box"><div class="modal-dialog">Sale!</div></div>')
    }""")


async def test_a_site_with_jquery_and_bootstrap_and_its_rude_styles_leaves_the_chat_as_it_is(
    acme, site: OpenSite
) -> None:
    page = await site("")
    await old_site(page)
    await page.evaluate("delete Object.prototype.extra")  # for Playwright's own scripts, which it breaks
    await page.evaluate(
        """([hub, key]) => { Object.prototype.extra = 'from an old library'; civchat = {apiKey: key}
            document.head.append(Object.assign(document.createElement('script'), {src: hub + '/widget.js'})) }""",
        [acme.house.url, acme.key],
    )
    await expect(page.locator(".launcher")).to_be_visible()
    await page.evaluate("delete Object.prototype.extra")
    await open_chat(page)
    style = await page.locator(".send").evaluate(
        "(e) => { const { borderTopWidth, float, boxSizing } = getComputedStyle(e); return [borderTopWidth, float, boxSizing] }"
    )
    assert style == ["0px", "none", "border-box"]
    await write(page, "Hello from 2013")
    await expect(page.locator(".bubble")).to_have_text("Hello from 2013")
    assert await page.evaluate("window.keys") is None, "the page's hotkeys stay quiet while somebody writes to us"
    assert await page.evaluate("jQuery.fn.jquery") == "1.12.4", "and its library is its own"
    # Bootstrap's modal pulls the focus back into itself; the chat lies above it and can be used all the same.
    await page.evaluate("jQuery('#box').modal({backdrop: true})")
    await page.locator("textarea").fill("Above the modal")
    await page.locator(".send").click()
    await expect(page.locator(".bubble").last).to_have_text("Above the modal")
    assert [each for each in await serious(page) if "switchboard-chat" in each] == []


async def test_a_frame_of_another_site_with_its_cookies_blocked_has_the_chat(acme, site: OpenSite) -> None:
    page = await site()
    # As browsers do that give third parties nothing: neither cookies nor storage.
    await page.context.add_init_script("""if (location.hostname === '127.0.0.1') {
        Object.defineProperty(document, 'cookie', { get: () => '', set: () => {} })
        for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, {
            get: () => { throw new DOMException('denied', 'SecurityError') } })
    }""")
    # By its number the same server is another site for the browser.
    await page.evaluate(
        """(src) => document.body.append(Object.assign(document.createElement('iframe'), {src, width: 700, height: 700}))""",
        page.url.replace("localhost", "127.0.0.1"),
    )
    frame = page.frame_locator("iframe")
    await frame.locator(".launcher").click()
    await frame.locator("textarea").fill("From a frame")
    await frame.locator("textarea").press("Enter")
    await expect(frame.locator(".bubble")).to_have_text("From a frame")
    await expect(frame.locator(".tick.sent, .tick.delivered")).to_be_visible()
    assert [each for each in await page.context.cookies() if each["domain"] != "localhost"] == []


async def test_on_touch_everything_is_large_enough_and_with_reduced_motion_nothing_moves(acme, site: OpenSite) -> None:
    page = await site(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, reduced_motion="reduce")
    await page.locator(".launcher").tap()
    await expect(page.locator(".team b")).to_have_text("Acme")
    small = await page.evaluate("""() =>
        [...document.querySelector('switchboard-chat').shadowRoot.querySelectorAll('button:not([hidden]), textarea')]
        .map((e) => [e.getAttribute('aria-label'), e.getBoundingClientRect()])
        .filter(([, { width, height }]) => width && (width < 44 || height < 44))
        .map(([name, { width, height }]) => `${name}: ${width} × ${height}`)""")
    assert small == []
    moving = await page.evaluate("document.querySelector('switchboard-chat').shadowRoot.getAnimations?.().length ?? 0")
    assert moving == 0
    assert not re.search(r"[1-9]", await page.locator(".window").evaluate("e => getComputedStyle(e).animationDuration"))
    assert [each for each in await serious(page) if "switchboard-chat" in each] == []
