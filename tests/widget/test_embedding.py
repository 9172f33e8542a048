"""The widget is a guest: whatever the page is like, it comes up, and leaves the page as it is."""

from __future__ import annotations

import asyncio
import json

from playwright.async_api import expect

from tests.support.house import eventually
from tests.widget.conftest import OpenSite, open_chat, snippet, write


async def test_calls_from_before_the_script_and_the_key_after_it_are_all_heard(acme, site: OpenSite) -> None:
    page = await site(
        """<script>userengage = function () { (userengage.q = userengage.q || []).push(arguments) }
        userengage('widget.open'); userengage('event.order', {total: 3}); log = []</script>"""
        f'<script src="{acme.house.url}/widget.js?2"></script>'
    )
    assert await page.evaluate("typeof userengage + typeof UE.init") == "functionfunction"
    await page.evaluate("UE.refresh({})")
    await page.evaluate(
        """key => { civchat = {apiKey: key, onLoad: () => log.push('load'), onOpen: () => log.push('open'),
            onClose: () => log.push('close'), onMessage: (message) => log.push(message)} }""",
        acme.key,
    )
    await expect(page.locator(".window")).to_be_visible()
    await expect(page.locator(".team b")).to_have_text("Acme")
    await write(page, "Hello")
    await expect(page.locator(".tick.sent, .tick.delivered")).to_be_visible()
    await page.evaluate("userengage('widget.close')")
    await expect(page.locator(".window")).to_be_hidden()
    log = await page.evaluate("log")
    assert sorted(log, key=str) == sorted(["open", "load", {"content": "Hello", "isAdmin": False}, "close"], key=str)


async def test_the_script_may_stand_in_the_page_twice(acme, site: OpenSite) -> None:
    page = await site(snippet(acme.house.url, acme.key) * 2)
    await open_chat(page)
    assert await page.locator("switchboard-chat").count() == 1


async def test_the_strictest_policy_of_a_page_changes_nothing(acme, site: OpenSite) -> None:
    hub = acme.house.url
    page = await site(
        policy=f"default-src 'none'; style-src 'none'; script-src 'nonce-n' {hub}; connect-src {hub} {hub.replace('http', 'ws')}; "
        f"img-src data: {hub}; require-trusted-types-for 'script'; trusted-types 'none'",
    )
    await open_chat(page)
    await write(page, "Hello https://example.com")
    await expect(page.locator(".bubble a")).to_have_attribute("rel", "noopener noreferrer nofollow ugc")
    box = await page.locator(".window").bounding_box()
    assert box and (box["width"], box["height"]) == (376, 680)


async def test_the_cookie_that_server_plugins_read_is_the_user_key_and_goes_with_a_reset(acme, site: OpenSite) -> None:
    page = await site()
    await open_chat(page)
    cookie = next(cookie for cookie in await page.context.cookies() if cookie["name"] == "__ca__chat")
    assert 364 * 86400 < cookie["expires"] - await page.evaluate("Date.now() / 1000") < 366 * 86400
    await write(page, "It is me")
    await page.evaluate("UE.resetAuth({})")
    await expect(page.locator(".bubble")).to_have_count(0)
    await page.evaluate("userengage('widget.open')")
    await expect(page.locator(".welcome")).to_be_visible()
    after = next(cookie for cookie in await page.context.cookies() if cookie["name"] == "__ca__chat")
    assert after["value"] != cookie["value"]


async def test_what_the_page_knows_reaches_the_contact_in_every_spelling(acme, site: OpenSite) -> None:
    ada = await acme.agent()
    page = await site(options={"email": "vera@example.com", "firstName": "Vera", "plan": "gold"})
    await open_chat(page)
    await page.evaluate("userengage('client.update', {'Last name': 'Verne', score: 3})")
    await write(page, "Hello")
    contact = (await ada.hears("message", text="Hello"))["author"]["id"]

    async def names() -> str:
        return (await ada.call("contact.open", contact=contact))["contact"]["name"]

    for _ in range(50):
        if (name := await names()) == "Vera Verne":
            break
        await asyncio.sleep(0.1)
    assert name == "Vera Verne"


async def test_moving_within_a_single_page_app_is_a_page_view(acme, site: OpenSite) -> None:
    ada = await acme.agent()
    page = await site()
    await expect(page.locator(".launcher")).to_be_visible()
    await page.wait_for_function("document.cookie.includes('__ca__chat')")
    address = page.url
    await page.evaluate("history.pushState({}, '', '/tea'); document.title = 'Tea'")
    assert (await ada.hears("page", url=f"{address}tea"))["title"] == "Tea"
    ada.forget()
    await page.go_back()
    await ada.hears("page", url=address)


async def test_a_connection_that_comes_back_is_no_visit(acme, site: OpenSite) -> None:
    ada = await acme.agent()
    page = await site()
    await ada.hears("page")
    contact = ada.events("page")[0]["contact"]
    live = acme.house.live
    for _ in range(2):
        (before,) = (sid for sid, session in live.sessions.items() if session.face == "visitor")
        await live.sockets.close_transport(before, namespace="/visitor")
        await eventually(lambda old=before: live.numbers()["visitor"] == 1 and old not in live.sessions, 15)
    await page.evaluate("history.pushState(null, '', '/next')")
    await ada.hears("page", url=page.url)
    card = await ada.call("contact.open", contact=contact)
    assert len(card["pages"]) == 2, "the first page and the next one, and none for the connections between"


async def test_a_key_that_nobody_has_shows_nothing_but_a_line_for_the_owner(acme, site: OpenSite) -> None:
    page = await site("")
    lines: list[str] = []
    # The warning is meant: it is taken out of what the fixture complains about.
    await page.add_init_script("console.warn = (line) => console.info(line)")
    page.on("console", lambda line: line.type == "info" and lines.append(line.text))
    await page.reload()
    await page.evaluate(
        """hub => { civchat = {apiKey: 'nobody'}; document.head.append(Object.assign(document.createElement('script'),
            {src: hub + '/widget.js'})) }""",
        acme.house.url,
    )
    await expect(page.locator("switchboard-chat")).to_have_count(1)
    await expect(page.locator(".launcher")).to_have_count(0)
    assert len(lines) == 1 and "unknown_application" in lines[0]


async def test_a_page_that_throws_in_its_callbacks_still_has_a_chat(acme, site: OpenSite) -> None:
    page = await site(
        "<script>log = []; onerror = (message) => { log.push(message); return true }\n"
        f"civchat = {{apiKey: {json.dumps(acme.key)},"
        "onLoad() { throw Error('theirs') }, onMessage() { throw Error('theirs') } }</script>"
        f'<script src="{acme.house.url}/widget.js"></script>'
    )
    await open_chat(page)
    await write(page, "Hello")
    await expect(page.locator(".tick.sent, .tick.delivered")).to_be_visible()


async def test_destroyed_it_leaves_nothing_and_can_begin_again(acme, site: OpenSite) -> None:
    page = await site()
    await open_chat(page)
    await page.evaluate("UE.destroy()")
    assert await page.locator("switchboard-chat").count() == 0
    await page.evaluate("UE.init({apiKey: civchat.apiKey})")
    await expect(page.locator(".launcher")).to_be_visible()


async def test_the_styles_of_the_page_stay_out(acme, site: OpenSite) -> None:
    page = await site(
        head="<style>* { color: red !important; display: inline !important; font-size: 40px !important }</style>"
    )
    await open_chat(page)
    await expect(page.locator("textarea")).to_have_css("font-size", "15px")
    box = await page.locator(".window").bounding_box()
    assert box and (box["width"], box["height"]) == (376, 680)
