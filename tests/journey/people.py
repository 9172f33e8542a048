"""Vera and Ada in front of their screens: what they do, and what they see."""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext, ConsoleMessage, FilePayload, Locator, Page, WebSocket, expect

LOCALES = Path(__file__).parents[2] / "widget" / "shared" / "locales"
NETWORK = re.compile(r"net::ERR_|WebSocket connection to|status of 50\d|registration blocked by Playwright")
"""What a browser itself writes to the console when the network or the server is away, or a window has no service worker."""


class Somebody:
    """A page, everything its console said, and the frames that its sockets heard."""

    bubbles: Locator
    field: Locator

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.frames: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("websocket", self._socket)

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not NETWORK.search(message.text):
            self.complaints.append(f"{message.type}: {message.text}")

    def _socket(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: self.frames.append(str(frame)))

    async def writes(self, text: str) -> None:
        """Write a message and press Enter."""
        await self.field.fill(text)
        await self.field.press("Enter")
        await expect(self.field).to_have_value("")

    async def texts(self) -> list[str]:
        """Return the texts of all bubbles, from top to bottom; those off the screen, too, which the browser skips."""
        return await self.bubbles.all_text_contents()

    async def sees_only(self, *texts: str, within: float = 20) -> None:
        """Wait until the bubbles on the screen are these and no others, from top to bottom.

        20 seconds: a client gives a command that nobody answers 10 seconds before it makes a new connection.
        """
        expected = [exactly(text) for text in texts]
        await expect(self.bubbles).to_have_text(expected, timeout=within * 1000)

    async def sees(self, *texts: str, within: float = 20) -> None:
        """Wait until each of these texts stands in exactly one bubble."""
        for text in texts:
            await expect(self.bubbles.filter(has_text=exactly(text))).to_have_count(1, timeout=within * 1000)

    async def chooses(self, *files: FilePayload | Path) -> None:
        """Attach files with the file chooser."""
        async with self.page.expect_file_chooser() as chooser:
            await self.page.get_by_role("button", name=re.compile("^(Attach|Dodaj plik|Załącz)")).click()
        await (await chooser.value).set_files(list(files))  # type: ignore[arg-type]

    @property
    def origin(self) -> str:
        return "/".join(self.page.url.split("/")[:3])

    async def goes_offline(self) -> None:
        await self.context.set_offline(True)

    async def is_back(self) -> None:
        await self.context.set_offline(False)


class Vera(Somebody):
    """A visitor of a website, with the widget before her."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.chat = page.locator("switchboard-chat")
        self.launcher = self.chat.locator(".launcher")
        self.window = self.chat.locator(".window")
        self.field = self.chat.locator("textarea")
        self.bubbles = self.chat.locator(".bubble")
        self.ticks = self.chat.locator(".tick")
        self.badge = self.chat.locator(".badge")

    async def comes(self, address: str) -> Vera:
        """Open a page of the website."""
        await self.page.goto(address)
        await expect(self.launcher).to_be_attached()
        return self

    async def opens_chat(self) -> None:
        await self.launcher.click()
        await expect(self.field).to_be_focused()

    async def has_chat(self) -> None:
        """Wait until the chat is there, as it is after a reload."""
        await expect(self.field).to_be_visible(timeout=15_000)

    async def reloads(self) -> None:
        await self.page.reload()
        await self.has_chat()

    async def goes_to(self, page: str) -> None:
        """Follow a link of the website."""
        await self.page.locator("nav a", has_text=page).click()
        await expect(self.page.locator("h1")).to_have_text(page)
        await self.has_chat()

    async def scrolls_to_the_beginning(self, messages: int) -> None:
        """Scroll up until so many messages have come, or none has for a while."""
        await _scroll_up(self.chat.locator(".scroll"), self.bubbles, messages)

    async def attaches(self, *files: FilePayload | Path) -> None:
        """Attach files and wait until they are uploaded."""
        await self.chooses(*files)
        await expect(self.chat.locator(".chip")).to_have_count(len(files))
        await expect(self.chat.locator(".chip progress")).to_have_count(0)

    def tick_of(self, text: str) -> Locator:
        """The mark beside what she said (the last of several with the same state carries it)."""
        return self.chat.locator(".own .entry", has=self.page.locator(".bubble", has_text=exactly(text))).locator(
            ".tick"
        )


class Ada(Somebody):
    """An agent, with the panel before her."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.rows = page.locator("a[data-row]")
        self.stream = page.get_by_role("region", name=re.compile("^(Messages|Wiadomości)$"))
        self.field = page.locator("section[data-kind] textarea")
        self.bubbles = self.stream.locator('[class*="_bubble_"]')
        self.notes = self.stream.get_by_role("group", name=re.compile("^(Note by|Notatka:)"))
        self.unsent = page.locator('[data-progress="waiting"], [data-progress="failed"]')

    async def comes(self, hub: str, email: str, password: str) -> Ada:
        """Open the panel and sign in."""
        await self.page.goto(f"{hub}/panel/")
        await self.signs_in(email, password)
        await expect(self.page.locator("nav")).to_be_visible()
        await self.is_connected()
        return self

    async def signs_in(self, email: str, password: str) -> None:
        await self.page.locator("input[type=email]").fill(email)
        await self.page.locator("input[type=password]").fill(password)
        await self.page.keyboard.press("Enter")

    async def is_connected(self) -> None:
        await expect(self.page.locator('[data-phase="online"]')).to_be_attached(timeout=15_000)

    async def opens_conversation(self, row: int = 0) -> int:
        """Open a conversation of the list; return its id."""
        await self.rows.nth(row).click()
        await self.field.hover()  # a pointer that rests in the list holds it still
        return self.conversation

    @property
    def conversation(self) -> int:
        return int(self.page.url.rsplit("/", 1)[1])

    async def reloads(self) -> None:
        await self.page.reload()
        await expect(self.field).to_be_visible(timeout=15_000)

    async def notes_down(self, text: str) -> None:
        """Write a note for the team."""
        await self.page.get_by_role("button", name="Note", exact=True).click()
        await self.writes(text)
        await self.page.get_by_role("button", name="Reply", exact=True).click()

    def view(self, name: str) -> Locator:
        return self.page.get_by_role("region", name="Views").get_by_role("link", name=re.compile(f"^{name}"))

    async def scrolls_to_the_beginning(self, messages: int) -> None:
        """Scroll up until so many messages have come, or none has for a while."""
        await _scroll_up(self.stream, self.bubbles, messages)


def exactly(text: str) -> re.Pattern[str]:
    return re.compile(f"^{re.escape(text)}$")


async def _scroll_up(box: Locator, bubbles: Locator, messages: int) -> None:
    patience = 20
    shown = await bubbles.count()
    while shown < messages and patience:
        await box.evaluate("box => { box.scrollTop = 1; box.scrollTop = 0 }")
        await box.evaluate("() => new Promise(done => setTimeout(done, 250))")
        before, shown = shown, await bubbles.count()
        patience = 20 if shown > before else patience - 1


def options(**more: Any) -> dict[str, Any]:
    """What each browser window of the cast has in common."""
    return {"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", "timezone_id": "Europe/Warsaw"} | more


@functools.cache
def words(face: str, language: str = "en") -> dict[str, Any]:
    """Return the phrases of the widget or the panel in a language."""
    files = [*(LOCALES / language).glob(f"{face}*.json"), *(LOCALES / language / face).glob("*.json")]
    return {key: phrase for file in files for key, phrase in json.loads(file.read_text("utf-8")).items()}
