"""A node's death: kill -9 of a server with 10,000 visitors in a conversation each, while an agent goes on writing.

It is started again at once on the same data and port, which is what a supervisor does with the embedded store. The
clock runs from the kill until the last visitor has resumed. In the end each visitor must show each message that the
agent got an acknowledgement for, once and in order.
"""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import time
from typing import Any

from bench import machine
from bench.lean import Caller, connect
from bench.rivals import ROOT, Figures, medians
from bench.server import Server, running_server
from bench.table import Row

VISITORS = 10_000
GOAL_SECONDS = 10
RATE = 100
PROCESSES = 2


class Agent:
    """Writes to one conversation after the other, and sends again what was not acknowledged when the server died."""

    def __init__(self, server: Server, token: str) -> None:
        self._server, self._token = server, token
        self._numbers = 0
        self.acked: dict[str, tuple[int, int]] = {}
        """(conversation, position) by client id."""

    async def write(self, conversations: list[int], until: asyncio.Event) -> None:
        """Write so many messages a second, until told to stop; all of them are acknowledged when it returns."""
        outbox: list[dict[str, Any]] = []
        while not until.is_set() or outbox:
            try:
                socket, _ = await connect(self._server.port, "/agent", {"token": self._token})
                caller = Caller(socket, "/agent")
                lost = asyncio.Event()
                socket.on_lost = lambda _, lost=lost: lost.set()
                while not lost.is_set() and not (until.is_set() and not outbox):
                    if not outbox:
                        self._numbers += 1
                        conversation = random.choice(conversations)
                        outbox.append({"client_id": f"a{self._numbers}", "text": "Yes", "conversation": conversation})
                    await self._send(caller, lost, outbox)
                    await asyncio.sleep(1 / RATE)
                socket.transport.close()
            except (OSError, TimeoutError):
                await asyncio.sleep(0.1)

    async def _send(self, caller: Caller, lost: asyncio.Event, outbox: list[dict[str, Any]]) -> None:
        asking = asyncio.ensure_future(caller.ask("message.send", outbox[0]))
        cut = asyncio.ensure_future(lost.wait())
        await asyncio.wait((asking, cut), return_when=asyncio.FIRST_COMPLETED)
        cut.cancel()
        if not asking.done():
            asking.cancel()
            return
        answer = asking.result()
        assert answer["ok"], answer
        message = answer["message"]
        self.acked[outbox.pop()["client_id"]] = (message["conversation"], message["position"])


class Survivors:
    """A process full of visitors."""

    def __init__(self, server: Server, count: int) -> None:
        command = [sys.executable, "-m", "bench.survivors", str(server.port), server.made["widget_key"], str(count)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def order(self, what: str) -> None:
        """Tell the process what to do."""
        assert self._process.stdin
        self._process.stdin.write(f"{what}\n")
        self._process.stdin.flush()

    async def fact(self) -> dict[str, Any]:
        """Return the next thing that it says."""
        assert self._process.stdout
        line = await asyncio.wait_for(asyncio.to_thread(self._process.stdout.readline), 180)
        assert line, "a process of visitors has ended"
        return json.loads(line)

    def end(self) -> None:
        """Send everybody home."""
        self._process.kill()
        self._process.wait(20)


async def outlive(server: Server, visitors: int, rest: float = 2.0) -> Figures:
    """Kill the server, start it again, and judge what everybody has."""
    token = server.sign_in()
    crowds = [Survivors(server, visitors // PROCESSES) for _ in range(PROCESSES)]
    try:
        arrived = [await crowd.fact() for crowd in crowds]
        agent, stop = Agent(server, token), asyncio.Event()
        writing = asyncio.create_task(agent.write([id for fact in arrived for id in fact["conversations"]], stop))
        await asyncio.sleep(rest)
        before = len(agent.acked)
        server.kill()
        killed = time.monotonic()
        await asyncio.to_thread(server.start)
        ready, cpu, loop = time.monotonic(), server.cpu_seconds, server.loop_seconds
        for crowd in crowds:
            crowd.order("wait")
        back = [await crowd.fact() for crowd in crowds]
        cpu, loop = server.cpu_seconds - cpu, server.loop_seconds - loop
        await asyncio.sleep(0.5)
        stop.set()
        await asyncio.wait_for(writing, 60)
        await asyncio.sleep(0.5)
        for crowd in crowds:
            crowd.order("report")
        shown = {}
        for report in [await crowd.fact() for crowd in crowds]:
            assert not report["repeated"], "a position was told as two different messages"
            shown |= {int(conversation): ids for conversation, ids in report["shown"].items()}
    finally:
        for crowd in crowds:
            crowd.end()
    judge(shown, agent.acked)
    times = sorted(time for fact in back for time in fact["times"])
    assert before < len(agent.acked)
    return {
        "s until all": times[-1] - killed,
        "s until half": times[len(times) // 2] - killed,
        "s until 99 %": times[len(times) * 99 // 100] - killed,
        "s to start": ready - killed,
        "CPU ms each": cpu / visitors * 1000,
        "loop ms each": loop / visitors * 1000,
        "tries": sum(fact["tries"] for fact in back) / visitors,
        "messages": len(agent.acked),
    }


def judge(shown: dict[int, list[str]], acked: dict[str, tuple[int, int]]) -> None:
    """Raise AssertionError unless every acknowledged message is shown once, at its position, and nothing else is."""
    for client_id, (conversation, position) in acked.items():
        place = shown[conversation]
        assert place[position - 1 : position] == [client_id], (
            f"{client_id} is not at {conversation}:{position}: {place}"
        )
    theirs = sum(len(ids) - 1 for ids in shown.values())  # the first is the visitor's own
    assert theirs == len(acked), f"{len(acked)} were acknowledged, {theirs} are shown"


def run(runs: int, quick: bool) -> list[Row]:
    """Return the rows."""
    visitors = machine.as_many_as_allowed(500 if quick else VISITORS)
    rounds = []
    for number in range(runs):
        with running_server() as server:
            rounds.append(asyncio.run(outlive(server, visitors)))
        shown = "  ".join(f"{name} {value:,.1f}" for name, value in rounds[-1].items())
        print(f"    {number + 1}/{runs} {shown}", flush=True)
    found = medians(rounds)
    return [
        Row(f"kill -9, {visitors:,} visitors: until all have resumed", found["s until all"], "s", GOAL_SECONDS),
        Row("    of which the server's start", found["s to start"], "s"),
        Row("    the loop's work for one who comes back", found["loop ms each"], "ms"),
    ]
