"""Links in messages: what may be one, and where it really leads."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.panel.conftest import OpenPanel
from tests.panel.people import go

pytestmark = pytest.mark.annex("C2")

DOUBTFUL = {
    "https://bank.example@evil.example/login": "A sign-in stands before the host. It leads to evil.example",
    "https://user:secret@acme.example/": "A sign-in stands before the host. It leads to acme.example",
    "https://аpple.example/id": "Letters that look like others. It leads to xn--pple-43d.example",
    "https://аррӏе.example": "Letters that look like others. It leads to xn--80ak6aa92e.example",
    "https://xn--80ak6aa4i.example/x": "Letters that look like others. It leads to xn--80ak6aa4i.example",
    "https://bank.example\\.evil.example/": "It leads to bank.example",
    "http://2130706433/admin": "It leads to 127.0.0.1",
    "https://bank%2eexample/": "It leads to bank.example",
    "https://evil.example/\u202efdp.exe": "It leads to evil.example",
}
HONEST = [
    "https://acme.example/a?b=c#d", "https://ACME.example", "https://acme.example:8443/x", "https://acme.example:443/",
    "https://żółw.example/", "https://пример.example/",
]  # fmt: skip


async def test_a_link_that_leads_elsewhere_than_it_says_is_told_apart(acme: Any, panel: OpenPanel) -> None:
    page, vera = await panel(), await acme.visitor()
    conversation = (await vera.says("\n".join([*HONEST, *DOUBTFUL])))["conversation"]
    await go(page, f"/inbox/open/{conversation}")
    region = page.get_by_role("region", name="Messages")
    await expect(region.locator('[class*="doubt"]')).to_have_text(list(DOUBTFUL.values()))
    links = region.get_by_role("link")
    assert await links.count() == len(HONEST) + len(DOUBTFUL)
    for link in await links.all():
        assert await link.get_attribute("rel") == "noopener noreferrer nofollow ugc"
        assert await link.get_attribute("target") == "_blank"


async def test_web_mail_and_telephone_become_links_and_nothing_else(acme: Any, panel: OpenPanel) -> None:
    page, vera = await panel(), await acme.visitor()
    text = (
        "https://acme.example, mailto:ada@acme.example; tel:+48221234567. javascript:alert(1) data:text/html,x"
        " vbscript:x file:///etc/passwd ftp://acme.example blob:https://acme.example/1"
    )
    conversation = (await vera.says(text))["conversation"]
    await go(page, f"/inbox/open/{conversation}")
    links = page.get_by_role("region", name="Messages").get_by_role("link")
    await expect(links).to_have_text(
        ["https://acme.example", "mailto:ada@acme.example", "tel:+48221234567", "https://acme.example/1"]
    )
