"""Renders chat mails, signs them and hands them over, as fast as one process can: ours, or a peer's way.

`python -m bench.mail_sender ours|peer PORT SECONDS` prints figures as JSON. The peer renders the same mails, signs them
with dkimpy, and hands each over with aiosmtplib on a connection of its own, as its documentation shows.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import json
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from bench import machine
from hub.accounts.applications import NewApplication, create_application
from hub.accounts.grants import SYSTEM
from hub.chat.channels import Missed
from hub.core.actor import Actor
from hub.core.hub import Hub
from hub.core.settings import Settings
from hub.outreach.chat_mail import mail_of
from hub.outreach.mail.mail import Mail
from hub.outreach.mail.message import message_of
from hub.outreach.mail.sender import sender_of
from hub.outreach.mail.senders import NewSender, create_sender
from hub.outreach.mail.sending import send_mail
from server import open_hub
from storage.engine import Scope

AT_ONCE = 4
Send = Callable[[Mail], Awaitable[object]]


def written(hub: Hub, number: int) -> Mail:
    """Return a chat mail of two messages, to somebody with a Polish name."""
    author = {"kind": "agent", "id": 1, "name": "Ada Żółć"}
    said = [
        {"position": place, "at": hub.clock.now(), "text": f"Zamówienie {number}: paczka wyszła dziś rano. " * 3,
         "attachments": [], "author": author}
        for place in (1, 2)
    ]  # fmt: skip
    contact = {"id": number, "email": f"vera{number}@example.com"}
    return mail_of(hub, Missed(number, contact, said, [f"<chat-1-{number}-0@shop.example>"]), 1, "Sklep Acme", "pl")


async def peer(hub: Hub, app: int, port: int) -> Send:
    """Return the peer's way: its own signer, and a connection for each mail."""
    import aiosmtplib
    import dkim

    sender = await sender_of(hub, app)
    assert sender
    (key,) = sender.keys

    async def send(mail: Mail) -> None:
        message = message_of(mail, sender.address, sender.name, f"<{mail.id}@shop.example>").as_bytes()
        names = [b"from", b"to", b"subject", b"date", b"message-id"]
        signature = dkim.sign(
            message, key.selector.encode(), key.domain.encode(), key.private.encode(), include_headers=names,
            canonicalize=(b"relaxed", b"relaxed"),
        )  # fmt: skip
        await aiosmtplib.send(
            signature + message, sender=sender.address, recipients=[mail.to], hostname="127.0.0.1", port=port,
            start_tls=False,
        )  # fmt: skip

    return send


async def measure(way: str, port: int, seconds: float) -> dict[str, float]:
    """Return mails a second, and how much memory grew between the first half and the second."""
    with tempfile.TemporaryDirectory(prefix="switchboard-bench-") as folder:
        settings = Settings(data=f"{folder}/data", fetch_allow="127.0.0.1", public_url="https://chat.shop.example")
        async with open_hub(settings) as hub:
            made = await create_application(hub, NewApplication("Acme", "ada@acme.example", "a good password"))
            app = made["application"]["id"]
            await create_sender(hub, Actor("system", 0, "", Scope(app), SYSTEM), NewSender(
                address="hello@shop.example", host="127.0.0.1", port=port, security="none", sign=True,
            ))  # fmt: skip
            send: Send = await peer(hub, app, port) if way == "peer" else lambda mail: send_mail(hub, app, mail)
            numbers, sent = itertools.count(1), 0

            async def work(until: float) -> None:
                nonlocal sent
                while time.perf_counter() < until:
                    await send(written(hub, next(numbers)))
                    sent += 1

            await asyncio.gather(*(work(time.perf_counter() + seconds / 4) for _ in range(AT_ONCE)))  # warm
            gc.collect()
            before, sent = machine.resident_kb(os.getpid()), 0
            start, cpu = time.perf_counter(), machine.cpu_seconds(os.getpid())
            await asyncio.gather(*(work(start + seconds) for _ in range(AT_ONCE)))
            took, cpu = time.perf_counter() - start, machine.cpu_seconds(os.getpid()) - cpu
            gc.collect()
            grown = machine.resident_kb(os.getpid()) - before
            return {"per_second": sent / took, "ms": cpu / sent * 1000, "grown_kb": grown, "sent": next(numbers) - 1}


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    print(json.dumps(asyncio.run(measure(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))))
