"""`python -m bench.survivors PORT KEY COUNT`: visitors in a conversation each, who outlive their server.

They come back as the official client does (a random pause below a second, doubling up to five), resume by position, and
keep one list of messages by the clients' rule: the next position is shown, an old one dropped, a hole asked for again.
Lines on standard input are orders (`report`, and the end of the file), lines on standard output are facts.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from typing import Any

import uvloop

from bench import machine
from bench.lean import Caller, connect

_LONGEST_PAUSE = 5.0


class Visitor:
    """One person in one conversation."""

    def __init__(self, port: int, key: str, turn: asyncio.Semaphore) -> None:
        self._port, self._turn = port, turn
        self._auth: dict[str, Any] = {"key": key}
        self._back_at = 0.0
        self.conversation = 0
        self.shown: list[str] = []
        self.repeated = self.tries = 0
        self.resumed: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._caller: Caller

    @property
    def position(self) -> int:
        """The last position that this visitor has."""
        return len(self.shown)

    async def arrive(self) -> None:
        """Connect for the first time, and begin the conversation."""
        async with self._turn:
            await self._connect()
            sent = {"client_id": f"first{random.random()}", "text": "Is the shop open on Sunday?"}
            answer = await self._caller.ask("message.send", sent)
        assert answer["ok"], answer
        self.conversation = answer["message"]["conversation"]
        self._show(answer["message"])

    async def _connect(self) -> None:
        socket, session = await connect(self._port, "/visitor", self._auth)
        self._auth["visitor_token"] = session["visitor_token"]
        self._caller = Caller(socket, "/visitor")
        self._caller.on_event = self._hears
        socket.on_lost = self._lost

    def _lost(self, socket: Any) -> None:
        if self.resumed.done():
            self.resumed = asyncio.get_running_loop().create_future()
        self._returning = asyncio.get_running_loop().create_task(self._return())

    async def _return(self) -> None:
        pause = 1.0
        while True:
            await asyncio.sleep(random.random() * pause)
            self.tries += 1
            try:
                await self._connect()
                await self._resume()
            except (OSError, TimeoutError):
                pause = min(pause * 2, _LONGEST_PAUSE)
                continue
            self.resumed.set_result(time.monotonic())
            return

    async def _resume(self) -> None:
        held = {str(self.conversation): {"position": self.position}}
        answer = await self._caller.ask("resume", {"streams": held})
        assert answer["ok"], answer
        for message in answer["streams"][str(self.conversation)]["messages"]:
            self._show(message)

    def _hears(self, name: str, payload: Any) -> None:
        if name == "message":
            self._show(payload)

    def _show(self, message: dict[str, Any]) -> None:
        if message["position"] <= self.position:
            # The own message comes as an answer and as an event; what was shown already is known to be the same.
            self.repeated += self.shown[message["position"] - 1] != message["client_id"]
        elif message["position"] == self.position + 1:
            self.shown.append(message["client_id"])
        elif self.resumed.done() or not self.conversation:
            self._filling = asyncio.get_running_loop().create_task(self._resume())


async def _orders() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


def _say(**facts: Any) -> None:
    print(json.dumps(facts), flush=True)


async def main() -> None:
    """Bring everybody in, tell when all have come back after each cut, and report what they have."""
    port, key, count = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    turn = asyncio.Semaphore(40)
    visitors = [Visitor(port, key, turn) for _ in range(count)]
    await asyncio.gather(*(visitor.arrive() for visitor in visitors))
    _say(conversations=[visitor.conversation for visitor in visitors])
    orders = await _orders()
    while order := (await orders.readline()).strip():
        if order == b"wait":
            times = await asyncio.gather(*(visitor.resumed for visitor in visitors))
            _say(times=sorted(times), tries=sum(visitor.tries for visitor in visitors))
        else:
            shown = {visitor.conversation: visitor.shown for visitor in visitors}
            _say(shown=shown, repeated=sum(visitor.repeated for visitor in visitors))


if __name__ == "__main__":
    machine.raise_file_limit()
    machine.stay_on(machine.LOAD_CORE)
    uvloop.run(main())
