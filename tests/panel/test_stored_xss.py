"""What visitors write never runs: a corpus through every field that a visitor controls, and then every screen that shows it."""

from __future__ import annotations

import hashlib
import hmac
from contextlib import suppress
from typing import Any

import aiohttp
import pytest
from playwright.async_api import expect

from tests.panel.conftest import OpenPanel
from tests.panel.people import Api, go
from tests.panel.test_axe import addresses, at_rest
from tests.support.cast import Refused, Visitor
from tests.support.forms import EMAIL, NAME, make_form
from tests.support.xss import PAYLOADS, Watchman
from tests.widget.conftest import OpenSite, open_chat, site

__all__ = ["site"]
pytestmark = pytest.mark.annex("X8", "H2", "U3")

VERA = "4711"
STEP = "(address) => { history.pushState(null, '', address); dispatchEvent(new PopStateEvent('popstate')) }"
"""Goes to an address of the panel without loading it anew."""


def signed(acme: Any) -> dict[str, str]:
    secret = acme.made["identity_secret"].encode()
    return {"user_id": VERA, "user_hash": hmac.new(secret, VERA.encode(), hashlib.sha256).hexdigest()}


async def says_it(somebody: Visitor, command: str, **payload: Any) -> dict[str, Any]:
    """Send what may be refused: what is refused can't be shown."""
    with suppress(Refused):
        return await somebody.call(command, **payload)
    return {}


async def tells_everything(vera: Visitor, payload: str, form: int) -> int:
    """Write the payload into every field that a visitor has; return the conversation."""
    for field in ("name", "first_name", "last_name", "email", "phone_number", "city", "country"):
        await says_it(vera, "contact.update", **{field: payload})
    await says_it(vera, "contact.update", attributes={"plan": payload})
    for url in (payload, f"https://shop.example/?utm_source={payload}#{payload}"):
        await says_it(vera, "page", url=url, title=payload, referrer=payload)
    await says_it(vera, "event", name=payload, data={payload: payload})
    answers = {"email": "vera@tea.example", "name": payload}
    await says_it(vera, "form.submit", form=form, client_id="f", answers=answers, page=payload)
    return (await vera.says(payload))["conversation"]


async def files(vera: Visitor, url: str, conversation: int) -> None:
    """Send a file for each payload, with the payload as its name."""
    async with aiohttp.ClientSession(url) as http:
        for payload in PAYLOADS:
            begun = await says_it(vera, "attachment.start", name=payload, size=4, type="text/html")
            if begun:
                async with http.put(begun["url"], data=b"<b>x", headers={"Content-Type": "text/html"}) as answer:
                    assert answer.status == 200
                await vera.says("", conversation, attachments=[begun["id"]])


async def filled(acme: Any, api: Api) -> tuple[dict[str, str], list[dict[str, int]]]:
    """A visitor for each payload, and Vera who writes them all; return an address book and the visitors."""
    await api("POST", "attributes", name="Plan", type="string")
    form = (await make_form(acme, EMAIL, NAME))["id"]
    await api(
        "PUT", "call-rules", on=True, codes=[payload[:60] for payload in PAYLOADS[:30] if payload.strip() == payload]
    )
    people = []
    call = 0
    for payload in PAYLOADS:
        agent = "Mozilla/5.0 " + "".join(each for each in payload if " " <= each <= "~")
        somebody = Visitor(acme.house.url, acme.key, headers={"User-Agent": agent})
        acme.here.append(somebody)
        await somebody.connect()
        conversation = await tells_everything(somebody, payload, form)
        call = (await somebody.call("call.start", client_id="call", leg="a-device"))["call"]["id"]
        await somebody.call("call.hangup", call=call)
        people.append({"contact": somebody.session["contact"]["id"], "conversation": conversation})
    vera = await acme.visitor(identity={"user_id": VERA, "hash": signed(acme)["user_hash"]})
    conversation = (await vera.says("Hello"))["conversation"]
    for payload in PAYLOADS:
        await vera.says(payload, conversation)
        await says_it(vera, "page", url=f"https://shop.example/{payload}", title=payload, referrer="")
        await says_it(vera, "event", name=payload, data={"what": payload})
    await files(vera, acme.house.url, conversation)
    contact = vera.session["contact"]["id"]
    company = (await api("POST", "companies", attributes={"name": "Acme"}))["id"]
    where = {"all": [{"type": "attribute", "attribute": "city", "op": "equals", "value": "Łódź"}]}
    segment = (await api("POST", "segments", name="Łódź", where=where))["id"]
    deal = (await api("POST", "deals", name="Teapots", contact=contact))["id"]
    named = {
        "view": "open", "conversation": conversation, "contact": contact, "company": company, "segment": segment,
        "deal": deal, "form": form, "import": "new", "modal": "new", "fault": "1",
        "call": call,
    }  # fmt: skip
    return {name: str(value) for name, value in named.items()}, people


@pytest.mark.timeout(420)  # some hundred screens, one after the other
async def test_nothing_that_visitors_write_runs_on_any_screen(
    acme: Any, panel: OpenPanel, api: Api, site: OpenSite
) -> None:
    named, people = await filled(acme, api)
    watchman = Watchman()
    page = await panel()
    await watchman.watch(page.context)
    seen: dict[str, list[Any]] = {}
    for address in addresses(named):
        await go(page, address)
        await at_rest(page)
        seen[address] = await watchman.seen(page)
    for somebody in people:
        for address in (f"/inbox/open/{somebody['conversation']}", f"/person/{somebody['contact']}"):
            await page.evaluate(STEP, f"/panel{address}")
            await at_rest(page)
            seen[address] = await watchman.seen(page)
    await go(page, "/people")
    await expect(page.get_by_text(PAYLOADS[24]).first).to_be_visible()
    await page.keyboard.press("Control+k")
    await page.keyboard.type("ran(")
    await expect(page.get_by_role("dialog")).to_be_visible()
    seen["palette"] = await watchman.seen(page)
    assert {where: what for where, what in seen.items() if what} == {}


async def test_nothing_that_they_wrote_runs_in_their_own_chat(acme: Any, api: Api, site: OpenSite) -> None:
    await filled(acme, api)
    watchman = Watchman()
    page = await site("")
    await watchman.watch(page.context)
    page = await site(options=signed(acme))
    await watchman.watch(page.context)
    await page.reload()
    await open_chat(page)
    await expect(page.locator(".bubble").filter(has_text="__proto__")).to_be_visible()
    assert await watchman.seen(page) == []


async def test_the_watchman_sees_what_runs_is_planted_or_fetched(site: OpenSite) -> None:
    page = await site("")
    watchman = Watchman()
    await watchman.watch(page.context)
    await page.reload()
    assert await watchman.seen(page) == []
    await page.evaluate("() => { document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=ran(2)>') }")
    await expect(page.locator("img")).to_have_count(1)
    await page.wait_for_timeout(200)
    assert "payload 2 ran" in await watchman.seen(page)
    assert "<img onerror>" in await watchman.seen(page)
