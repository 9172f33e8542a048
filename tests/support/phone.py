"""A phone for tests: a UDP socket that speaks RTP with G.711, coded by FFmpeg and not by us."""

from __future__ import annotations

import asyncio
import struct
import time

import av
import numpy as np

from tests.support.tones import RATE, Ear

CODECS = {"PCMU": (0, "pcm_mulaw"), "PCMA": (8, "pcm_alaw")}
EVENTS = 101


class G711:
    """Samples at 8 kHz to bytes and back."""

    def __init__(self, name: str) -> None:
        self.kind, codec = CODECS[name]
        self._out, self._in = (av.CodecContext.create(codec, way) for way in "wr")
        for one in (self._out, self._in):
            one.sample_rate, one.layout, one.format = 8000, "mono", "s16"

    def encode(self, pcm: np.ndarray) -> bytes:
        """Return the bytes of samples."""
        frame = av.AudioFrame.from_ndarray(pcm.astype(np.int16).reshape(1, -1), "s16", "mono")
        frame.sample_rate = 8000
        return b"".join(bytes(packet) for packet in self._out.encode(frame))

    def decode(self, payload: bytes) -> np.ndarray:
        """Return the samples of bytes."""
        return np.concatenate([frame.to_ndarray().reshape(-1) for frame in self._in.decode(av.Packet(payload))])

    def tone(self, pitch: float, number: int) -> bytes:
        """Return frame number so-and-so of a tone."""
        return self.encode(np.sin(2 * np.pi * pitch * (number * 160 + np.arange(160)) / 8000) * 8000)

    def hear(self, ear: Ear, payload: bytes) -> None:
        """Have an ear hear bytes."""
        ear.take(np.repeat(self.decode(payload), RATE // 8000))


class Phone(asyncio.DatagramProtocol):
    """Sends a tone and hears what comes; also says which keys were sent to it, by the timestamps of their events."""

    def __init__(self, codec: str, pitch: float) -> None:
        self.codec, self.pitch, self.ear = G711(codec), pitch, Ear()
        self.number = 0
        self.keys: dict[int, list[tuple[int, bool]]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self.socket: asyncio.DatagramTransport

    async def open(self, host: str = "127.0.0.1") -> tuple[str, int]:
        """Open the socket and return its address."""
        loop = asyncio.get_running_loop()
        self.socket, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(host, 0))
        return self.socket.get_extra_info("sockname")

    def talk(self, to: tuple[str, int]) -> None:
        """Send the tone until closed."""
        self._tasks.append(asyncio.ensure_future(self._talk(to)))

    async def _talk(self, to: tuple[str, int]) -> None:
        start = time.monotonic()
        frame = 0
        while True:
            self.send(to, self.codec.kind, self.codec.tone(self.pitch, frame), frame * 160)
            frame += 1
            await asyncio.sleep(max(0.0, start + frame * 0.02 - time.monotonic()))

    def send(self, to: tuple[str, int], kind: int, payload: bytes, timestamp: int) -> None:
        """Send a packet."""
        self.socket.sendto(struct.pack("!BBHII", 0x80, kind, self.number & 0xFFFF, timestamp, 7) + payload, to)
        self.number += 1

    def press(self, to: tuple[str, int], key: int, timestamp: int, ends: int = 3) -> None:
        """Press a key: five packets while it is down, then its end so many times."""
        for step in range(5 + ends):
            end = 0x80 if step >= 5 else 0
            self.send(to, EVENTS, struct.pack("!BBH", key, end | 10, 160 * min(step + 1, 6)), timestamp)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Hear a packet."""
        kind, timestamp = data[1] & 0x7F, struct.unpack_from("!I", data, 4)[0]
        if kind == EVENTS:
            self.keys.setdefault(timestamp, []).append((data[12], bool(data[13] & 0x80)))
        elif kind == self.codec.kind:
            self.codec.hear(self.ear, data[12:])

    def close(self) -> None:
        """Hang up."""
        for task in self._tasks:
            task.cancel()
        self.socket.close()
