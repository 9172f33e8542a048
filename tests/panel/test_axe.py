"""axe finds nothing serious on any screen of the panel: every address that the panel has, and every page of its settings."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.panel.conftest import PANEL, ROOT, OpenPanel
from tests.panel.people import Api, go
from tests.support.axe import serious

pytestmark = pytest.mark.annex("X8")

ADDRESSES = re.findall(r'<Route path="(/[^"]+)"', (PANEL / "src" / "app.tsx").read_text("utf-8"))
SETTINGS = re.findall(r"\{ path: '([\w-]+)'", (PANEL / "src" / "settings" / "pages.tsx").read_text("utf-8"))
LONG = "Żółw i synowie spółka z ograniczoną odpowiedzialnością"


async def filled(acme: Any, api: Api) -> dict[str, str]:
    """Fill Acme with one of everything that an address can name; return what stands for each name."""
    vera = await acme.visitor()
    conversation = (await vera.says("Do you ship to Łódź? https://shop.example/assam"))["conversation"]
    ben = await acme.agent("ben@acme.example")
    await ben.says("We do!", conversation)
    await ben.call("note.add", client_id="n1", conversation=conversation, text="Asks for the second time.")
    contact = await api.contact(first_name="Vera", last_name="Novak", email="vera@tea.example")
    await api.contact(first_name="V.", last_name="Novak", email="vera+news@tea.example")
    company = (await api("POST", "companies", attributes={"name": LONG}))["id"]
    await api("PUT", f"companies/{company}/members/{contact}")
    where = {"all": [{"type": "attribute", "attribute": "city", "op": "equals", "value": "Łódź"}]}
    segment = (await api("POST", "segments", name="Łódź", where=where))["id"]
    await api("POST", "lists", name="Newsletter")
    await api("POST", f"contacts/{contact}/tags", tag="partner")
    await api("POST", "groups", name="Sales", agents=[1])
    await api("PUT", "call-rules", on=True, codes=["Sold", LONG[:60]])
    call = (await vera.call("call.start", client_id="axe", leg="veras-leg"))["call"]["id"]
    await vera.call("call.hangup", call=call)
    deal = (await api("POST", "deals", name="Teapots for spring", value="99.90", currency="PLN", contact=contact))["id"]
    return {
        "view": "open", "conversation": str(conversation), "contact": str(contact), "company": str(company),
        "segment": str(segment), "deal": str(deal), "form": "new", "import": "new", "modal": "new", "fault": "1",
        "call": str(call),
    }  # fmt: skip


def addresses(named: dict[str, str]) -> list[str]:
    """Return every address of the panel; an optional last part is left out once and given once."""
    found: list[str] = []
    for address in ADDRESSES:
        if address.startswith("/settings"):
            found += [f"/settings/{page}" for page in SETTINGS]
            continue
        shapes = {re.sub(r"/:\w+\?", "", address), address.replace("?", "")}
        for shape in sorted(shapes):
            found.append(re.sub(r":(\w+)", lambda match: named[match[1]], shape))
    return found


async def at_rest(page: Page) -> None:
    """Wait until what is fetched is there and what moves stands still: axe judges colours as they are at that moment."""
    await expect(page.locator("main, section").filter(visible=True).first).to_be_visible()
    await expect(page.locator("[class*=mantine-Skeleton-root], [data-late]")).to_have_count(0)
    for _ in range(60):
        if not await page.evaluate(
            "() => document.getAnimations().some((one) => one.playState === 'running' && one.effect.getTiming().iterations !== Infinity)"
        ):
            break
        await page.wait_for_timeout(50)


@pytest.mark.timeout(420)  # every screen there is, one after the other
# The tests that look at contrast and widths see each screen the other way round: light and wide, dark and narrow.
@pytest.mark.parametrize(("scheme", "language", "width"), [("light", "en", 390), ("dark", "pl", 1280)])
async def test_axe_finds_nothing_serious_on_any_screen(
    acme: Any, panel: OpenPanel, api: Api, scheme: str, language: str, width: int
) -> None:
    locale = {"en": "en-GB", "pl": "pl-PL"}[language]
    window = {
        "color_scheme": scheme,
        "locale": locale,
        "viewport": {"width": width, "height": 800},
        "reduced_motion": "reduce",
    }
    page = await panel(email=None, **window)
    await at_rest(page)
    found = {"sign-in": await serious(page)}
    page = await panel(**window)
    await at_rest(page)
    found["empty inbox"] = await serious(page)
    for address in addresses(await filled(acme, api)):
        await go(page, address)
        await at_rest(page)
        found[address] = await serious(page)
    assert {address: faults for address, faults in found.items() if faults} == {}


def test_the_addresses_are_read_from_the_panel_itself() -> None:
    assert len(ADDRESSES) > 10 and len(SETTINGS) > 10
    assert (ROOT / "node_modules" / "axe-core").exists(), "run `npm ci`"
