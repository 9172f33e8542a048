"""Makes a sound that calls can play of a file that somebody brought.

The file is decoded by a process of its own (`media.sound.brought`): this one holds everybody's data, and nobody knows what is in
the file. One at a time, so that whoever uploads many keeps no call waiting for the processor.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec

from hub.core.errors import AttachmentTooLarge, InvalidPayload
from hub.core.hub import Hub
from storage.engine import Unavailable

LARGEST = 10 * 1024 * 1024
"""Bytes of a file: five minutes of MP3, or one of a WAV in the quality of a CD."""
_LEAST = 64
"""Bytes below which there is no sound in any file (the head of a WAV has 44): no process is begun for it."""
_PATIENCE = 90.0
_KINDS = "Take an MP3, WAV, Ogg, FLAC, AAC, M4A, AIFF or WebM file."


class _Turn:
    """Whose file it is now."""

    def __init__(self, hub: Hub) -> None:
        self.lock = asyncio.Lock()


@contextlib.asynccontextmanager
async def converted(hub: Hub, pieces: AsyncIterator[bytes], seconds: int) -> AsyncIterator[tuple[Path, float]]:
    """Yield the file that was made of a brought one, and how many seconds it lasts. Raises AttachmentTooLarge, InvalidPayload."""
    with tempfile.TemporaryDirectory(prefix="switchboard-sound-") as folder:
        source, target = Path(folder, "brought"), Path(folder, "sound.ogg")
        if await _receive(pieces, source) < _LEAST:
            raise _refusal("unreadable", seconds)
        async with hub.part(_Turn).lock:
            said = await _convert(hub, source, target, seconds)
        if "seconds" not in said:
            raise _refusal(said.get("code", ""), seconds)
        yield target, float(said["seconds"])


async def _receive(pieces: AsyncIterator[bytes], path: Path) -> int:
    """Write what comes into a file; return how many bytes that were. Raises AttachmentTooLarge, Unavailable."""
    size = 0
    with path.open("wb") as file:
        async for piece in pieces:
            size += len(piece)
            if size > LARGEST:
                raise too_large()
            try:
                await asyncio.to_thread(file.write, piece)
            except OSError as error:
                raise Unavailable(f"The file can't be stored: {error.strerror}.") from error
    return size


async def _convert(hub: Hub, source: Path, target: Path, seconds: int) -> dict[str, Any]:
    """Return what the process says; nothing where it died of the file."""
    command = [sys.executable, "-m", "media.sound.brought", str(source), str(target), "--seconds", str(seconds)]
    # Its own environment: it knows no secret.
    environment = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    process = await asyncio.create_subprocess_exec(
        *command, stdin=DEVNULL, stdout=PIPE, stderr=PIPE, env=environment, limit=64 * 1024
    )
    try:
        async with asyncio.timeout(_PATIENCE):
            said, complaints = await process.communicate()
        return dict(msgspec.json.decode(said))
    except (TimeoutError, msgspec.DecodeError, TypeError):
        told = "took too long" if process.returncode is None else complaints[-500:].decode(errors="replace")
        hub.log.warning("a sound file could not be converted", returned=process.returncode, error=told)
        return {}
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def too_large() -> AttachmentTooLarge:
    """Return what a file is refused with that is too large."""
    return AttachmentTooLarge(
        f"A sound has at most {LARGEST // 1_048_576} MB.", reason="sound", most=LARGEST // 1_048_576
    )


def _refusal(code: str, seconds: int) -> InvalidPayload:
    if code == "too_long":
        sentence = f"This sound may last {seconds} seconds at most. Shorten it."
        return InvalidPayload(sentence, reason="sound_long", most=seconds)
    if code == "silent":
        return InvalidPayload("Nothing is to be heard in this file.", reason="sound_silent")
    return InvalidPayload(f"This file can't be read as sound. {_KINDS}", reason="sound_unreadable")
