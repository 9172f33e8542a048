"""Ada is blind: she works in the panel with Orca and a keyboard, and knows of it only what Orca says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.house import PASSWORD
from tests.support.screen_reader import ScreenReader

pytestmark = [pytest.mark.annex("X8", "H1"), pytest.mark.timeout(180)]


@pytest.fixture
def orca(acme: Any, tmp_path: Path) -> Iterator[ScreenReader]:
    reader = ScreenReader(tmp_path / "desk", f"{acme.house.url}/panel/")
    yield reader
    reader.stop()


async def test_ada_answers_vera_by_what_a_screen_reader_tells_her(acme: Any, orca: ScreenReader) -> None:
    vera = await acme.visitor()
    first = await vera.says("Where is my parcel?")
    name = first["author"]["name"]
    orca.start()

    await orca.hears("Finished loading", 60)
    await orca.falls_silent()
    await orca.presses("Tab")
    await orca.hears("Password")
    await orca.presses("shift+Tab")
    await orca.hears("E-mail entry required")
    await orca.types("ada@acme.example")
    await orca.presses("Tab")
    await orca.hears("Password")
    await orca.types(PASSWORD)
    await orca.presses("Return")
    await orca.hears("document web", 30)
    await orca.falls_silent()

    # Orca keeps letters to itself where one reads; twice this key, and all of them are the page's.
    await orca.presses("Insert+a", "Insert+a")
    await orca.hears("sticky")
    await orca.walks_to("Where is my parcel? 1 unread message", "j", 5)
    await orca.presses("Return")
    await orca.hears(f"Conversation with {name}. {name}: Where is my parcel?")

    await orca.presses("r")
    await orca.hears(f"Reply to {name}")
    await orca.types("It leaves today")
    await orca.presses("Return")
    await orca.hears("Sent")
    await vera.hears("message", text="It leaves today")
    await vera.says("Wonderful", first["conversation"])
    await orca.hears(f"{name}: Wonderful")

    # A dialog gives back the place that it was opened from.
    await orca.presses("Escape")
    await orca.hears("Wonderful")
    await orca.presses("ctrl+k")
    await orca.hears("Find or do something")
    await orca.types("Close")
    await orca.presses("Escape")
    await orca.hears("Wonderful")
    await orca.presses("e")
    await orca.hears(f"Closed: {name}")
    await vera.hears("conversation", status="closed")

    await orca.presses("g", "p")
    await orca.hears("Everybody · People")
