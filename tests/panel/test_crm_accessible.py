"""The pages of deals, pipelines and attributes can be read: contrast, names, widths, in both themes and languages.

SCREENSHOTS=folder keeps a picture of each.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.panel.conftest import PAIRS, OpenPanel
from tests.panel.people import Api, go
from tests.panel.test_accessible import check

pytestmark = pytest.mark.annex("R1", "R2", "R3", "X7", "X8")

FOLDER = os.environ.get("SCREENSHOTS")


async def filled(api: Api) -> tuple[int, int, int]:
    """Deals in every state, with all that a deal can have; return the fullest one, its person and its company."""
    vera = await api.contact(first_name="Vera", last_name="Novak", email="vera@tea.example")
    walt = await api.contact(first_name="Walt", email="walt@x.example")
    company = (await api("POST", "companies", attributes={"name": "Żółw i synowie spółka z o.o."}))["id"]
    reason = (await api("POST", "loss-reasons", name="Za drogo"))["id"]
    await api("POST", "pipelines", name="Serwis", currency="PLN", stages=["Zgłoszenie", "Wycena"])
    stages = (await api("GET", "pipelines"))["pipelines"][0]["stages"]
    await api("POST", "attributes", subject="deal", name="Kolor", type="fixed", choices=["zielony", "żółty"])
    await api("POST", "attributes", name="Plan", type="string")
    where = {"all": [{"type": "attribute", "attribute": "plan", "op": "equals", "value": "gold"}]}
    await api("POST", "segments", name="Golden ones", where=where)
    product = (await api("POST", "products", attributes={"name": "Czajnik", "price": "99.90"}))["id"]
    deal = (await api(
        "POST", "deals", name="Czajniki na wiosnę dla całej sieci", value="1234567.89", currency="PLN", contact=vera,
        company=company, participants=[walt], products=[product], order_products=[{"product": product, "quantity": 12}],
        stage=stages[2]["id"], expected_close_date="2027-03-01", assignee=1, tags=["wiosna"], attributes={"kolor": "zielony"},
    ))["id"]  # fmt: skip
    await api(
        "POST", "activities", name="Zadzwonić w sprawie szkliwa", deal=deal, due="2020-01-01T10:00:00Z", assignee=1
    )
    done = (await api("POST", "activities", name="Wysłać ofertę", deal=deal, due="2026-01-01T10:00:00Z"))["id"]
    await api("POST", f"activities/{done}/finish")
    await api("POST", "notes", subject="deal", of=deal, text="Chcą zielonych.\nPłacą w maju.", pinned=True)
    for name, verb in (("Mugs", "win"), ("Cups", "lose")):
        other = (await api("POST", "deals", name=name, value="99", currency="EUR", company=company))["id"]
        await api("POST", f"deals/{other}/{verb}", **({"loss_reason": reason} if verb == "lose" else {}))
    return deal, vera, company


@pytest.mark.parametrize(("scheme", "width"), PAIRS)
async def test_every_page_of_the_crm_can_be_read(
    acme: Any, panel: OpenPanel, api: Api, scheme: str, width: int
) -> None:
    locale = "pl-PL" if scheme == "dark" else "en-GB"
    page = await panel(
        color_scheme=scheme, locale=locale, viewport={"width": width, "height": 800}, has_touch=width < 500
    )

    async def look(screen: str) -> None:
        await check(page, screen)
        if FOLDER:
            Path(FOLDER).mkdir(parents=True, exist_ok=True)
            await page.screenshot(path=Path(FOLDER) / f"{screen}-{width}-{scheme}.png")

    async def ask(button: Any, screen: str) -> None:
        await button.click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        await look(screen)
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)

    await go(page, "/deals")
    await expect(page.locator("main button").last).to_be_visible()
    await look("deals-empty")
    deal, vera, company = await filled(api)
    await go(page, "/deals")
    await expect(page.locator("a[data-person]")).to_have_count(3)
    await look("deals")
    await ask(page.locator("main button").last, "deal-new")
    await go(page, f"/deal/{deal}")
    await expect(page.locator("main ol li").first).to_be_visible()
    await look("deal")
    await ask(page.locator("header button").last, "deal-lost")
    await go(page, f"/company/{company}")
    await expect(page.locator(f'a[href$="/deal/{deal}"]').first).to_be_visible()
    await look("deals-of-company")
    await go(page, f"/person/{vera}")
    await expect(page.locator(f'a[href$="/deal/{deal}"]').first).to_be_visible()
    await look("deals-of-person")

    await go(page, "/settings/pipelines")
    await expect(page.locator("ol li")).to_have_count(7)
    await look("pipelines")
    await ask(page.get_by_role("button", name=re.compile("Needs understood$")).last, "stage-delete")
    await ask(page.locator("main h2").locator("xpath=../..").locator("button"), "pipeline-new")
    await go(page, "/settings/attributes")
    await expect(page.locator("main ul")).to_have_count(2)
    await look("attributes")
    await ask(page.locator("main li button").last, "attribute-delete")
    await page.locator("main [aria-pressed]").nth(2).click()
    await ask(page.locator("main li button").first, "attribute-edit")
    await look("attributes-of-deals")
