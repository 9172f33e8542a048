"""A server that is killed just after the mail server took a notice sends the very same one again, and no other (C5, H7)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.support.cast import Visitor
from tests.support.house import ServerProcess, eventually, run_init
from tests.support.mailbox import Mailbox

pytestmark = pytest.mark.annex("C5", "H7")


class Deadly(Mailbox):
    """Takes the first mail, and kills the server before it says so."""

    server: ServerProcess | None = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        if self.server is not None:
            self.server.kill()
            self.server = None
        return answer


async def test_a_killed_server_repeats_the_same_mail_and_tells_later_words_once(tmp_path: Path) -> None:
    box = Deadly()
    box.open()
    made = await asyncio.to_thread(run_init, tmp_path / "data")
    mail = {"HUB_SMTP_URL": box.url, "HUB_MAIL_FROM": "hub@switchboard.example", "HUB_OFFLINE_DELAY": "0"}
    server = ServerProcess(tmp_path / "data", environment=mail)
    try:
        await asyncio.to_thread(server.start)
        vera = await Visitor(server.url, made["widget_key"], None).connect()
        box.server = server
        await vera.says("Is there tea?")
        await eventually(lambda: len(box.mails) == 1, 20)
        await asyncio.to_thread(server.process.wait, 10)
        await vera.leave()
        await asyncio.to_thread(server.start)
        await eventually(lambda: len(box.mails) == 2, 30)
        first, again = box.mails
        assert first["Message-ID"] == again["Message-ID"] and first.as_string() == again.as_string()
        vera = await Visitor(server.url, made["widget_key"], vera.token).connect()
        await vera.says("Black, please")
        await eventually(lambda: len(box.mails) == 3, 20)
        await asyncio.sleep(1)
        last = box.mails[2]
        assert len(box.mails) == 3 and last["In-Reply-To"] == first["Message-ID"] != last["Message-ID"]
        words = str(last.get_body(("plain",)).get_content())
        assert "Black, please" in words and "Is there tea?" not in words
        await vera.leave()
    finally:
        await asyncio.to_thread(server.stop)
        box.close()
