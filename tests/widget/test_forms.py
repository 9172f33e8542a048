"""Forms on somebody's page: in their place, in the middle, by keyboard, under the strictest policy, in two languages."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.support.forms import EMAIL, NAME, make_form, rest
from tests.support.house import eventually
from tests.widget.conftest import OpenSite, snippet

CONSENT = {
    "key": "ok", "kind": "consent", "required": True, "purpose": "newsletter",
    "label": {"en": "Send me the newsletter", "pl": "Chcę dostawać newsletter"},
}  # fmt: skip
EVERY = [
    EMAIL, NAME,
    {"key": "about", "kind": "long_text", "label": {"en": "About"}, "help": {"en": "A few words"}},
    {"key": "phone", "kind": "phone", "label": {"en": "Phone"}},
    {"key": "people", "kind": "number", "label": {"en": "People"}, "least": 1, "most": 9},
    {"key": "day", "kind": "date", "label": {"en": "Day"}},
    {"key": "tea", "kind": "choice", "label": {"en": "Tea"}, "choices": [
        {"value": "green", "label": {"en": "Green"}}, {"value": "black", "label": {"en": "Black"}}]},
    {"key": "city", "kind": "choice", "label": {"en": "City"}, "choices": [{"value": f"c{n}"} for n in range(9)]},
    {"key": "extras", "kind": "choices", "label": {"en": "Extras"}, "choices": [{"value": "milk"}, {"value": "honey"}]},
    {"key": "loud", "kind": "checkbox", "label": {"en": "Loud music"}},
    {"key": "source", "kind": "hidden", "parameter": "utm_source"},
    CONSENT,
]  # fmt: skip


async def answers_of(acme: Any, form: int) -> dict[str, str]:
    """Return the answers of the only submission."""
    (one,) = (await rest(acme, "GET", f"forms/{form}/submissions"))["submissions"]
    return {each["key"]: each["value"] for each in one["answers"]}


async def submissions(acme: Any, form: int) -> int:
    return (await rest(acme, "GET", f"forms/{form}"))["submissions"]


async def no_focus_lost(page: Page) -> str:
    return await page.evaluate("""() => {
        let at = document.activeElement
        while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
        return at?.name || at?.id || at?.tagName
    }""")


@pytest.mark.annex("U12")
async def test_a_form_stands_in_its_place_under_the_strictest_policy_and_takes_every_kind_of_answer(
    acme, site: OpenSite
) -> None:
    made = await make_form(acme, *EVERY, title={"en": "A table for tea"}, success={"text": {"en": "See you!"}})
    hub = acme.house.url
    page = await site(
        f'<div data-switchboard-form="{made["id"]}"></div>{snippet(hub, acme.key)}',
        policy=f"default-src 'none'; style-src 'none'; script-src 'nonce-n' {hub}; connect-src {hub} {hub.replace('http', 'ws')}; "
        f"img-src data: {hub}; require-trusted-types-for 'script'; trusted-types 'none'",
    )
    await page.evaluate("history.replaceState({}, '', '?utm_source=poster')")
    await page.get_by_label("E-mail").fill("vera@example.com")
    await page.get_by_label("First name").fill("Vera")
    await page.get_by_label("About").fill("Two lines\nof text")
    await page.get_by_label("Phone").fill("+48 601 234 567")
    await page.get_by_label("People").fill("4")
    await page.get_by_label("Day").fill("2026-12-24")
    await page.get_by_label("Green").check()
    await page.get_by_label("City").select_option("c3")
    await page.get_by_label("honey").check()
    await page.get_by_label("Loud music").check()
    await page.get_by_label("Send me the newsletter").check()
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("status").filter(has_text="See you!")).to_be_visible()
    assert await answers_of(acme, made["id"]) == {
        "email": "vera@example.com", "name": "Vera", "about": "Two lines\nof text", "phone": "+48 601 234 567",
        "people": "4", "day": "2026-12-24", "tea": "Green", "city": "c3", "extras": "honey", "loud": "✓",
        "source": "poster", "ok": "✓",
    }  # fmt: skip
    box = await page.locator("[data-switchboard-form]").evaluate(
        "e => getComputedStyle(e.shadowRoot.querySelector('.root')).color"
    )
    assert box, "the styles are there although the page forbids all of its own"


@pytest.mark.annex("U12")
@pytest.mark.parametrize(("language", "missing", "wrong"), [
    ("en", "Please fill this in.", "Please write an e-mail address like name@example.com."),
    ("pl", "Uzupełnij to pole.", "Wpisz adres e-mail, np. imie@example.com."),
])  # fmt: skip
async def test_what_is_wrong_stands_beside_its_field_and_the_focus_is_on_the_first(
    acme, site: OpenSite, language: str, missing: str, wrong: str
) -> None:
    made = await make_form(acme, EMAIL, NAME, CONSENT)
    place = f'<div data-switchboard-form="{made["id"]}"></div>'
    page = await site(place + snippet(acme.house.url, acme.key), lang=language)
    email = page.get_by_label("E-mail")
    await page.locator(".send").click()
    await expect(page.get_by_text(missing)).to_have_count(2)
    await expect(email).to_be_focused()
    await expect(email).to_have_attribute("aria-invalid", "true")
    assert (
        await email.evaluate("e => e.getRootNode().getElementById(e.getAttribute('aria-describedby')).textContent")
        == missing
    )
    await email.fill("vera@")
    await page.get_by_role("checkbox").check()
    await email.press("Enter")
    await expect(page.get_by_text(wrong)).to_be_visible()
    await expect(page.get_by_text(missing)).to_have_count(0)
    await email.fill("vera@example.com")
    await email.press("Enter")
    await expect(page.get_by_role("status")).to_be_visible()
    assert await submissions(acme, made["id"]) == 1


@pytest.mark.annex("U12")
async def test_a_pop_up_shows_itself_once_takes_the_focus_and_gives_it_back(acme, site: OpenSite) -> None:
    await make_form(
        acme,
        EMAIL,
        display="popup",
        title={"en": "Ten per cent off"},
        popup={"delay": 0.1, "once": "visitor", "urls": ["*/"]},
    )
    page = await site("<button autofocus>Before</button>" + snippet(acme.house.url, acme.key))
    dialog = page.get_by_role("dialog", name="Ten per cent off")
    await expect(dialog).to_be_visible()
    assert await no_focus_lost(page) == "DIALOG"
    for _ in range(6):  # around and around: it never leaves the dialog for the page behind
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.tagName") in ("SWITCHBOARD-FORM", "BODY")
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(page.get_by_role("button", name="Before")).to_be_focused()
    await page.reload()
    await expect(page.locator(".launcher")).to_be_visible()
    await page.wait_for_function("document.cookie.includes('__ca__chat')")
    await expect(dialog).to_have_count(0)


async def test_a_pop_up_waits_for_its_page_and_for_the_scrolling(acme, site: OpenSite) -> None:
    await make_form(acme, EMAIL, display="popup", title={"en": "News"}, popup={"scroll": 50, "urls": ["*/tea"]})
    page = await site('<div style="height: 4000px"></div>' + snippet(acme.house.url, acme.key))
    await page.wait_for_function("document.cookie.includes('__ca__chat')")
    await page.evaluate("scrollTo(0, 3000)")
    dialog = page.get_by_role("dialog", name="News")
    await expect(dialog).to_have_count(0)
    await page.evaluate("scrollTo(0, 0); history.pushState({}, '', '/tea')")
    await expect(dialog).to_have_count(0)

    async def scrolled() -> None:
        await page.evaluate("scrollTo(0, 10); scrollTo(0, 3000)")

    for _ in range(50):
        await scrolled()
        if await dialog.count():
            break
        await page.wait_for_timeout(50)
    await expect(dialog).to_be_visible()


async def test_who_is_about_to_leave_is_asked(acme, site: OpenSite) -> None:
    await make_form(acme, EMAIL, display="popup", title={"en": "Wait"}, popup={"leaving": True})
    page = await site()
    await page.wait_for_function("document.cookie.includes('__ca__chat')")
    leave = "document.documentElement.dispatchEvent(new MouseEvent('mouseleave', {clientY: -1}))"
    dialog = page.get_by_role("dialog", name="Wait")
    for _ in range(50):
        await page.evaluate(leave)
        if await dialog.count():
            break
        await page.wait_for_timeout(50)
    await expect(dialog).to_be_visible()


@pytest.mark.annex("U12")
async def test_the_page_opens_a_form_by_a_call_and_an_answer_identifies_its_visitor(acme, site: OpenSite) -> None:
    ada = await acme.agent()
    made = await make_form(acme, EMAIL, NAME)
    page = await site()
    await ada.hears("page")
    contact = ada.events("page")[0]["contact"]
    await page.evaluate("id => UE.form(id)", made["id"])
    await page.get_by_label("E-mail").fill("vera@example.com")
    await page.get_by_label("First name").fill("Vera")
    await page.keyboard.press("Enter")
    heard = await ada.hears("form")
    assert (heard["contact"], heard["who"], heard["name"]) == (contact, "Vera", "Newsletter")
    card = await ada.call("contact.open", contact=contact)
    assert card["contact"]["email"] == "vera@example.com"


async def test_without_consent_a_form_comes_and_goes_without_a_connection_or_a_cookie(acme, site: OpenSite) -> None:
    made = await make_form(acme, EMAIL)
    page = await site(
        f'<div data-switchboard-form="{made["id"]}"></div>' + snippet(acme.house.url, acme.key, consent="denied")
    )
    await page.get_by_label("E-mail").fill("vera@example.com")
    await page.locator(".send").click()
    await expect(page.get_by_role("status")).to_be_visible()
    assert await page.context.cookies() == [] and acme.house.live.numbers()["visitor"] == 0
    assert await submissions(acme, made["id"]) == 1


async def test_a_program_that_fills_in_every_field_gets_its_thanks_and_nothing_is_kept(acme, site: OpenSite) -> None:
    made = await make_form(acme, EMAIL)
    page = await site(f'<div data-switchboard-form="{made["id"]}"></div>' + snippet(acme.house.url, acme.key))
    await page.get_by_label("E-mail").fill("bot@example.com")
    await page.locator("[name=website]").evaluate("e => { e.value = 'http://spam.example' }")
    await page.locator(".send").click()
    await expect(page.get_by_role("status")).to_be_visible()
    assert await submissions(acme, made["id"]) == 0


async def test_a_form_that_is_switched_off_does_not_open_and_a_line_tells_the_owner_why(acme, site: OpenSite) -> None:
    made = await make_form(acme, EMAIL, on=False)
    page = await site("")
    lines: list[str] = []
    await page.add_init_script("console.warn = (line) => console.info(line)")
    page.on("console", lambda line: line.type == "info" and lines.append(line.text))
    await page.reload()
    await page.evaluate(
        """([hub, key]) => { civchat = {apiKey: key}; document.head.append(Object.assign(document.createElement('script'),
            {src: hub + '/widget.js'})) }""",
        [acme.house.url, acme.key],
    )
    await page.wait_for_function("document.cookie.includes('__ca__chat')")
    await page.evaluate("id => UE.form(id)", made["id"])
    await eventually(lambda: len(lines) == 1)
    assert "can’t be shown" in lines[0]
