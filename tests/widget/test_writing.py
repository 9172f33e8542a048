"""Writing in the widget: keys, emoji, drafts and files."""

from __future__ import annotations

import asyncio
import io

from PIL import Image
from playwright.async_api import FilePayload, Page, Route, expect

from tests.widget.conftest import OpenSite, open_chat, write


def picture(width: int = 640, height: int = 480) -> FilePayload:
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).save(buffer, "PNG")
    return {"name": "leaf.png", "mimeType": "image/png", "buffer": buffer.getvalue()}


TEXT: FilePayload = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"green tea\n" * 100}
PROGRAM: FilePayload = {"name": "tea.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ"}


async def focused(page: Page) -> str:
    """Return the class of what has the focus inside the widget."""
    return await page.evaluate("document.activeElement.shadowRoot?.activeElement?.className ?? 'the page'")


async def test_everything_can_be_done_with_the_keyboard(acme, site: OpenSite) -> None:
    ada = await acme.agent()
    page = await site()
    await page.evaluate("keys = []; addEventListener('keydown', (event) => keys.push(event.key))")
    await page.locator(".launcher").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("textarea")).to_be_focused()
    before = await page.evaluate("keys.length")
    await page.keyboard.type("one")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("two ")
    await page.keyboard.press("Tab")  # the emoji button
    await page.keyboard.press("Enter")
    await expect(page.locator(".picker button").first).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator(".picker")).to_have_count(0)
    await page.keyboard.press("Enter")
    await ada.hears("message", text="one\ntwo 😊")
    assert await page.evaluate("keys.length") == before, "the hotkeys of the page must not fire"
    await page.keyboard.press("Escape")
    await expect(page.locator(".window")).to_be_hidden()
    await expect(page.locator(".launcher")).to_be_focused()
    await page.keyboard.press("Shift+Tab")
    assert await focused(page) == "the page", "the focus is not trapped"


async def test_escape_closes_the_emoji_before_the_chat(acme, site: OpenSite) -> None:
    page = await open_chat(await site())
    await page.get_by_role("button", name="Choose an emoji").click()
    await expect(page.locator(".picker")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator(".picker")).to_have_count(0)
    await expect(page.locator(".window")).to_be_visible()


async def test_the_composer_grows_to_five_lines_and_no_further(acme, site: OpenSite) -> None:
    page = await open_chat(await site())
    heights = []
    for lines in (1, 2, 5, 9):
        await page.locator("textarea").fill("\n".join(["line"] * lines))
        heights.append((await page.locator("textarea").bounding_box() or {})["height"])
    assert heights == [36, 58, 124, 124]


async def test_files_go_out_with_the_message_and_wait_over_a_reload(acme, site: OpenSite) -> None:
    ada = await acme.agent()
    page = await open_chat(await site())
    await page.locator("input[type=file]").set_input_files([picture(), TEXT, PROGRAM])
    await expect(page.locator(".chip")).to_have_count(3)
    await expect(page.locator(".chip .wrong")).to_have_text("This kind of file can’t be sent")
    await expect(page.locator(".send")).to_be_disabled()
    await page.get_by_role("button", name="Remove tea.exe").click()
    await expect(page.locator(".chip progress")).to_have_count(0)
    await page.locator("textarea").fill("Two files")
    await page.reload()
    await expect(page.locator(".chip")).to_have_count(2)
    await expect(page.locator("textarea")).to_have_value("Two files")
    await page.locator("textarea").press("Enter")
    told = await ada.hears("message", text="Two files")
    assert [file["name"] for file in told["attachments"]] == ["leaf.png", "notes.txt"]
    await expect(page.locator(".chip")).to_have_count(0)
    box = await page.locator(".picture").bounding_box()
    assert box and (box["width"], box["height"]) == (240, 180), "the size is known before the image is there"
    await expect(page.locator(".file b")).to_have_text("notes.txt")


async def test_enter_during_an_upload_says_what_it_waits_for(acme, site: OpenSite) -> None:
    page = await open_chat(await site())
    arrive = asyncio.Event()

    async def slowly(route: Route) -> None:
        if route.request.method == "PUT":
            await arrive.wait()
        await route.continue_()

    await page.route(f"{acme.house.url}/**", slowly)
    await page.locator("input[type=file]").set_input_files([TEXT])
    await expect(page.locator(".chip progress")).to_have_count(1)
    await page.locator("textarea").fill("My notes")
    await expect(page.locator(".tray [role=status]")).to_have_text("")
    await page.locator("textarea").press("Enter")
    await expect(page.locator(".tray [role=status]")).to_have_text("Still uploading. Send it when it’s done.")
    await expect(page.locator("textarea")).to_have_value("My notes")
    arrive.set()
    await expect(page.locator(".tray [role=status]")).to_have_text("")
    await page.locator("textarea").press("Enter")
    await expect(page.locator(".bubble")).to_have_text("My notes")


async def test_the_tick_stands_beside_the_text_under_a_picture(acme, site: OpenSite) -> None:
    page = await open_chat(await site())
    await page.locator("input[type=file]").set_input_files([picture()])
    await expect(page.locator(".send")).to_be_enabled()
    await write(page, "ok")
    await expect(page.locator(".picture")).to_be_visible()
    tick, bubble = await page.locator(".tick").bounding_box(), await page.locator(".bubble").bounding_box()
    assert tick and bubble and bubble["width"] < 100
    assert 0 <= bubble["x"] - (tick["x"] + tick["width"]) <= 8


async def test_a_long_address_fills_its_lines_and_a_short_one_stays_whole(acme, site: OpenSite) -> None:
    page = await open_chat(await site())
    lines = "link => new Set([...link.getClientRects()].map(({ top }) => Math.round(top))).size"
    await write(page, "Look at https://www.example.com/a-very/long-path/that-goes/on-and-on-until/it-does-not-fit?x=1")
    link = page.locator(".bubble a").last
    box = await page.locator(".bubble").last.bounding_box()
    first = await link.evaluate("link => { const r = link.getClientRects()[0]; return [r.top, r.right] }")
    assert box and abs(first[0] - box["y"]) < 16, "it begins on the line of the words before it"
    assert box["x"] + box["width"] - 12 - first[1] < 12, "and goes on to the end of that line"
    await write(page, "All of our teas of this spring are at www.example.com")
    assert await page.locator(".bubble a").last.evaluate(lines) == 1


async def test_a_pasted_and_a_dropped_picture_are_attached(acme, site: OpenSite) -> None:
    page = await open_chat(await site())
    for event, target in (("paste", "textarea"), ("drop", ".window")):
        await page.locator(target).evaluate(
            """(target, kind) => {
                const data = new DataTransfer()
                data.items.add(new File([Uint8Array.from(atob(
                    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='),
                    (letter) => letter.charCodeAt(0))], kind + '.png', {type: 'image/png'}))
                const init = {bubbles: true, cancelable: true, composed: true}
                target.dispatchEvent(kind === 'paste' ? new ClipboardEvent(kind, {...init, clipboardData: data})
                    : new DragEvent(kind, {...init, dataTransfer: data}))
            }""",
            event,
        )
    await expect(page.locator(".chip b")).to_have_text(["paste.png", "drop.png"])
    await expect(page.locator(".send")).to_be_enabled()


async def test_what_is_too_long_is_said_before_it_is_sent(acme, site: OpenSite) -> None:
    page = await open_chat(await site())
    await page.locator("textarea").fill("ż" * 9000)  # two bytes each
    await expect(page.get_by_role("alert")).to_contain_text("too long")
    await expect(page.locator(".send")).to_be_disabled()


async def test_a_message_is_text_whatever_is_in_it(acme, site: OpenSite) -> None:
    page = await open_chat(await site())
    for text in ("<img src=x onerror=alert(1)>", "javascript:alert(1)", "data:text/html,x", "https://exa mple.com"):
        await write(page, text)
        await expect(page.locator(".bubble").last).to_have_text(text)
    await write(page, "See www.example.com/a(b), or http://example.com/?x=1.")
    links = [await link.get_attribute("href") for link in await page.locator(".bubble a").all()]
    assert links == ["https://exa/", "https://www.example.com/a(b", "http://example.com/?x=1"]


async def test_every_icon_is_drawn(acme, site: OpenSite) -> None:
    page = await open_chat(await site())
    drawn = await page.evaluate(
        """() => [...document.querySelector('switchboard-chat').shadowRoot.querySelectorAll('svg path')]
            .map((path) => path.getAttribute('d') ?? '')"""
    )
    assert len(drawn) >= 6 and all(path.lower().startswith("m") for path in drawn), "an icon has lost its name"
