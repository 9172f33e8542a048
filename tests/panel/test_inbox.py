"""The inbox stays true and stays still: live order, counts, reconnects, refusals."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.panel.conftest import OpenPanel, until


def view(page: Page, name: str) -> Any:
    return page.get_by_role("region", name="Views").get_by_role("link", name=re.compile(f"^{name}"))


async def test_new_conversations_announce_themselves_while_the_pointer_is_in_the_list(
    acme: Any, panel: OpenPanel
) -> None:
    vera, walt = await acme.visitor(), await acme.visitor()
    await vera.says("I was first")
    page = await panel()
    row = page.locator("a[data-row]")
    await expect(row).to_have_count(1)
    await row.hover()
    await walt.says("I am second")
    await expect(page.get_by_role("button", name="1 new")).to_be_visible()
    await expect(row).to_have_count(1)
    await page.mouse.move(900, 400)
    await expect(row).to_have_count(2)
    await expect(row.first).to_contain_text("I am second")
    await expect(page.get_by_role("button", name="1 new")).to_have_count(0)


async def test_counts_and_views_follow_what_colleagues_do(acme: Any, panel: OpenPanel) -> None:
    vera, ben = await acme.visitor(), await acme.agent("ben@acme.example")
    page = await panel()
    conversation = (await vera.says("Hello?"))["conversation"]
    await expect(view(page, "Open")).to_have_text(re.compile("1$"))
    await expect(view(page, "Unassigned")).to_have_text(re.compile("1$"))
    await ben.call("conversation.assign", conversation=conversation, agent=page.context and ben.session["agent"]["id"])
    await expect(view(page, "Unassigned")).to_have_text("Unassigned")
    await expect(page.locator("a[data-row]")).to_contain_text("Assigned to Ben")
    await ben.call("conversation.close", conversation=conversation)
    await expect(view(page, "Closed")).to_have_text(re.compile("1$"))
    await expect(page.locator("a[data-row]")).to_have_count(0)


async def test_a_new_conversation_is_counted_the_moment_it_is_listed(acme: Any, panel: OpenPanel) -> None:
    await (await acme.visitor()).says("I was first")
    page = await panel()
    await expect(view(page, "Open")).to_have_text(re.compile("1$"))
    await page.evaluate(
        """() => {
            window.pairs = new Set()
            const look = () => window.pairs.add(document.querySelectorAll('a[data-row]').length + ':' +
                document.querySelector('a[href$="/inbox/open"][aria-current=page] [class*=_count_]').textContent)
            new MutationObserver(look).observe(document.body, { childList: true, characterData: true, subtree: true })
        }"""
    )
    await (await acme.visitor()).says("I am second")
    await expect(page.locator("a[data-row]")).to_have_count(2)
    await page.wait_for_timeout(800)  # by then the server has counted, too
    pairs = await page.evaluate("[...window.pairs]")  # the first may be of before
    assert pairs[-1] == "2:2" and set(pairs) <= {"1:1", "2:2"}


async def test_what_waits_offline_is_the_last_word_in_the_list(acme: Any, panel: OpenPanel) -> None:
    await (await acme.visitor()).says("Hello?")
    page = await panel()
    row = page.locator("a[data-row]")
    await row.click()
    await page.locator("textarea").fill("Written in a tunnel")
    await page.context.set_offline(True)
    await page.keyboard.press("Enter")
    await expect(row).to_contain_text("You: Written in a tunnel")
    await expect(row.get_by_label("Waiting to be sent")).to_be_visible()
    await page.context.set_offline(False)
    await expect(row.get_by_label("Waiting to be sent")).to_have_count(0, timeout=15_000)
    await expect(row).to_contain_text("You: Written in a tunnel")


async def test_a_reply_to_a_closed_conversation_says_that_it_stays_closed(acme: Any, panel: OpenPanel) -> None:
    vera = await acme.visitor()
    await vera.says("Hello?")
    page = await panel(locale="pl-PL")
    await page.locator("a[data-row]").click()
    await expect(page.locator("textarea")).to_be_visible()
    await expect(page.get_by_role("button", name="Zamknij rozmowę")).to_be_visible()
    await page.keyboard.press("e")
    await expect(page.locator("textarea")).to_have_accessible_description(re.compile("^Odpowiedź nie otworzy rozmowy"))
    reopen = await page.get_by_role("button", name="Otwórz rozmowę ponownie").bounding_box()
    assert reopen and reopen["width"] < 48, "a picture only, beside the person's name"


@pytest.mark.service_worker
async def test_what_changed_while_the_panel_was_away_is_true_when_it_is_back(acme: Any, panel: OpenPanel) -> None:
    vera, ben = await acme.visitor(), await acme.agent("ben@acme.example")
    first = (await vera.says("Hello?"))["conversation"]
    walt = await acme.visitor()
    other = (await walt.says("Anybody?"))["conversation"]
    page = await panel()
    await page.locator(f'a[data-row="{first}"]').click()
    await expect(page.locator("textarea")).to_be_visible()
    await page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")  # it has what was not opened yet

    await page.context.set_offline(True)
    await expect(page.get_by_text("No connection.")).to_be_visible()
    await page.locator("textarea").fill("Written in a tunnel")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("1 message waits here")).to_be_visible()
    await vera.says("Are you there?", first)
    await ben.call("note.add", client_id="n1", conversation=first, text="Ada is in a tunnel.")
    await ben.call("conversation.close", conversation=other)
    await page.reload()  # the shell and what was read come from this browser
    await expect(page.get_by_text("Written in a tunnel").last).to_be_visible()

    await page.context.set_offline(False)
    await vera.hears("message", text="Written in a tunnel", within=10)
    bubbles = page.locator('[class*="_bubble_"]')
    await expect(bubbles).to_have_text(["Hello?", "Are you there?", "Written in a tunnel"])
    await expect(page.get_by_role("group", name="Note by Ben")).to_be_visible()
    await expect(page.locator(f'a[data-row="{other}"]')).to_have_count(0)
    await expect(page.get_by_text("No connection.")).to_have_count(0)


async def test_a_sign_in_that_ended_says_so_and_keeps_what_was_written(acme: Any, panel: OpenPanel) -> None:
    vera = await acme.visitor()
    await vera.says("Hello?")
    page = await panel()
    await page.locator("a[data-row]").click()
    await page.locator("textarea").fill("Half a thou")
    await page.evaluate(
        """() => new Promise((done) => { indexedDB.open('switchboard-panel').onsuccess = ({ target }) => {
            const kept = target.result.transaction('kept').objectStore('kept').get('sign-in')
            kept.onsuccess = () => fetch('/api/app/sign-out',
                { method: 'POST', headers: { Authorization: `Bearer ${kept.result.token}` } }).then(done) } })"""
    )
    await expect(page.get_by_text("Your sign-in has ended.")).to_be_visible(timeout=15_000)
    await page.locator("input[type=email]").fill("ada@acme.example")
    await page.locator("input[type=password]").fill("a bad password")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("E-mail or password is wrong")
    await page.locator("input[type=password]").fill("a good password")
    await page.keyboard.press("Enter")
    await expect(page.locator("textarea")).to_have_value("Half a thou")


async def test_whoever_is_at_the_end_stays_there_when_something_grows_in_the_same_moment(
    acme: Any, panel: OpenPanel
) -> None:
    vera = await acme.visitor()
    conversation = (await vera.says("line 1"))["conversation"]
    for number in range(2, 61):
        await vera.says(f"line {number}", conversation)
    page = await panel()
    await page.locator("a[data-row]").click()
    await expect(page.locator("[data-position='60']")).to_be_in_viewport()
    # The end moves a little, and in the same moment a picture comes: the event tells of the one after the other.
    await page.evaluate(
        """async () => {
            const later = (after) => new Promise((done) => setTimeout(done, after))
            const box = document.querySelector('main [role=region][tabindex]')
            box.scrollTop = box.scrollHeight - box.clientHeight - 20
            await later(100)
            box.scrollTop = box.scrollHeight
            const picture = document.createElement('div')
            picture.style.flex = '0 0 400px'
            box.firstElementChild.append(picture)
            await later(100)
        }"""
    )
    end = "() => { const box = document.querySelector('main [role=region][tabindex]'); return box.scrollHeight - box.scrollTop - box.clientHeight }"
    assert await page.evaluate(end) < 2
    await expect(page.get_by_role("button", name="To the newest message")).to_have_count(0)


async def test_of_a_long_conversation_only_what_is_near_the_screen_is_drawn_and_nothing_moves_when_it_comes(
    acme: Any, panel: OpenPanel
) -> None:
    vera, ada = await acme.visitor(), await acme.agent()
    conversation = (await vera.says("line 1"))["conversation"]
    for number in range(2, 101):
        await (vera if number % 2 else ada).says(f"line {number}", conversation)
    page = await panel()
    await page.locator("a[data-row]").click()
    await expect(page.locator("[data-position='100']")).to_be_in_viewport()
    drawn = """() => [...document.querySelectorAll('[data-position]')]
        .map((one) => [Number(one.dataset.position), one.checkVisibility({ contentVisibilityAuto: true })])
        .filter(([, seen]) => seen).map(([position]) => position)"""
    box = page.locator("main [role=region][tabindex]")
    while await page.locator("[data-position]").count() < 100:
        await box.evaluate("box => { box.scrollTop = 1; box.scrollTop = 0 }")
        await page.wait_for_timeout(100)
    await box.evaluate("box => { box.scrollTop = box.scrollHeight }")
    await until(page, f"() => {{ const seen = ({drawn})(); return seen.includes(100) && !seen.includes(1) }}")
    height = await box.evaluate("box => box.scrollHeight")
    for place in (0, 1500, 3000, 0):
        await box.evaluate("(box, place) => { box.scrollTop = place }", place)
        await page.wait_for_timeout(60)
        assert await box.evaluate("box => box.scrollHeight") == height, "what is skipped is as high as what is drawn"
    # What is written while its chunk is off the screen makes it higher at once.
    await vera.says("one more line", conversation)
    await expect(page.locator("[data-position='101']")).to_have_count(1)
    grown = await box.evaluate("box => box.scrollHeight")
    assert grown > height
    await box.evaluate("box => { box.scrollTop = box.scrollHeight }")
    await page.wait_for_timeout(100)
    assert await box.evaluate("box => box.scrollHeight") == grown


async def test_who_begins_to_scroll_up_is_not_pulled_back_by_a_message_of_the_same_moment(
    acme: Any, panel: OpenPanel
) -> None:
    vera = await acme.visitor()
    conversation = (await vera.says("line 1"))["conversation"]
    for number in range(2, 41):
        await vera.says(f"line {number}", conversation)
    page = await panel()
    await page.locator("a[data-row]").click()
    await expect(page.get_by_text("line 40", exact=True).last).to_be_visible()
    stream = page.get_by_role("region", name="Messages")
    at_end = "box => box.scrollHeight - box.scrollTop - box.clientHeight < 2"
    to_end = page.get_by_role("button", name="To the newest message")
    await to_end.click()  # the first look went to the first new line
    await expect(to_end).to_have_count(0)
    await vera.says("line 41", conversation)
    await expect(page.get_by_text("line 41", exact=True).last).to_be_visible()
    assert await stream.evaluate(at_end), "whoever is at the end stays there"
    # The browser tells of scrolling a frame later; here it comes later still.
    await page.evaluate("window.addEventListener('scroll', window.hold = (e) => e.stopImmediatePropagation(), true)")
    await stream.evaluate("box => { box.scrollTop = 300 }")
    await vera.says("line 42", conversation)
    await expect(page.get_by_text("line 42", exact=True).last).to_be_attached()
    await page.wait_for_timeout(200)
    assert await stream.evaluate("box => box.scrollTop") == 300
    await page.evaluate("window.removeEventListener('scroll', window.hold, true)")
    await stream.evaluate("box => { box.scrollTop = 301 }")
    await to_end.click()
    await expect(to_end).to_have_count(0)
    await vera.says("line 43", conversation)
    await expect(page.get_by_text("line 43", exact=True).last).to_be_visible()
    assert await stream.evaluate(at_end)


async def test_older_messages_load_upwards_without_a_jump(acme: Any, panel: OpenPanel) -> None:
    vera = await acme.visitor()
    conversation = (await vera.says("line 1"))["conversation"]
    for number in range(2, 121):
        await vera.says(f"line {number}", conversation)
    page = await panel()
    await page.locator("a[data-row]").click()
    await expect(page.get_by_text("line 120", exact=True).last).to_be_visible()
    await expect(page.get_by_text("line 75", exact=True)).to_have_count(1)  # the first page has come as a whole
    await expect(page.get_by_text("line 60", exact=True)).to_have_count(0)
    stream = page.get_by_role("region", name="Messages")
    # Where a line stands right after scrolling, and where once the earlier page has come.
    top = "box => [...box.querySelectorAll('[class*=_bubble_]')].find((b) => b.innerText === 'line 75').getBoundingClientRect().top"
    before = await stream.evaluate(f"box => {{ box.scrollTop = 300; return ({top})(box) }}")
    await expect(page.get_by_text("line 60", exact=True)).to_have_count(1)
    assert abs(before - await stream.evaluate(top)) < 2
    await stream.evaluate("box => { box.scrollTop = 0 }")
    await expect(page.get_by_text("line 1", exact=True)).to_have_count(1)
    assert await page.locator('[class*="_bubble_"]').all_text_contents() == [f"line {n}" for n in range(1, 121)]


async def test_a_size_that_is_told_after_the_conversation_is_gone_disturbs_nobody(acme: Any, panel: OpenPanel) -> None:
    await (await acme.visitor()).says("Hello?")
    page = await panel()
    # What a browser does by chance, between the end of the page's part and the end of who watches it, is done always here.
    await page.evaluate(
        "() => { ResizeObserver.prototype.disconnect = () => { window.kept = (window.kept ?? 0) + 1 } }"
    )
    await page.locator("a[data-row]").click()
    await expect(page.get_by_role("region", name="Messages")).to_be_visible()
    await page.evaluate("() => { window.kept = 0 }")
    await page.get_by_role("link", name="People").first.click()
    await expect(page.get_by_role("heading", name="People").first).to_be_visible()
    await until(page, "() => window.kept > 0")
    await page.evaluate("() => new Promise((told) => requestAnimationFrame(() => requestAnimationFrame(told)))")


async def test_files_are_chosen_refused_and_sent(acme: Any, panel: OpenPanel) -> None:
    vera = await acme.visitor()
    await vera.says("Can I see it?")
    page = await panel()
    await page.locator("a[data-row]").click()
    await page.locator("input[type=file]").set_input_files(
        [
            {"name": "picture.png", "mimeType": "image/png", "buffer": picture()},
            {"name": "virus.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ"},
        ]
    )
    chosen = page.get_by_role("list", name="Attached files")
    await expect(chosen).to_contain_text("Type not allowed")
    await chosen.get_by_role("button", name="Remove virus.exe").click()
    await page.get_by_role("button", name="Send", exact=True).click()
    message = await vera.hears("message", text="")
    assert [(a["name"], a["width"], a["height"]) for a in message["attachments"]] == [("picture.png", 60, 40)]
    image = page.get_by_role("img", name="picture.png")
    await expect(image).to_have_attribute("width", "60")
    assert await image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


async def test_a_message_beyond_the_limit_cannot_be_sent_and_says_why(acme: Any, panel: OpenPanel) -> None:
    await (await acme.visitor()).says("Hello?")
    page = await panel()
    await page.locator("a[data-row]").click()
    await page.locator("textarea").fill("ż" * 8193)  # two bytes each
    await expect(page.get_by_role("alert")).to_contain_text("16 KB")
    await expect(page.get_by_role("button", name="Send", exact=True)).to_be_disabled()


@pytest.mark.service_worker
@pytest.mark.usefixtures("short_worker")
async def test_a_desktop_notification_comes_when_nobody_looks_and_leads_to_the_conversation(
    acme: Any, panel: OpenPanel
) -> None:
    page = await panel()
    await page.context.grant_permissions(["notifications"])
    await page.evaluate("async () => { await navigator.serviceWorker.ready; document.hasFocus = () => false }")
    vera = await acme.visitor()
    message = await vera.says("Psst!")
    path = f"/panel/inbox/open/{message['conversation']}"
    shown = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
        .map(({ title, body, data }) => [title, body, data.path])"""
    await until(page, f"async () => (await ({shown})()).length")
    assert await page.evaluate(shown) == [[message["author"]["name"], "Psst!", path]]
    # The service worker says where to go when it is clicked. The part that listens to it comes once the list is painted.
    go = "path => navigator.serviceWorker.dispatchEvent(new MessageEvent('message', { data: { go: path } }))"
    async with asyncio.timeout(10):
        while not page.url.endswith(path):
            await page.evaluate(go, path)
            await asyncio.sleep(0.2)
    await expect(page).to_have_url(re.compile(f"{path}$"))
    await expect(page).to_have_title(re.compile(r"^\(1\) "))


def picture() -> bytes:
    import io

    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(file, "PNG")
    return file.getvalue()
