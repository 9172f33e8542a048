"""A mailbox is read on from where it was, never twice and with nothing lost, whatever breaks (E5)."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from hub.chat.collections import ATTACHMENTS
from hub.outreach.inbox import reading
from hub.outreach.inbox.marking import Mark
from storage.engine import Scope, Unavailable
from tests.outreach.conftest import Post, letter, until
from tests.support.dovecot import Dovecot, running_dovecot
from tests.support.forms import rest
from tests.support.house import free_port

pytestmark = pytest.mark.annex("E5")


async def test_what_lay_in_a_mailbox_before_it_was_added_stays_there(acme, dovecot):
    post = Post(acme, dovecot)
    for number in range(3):
        dovecot.put(post.user, letter(f"Old {number}"), at=time.time() - 60)
    await post.open()
    post.put(letter("New"))
    rows = await post.became(1)
    assert [each["subject"] for each in rows] == ["Tea"] and rows[0]["uid"] == 4


async def test_a_mail_whose_batch_was_not_written_is_read_again_and_becomes_one_message(post, monkeypatch, acme):
    commit, broken = Mark.commit, []

    async def breaks(self: Mark, store: Any, batch: Any) -> Any:
        if len(broken) < 2:
            broken.append(True)
            raise Unavailable("the disk is full")
        return await commit(self, store, batch)

    monkeypatch.setattr(Mark, "commit", breaks)
    post.put(letter("Once"))
    (row,) = await post.became(1, 30)
    assert len(broken) == 2 and len(await post.messages(row["conversation"])) == 1
    assert any(event == "mailboxes wait for the store" for _, event, _ in acme.house.log.lines)


async def test_the_same_mail_in_two_mailboxes_is_one_message(acme, dovecot):
    first = await Post(acme, dovecot).open()
    second = await Post(acme, dovecot).open(address="sales@acme.example")
    mail = letter("To both", to="support@acme.example, sales@acme.example")
    first.put(mail)
    second.put(mail)
    second.put(letter("The last one"))
    rows = await first.became(2)
    await asyncio.sleep(0.5)
    assert len(rows) == len(await first.rows()) == 2


async def test_when_a_server_numbers_its_mails_anew_those_that_were_taken_are_known(post, dovecot):
    dovecot.put(post.user, letter("Very old"), at=time.time() - 40 * 86_400)
    for number in range(3):
        post.put(letter(f"Before {number}"))
    await post.became(4)
    dovecot.drop_connections()
    dovecot.number_anew(post.user)
    post.put(letter("After", subject="After"))
    rows = await post.became(5, 30)
    assert [each["subject"] for each in rows] == ["Tea"] * 4 + ["After"]
    post.put(letter("And on"))
    assert len(await post.became(6, 30)) == 6


async def test_while_the_server_is_away_the_mailbox_says_so_and_then_reads_on(acme):
    with running_dovecot() as dovecot:
        post = await Post(acme, dovecot).open()
        dovecot.stop()
        await post.phase("failed", 30)

        async def refused() -> bool:
            return (await post.phase("failed"))["step"] == "connect"

        await until(refused, 30)
        post.put(letter("Meanwhile"))
        dovecot.start()
        (row,) = await post.became(1, 40)
        assert row["became"] == "message"
        await post.phase("connected", 30)


class Line:
    """A line to the server that breaks once after some bytes."""

    def __init__(self, port: int) -> None:
        self.port, self._to, self.breaks_after = free_port(), port, 0
        self.broken = 0

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._to)

        async def up() -> None:
            while data := await reader.read(65_536):
                back.write(data)

        async def down() -> None:
            sent = 0
            while data := await there.read(65_536):
                sent += len(data)
                if self.breaks_after and sent > self.breaks_after:
                    self.breaks_after, self.broken = 0, self.broken + 1
                    return
                writer.write(data)

        tasks = [asyncio.ensure_future(each) for each in (up(), down())]
        with contextlib.suppress(OSError):
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for each in tasks:
            each.cancel()
        writer.transport.abort()
        back.transport.abort()


@pytest.fixture
async def line(dovecot: Dovecot) -> AsyncIterator[Line]:
    line = Line(dovecot.port)
    server = await asyncio.start_server(line.take, "127.0.0.1", line.port)
    yield line
    server.close()


async def test_a_line_that_breaks_in_the_middle_of_a_mail_loses_and_doubles_nothing(acme, dovecot, line):
    post = await Post(acme, dovecot).open(port=line.port)
    line.breaks_after = 300_000
    for number in range(3):
        post.put(letter(f"Number {number}\n\n" + "long " * 40_000, subject=f"Number {number}"))
    rows = await post.became(3, 40)
    await asyncio.sleep(0.3)
    assert line.broken == 1 and [each["subject"] for each in await post.rows()] == [f"Number {n}" for n in range(3)]
    (message,) = await post.messages(rows[0]["conversation"])
    assert message["text"].endswith("…") and message["attachments"][0]["name"] == "mail.txt"


async def test_a_server_without_idle_is_asked_again_and_again(acme, monkeypatch):
    monkeypatch.setattr(reading, "_POLL", 0.3)
    with running_dovecot(idle=False) as dovecot:
        post = await Post(acme, dovecot).open()
        assert (await post.phase("connected"))["idle"] is False
        post.put(letter("Hello"))
        assert len(await post.became(1)) == 1


async def test_a_mail_that_can_not_be_taken_holds_up_no_others(post, monkeypatch, acme):
    take = reading.take

    async def stumbles(hub: Any, scope: Any, mailbox: Any, mail: Any) -> Any:
        if mail.subject == "Poison":
            raise RuntimeError("a mistake of ours")
        return await take(hub, scope, mailbox, mail)

    monkeypatch.setattr(reading, "take", stumbles)
    monkeypatch.setattr(reading, "_SECOND", 100)
    post.put(letter("x", subject="Poison"))
    post.put(letter("Fine", subject="Fine"))
    (row,) = await post.became(1, 40)
    assert row["subject"] == "Fine"
    acme.house.log.lines.clear()  # the mistake was one on purpose


async def test_a_changed_mailbox_is_connected_to_anew_and_a_deleted_one_is_read_no_more(post, acme):
    await rest(acme, "PATCH", f"mail/mailboxes/{post.box['id']}", {"on": False})
    await post.phase("off")
    post.put(letter("While it is off"))
    await asyncio.sleep(0.5)
    assert await post.rows() == []
    await rest(acme, "PATCH", f"mail/mailboxes/{post.box['id']}", {"on": True})
    await post.became(1)
    await rest(acme, "DELETE", f"mail/mailboxes/{post.box['id']}")
    post.put(letter("Too late"))
    await asyncio.sleep(1)
    assert len(await post.rows()) == 1


def with_file(name: str, megabytes: float, *, more: str = "", **headers: str) -> str:
    data = base64.encodebytes(b"\x07" * int(megabytes * 1_048_576)).decode().replace("\n", "\r\n")
    body = (
        f"--m\r\nContent-Type: text/plain\r\n\r\nSee the file\r\n{more}--m\r\nContent-Type: application/zip\r\n"
        f'Content-Disposition: attachment; filename="{name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n{data}\r\n--m--'
    )
    return letter(body, Content_Type='multipart/mixed; boundary="m"', **headers)


@pytest.mark.parametrize("megabytes", [21, 40])
async def test_a_very_large_mail_is_taken_without_what_is_too_large_and_the_team_is_told(post, acme, megabytes):
    small = '--m\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename="small.csv"\r\n\r\na;b\r\n'
    post.put(with_file("large.zip", megabytes, more=small))
    (row,) = await post.became(1, 60)
    (message,) = await post.messages(row["conversation"])
    assert message["text"].endswith("See the file")
    assert [each["name"] for each in message["attachments"]] == ["small.csv"]
    from hub.chat.collections import NOTES

    scope = Scope(acme.id)

    async def told() -> bool:
        notes = await acme.house.hub.store.read(scope, NOTES, row["conversation"])
        return any(("large.zip" if megabytes == 21 else "larger than") in each["text"] for each in notes)

    await until(told)


async def test_files_and_pictures_of_a_mail_are_attachments_of_the_message(post, acme):
    from tests.outreach.test_parsing import MAILS

    post.put((MAILS / "inline-picture.eml").read_bytes())
    (row,) = await post.became(1)
    (message,) = await post.messages(row["conversation"])
    picture, document = message["attachments"]
    assert (picture["name"], picture["width"], picture["thumbnail"]) == ("tea.png", 40, True)
    assert document["name"] == "zamówienie _ 1.pdf"
    kept = await acme.house.hub.store.get(Scope(acme.id), ATTACHMENTS, picture["id"])
    assert kept["message"] == message["id"], "it is not forgotten as one that was never sent"


@pytest.mark.timeout(180)
async def test_fifty_thousand_old_mails_are_not_read_through(acme, dovecot):
    post = Post(acme, dovecot)
    box = dovecot.box(post.user)

    def fill() -> None:
        first = dovecot.put_file(post.user, letter("Old").encode(), at=time.time() - 60)
        for number in range(49_999):  # one file under many names, as copies of a mail are
            os.link(first, box / "cur" / f"1700000000.{number:06d}.old:2,S")

    await asyncio.to_thread(fill)
    began = time.monotonic()
    await post.open(90)
    post.put(letter("New", subject="New"))
    rows = await post.became(1, 60)
    print(f"50,000 mails: read after {time.monotonic() - began:.1f} s")
    assert [each["subject"] for each in rows] == ["New"] and rows[0]["uid"] == 50_001
    for number in range(5):
        post.put(letter("x", subject=f"{number}"))
    began = time.monotonic()
    await post.became(6, 30)
    assert time.monotonic() - began < 20
