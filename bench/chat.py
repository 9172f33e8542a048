"""Durable chat: visitors send, the server stores, acknowledges and delivers to the agent.

A message counts when its ack has come back to the visitor and the agent has heard it; the ack comes after a commit
that survives a power cut (`synchronous=FULL`).
"""

from __future__ import annotations

import asyncio
import statistics
import time

from bench.lean import LeanSocket, connect
from bench.rivals import Figures, medians
from bench.server import Server, running_server
from bench.table import Row

VISITORS = 100
SECONDS = 8.0
RATES = (1000, 5000)
PAUSE = 0.001
"""Seconds between two looks at what is due: uvloop's timers know milliseconds, and half of one is none at all. The load
then spun on a core of its own, and server and writer shared the other one."""
TEXT = "Do you have the spring sencha in stock, and would it reach Oslo by Friday?"


class Talk:
    """A hundred visitors with a conversation each, and an agent who hears them all."""

    def __init__(self) -> None:
        self.visitors: list[LeanSocket] = []
        self.heard = 0
        self.acked = 0
        self.sent_at: dict[bytes, float] = {}
        self.latencies: list[float] = []
        self.errors: list[bytes] = []
        self.numbers = 0
        self.closed_loop = False
        self.conversations: dict[LeanSocket, int] = {}

    async def gather(self, server: Server) -> None:
        """Connect everybody, and begin each conversation with a first message."""
        agent, _ = await connect(server.port, "/agent", {"token": server.sign_in()})
        agent.on_packet = self._agent_hears
        for _ in range(VISITORS):
            visitor, _ = await connect(server.port, "/visitor", {"key": server.made["widget_key"]})
            visitor.on_packet = self._visitor_hears
            self.visitors.append(visitor)
        for visitor in self.visitors:
            self.say(visitor)
        await self.finish(VISITORS)

    async def finish(self, number: int) -> None:
        """Return when so many messages were acknowledged and delivered. Raises AssertionError after 60 s."""
        for _ in range(1200):
            if self.acked == self.heard == number:
                break
            await asyncio.sleep(0.05)
        assert not self.errors, self.errors[0]
        assert self.acked == self.heard == number, f"{number} sent, {self.acked} acknowledged, {self.heard} delivered"

    def say(self, visitor: LeanSocket) -> None:
        """Send the visitor's next message."""
        self.numbers += 1
        mark = b"%08d" % self.numbers
        conversation = self.conversations.get(visitor)
        where = b',"conversation":%d' % conversation if conversation else b""
        self.sent_at[mark] = time.perf_counter()
        body = b'["message.send",{"client_id":"c%s","text":"%s"%s}]' % (mark, TEXT.encode(), where)
        visitor.send(b"42/visitor,%d%s" % (self.numbers, body))

    def _visitor_hears(self, visitor: LeanSocket, packet: bytes) -> None:
        if not packet.startswith(b"43"):
            return  # the message itself, for the visitor's other tabs
        if b'"ok":true' not in packet:
            self.errors.append(packet)
        self.acked += 1
        if visitor not in self.conversations:
            start = packet.index(b'"conversation":') + 15
            self.conversations[visitor] = int(packet[start : packet.index(b",", start)])
        if self.closed_loop:
            self.say(visitor)

    def _agent_hears(self, agent: LeanSocket, packet: bytes) -> None:
        if not packet.startswith(b'42/agent,["message"'):
            return
        self.heard += 1
        start = packet.index(b'"client_id":"c') + 14
        sent = self.sent_at.pop(packet[start : start + 8], None)
        if sent is not None:
            self.latencies.append(time.perf_counter() - sent)


async def throughput(server: Server, seconds: float = SECONDS) -> Figures:
    """Each visitor sends its next message when the last one is acknowledged; return messages a second."""
    talk = Talk()
    await talk.gather(server)
    talk.closed_loop = True
    for visitor in talk.visitors:
        talk.say(visitor)
    await asyncio.sleep(min(2.0, seconds))  # warm
    acked, heard, start = talk.acked, talk.heard, time.perf_counter()
    cpu, loop = server.cpu_seconds, server.loop_seconds
    await asyncio.sleep(seconds)
    passed, done = time.perf_counter() - start, max(1, talk.acked - acked)
    figures = {
        "messages/s": min(talk.acked - acked, talk.heard - heard) / passed,
        "CPU µs": (server.cpu_seconds - cpu) / done * 1e6,
        "loop µs": (server.loop_seconds - loop) / done * 1e6,
    }
    talk.closed_loop = False
    await talk.finish(talk.numbers)
    return figures


async def latency(server: Server, rate: int, seconds: float = SECONDS) -> Figures:
    """Send so many messages a second, evenly, whatever comes back; return milliseconds from send to delivery."""
    talk = Talk()
    await talk.gather(server)
    talk.latencies.clear()
    count = int(rate * seconds)
    start, sent = time.perf_counter(), 0
    while sent < count:
        due = min(count, int((time.perf_counter() - start) * rate))
        while sent < due:
            talk.say(talk.visitors[sent % VISITORS])
            sent += 1
        await asyncio.sleep(PAUSE)
    await talk.finish(talk.numbers)
    assert len(talk.latencies) == sent, f"{sent} sent, {len(talk.latencies)} delivered"
    ordered = sorted(value * 1000 for value in talk.latencies)
    return {"p50 ms": statistics.median(ordered), "p99 ms": ordered[int(len(ordered) * 0.99)], "max ms": ordered[-1]}


async def memory(server: Server, visitors: int = 1000) -> Figures:
    """Return resident MB at rest and with so many visitors connected."""
    await asyncio.sleep(2)
    rest = server.resident_mb
    sockets = [await connect(server.port, "/visitor", {"key": server.made["widget_key"]}) for _ in range(visitors)]
    await asyncio.sleep(2)
    full = server.resident_mb
    for socket, _ in sockets:
        socket.transport.close()
    return {"MB at rest": rest, "MB with visitors": full}


def one_round(seconds: float = SECONDS) -> dict[str, Figures]:
    """Measure all of it once, each on a fresh server."""
    found = {}
    with running_server() as server:
        found["memory"] = asyncio.run(memory(server))
    with running_server() as server:
        found["speed"] = asyncio.run(throughput(server, seconds))
    for rate in RATES:
        with running_server() as server:
            found[f"at {rate}"] = asyncio.run(latency(server, rate, seconds))
    return found


def run(runs: int, quick: bool) -> list[Row]:
    """Return the rows."""
    rounds = []
    for number in range(runs):
        rounds.append(one_round(1.0 if quick else SECONDS))
        for part, figures in rounds[-1].items():
            shown = "  ".join(f"{name} {value:,.1f}" for name, value in figures.items())
            print(f"    {number + 1}/{runs} {part:<8}{shown}", flush=True)
    found = {part: medians([one[part] for one in rounds]) for part in rounds[0]}
    speed, memory_mb = found["speed"], found["memory"]
    reached = "reached" if speed["messages/s"] >= 10_000 else "not reached"
    print(f"    10,000 messages a second: {reached}; the loop's work for a message: {speed['loop µs']:.0f} µs")
    return [
        Row("durable messages: stored, acknowledged, delivered", speed["messages/s"], "/s", 5000, more_is_better=True),
        Row("the loop's work for a durable message", speed["loop µs"], "µs", 40),
        Row("p99 from send to delivery at 1,000/s", found["at 1000"]["p99 ms"], "ms", 25),
        Row("p99 from send to delivery at 5,000/s", found["at 5000"]["p99 ms"], "ms", 25),
        Row("resident at rest", memory_mb["MB at rest"], "MB", 120),
        Row("resident with 1,000 visitors", memory_mb["MB with visitors"], "MB", 300),
    ]
