"""Pictures and files between Vera and Ada, and what is refused (C2, X8)."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.async_api import FilePayload, Locator, expect

pytestmark = pytest.mark.annex("C2", "H2", "H10")


def picture(name: str = "teapot.png", colour: str = "teal", size: tuple[int, int] = (640, 360)) -> FilePayload:
    """Return a real picture as a file chooser gives it."""
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": file.getvalue()}


LIST = "green\nblack\nwhite — and ąęż\n"
TEXT: FilePayload = {"name": "list.txt", "mimeType": "text/plain", "buffer": LIST.encode()}
PROGRAM: FilePayload = {
    "name": "gift.exe",
    "mimeType": "application/x-msdownload",
    "buffer": b"MZ\x90\x00" + b"\0" * 60,
}


async def is_drawn(image: Locator) -> None:
    """Wait until a picture has arrived and has its size."""
    await expect(image).to_be_visible()
    await expect(image).to_have_js_property("complete", True)
    assert await image.evaluate("image => image.naturalWidth") > 0


async def test_vera_sends_a_picture_and_a_file_and_ada_sees_the_one_and_downloads_the_other(talk):
    vera, ada = talk
    await vera.attaches(picture(), TEXT)
    await vera.writes("My teapot, and a list")
    await is_drawn(vera.chat.locator("img[alt='teapot.png']"))
    await expect(vera.chat.locator(".chip")).to_have_count(0)

    await ada.sees("My teapot, and a list")
    image = ada.stream.get_by_role("img", name="teapot.png")
    await is_drawn(image)
    box = await image.bounding_box()
    assert box and abs(box["width"] / box["height"] - 640 / 360) < 0.05, "its proportions are kept"
    async with ada.page.expect_download() as download:
        await ada.stream.get_by_role("link", name="list.txt").click()
    assert (await (await download.value).path()).read_text("utf-8") == LIST
    assert (await download.value).suggested_filename == "list.txt"


async def test_ada_sends_a_picture_and_a_file_back(talk):
    vera, ada = talk
    await ada.chooses(picture("offer.png", "orange"), TEXT)
    await expect(ada.page.get_by_role("list", name="Attached files").get_by_role("listitem")).to_have_count(2)
    await ada.writes("Here it is")
    await vera.sees("Here it is")
    await is_drawn(vera.chat.locator("img[alt='offer.png']"))
    await is_drawn(ada.stream.get_by_role("img", name="offer.png"))
    async with vera.page.expect_download() as download:
        await vera.chat.get_by_role("link", name="list.txt").click()
    assert (await (await download.value).path()).read_text("utf-8") == LIST


async def test_a_picture_without_a_word_is_a_message(talk):
    vera, ada = talk
    await vera.attaches(picture())
    await vera.field.press("Enter")
    await is_drawn(ada.stream.get_by_role("img", name="teapot.png"))
    await vera.reloads()
    await is_drawn(vera.chat.locator("img[alt='teapot.png']"))


async def test_a_file_that_may_not_be_sent_is_refused_in_a_sentence_and_nothing_else_is_lost(talk):
    vera, ada = talk
    await vera.field.fill("Please open this")
    await vera.chooses(PROGRAM, TEXT)
    refused = vera.chat.locator(".chip", has_text="gift.exe")
    await expect(refused).to_contain_text("This kind of file can’t be sent")
    await expect(vera.field).to_have_value("Please open this")
    await refused.get_by_role("button", name="Remove gift.exe").click()
    await expect(vera.chat.locator(".chip")).to_have_count(1)
    await expect(vera.chat.locator(".chip progress")).to_have_count(0)
    await vera.field.press("Enter")
    await ada.sees("Please open this")
    await expect(ada.stream.get_by_role("link", name="list.txt")).to_be_visible()
    assert not any("gift.exe" in frame for frame in ada.frames)


async def test_adas_refused_file_tells_so_and_her_text_goes_out_without_it(talk):
    vera, ada = talk
    await ada.chooses(PROGRAM)
    await expect(ada.page.get_by_role("list", name="Attached files")).to_contain_text("Type not allowed")
    await ada.writes("It does not go")
    await vera.sees("It does not go")
    assert not any("gift.exe" in frame for frame in vera.frames)


async def test_a_file_larger_than_the_limit_is_refused_before_it_is_sent(talk, tmp_path):
    vera, _ = talk
    (tmp_path / "long.txt").write_bytes(b"a" * 21_000_000)
    sent: list[str] = []
    vera.page.on("request", lambda request: sent.append(request.method))
    await vera.chooses(tmp_path / "long.txt")
    await expect(vera.chat.locator(".chip")).to_contain_text("Larger than 21 MB")
    assert "PUT" not in sent


async def test_a_picture_chosen_by_ada_offline_goes_out_when_the_network_is_back(talk):
    vera, ada = talk
    await ada.goes_offline()
    await ada.chooses(picture("later.png"))
    await ada.writes("As soon as I can")
    await expect(ada.unsent).to_have_count(1)
    await ada.is_back()
    await vera.sees("As soon as I can")
    await is_drawn(vera.chat.locator("img[alt='later.png']"))


async def test_an_html_page_is_never_shown_by_the_hub_itself(talk):
    vera, ada = talk
    page: FilePayload = {
        "name": "page.html",
        "mimeType": "text/html",
        "buffer": b"<script>document.title='run'</script>",
    }
    await vera.attaches(page)
    await vera.writes("Look")
    address = await ada.stream.get_by_role("link", name="page.html").get_attribute("href")
    answer = await ada.page.request.get(f"{ada.origin}{address}")
    assert answer.status == 200 and "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "html" not in answer.headers["content-type"]
    assert answer.headers["x-content-type-options"] == "nosniff"
