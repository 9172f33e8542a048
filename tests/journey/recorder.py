"""The judge of a journey: whether each message was shown once, in one order, everywhere; at the end and on the way."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext, expect

from hub.chat.collections import MESSAGES
from hub.core.settings import Settings
from server import open_hub
from storage.engine import Scope
from tests.journey.people import Ada, Vera

_WATCH = """
setInterval(() => {
  const root = document.querySelector('switchboard-chat')?.shadowRoot ?? document
  const texts = [...root.querySelectorAll('.bubble, [class*="_bubble_"]')].map((bubble) => bubble.textContent)
  const doubled = texts.filter((text, place) => texts.indexOf(text) !== place)
  if (doubled.length) window.recorderSees(doubled)
}, 30)
"""


class Recorder:
    """Writes down what was said (each text once), and what any screen showed twice, be it for a moment."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.doubled: list[str] = []

    async def watch(self, *contexts: BrowserContext) -> None:
        """Look at the screens from now on, over all reloads."""
        for context in contexts:
            await context.expose_function("recorderSees", lambda texts: self.doubled.extend(texts))
            await context.add_init_script(_WATCH)

    async def writes(self, somebody: Vera | Ada, text: str) -> None:
        """Let somebody write a message of which there is no other."""
        assert text not in self.said
        self.said.append(text)
        await somebody.writes(text)

    async def everything_arrived(self, vera: Vera, ada: Ada, within: float = 20) -> None:
        """Wait until both see all that was said, and nothing waits any more."""
        for somebody in (vera, ada):
            for text in self.said[-8:]:
                await somebody.sees(text, within=within)
        await expect(vera.chat.locator(".tick.sending, .again")).to_have_count(0, timeout=within * 1000)
        await expect(ada.unsent).to_have_count(0, timeout=within * 1000)

    async def judges(self, vera: Vera, ada: Ada) -> list[str]:
        """Compare both screens from their beginning; return the order of what was said."""
        for somebody in (vera, ada):
            await somebody.scrolls_to_the_beginning(len(self.said))
        hers, adas = await vera.texts(), await ada.texts()
        assert self.doubled == [], "a message was shown twice for a moment"
        assert sorted(hers) == sorted(self.said), "Vera's screen does not show each message once"
        assert hers == adas, "both screens show the messages in different orders"
        for author in ("Vera", "Ada"):
            own = [text for text in self.said if text.startswith(author)]
            assert [text for text in hers if text.startswith(author)] == own, f"{author} wrote in another order"
        return hers


async def kept_by_rest(url: str, api_key: str, conversation: int) -> list[str]:
    """Return the texts of a conversation as the REST API tells them."""

    def ask() -> dict[str, Any]:
        address = f"{url}/api/public/conversations/{conversation}/"
        request = urllib.request.Request(address, headers={"Authorization": f"Token {api_key}"})
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.loads(response.read())

    return [message["content"] for message in (await asyncio.to_thread(ask))["results"]["messages"]]


async def kept_by_store(data: Path, app: int, conversation: int) -> list[str]:
    """Return the texts of a conversation from the store of a server that has ended. Positions must be 1, 2, 3 …"""
    async with open_hub(Settings(data=str(data), log_level="warning")) as hub:
        records: list[dict[str, Any]] = []
        while more := await hub.store.read(Scope(app), MESSAGES, conversation, after=len(records)):
            records += more
    assert [record["position"] for record in records] == list(range(1, len(records) + 1))
    return [record["text"] for record in records if record["kind"] == "text"]
