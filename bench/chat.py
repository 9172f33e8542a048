"""Durable chat: visitors send, the server stores, acknowledges and delivers to the agent.

A message counts when its ack has come back to the visitor and the agent has heard it; the ack comes after a commit
that survives a power cut (`synchronous=FULL`).
"""

from __future__ import annotations

import asyncio
import statistics
import time

from bench.lean import LeanSocket, connect
from bench.server import Server, running_server

VISITORS = 100
SECONDS = 8
RATE = 1000
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
        while self.acked < VISITORS or self.heard < VISITORS:
            await asyncio.sleep(0.01)

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


async def throughput(server: Server) -> dict[str, float]:
    """Each visitor sends its next message when the last one is acknowledged; return messages a second."""
    talk = Talk()
    await talk.gather(server)
    talk.closed_loop = True
    for visitor in talk.visitors:
        talk.say(visitor)
    await asyncio.sleep(2)  # warm
    acked, heard, start, cpu = talk.acked, talk.heard, time.perf_counter(), server.cpu_seconds
    await asyncio.sleep(SECONDS)
    passed = time.perf_counter() - start
    result = {
        "acked_per_second": (talk.acked - acked) / passed,
        "delivered_per_second": (talk.heard - heard) / passed,
        "server_cpu_us_per_message": (server.cpu_seconds - cpu) / max(1, talk.acked - acked) * 1e6,
    }
    talk.closed_loop = False
    for _ in range(200):
        if talk.heard == talk.acked == talk.numbers:
            break
        await asyncio.sleep(0.05)
    assert not talk.errors, talk.errors[0]
    assert talk.heard == talk.numbers, f"{talk.numbers} sent, {talk.heard} delivered"
    return result


async def latency(server: Server) -> dict[str, float]:
    """Send 1,000 messages a second, evenly, whatever comes back; return milliseconds from send to delivery."""
    talk = Talk()
    await talk.gather(server)
    talk.latencies.clear()
    start, sent = time.perf_counter(), 0
    while sent < RATE * SECONDS:
        due = min(RATE * SECONDS, int((time.perf_counter() - start) * RATE))
        while sent < due:
            talk.say(talk.visitors[sent % VISITORS])
            sent += 1
        await asyncio.sleep(0.0005)
    for _ in range(100):
        if len(talk.latencies) == sent:
            break
        await asyncio.sleep(0.05)
    assert len(talk.latencies) == sent, f"{sent} sent, {len(talk.latencies)} delivered"
    ordered = sorted(value * 1000 for value in talk.latencies)
    return {"p50_ms": statistics.median(ordered), "p99_ms": ordered[int(len(ordered) * 0.99)], "max_ms": ordered[-1]}


async def memory(server: Server) -> dict[str, float]:
    """Return resident MB at rest and with a thousand visitors connected."""
    await asyncio.sleep(2)
    rest = server.resident_mb
    sockets = [await connect(server.port, "/visitor", {"key": server.made["widget_key"]}) for _ in range(1000)]
    await asyncio.sleep(2)
    full = server.resident_mb
    for socket, _ in sockets:
        socket.transport.close()
    return {"rest_mb": rest, "thousand_visitors_mb": full}


def run() -> list[tuple[str, float, str, float, bool]]:
    """Return rows (what, measured, unit, limit, more is better)."""
    with running_server() as server:
        mb = asyncio.run(memory(server))
    with running_server() as server:
        speed = asyncio.run(throughput(server))
    with running_server() as server:
        time_taken = asyncio.run(latency(server))
    delivered = min(speed["acked_per_second"], speed["delivered_per_second"])
    print(f"    server CPU per message: {speed['server_cpu_us_per_message']:.0f} µs; "
          f"p50 {time_taken['p50_ms']:.1f} ms, max {time_taken['max_ms']:.1f} ms")  # fmt: skip
    return [
        ("durable messages: stored, acknowledged, delivered", delivered, "/s", 5000, True),
        ("p99 from send to delivery at 1,000/s", time_taken["p99_ms"], "ms", 25, False),
        ("resident at rest", mb["rest_mb"], "MB", 120, False),
        ("resident with 1,000 visitors", mb["thousand_visitors_mb"], "MB", 300, False),
    ]
