"""Ada and Ben in the panel: assigning, notes, closing, views that follow live, and the sign-in (C2, H2, X8)."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.journey.people import Ada
from tests.support.house import PASSWORD

pytestmark = pytest.mark.annex("C2", "H2", "X8")


async def assigns(ada: Ada, name: str) -> None:
    """Choose who takes the open conversation."""
    await ada.page.get_by_role("button", name=re.compile("Assign", re.I)).click()
    await ada.page.get_by_role("menuitem", name=name).click()


async def counts(ada: Ada, **expected: int) -> None:
    """Wait until the views show these numbers; nothing for none."""
    for view, number in expected.items():
        await expect(ada.view(view.title()).locator("span").last).to_have_text(str(number) if number else "")


async def test_ada_takes_a_conversation_and_the_views_of_both_agents_follow(acme, talk):
    _, ada = talk
    ben = await acme.agent("ben")
    await counts(ben, open=1, mine=0, unassigned=1, closed=0)
    await assigns(ada, "Ada (me)")
    await expect(ada.page.get_by_role("button", name="Assigned to Ada. Change")).to_be_visible()
    await counts(ada, open=1, mine=1, unassigned=0)
    await counts(ben, open=1, mine=0, unassigned=0)
    await expect(ben.rows.get_by_title("Ada")).to_have_count(1)
    await ada.view("Mine").click()
    await expect(ada.rows).to_have_count(1)
    await ben.view("Mine").click()
    await expect(ben.rows).to_have_count(0)

    await ben.view("Open").click()
    await ben.opens_conversation()
    await assigns(ben, "Ben (me)")
    await counts(ben, mine=1)
    await counts(ada, open=1, mine=0, unassigned=0)
    await assigns(ben, "Nobody")
    await counts(ada, open=1, mine=0, unassigned=1)
    await counts(ben, mine=0, unassigned=1)


async def test_a_note_is_seen_by_ben_and_never_reaches_vera(acme, talk):
    vera, ada = talk
    ben = await acme.agent("ben")
    await ben.opens_conversation()
    await ada.notes_down("She paid twice, be kind")
    await expect(ada.notes).to_contain_text("She paid twice, be kind")
    await expect(ben.notes).to_contain_text("She paid twice, be kind")
    await ada.writes("I am looking into it")
    await vera.sees("I am looking into it")
    await vera.reloads()
    await vera.sees("I am looking into it")
    await vera.sees_only("Hello", "Good morning", "I am looking into it")
    everything = await vera.page.evaluate(
        "document.documentElement.outerHTML + document.querySelector('switchboard-chat').shadowRoot.innerHTML"
        " + JSON.stringify({...localStorage}) + JSON.stringify({...sessionStorage})"
    )
    for note in ("paid twice", "be kind"):
        assert note not in everything
        assert not any(note in frame for frame in vera.frames)
    assert not any('"note' in frame for frame in vera.frames), "not even that there are notes"
    await ben.reloads()
    await expect(ben.notes).to_contain_text("She paid twice, be kind")


async def test_a_note_looks_different_from_a_reply_before_and_after_it_is_written(talk):
    _, ada = talk
    composer = ada.page.locator("section[data-kind]")
    background = "element => getComputedStyle(element).backgroundColor"
    reply = await composer.evaluate(background)
    await ada.page.get_by_role("button", name="Note", exact=True).click()
    await expect(composer).to_have_attribute("data-kind", "note")
    await expect(composer).not_to_have_css("background-color", reply)
    await ada.writes("Between us")
    assert await ada.notes.evaluate(background) != await ada.bubbles.last.evaluate(background)


async def test_a_closed_conversation_leaves_the_inbox_and_vera_opens_a_new_one_by_writing(acme, talk):
    vera, ada = talk
    first = ada.conversation
    await ada.page.get_by_role("button", name="Close the conversation").click()
    await expect(vera.chat).to_contain_text("This conversation was closed")
    await counts(ada, open=0, unassigned=0, closed=1)
    await ada.view("Closed").click()
    await expect(ada.rows).to_have_count(1)

    await vera.writes("One more thing")
    await counts(ada, open=1, unassigned=1)
    await ada.view("Open").click()
    await expect(ada.rows).to_have_count(1)
    await ada.opens_conversation()
    await ada.sees("One more thing")
    await vera.sees("Hello", "Good morning", "One more thing")
    # The wire's rule: a message goes to the newest open conversation, else begins one.
    assert ada.conversation != first
    await expect(ada.page.get_by_role("complementary", name="Person")).to_contain_text("Other conversations")


async def test_a_closed_conversation_can_be_opened_again_by_ada_and_vera_goes_on_in_it(talk):
    vera, ada = talk
    await ada.page.get_by_role("button", name="Close the conversation").click()
    await expect(vera.chat).to_contain_text("This conversation was closed")
    await ada.page.get_by_role("button", name="Undo").click()
    await expect(vera.chat).to_contain_text("This conversation was opened again")
    await counts(ada, open=1, closed=0)
    await vera.writes("Good")
    await ada.sees("Good")
    for one in (vera, ada):
        await one.sees_only("Hello", "Good morning", "Good")


async def test_new_conversations_join_the_list_live_with_the_newest_activity_first(acme, talk):
    vera, ada = talk
    walt = await acme.vera()
    await walt.opens_chat()
    await walt.writes("Walt was here")
    await expect(ada.rows).to_have_count(2)
    await expect(ada.rows.first).to_contain_text("Walt was here")
    await vera.writes("Me too")
    await expect(ada.rows.first).to_contain_text("Me too")
    await counts(ada, open=2, unassigned=2)


async def test_nothing_moves_under_adas_pointer_and_what_is_new_announces_itself(acme, talk):
    _, ada = talk
    await ada.rows.first.hover()
    walt = await acme.vera()
    await walt.opens_chat()
    await walt.writes("Walt was here")
    await ada.page.get_by_role("button", name="1 new").click()
    await expect(ada.rows.first).to_contain_text("Walt was here")
    await expect(ada.rows).to_have_count(2)


async def test_the_lists_of_what_ada_missed_offline_are_right_when_she_is_back(acme, talk):
    _, ada = talk
    ben = await acme.agent("ben")
    await ada.goes_offline()
    walt = await acme.vera()
    await walt.opens_chat()
    await walt.writes("Walt was here")
    await expect(ben.rows).to_have_count(2)
    await ben.opens_conversation(1)
    await assigns(ben, "Ben (me)")
    await ben.page.get_by_role("button", name="Close the conversation").click()
    await counts(ben, open=1, closed=1)
    await ada.is_back()
    await counts(ada, open=1, unassigned=1, closed=1)
    await expect(ada.rows.first).to_contain_text("Walt was here")
    await expect(ada.page.locator("main")).to_contain_text("Ben closed the conversation")


async def test_what_one_tenant_says_never_reaches_the_panel_of_another(acme, talk):
    vera, ada = talk
    made = await acme.house.application("Globex", "gus@globex.example")
    assert made["widget_key"] != acme.key
    gus = await acme.stranger()
    await gus.comes(acme.url, "gus@globex.example", PASSWORD)
    await expect(gus.rows).to_have_count(0)
    await vera.writes("Only for Acme")
    await ada.sees("Only for Acme")
    await gus.page.goto(f"{acme.url}/panel/inbox/open/{ada.conversation}")
    await expect(gus.page.locator("main")).to_contain_text("There is no such conversation")
    assert not any("Only for Acme" in frame for frame in gus.frames)


async def test_a_wrong_password_gets_one_clear_sentence_and_keeps_the_address(acme):
    ada = await acme.stranger()
    await ada.page.goto(f"{acme.url}/panel/")
    await ada.signs_in(f"ada@{acme.domain}", "a wrong password")
    await expect(ada.page.get_by_role("alert").filter(has_text=".")).to_have_text(
        "E-mail or password is wrong. Check both and try again."
    )
    await expect(ada.page.get_by_label("E-mail")).to_have_value(f"ada@{acme.domain}")
    await ada.signs_in(f"ada@{acme.domain}", PASSWORD)
    await ada.is_connected()
    ada.complaints = [one for one in ada.complaints if "401" not in one]  # the browser's own note on the refused answer


async def test_after_signing_out_nothing_of_the_conversations_is_left_on_the_screen_or_in_the_browser(acme, talk):
    _, ada = talk
    address = ada.page.url
    await ada.page.get_by_role("button", name="Ada: menu").click()
    await ada.page.get_by_role("menuitem", name="Sign out").click()
    await expect(ada.page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert "Good morning" not in await ada.page.content()
    await ada.page.goto(address)
    await expect(ada.page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert "Good morning" not in await ada.page.evaluate(_KEPT)


async def test_a_person_of_two_applications_is_asked_which_one(acme):
    await acme.house.application("Acme Outlet", f"ada@{acme.domain}")
    ada = await acme.stranger()
    await ada.page.goto(f"{acme.url}/panel/")
    await ada.signs_in(f"ada@{acme.domain}", PASSWORD)
    await expect(ada.page.get_by_role("heading", name="Which application?")).to_be_visible()
    await ada.page.get_by_role("button", name="Acme Outlet").click()
    await ada.is_connected()
    await ada.page.get_by_role("button", name="Ada: menu").click()
    await expect(ada.page.get_by_role("menu")).to_contain_text("Acme Outlet")


_KEPT = """async () => {
  let kept = JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage })
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((done) => { indexedDB.open(name).onsuccess = ({ target }) => done(target.result) })
    for (const store of database.objectStoreNames) {
      kept += await new Promise((done) => {
        database.transaction(store).objectStore(store).getAll().onsuccess = ({ target }) => done(JSON.stringify(target.result))
      })
    }
    database.close()
  }
  return kept
}"""
