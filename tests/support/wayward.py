"""A mail server that misbehaves as a test says: it refuses, says nothing, says half of something, or hangs up."""

from __future__ import annotations

import asyncio
import email
import email.policy
from collections import defaultdict
from typing import Any

from tests.support.house import free_port

HANG, DROP, HALF = "hang", "drop", "half"
_USUAL = {"GREET": "220 ready", "DATA": "354 go on", "AUTH": "235 welcome", "QUIT": "221 bye"}


class Wayward:
    """`says[verb]` are answers that come before the usual one, once each; `always[verb]` is the one that comes for good.

    Verbs are SMTP's, `GREET` for the greeting and `END` for the end of a mail's bytes. An answer may be HANG, DROP or HALF.
    """

    def __init__(self) -> None:
        self.port = free_port()
        self.says: dict[str, list[str]] = defaultdict(list)
        self.always: dict[str, str] = {}
        self.raw: list[bytes] = []
        self.heard: list[str] = []
        self.connections = 0
        self.open: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    @property
    def mails(self) -> list[Any]:
        """What it took."""
        return [email.message_from_bytes(each, policy=email.policy.default) for each in self.raw]

    async def start(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def stop(self) -> None:
        """Listen no more, and hang up on everybody."""
        if self._server:
            self._server.close()
        self.hang_up()

    def hang_up(self) -> None:
        """Close all connections, as a server does with those that wait."""
        for writer in self.open:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open.add(writer)
        try:
            if not await self._answer(writer, "GREET"):
                return
            while line := (await reader.readline()).decode().strip():
                verb = line.split()[0].upper()
                self.heard.append(line)
                if verb == "EHLO":
                    writer.write(b"250-wayward\r\n250-8BITMIME\r\n")
                    await self._answer(writer, "EHLO", "250 AUTH PLAIN")
                    continue
                if not await self._answer(writer, verb) or verb == "QUIT":
                    return
                if verb == "DATA" and self._data:
                    message = await reader.readuntil(b"\r\n.\r\n")
                    kept = len(self.raw)
                    self.raw.append(message[:-3].replace(b"\r\n..", b"\r\n."))
                    if not await self._answer(writer, "END"):
                        return
                    if not self._data:
                        del self.raw[kept:]
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.open.discard(writer)
            writer.close()

    async def _answer(self, writer: asyncio.StreamWriter, verb: str, usual: str = "250 OK") -> bool:
        answer = self.says[verb].pop(0) if self.says[verb] else self.always.get(verb, _USUAL.get(verb, usual))
        self._data = answer[:1] in "23"
        if answer == HANG:
            await asyncio.sleep(3_600)
        if answer in (DROP, HALF):
            writer.write(b"25" if answer == HALF else b"")
            return False
        writer.write(f"{answer}\r\n".encode())
        await writer.drain()
        return True
