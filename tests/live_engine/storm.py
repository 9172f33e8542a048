"""One live server, somebody who talks on it all the time, and attackers whose traces must be gone after each attack."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError

from hub.doors.live.engine.websocket import WebSocketLink

from .conftest import Hall, Raw, Resources, soon

# A round trip takes about a millisecond. The bystander shares the loop and the machine with the attackers, so this
# leaves much room for the machine, and none for a loop that somebody's packets keep busy.
LONGEST_ROUND_TRIP = 1.0

UPGRADE = (
    b"GET /socket.io/?EIO=4&transport=websocket%s HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s\r\n"
)

Packets = list[str | bytes]


class Book(logging.Handler):
    """Everything that is logged as a warning or worse."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


class Storm:
    """The server and its bystander."""

    def __init__(self, core: type[WebSocketLink] | None = None, **options: Any) -> None:
        self._core, self._options = core, options
        self._runner = asyncio.Runner()
        self._book = Book()
        self.longest = 0.0
        self.patience = 3.0
        self._broken = False

    def run(self, *attacks: Any) -> None:
        """Let coroutine functions of the storm attack at the same time, and find nothing left of them afterwards."""
        if self._broken:  # by the attack before: this one is judged by itself
            self._runner.run(self.close())
            self._runner.run(self.open())
        self._broken = True
        self._runner.run(self._attacked(attacks))
        self._broken = False

    async def open(self) -> None:
        self.hall = Hall(ping_interval=25, **self._options)
        if self._core is not None:
            self.hall.sio.eio.link_class = self._core
        await self.hall.start()
        self.vera = await self.hall.raw()
        self.vera_is = self.hall.came[0]
        await self.hall.sio.enter_room(self.vera_is, "bystanders")
        self.resources = Resources()

    async def _attacked(self, attacks: tuple[Any, ...]) -> None:
        self.longest = 0.0
        self._book.records.clear()
        talking = asyncio.create_task(self._talk())
        try:
            await asyncio.gather(*(attack(self) for attack in attacks))
            hall = self.hall
            with suppress(AssertionError):
                await soon(lambda: not self._traces(), self.patience)
            assert self._traces() == [], f"something is left: {self._traces()}"
            assert hall.sio.counters.handler_errors == 0
            hall.left.clear(), hall.came.clear(), hall.environs.clear(), hall.heard.clear()
            hall.came.append(self.vera_is)
        finally:
            talking.cancel()
            with suppress(asyncio.CancelledError):
                await talking
        await self.resources.back()
        assert self.longest < LONGEST_ROUND_TRIP
        # aiohttp writes one for each request that is not HTTP; whoever starts the web server may give it another log.
        traces = [
            record
            for record in self._book.records
            if record.exc_info and not isinstance(record.exc_info[1], HttpProcessingError)
        ]
        assert not traces, self._book.format(traces[0])
        ours = [record.getMessage() for record in self._book.records if record.name.startswith("hub.")]
        assert len(ours) <= 3, f"a line for each packet: {ours}"

    def _traces(self) -> list[str]:
        """What is there besides the bystander."""
        hall, sio, manager = self.hall, self.hall.sio, self.hall.sio.manager
        rooms = {room: list(members) for room, members in hall.rooms.get("/", {}).items()}
        expected = {
            "sessions": hall.sessions == 1 and sio.counters.connections == 1,
            "disconnects": len(hall.left) == len(hall.came) - 1,
            "rooms": list(hall.rooms) == ["/"] and rooms == {None: [self.vera_is], "bystanders": [self.vera_is]},
            "half packets": not sio._binary_packet,
            "people": len(sio.environ) == len(manager._sids) == len(manager._rooms_of) == 1,
            "comings and goings": not (manager.pending_connect or manager.pending_disconnect or manager.settling),
            "questions": not manager.callbacks,
        }
        return [name for name, fine in expected.items() if not fine]

    async def _talk(self) -> None:
        clock = asyncio.get_running_loop().time
        number = 0
        while True:
            number += 1
            begun = clock()
            await self.vera.send(f'42{number}["echo"]')
            while (heard := await self.vera.text()) != f"43{number}[]":
                if heard == "2":
                    await self.vera.send("3")
            self.longest = max(self.longest, clock() - begun)
            await asyncio.sleep(0.002)

    async def close(self) -> None:
        await self.vera.ws.close()
        await self.hall.stop()

    # --- ways to attack

    async def by_websocket(self, packets: Packets, joined: bool, farewell: bool) -> None:
        """Send packets over a WebSocket."""
        mallory = await self.hall.raw(join="40" if joined else None)
        await _flood(mallory, packets)
        await (mallory.ws.close() if farewell else _cut(mallory))

    async def by_polling(self, posts: list[Packets], joined: bool, farewell: bool) -> None:
        """Send packets in posts, with a poll waiting or not."""
        sid = await self.hall.open_polling(join="40" if joined else None)
        parked = asyncio.create_task(self.hall.poll(sid))
        try:
            for packets in posts:
                parts = [part if isinstance(part, str) else "b" + part.hex() for part in packets]
                status, _ = await self.hall.post(sid, "\x1e".join(parts).encode(errors="replace"))
                assert status in (200, 400, 413)
            if farewell:
                await self.hall.post(sid, "1")
        finally:
            await self.hall.sio.eio.disconnect(sid)
            status, _ = await parked
            assert status in (200, 400)
        if (await self.hall.poll(sid))[0] == 200:  # the last words
            assert (await self.hall.poll(sid))[0] == 400

    async def by_upgrade(self, probe: Packets, packets: Packets, farewell: bool) -> None:
        """Begin on polling, and send packets where a probe is expected, and others behind it."""
        sid = await self.hall.open_polling()
        ws = await self.hall.http.ws_connect(f"/socket.io/?EIO=4&transport=websocket&sid={sid}", max_msg_size=0)
        mallory = Raw(ws)
        await _flood(mallory, probe)
        await self.hall.post(sid, '42["echo"]')
        await _flood(mallory, packets)
        await (ws.close() if farewell else _cut(mallory))
        await self.hall.sio.eio.disconnect(sid)

    async def by_bytes(self, data: bytes, half: bool) -> None:
        """Send bytes over a connection of our own, closing its half or not at all before it is cut."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.hall.port)
        with suppress(ConnectionError):
            writer.write(data)
            if half:
                writer.write_eof()
            await writer.drain()
        with suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(0.03):
                while await reader.read(65536):
                    pass
        writer.transport.abort()
        with suppress(ConnectionError):
            await writer.wait_closed()

    async def by_request(self, method: str, query: str, body: bytes, headers: dict[str, str]) -> None:
        """Send one HTTP request."""
        with suppress(aiohttp.ClientError, TimeoutError):
            timeout = aiohttp.ClientTimeout(2)
            async with self.hall.http.request(
                method, f"/socket.io/?{query}", data=body, headers=headers, timeout=timeout
            ) as answer:
                assert answer.status < 500 and answer.status != 101
                text = await answer.text()
        for sid in list(self.hall.sio.eio.sockets):  # what a good request has opened
            if sid in locals().get("text", ""):
                await self.hall.sio.eio.disconnect(sid)


async def _flood(mallory: Raw, packets: Packets) -> None:
    with suppress(ConnectionError, aiohttp.ClientError):
        for packet in packets:
            await mallory.send(packet.encode(errors="replace").decode() if isinstance(packet, str) else packet)


async def _cut(mallory: Raw) -> None:
    transport = mallory.ws._writer.transport
    raw = transport.get_extra_info("socket")
    if raw is not None:
        with suppress(OSError):
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")  # a reset
    transport.abort()
    await mallory.ws.close()


@contextmanager
def storm(**options: Any) -> Iterator[Storm]:
    """A storm whose server runs for many attacks."""
    one = Storm(**options)
    logging.getLogger().addHandler(one._book)
    try:
        one._runner.run(one.open())
        yield one
        one._runner.run(one.close())
    finally:
        logging.getLogger().removeHandler(one._book)
        one._runner.close()
