"""`baresip` as a real phone: it hums a tone, answers by itself, and writes down what it hears."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.sipp import free_pair, free_port
from tests.support.tones import heard_in

_CONFIG = """
sip_listen 127.0.0.1:{port}
net_interface 127.0.0.1
audio_player aubridge,{port}
audio_source ausine,{pitch}
audio_alert aubridge,{port}
ausrc_srate 48000
ausrc_channels 2
auplay_srate 8000
auplay_channels 1
rtp_ports {rtp}-{rtp_end}
snd_path {folder}
module_path /usr/lib/baresip/modules
module g711.so
module ausine.so
module aubridge.so
module sndfile.so
module_tmp account.so
module_app auloop.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control}
"""


class Phone:
    """A phone at an address of its own. `heard` says which tones it hears."""

    def __init__(self, folder: Path, port: int, control: int, process: asyncio.subprocess.Process) -> None:
        self._folder, self.port, self._control, self._process = folder, port, control, process
        self.says: list[dict[str, Any]] = []
        self._news = asyncio.Event()
        self._writer: asyncio.StreamWriter | None = None

    async def follow(self) -> None:
        """Read what the phone tells on its control socket (netstrings of JSON) until it ends."""
        reader = await self._connected()
        while not reader.at_eof():
            with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
                length = int((await reader.readuntil(b":"))[:-1])
                said = json.loads((await reader.readexactly(length + 1))[:-1])
                self.says.append(said)
                self._news.set()

    async def _connected(self) -> asyncio.StreamReader:
        async with asyncio.timeout(20):
            while True:
                try:
                    reader, self._writer = await asyncio.open_connection("127.0.0.1", self._control)
                    return reader
                except OSError:  # not there yet
                    await asyncio.sleep(0.05)

    async def do(self, command: str, params: str = "") -> None:
        """Press something: dial, hangup, hold…"""
        assert self._writer is not None, "follow comes first"
        text = json.dumps({"command": command, "params": params})
        self._writer.write(f"{len(text)}:{text},".encode())

    async def tells(self, kind: str, **facts: Any) -> dict[str, Any]:
        """Wait until the phone tells of an event of this type, with these facts."""
        wanted = {"type": kind, **facts}.items()
        async with asyncio.timeout(20):
            while not (found := [each for each in self.says if wanted <= each.items()]):
                self._news.clear()
                await self._news.wait()
        return found[0]

    def forget(self) -> None:
        """Forget what it told, and what it heard."""
        self.says.clear()
        for file in self._folder.glob("dump-*.wav"):
            file.unlink()

    def kill(self) -> None:
        """Let it end without a word."""
        self._process.kill()

    async def ready(self) -> None:
        """Wait until the phone can be called."""
        async with asyncio.timeout(20):
            while self._writer is None:
                assert self._process.returncode is None, (self._folder / "log").read_text()
                await asyncio.sleep(0.05)

    def heard(self, pitches: tuple[float, ...]) -> set[float]:
        """Return the tones in the last third of a second that it wrote down."""
        for file in self._folder.glob("dump-*dec*.wav"):
            # The header of 44 bytes says how long the sound is only once the phone has closed the file.
            pcm = np.frombuffer(file.read_bytes()[44:][: (file.stat().st_size - 44) // 2 * 2], np.int16)
            if len(pcm) > 2_700:
                return heard_in(pcm[-2_700:], pitches, rate=8_000)
        return set()

    async def hears(self, pitch: float, of: tuple[float, ...]) -> None:
        """Wait until it hears this tone and none of the others."""
        try:
            async with asyncio.timeout(20):
                while self.heard((pitch, *of)) != {pitch}:
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise AssertionError(f"the phone hears {self.heard((pitch, *of))}, not {pitch}") from None


@contextlib.asynccontextmanager
async def a_phone(folder: Path, number: str, pitch: int) -> AsyncIterator[Phone]:
    """Run a phone that hums at a pitch and answers whoever calls."""
    if shutil.which("baresip") is None:
        pytest.skip("baresip is not installed")
    port, control, rtp = free_pair(), free_port(socket.SOCK_STREAM), free_port() & ~1
    text = _CONFIG.format(port=port, control=control, rtp=rtp, rtp_end=rtp + 20, pitch=pitch, folder=folder)
    (folder / "config").write_text(text)
    (folder / "accounts").write_text(
        f"<sip:{number}@127.0.0.1:{port}>;regint=0;answermode=auto;audio_codecs=pcmu/8000\n"
    )
    (folder / "contacts").write_text("")
    log = (folder / "log").open("wb")
    process = await asyncio.create_subprocess_exec(
        "baresip", "-4", "-f", str(folder), stdin=asyncio.subprocess.PIPE, stdout=log, stderr=log
    )
    phone = Phone(folder, port, control, process)
    following = asyncio.ensure_future(phone.follow())
    try:
        await phone.ready()
        yield phone
    finally:
        following.cancel()
        if process.returncode is None:
            process.terminate()
            try:
                async with asyncio.timeout(3):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()
        log.close()
