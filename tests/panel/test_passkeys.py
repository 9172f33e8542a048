"""Passkeys, with the authenticator that Chromium itself offers to tests: made, used alone and as a second factor."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.api.conftest import web  # noqa: F401 - a fixture
from tests.panel.conftest import OpenPanel
from tests.panel.people import go
from tests.support.house import PASSWORD

pytestmark = pytest.mark.annex("S2")


async def at_localhost(page: Page) -> Page:
    """Browsers make passkeys for names only, and 127.0.0.1 is none."""
    await page.goto(page.url.split("/panel/")[0].replace("127.0.0.1", "localhost") + "/panel/")
    return page


async def authenticator(page: Page) -> None:
    """Plug in an authenticator with a finger on it."""
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


async def with_password(page: Page, email: str) -> None:
    await page.locator("input[type=email]").fill(email)
    await page.locator("input[type=password]").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()


async def test_a_passkey_is_made_signs_in_alone_and_is_the_second_factor(
    acme: Any,
    globex: Any,
    panel: OpenPanel,
    web: Any,  # noqa: F811
) -> None:
    page = await at_localhost(await panel(None))
    await authenticator(page)
    await with_password(page, "ada@acme.example")
    await expect(page.locator('[data-phase="online"]')).to_be_attached()
    await go(page, "/settings/profile")
    await page.get_by_role("button", name="Add a passkey").click()
    form = page.get_by_role("dialog")
    await form.get_by_label("What it is called").fill("Laptop")
    await form.get_by_label("Current password").fill("not it")
    await form.get_by_role("button", name="Go on").click()
    await expect(form.get_by_role("alert")).to_contain_text("not your current password")
    await form.get_by_label("Current password").fill(PASSWORD)
    await form.get_by_role("button", name="Go on").click()
    await expect(
        page.get_by_role("list", name="Passkeys").get_by_role("listitem").filter(has_text="Laptop")
    ).to_contain_text("not used yet")

    await page.get_by_role("button", name="Rename Laptop").click()
    await page.get_by_role("dialog").get_by_label("What it is called").fill("Work laptop")
    await page.get_by_role("dialog").get_by_label("What it is called").press("Enter")
    await expect(page.get_by_role("list", name="Passkeys").get_by_role("listitem")).to_contain_text("Work laptop")
    await expect(page.get_by_role("button", name="Rename Work laptop")).to_be_visible()

    sent: list[Any] = []
    page.on("request", lambda request: request.url.endswith("/sign-in/passkey") and sent.append(request.post_data))
    await page.get_by_role("button", name="Ada: menu").click()
    await page.get_by_role("menuitem", name="Sign out").click()
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await expect(page.locator('[data-phase="online"]')).to_be_attached()
    await go(page, "/settings/profile")
    await expect(
        page.get_by_role("list", name="Signed in").get_by_role("listitem").filter(has_text="Here")
    ).to_contain_text("with a passkey")

    again = await web.post("/api/app/sign-in/passkey", json.loads(sent[0]))
    assert (again.status, again.json["details"]["reason"]) == (401, "passkey"), "an answer counts once"
    elsewhere = json.loads(sent[0]) | {"origin": "https://evil.example"}
    assert (await web.post("/api/app/sign-in/passkey", elsewhere)).status == 401

    await page.get_by_role("button", name="Ada: menu").click()
    await page.get_by_role("menuitem", name="Sign out").click()
    await with_password(page, "ada@acme.example")
    await expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    await page.get_by_role("button", name="Use a passkey").click()
    await expect(page.locator('[data-phase="online"]')).to_be_attached()

    await go(page, "/settings/profile")
    await page.get_by_role("button", name="Remove the passkey Work laptop").click()
    await page.get_by_role("dialog").get_by_label("Current password").fill(PASSWORD)
    await page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    await expect(page.get_by_role("list", name="Passkeys")).to_have_count(0)
    await page.get_by_role("button", name="Ada: menu").click()
    await page.get_by_role("menuitem", name="Sign out").click()
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await expect(page.get_by_role("alert")).to_contain_text("isn’t known here")


async def test_answers_that_nobody_asked_for_are_refused(acme: Any, web: Any) -> None:  # noqa: F811
    asked = (await web.post("/api/app/sign-in/passkey/begin", {"origin": "http://localhost"})).json
    assert asked["options"]["userVerification"] == "required" and asked["options"]["rpId"] == "localhost"
    for state in ("", "1.0.x.y", asked["state"][:-1], asked["state"].replace(".0.", ".1.", 1)):
        answer = await web.post(
            "/api/app/sign-in/passkey", {"state": state, "origin": "http://localhost", "credential": {"id": "x"}}
        )
        assert (answer.status, answer.json["code"]) == (401, "wrong_sign_in")
    for credential in ({}, {"id": 5}, {"id": {"$ne": None}}, {"id": "AAAA", "response": None}):
        given = {"state": asked["state"], "origin": "http://localhost", "credential": credential}
        assert (await web.post("/api/app/sign-in/passkey", given)).status in (401, 429)
    assert (await web.post("/api/app/sign-in/passkey/begin", {"origin": "javascript:alert(1)"})).status == 400
