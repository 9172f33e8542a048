"""A hub on each engine with a mail server on either side: aiosmtpd takes what it sends, Dovecot has what comes in."""

from __future__ import annotations

import email.utils
import itertools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.outreach.collections import MAILS
from storage.engine import Scope
from tests.conftest import Company
from tests.support.dovecot import PASSWORD, Dovecot, running_dovecot
from tests.support.forms import rest
from tests.support.house import House, eventually, open_house
from tests.support.mailbox import Mailbox

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        yield server


@pytest.fixture
def outbox() -> Iterator[Mailbox]:
    """What the hub has mailed."""
    box = Mailbox()
    box.open()
    yield box
    box.close()


@pytest.fixture(params=["sqlite", "mongo"])
async def house(request: pytest.FixtureRequest, tmp_path: Path, outbox: Mailbox) -> AsyncIterator[House]:
    settings: dict[str, Any] = {
        "smtp_url": outbox.url, "mail_from": "Hub <hub@acme.example>", "offline_delay": 0.2, "presence_grace": 0.1,
        "fetch_allow": "127.0.0.1",
    }  # fmt: skip
    if request.param == "mongo":
        settings["mongo_url"] = request.getfixturevalue("mongo_url")
    async with open_house(tmp_path / "data", **settings) as house:
        yield house
    assert house.log.tracebacks == []


def letter(
    text: str = "Hello", *, sender: str = "Vera <vera@example.com>", to: str = "support@acme.example",
    subject: str = "Tea", id: str | None = None, **headers: str,
) -> str:  # fmt: skip
    """Return a mail as a person's program writes it; `In_Reply_To` is the header In-Reply-To."""
    lines = {
        "From": sender, "To": to, "Subject": subject, "Date": email.utils.formatdate(),
        "Message-ID": id or f"<{next(_numbers)}.vera@example.com>",
    } | {name.replace("_", "-"): value for name, value in headers.items()}  # fmt: skip
    return "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + f"\r\n{text}\r\n"


class Post:
    """A mailbox of Acme's, as its owner set it up, and what comes into it."""

    def __init__(self, company: Company, dovecot: Dovecot) -> None:
        self.company, self.dovecot = company, dovecot
        self.user = f"box{next(_numbers)}"
        self.box: dict[str, Any] = {}

    async def open(self, within: float = 15.0, **more: Any) -> Post:
        """Add the mailbox and wait until it is read."""
        self.dovecot.box(self.user)
        body = {
            "address": "support@acme.example", "host": "127.0.0.1", "port": self.dovecot.port, "security": "none",
            "user": self.user, "password": PASSWORD,
        }  # fmt: skip
        self.box = await rest(self.company, "POST", "mail/mailboxes", body | more)
        await self.phase("connected", within)
        return self

    async def phase(self, phase: str, within: float = 15.0) -> dict[str, Any]:
        """Wait until the mailbox is so; return its state."""
        found: dict[str, Any] = {}

        async def look() -> bool:
            nonlocal found
            boxes = (await rest(self.company, "GET", "mail/mailboxes"))["mailboxes"]
            found = next(each["state"] for each in boxes if each["id"] == self.box["id"])
            return bool(found["phase"] == phase)

        await until(look, within)
        return found

    def put(self, mail: str | bytes) -> None:
        """Let a mail arrive."""
        self.dovecot.put(self.user, mail)

    async def rows(self) -> list[dict[str, Any]]:
        """Return what became of the mails, the oldest first."""
        scope = Scope(self.company.id)
        return (await self.company.house.hub.store.find(scope, MAILS, limit=1_000)).items

    async def became(self, count: int, within: float = 15.0) -> list[dict[str, Any]]:
        """Wait until so many mails were read; return what became of them."""

        async def look() -> bool:
            return len(await self.rows()) >= count

        await until(look, within)
        return await self.rows()

    async def messages(self, conversation: int) -> list[dict[str, Any]]:
        """Return the messages of a conversation as they are stored."""
        from hub.chat.collections import MESSAGES

        return await self.company.house.hub.store.read(Scope(self.company.id), MESSAGES, conversation)


async def until(holds: Any, within: float = 15.0) -> None:
    """Return when what has to be asked for holds."""
    import asyncio

    deadline = asyncio.get_running_loop().time() + within
    while not await holds():
        assert asyncio.get_running_loop().time() < deadline, "it did not become true in time"
        await asyncio.sleep(0.05)


@pytest.fixture
async def post(acme: Company, dovecot: Dovecot) -> Post:
    """Acme's mailbox support@acme.example, being read."""
    return await Post(acme, dovecot).open()


async def mailed(post: Post, outbox: Mailbox, *, answer: str = "Yes, black and green") -> tuple[Any, int, Any, Any]:
    """Vera asks in the chat and leaves; Ada answers, which goes out as a mail. Return Ada, the conversation, the mail, Vera."""
    vera, ada = await post.company.visitor(), await post.company.agent()
    await vera.call("contact.update", email="vera@example.com")
    conversation = (await vera.says("Is there tea?"))["conversation"]
    await vera.leave()
    await ada.says(answer, conversation)
    before = len(outbox.mails)
    await eventually(lambda: len(outbox.mails) > before, 15)
    return ada, conversation, outbox.mails[-1], vera
