"""How long a mail takes from the mailbox into an agent's open window, over a real IMAP server.

Each mail is an answer to a conversation by its signed address. The clock starts when the server has taken the mail and stops
when the agent's socket hears the message. Beside it, in the same run and on the same mailbox: when a bare IMAP client that
idles is told that a mail came, which no reader can be quicker than; and what a reader would need that looks every minute.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import threading
import time
import urllib.request
from typing import Any

from imapclient import IMAPClient

from bench.server import Server, running_server
from bench.table import Row
from tests.outreach.conftest import letter
from tests.support.cast import Agent
from tests.support.dovecot import PASSWORD, Dovecot, running_dovecot

MAILS = 40
GOAL_MS = 2_000
_MINUTE_MS = 60_000
_PAUSE = 0.2
_USER = "bench"


class Idler:
    """A bare client that idles on the mailbox and notes when it is told of a mail."""

    def __init__(self, dovecot: Dovecot) -> None:
        self.told: list[float] = []
        self._ends = threading.Event()
        self._client = IMAPClient("127.0.0.1", dovecot.port, ssl=False)
        self._client.login(_USER, PASSWORD)
        self._client.select_folder("INBOX", readonly=True)
        self._client.idle()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        while not self._ends.is_set():
            for said in self._client.idle_check(0.5):
                if len(said) > 1 and said[1] == b"EXISTS":
                    self.told.append(time.perf_counter())

    def close(self) -> None:
        self._ends.set()
        self._thread.join(5)
        self._client.shutdown()


def post(server: Server, path: str, body: dict[str, Any]) -> Any:
    """Call the REST API with the application's key."""
    head = {"Content-Type": "application/json", "Authorization": f"Token {server.made['api_key']}"}
    request = urllib.request.Request(f"http://127.0.0.1:{server.port}{path}", json.dumps(body).encode(), head)
    with urllib.request.urlopen(request) as response:
        return json.loads(response.read())


async def times(server: Server, dovecot: Dovecot, mails: int) -> tuple[list[float], list[float]]:
    """Return the milliseconds until the agent saw each mail, and until the bare client was told of it."""
    dovecot.box(_USER)
    body = {"address": "support@acme.example", "host": "127.0.0.1", "port": dovecot.port, "security": "none",
            "user": _USER, "password": PASSWORD}  # fmt: skip
    await asyncio.to_thread(post, server, "/api/app/mail/mailboxes", body)
    token = await asyncio.to_thread(server.sign_in)
    ada = await Agent(f"http://127.0.0.1:{server.port}", token).connect()
    seen: dict[str, float] = {}
    ada.socket.on("message", lambda message: seen.setdefault(message["text"], time.perf_counter()), namespace="/agent")
    await _one(dovecot, seen, "the first one begins the conversation")
    idler = await asyncio.to_thread(Idler, dovecot)
    ours, bare = [], []
    for number in range(mails):
        before, text = len(idler.told), f"answer {number}"
        arrived = await _one(dovecot, seen, text)
        while len(idler.told) == before:
            await asyncio.sleep(0.005)
        ours.append((seen[_shown(text)] - arrived) * 1000)
        bare.append((idler.told[before] - arrived) * 1000)
        await asyncio.sleep(_PAUSE)
    await asyncio.to_thread(idler.close)
    await ada.leave()
    return ours, bare


def _shown(text: str) -> str:
    return f"{text}\n\n{text}"


async def _one(dovecot: Dovecot, seen: dict[str, float], text: str) -> float:
    """Let a mail arrive; return when it had, after the agent has seen it."""
    await asyncio.to_thread(dovecot.put, _USER, letter(text, subject=text, sender=f"vera{len(seen)}@example.com"))
    arrived = time.perf_counter()
    deadline = arrived + 60
    while _shown(text) not in seen:
        assert time.perf_counter() < deadline, f"{text} was never seen"
        await asyncio.sleep(0.002)
    return arrived


def measure(mails: int = MAILS) -> dict[str, float]:
    """Measure a fresh server beside a bare client."""
    os.environ["HUB_FETCH_ALLOW"] = "127.0.0.1"
    with running_dovecot() as dovecot, running_server() as server:
        ours, bare = asyncio.run(times(server, dovecot, mails))
    ours, bare = sorted(ours), sorted(bare)
    last = max(0, round(mails * 0.95) - 1)
    return {
        "median": statistics.median(ours),
        "p95": ours[last],
        "bare": statistics.median(bare),
        "bare p95": bare[last],
    }


def run(runs: int, quick: bool) -> list[Row]:
    """Return the rows."""
    found = [measure(5 if quick else MAILS) for _ in range(1 if quick else min(runs, 3))]
    middle = {name: statistics.median(each[name] for each in found) for name in found[0]}
    print(
        f"    a bare client that idles is told after {middle['bare']:.0f} ms (p95 {middle['bare p95']:.0f} ms); "
        f"a reader that looks every minute needs {_MINUTE_MS / 2:,.0f} ms on average"
    )
    return [
        Row("a mail in the mailbox until it is in the agent's window, median", middle["median"], "ms", GOAL_MS),
        Row("the same, p95", middle["p95"], "ms", GOAL_MS),
    ]
