"""A phone's leg by its provider's media stream: a WebSocket with G.711 in JSON, in the dialects of Twilio and Telnyx.

Both send `connected`, `start`, `media` (base64), `dtmf`, `mark`, `stop` and take `media`, `mark` and `clear`. Twilio names a stream
`streamSid` and its format `mediaFormat.encoding: audio/x-mulaw`; Telnyx `stream_id` and `media_format.encoding: PCMU` (or PCMA).
Sources: Twilio "Media Streams – WebSocket messages"; Telnyx "Media Streaming over WebSockets".
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
from collections.abc import Callable
from typing import Any

from aiohttp import WSMsgType, web

from media.dtmf import KEYS
from media.legs.leg import Leg
from media.sound import g711, tones
from media.sound.opus import Pcm

MOST = 100
"""Messages that wait for a slow connection: two seconds. Older sound is thrown away; late speech helps nobody."""


class StreamLeg(Leg):
    """Lives as long as its socket."""

    kind = "stream"

    def __init__(self, name: str, side: str, tell: Callable[..., None]) -> None:
        super().__init__(name, side, tell)
        self._law: g711.Law = "PCMU"
        self._up, self._down = g711.Up(), g711.Down()
        self._socket: web.WebSocketResponse | None = None
        self._stream: dict[str, str] | None = None
        """How the provider names the stream, as it must stand in each message to it."""
        self._leaving: asyncio.Queue[str] = asyncio.Queue(MOST)
        self._number = self._received = 0
        self._tones: list[Pcm] = []

    @property
    def is_up(self) -> bool:
        """Whether the stream has started."""
        return self._stream is not None

    async def talk(self, socket: web.WebSocketResponse) -> None:
        """Take and send messages until the stream ends."""
        self._socket = socket
        sending = asyncio.ensure_future(self._send(socket))
        try:
            async for message in socket:
                if message.type != WSMsgType.TEXT or not self._message(message.data):
                    break
        finally:
            sending.cancel()
            was_up, self._stream, self._socket = self.is_up, None, None
            if was_up:
                self.tell("leg.down", reason="stopped")
                self.on_change()
            await socket.close()

    async def _send(self, socket: web.WebSocketResponse) -> None:
        while True:
            try:
                await socket.send_str(await self._leaving.get())
            except (ConnectionError, RuntimeError):
                return

    def _message(self, text: str) -> bool:
        """Take a message; False ends the stream. One that cannot be read is passed over."""
        try:
            message = json.loads(text)
            event = message["event"]
            if event == "start":
                self._start(message)
            elif event == "media" and self.is_up:
                self._media(message["media"])
            elif event == "dtmf" and message["dtmf"]["digit"] in KEYS:
                self.tell("leg.dtmf", digit=message["dtmf"]["digit"])
            elif event == "mark":
                self.tell("leg.mark", name=str(message["mark"]["name"])[:80])
            return bool(event != "stop")
        except (ValueError, TypeError, KeyError, AttributeError):
            return True

    def _start(self, message: dict[str, Any]) -> None:
        start = message["start"]
        layout = start.get("mediaFormat") or start.get("media_format") or {}
        self._law = "PCMA" if str(layout.get("encoding", "")).upper() in ("PCMA", "AUDIO/X-ALAW") else "PCMU"
        name = message.get("streamSid") or start.get("streamSid")
        self._stream = {"streamSid": str(name)} if name else {"stream_id": str(message["stream_id"])}
        self.tell("leg.up", replaced=False)
        self.on_change()

    def _media(self, media: dict[str, Any]) -> None:
        if media.get("track") in ("outbound", "outbound_track"):
            return  # what we sent ourselves, when both tracks were asked for
        try:
            payload = base64.b64decode(media["payload"], validate=True)
        except (binascii.Error, TypeError):
            return
        if 0 < len(payload) <= 1600:
            self._received += 1
            # A connection keeps the order, so messages are numbered here: providers count from 0, from 1, or by track.
            self.playout.put(self._number & 0xFFFF, payload)
            self._number += 1

    def decode(self, payload: bytes) -> Pcm | None:
        """Return the samples of a payload."""
        return self._up(g711.decode(self._law, payload))

    def give(self, pcm: Pcm | None, packet: bytes | None = None) -> None:
        """Send a frame."""
        if self._tones:
            pcm = self._tones.pop(0)
        payload = g711.SILENT[self._law] if pcm is None else g711.encode(self._law, self._down(pcm))
        self._say({"event": "media", "media": {"payload": base64.b64encode(payload).decode()}})

    def digits(self, digits: str) -> None:
        """Send key presses as tones: a media stream has no other way."""
        self._tones += tones.keys(digits)

    def cut(self) -> None:
        """Make the provider forget what it has not yet played."""
        while not self._leaving.empty():
            self._leaving.get_nowait()
        self._say({"event": "clear"})

    def mark(self, name: str) -> None:
        """Have the provider tell when what was sent until now is played."""
        self._say({"event": "mark", "mark": {"name": name}})

    def _say(self, message: dict[str, Any]) -> None:
        if self._stream is None:
            return
        if self._leaving.full():
            self._leaving.get_nowait()
        self._leaving.put_nowait(json.dumps({**message, **self._stream}))

    def quality(self) -> dict[str, Any]:
        """Return what came."""
        return {"received": self._received, "lost": 0, "jitter_ms": 0.0, "rtt_ms": None}

    async def close(self) -> None:
        """Close the socket."""
        if self._socket is not None:
            await self._socket.close()
