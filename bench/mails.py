"""Chat mails, rendered, signed and handed to an SMTP server of this machine; and how long somebody who is away waits.

The first part is one process that does nothing else. The second is the whole product: an agent's program writes to two
hundred people who are away, and the time runs from the moment at which their delay is over until the server has the mail.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import aiohttp

from bench import machine
from bench.server import ROOT, running_server
from bench.table import Row

GOAL = 200
SECONDS, PEOPLE, DELAY = 8.0, 200, 8


class Sink:
    """An SMTP server as a process of its own; `took` is what it says at its end: id, when, whether it was signed."""

    def __init__(self) -> None:
        self.port = machine.free_port()
        self.took: list[tuple[str, float, bool]] = []
        self.connections = 0

    @contextlib.contextmanager
    def running(self) -> Iterator[Sink]:
        """Run it on the core of the load."""
        command = [sys.executable, "-m", "bench.mail_sink", str(self.port)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert process.stdout and "ready" in process.stdout.readline()
        try:
            yield self
        finally:
            process.terminate()
            for line in process.communicate(timeout=30)[0].splitlines():
                id, at, signed = line.split() if line.count(" ") == 2 else ("", *line.split())
                if id == "connections":
                    self.connections = int(at)
                else:
                    self.took.append((id, float(at), signed == "1"))


def flat_out(way: str, seconds: float) -> dict[str, float]:
    """Return mails a second of one process on a core of its own, milliseconds of it for each, and KB that it grew."""
    with Sink().running() as sink:
        command = [sys.executable, "-m", "bench.mail_sender", way, str(sink.port), str(seconds)]
        done = subprocess.run(
            command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True, preexec_fn=machine.on_server_core()
        )
    figures: dict[str, float] = json.loads(done.stdout)
    assert len(sink.took) == len({id for id, _, _ in sink.took}) == figures["sent"], "each mail came once"
    assert all(signed for _, _, signed in sink.took), "each of them signed"
    return figures | {"connections": sink.connections}


async def _write(port: int, key: str, people: int) -> dict[int, float]:
    """Let a program write to people who are away; return when it began to, by conversation."""
    headers = {"Authorization": f"Token {key}"}
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", headers=headers) as http:
        body = {"contacts": [{"email": f"vera{number}@example.com"} for number in range(people)]}
        async with http.post("/api/app/contacts/bulk", json=body) as answer:
            ids = [each["id"] for each in (await answer.json())["results"]]
        started: dict[int, float] = {}

        async def write(contact: int) -> None:
            began = time.time()
            path = f"/api/public/users/{contact}/conversations/"
            async with http.post(path, json={"content": "Your order is on its way."}) as answer:
                said: dict[str, Any] = await answer.json()
                assert answer.status < 300, said
                started[said["id"]] = began

        await asyncio.gather(*(write(contact) for contact in ids))
        return started


def whole(people: int, delay: int) -> list[float]:
    """Return the milliseconds from the end of the delay until the server had the mail, of each person, in order."""
    with Sink().running() as sink:
        options = ("--smtp-url", f"smtp://127.0.0.1:{sink.port}", "--mail-from", "hello@shop.example")
        with running_server(*options, "--offline-delay", str(delay)) as server:
            started = asyncio.run(_write(server.port, server.made["api_key"], people))
            time.sleep(delay + 6)
    came = {int(id.split("-")[2]): at for id, at, _ in sink.took}
    assert came.keys() == started.keys() and len(sink.took) == people, (len(came), len(started), len(sink.took))
    return sorted((came[each] - began - delay) * 1000 for each, began in started.items())


def run(runs: int, quick: bool) -> list[Row]:
    """Measure, and return the rows of the table."""
    seconds, rounds = 1.0 if quick else SECONDS, 1 if quick else runs
    ours, others, waits = [], [], []
    for _ in range(rounds):
        ours.append(flat_out("ours", seconds))
        others.append(flat_out("peer", seconds))
        waits.append(whole(20 if quick else PEOPLE, 2 if quick else DELAY))

    def median(figures: list[dict[str, float]], name: str) -> float:
        return statistics.median(each[name] for each in figures)

    speed, other = median(ours, "per_second"), median(others, "per_second")
    slow = statistics.median(each[int(len(each) * 0.95)] for each in waits)
    return [
        Row(
            f"chat mails, signed, of one process (aiosmtplib + dkimpy: {other:,.0f})",
            speed,
            "/s",
            GOAL,
            more_is_better=True,
        ),
        Row(f"processor time of one (aiosmtplib + dkimpy: {median(others, 'ms'):.1f})", median(ours, "ms"), "ms"),
        Row(f"memory grown over {speed * seconds:,.0f} mails", median(ours, "grown_kb"), "KB", 1_024),
        Row(f"{len(waits[0])} people at once: from delay over to handed over, p95", slow, "ms", 1_000),
    ]
