"""The folder of recordings: what is being written, what is being mixed, and what a killed worker left."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from media.errors import Refused
from media.recording import sidecar
from media.recording.recording import Recording
from media.recording.writer import Writer


class Shelf:
    """Opens recordings, and tells (recording.closed, .mixed, .failed) what became of them."""

    def __init__(self, folder: Path, tell: Callable[..., None]) -> None:
        self.folder, self._tell = folder, tell
        self._locks: dict[str, IO[bytes]] = {}
        self._running: dict[str, Recording] = {}
        self._mixing: asyncio.Queue[tuple[str, ...]] = asyncio.Queue()
        self._child: asyncio.subprocess.Process | None = None

    def open(self, recording: Recording) -> Writer:
        """Return the thread for a new recording. Raises Refused for a name that is taken."""
        path = self.folder / f"{recording.name}.json"
        taken = Refused(409, "recorded", f"There is a recording {recording.name!r} already: choose another name.")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists():
                raise taken
            lock = sidecar.lock(path.with_suffix(".lock"))
        except OSError as error:
            raise Refused(507, "disk", f"Nothing can be recorded: {error.strerror}.") from error
        if lock is None:
            raise taken
        self._locks[recording.name] = lock
        self._running[recording.name] = recording
        loop = asyncio.get_running_loop()

        def on_end(reason: str | None) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is gone with the process: `recover` finishes it
                loop.call_soon_threadsafe(self._ended, recording, reason)

        return Writer(path, recording.facts, recording.began, on_end)

    def _ended(self, recording: Recording, reason: str | None) -> None:
        facts = recording.facts
        self._running.pop(recording.name, None)
        recording.detach()
        recording.on_end(recording)
        if reason is not None:
            self._tell("recording.failed", room=facts["room"], name=recording.name, reason=reason)
        self._tell("recording.closed", room=facts["room"], **closed(facts))
        self._mixing.put_nowait(("media.recording.mixdown", str(self.folder), recording.name, facts["room"]))

    async def work(self) -> None:
        """Finish what a killed worker left, then mix one recording after the other, each in a child process. Until cancelled."""
        self._mixing.put_nowait(("media.recording.recover", str(self.folder)))
        while True:
            module, *arguments = await self._mixing.get()
            events = await self._run(module, *arguments)
            if module == "media.recording.mixdown":
                self._unlock(arguments[1])
                if (
                    not events
                ):  # the child was killed, or has a fault: legs are kept, and the next `recover` tries again
                    failed = {"type": "recording.failed", "name": arguments[1], "room": arguments[2]}
                    events = [{**failed, "reason": "mixing: the child ended without a word"}]
            for event in events:
                self._tell(event.pop("type"), **event)

    async def _run(self, module: str, *arguments: str) -> list[dict[str, Any]]:
        """Run a child of low priority, and return its lines, which are events."""
        self._child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, *arguments, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE
        )
        assert self._child.stdout is not None
        try:
            said = await self._child.stdout.read()
            await self._child.wait()
            return [json.loads(line) for line in said.splitlines()]
        finally:
            if self._child.returncode is None:
                self._child.terminate()
                await self._child.wait()

    def _unlock(self, name: str) -> None:
        (self.folder / f"{name}.lock").unlink(missing_ok=True)
        lock = self._locks.pop(name, None)
        if lock is not None:
            lock.close()

    async def close(self) -> None:
        """Wait until everything that runs is written. Mixing that is left is done by the next worker's `recover`."""
        for recording in list(self._running.values()):
            recording.stop()
            await asyncio.to_thread(recording.writer.join, 10)


def closed(facts: dict[str, Any]) -> dict[str, Any]:
    """Return what the event recording.closed says of a sidecar."""
    return {
        "name": facts["name"], "seconds": facts["seconds"], "began_ms": facts["began_ms"],
        "files": [{key: entry[key] for key in ("leg", "side", "file", "offset_ms", "seconds")}
                  for entry in facts["legs"] if "seconds" in entry],
    }  # fmt: skip
