"""Calls through a media worker that records them: delay, how many a core carries, how soon they stand, and its memory.

Delay is taken between two peers of stock aiortc: from the frame that first has a tone until the other side has decoded one with
it. The same pair without a worker, and through a server as
aiortc's examples build one, stand beside it; all have aiortc's own buffer of 80 ms in them. How many legs a
core carries is the largest number of `STEPS` at which every tone arrived in every frame (`bench/voice_load.py`).
`python -m bench.voice --minutes 60` runs calls for that long, and fails when memory grows.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from aiortc import RTCSessionDescription
from av import AudioFrame

from bench import machine
from bench.table import Row
from tests.support.tones import Ear, Peer, Tone, level, media_worker

ROOT = Path(__file__).parents[1]
GOAL_DELAY_MS, GOAL_SETUP_MS, GOAL_GROWTH_MB = 150, 500, 5
GOAL_PASSED, GOAL_MIXED = 40, 15
PASSED, MIXED = (20, 40, 50, 60, 80), (9, 15, 18, 21, 24, 30)
PITCH = 1000
TOKEN = "a-token-of-a-benchmark"


class Clicker(Tone):
    """A tone that notes when it began to sound."""

    began = 0.0

    async def recv(self) -> AudioFrame:
        """Return the next frame."""
        frame = await super().recv()
        if self.pitch and not self.began:
            self.began = time.monotonic()
        return frame


class Stopwatch(Ear):
    """An ear that notes when it first heard the tone."""

    heard = 0.0

    def take(self, pcm: np.ndarray) -> None:
        """Take samples."""
        super().take(pcm)
        if not self.heard and level(pcm, PITCH) > 2000:
            self.heard = time.monotonic()


def pair() -> tuple[Peer, Peer]:
    """Return two peers, of whom the first can click and the second can tell when."""
    one, other = Peer(0), Peer(0)
    one.pc.getSenders()[0].replaceTrack(tone := Clicker(0))
    one.tone, other.ear = tone, Stopwatch()
    return one, other


async def delays(one: Peer, other: Peer, times: int) -> list[float]:
    """Click so many times and return the milliseconds of each."""
    taken: list[float] = []
    tone, ear = one.tone, other.ear
    assert isinstance(tone, Clicker) and isinstance(ear, Stopwatch)
    while len(taken) < times:
        tone.pitch, tone.began, ear.heard = PITCH, 0.0, 0.0
        while not ear.heard:
            await asyncio.sleep(0.01)
        taken.append((ear.heard - tone.began) * 1000)
        tone.pitch = 0
        while level(ear.last(0.1), PITCH) > 100:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.013 * (len(taken) % 5))  # not always at the same place between two beats
    return taken


async def direct(times: int) -> list[float]:
    """Return delays without a worker."""
    one, other = pair()
    await other.pc.setRemoteDescription(RTCSessionDescription(await one.offer(), "offer"))
    await other.pc.setLocalDescription(await other.pc.createAnswer())
    await one.accept(other.pc.localDescription.sdp)
    taken = await delays(one, other, times)
    await asyncio.gather(one.close(), other.close())
    return taken


async def through(folder: Path, mixed: bool, times: int) -> list[float]:
    """Return delays through a worker that records; mixed, if somebody listens."""
    async with media_worker(folder, preexec=machine.on_server_core()) as worker:
        await worker.do("PUT", "/rooms/call", {"legs": 3, "record": {"name": f"delay-{mixed}"}})
        one, other = pair()
        peers = [one, other]
        await worker.join("call", "one", one, "contact")
        await worker.join("call", "other", other)
        if mixed:
            peers.append(Peer(0))
            await worker.join("call", "listener", peers[-1], "supervisor")
        await worker.event("leg.up", leg="listener" if mixed else "other")
        while other.ear.frames < 50:
            await asyncio.sleep(0.01)
        taken = await delays(one, other, times)
        assert (await worker.do("GET", "/rooms/call"))["passing"] is not mixed
        await asyncio.gather(*(peer.close() for peer in peers))
    return taken


async def stock(folder: Path, times: int) -> list[float]:
    """Return delays through a server as aiortc's examples build one (`bench/voice_stock.py`)."""
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.voice_stock", str(folder), cwd=ROOT, preexec_fn=machine.on_server_core(),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=2**20,
    )  # fmt: skip
    assert server.stdin and server.stdout
    one, other = pair()
    for peer in (one, other):
        server.stdin.write(json.dumps({"sdp": await peer.offer()}).encode() + b"\n")
        await peer.accept(json.loads(await server.stdout.readline())["sdp"])
    while other.ear.frames < 50:
        await asyncio.sleep(0.01)
    taken = await delays(one, other, times)
    await asyncio.gather(one.close(), other.close())
    server.stdin.close()
    await server.wait()
    return taken


@contextlib.contextmanager
def worker(folder: Path, legs: int) -> Iterator[tuple[str, int]]:
    """Run a worker on the server's core and give (its address, its process)."""
    process = subprocess.Popen(
        [sys.executable, "-m", "media", "--folder", folder, "--legs", str(legs), "--cpu-limit", "500", "--lag-limit", "9999"],
        cwd=ROOT, env={**os.environ, "MEDIA_TOKEN": TOKEN}, preexec_fn=machine.on_server_core(),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout and process.stdin
    try:
        yield json.loads(process.stdout.readline())["url"], process.pid
    finally:
        process.stdin.close()
        process.wait(20)


def load(url: str, rooms: int, legs: int, seconds: float) -> dict[str, Any]:
    """Run talkers and return what they say."""
    command = [sys.executable, "-m", "bench.voice_load", url, str(rooms), str(legs), str(seconds)]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "MEDIA_TOKEN": TOKEN}, stdout=subprocess.PIPE, check=True
    )
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def most(per_room: int, steps: tuple[int, ...], seconds: float, setup: list[float]) -> int:
    """Return the largest number of legs without a gap; stops at the first that has one, after a second try."""
    best = 0
    for legs in steps:
        for _ in range(2):
            with tempfile.TemporaryDirectory() as folder, worker(Path(folder), legs + per_room) as (url, pid):
                before, start = machine.cpu_seconds(pid), time.monotonic()
                said = load(url, legs // per_room, per_room, seconds)
                used = (machine.cpu_seconds(pid) - before) / (time.monotonic() - start) * 100
            setup += said["setup_ms"]
            print(
                f"    {legs} legs in rooms of {per_room}: {said['gaps']} gaps in {said['frames']:,} frames, {used:.0f} % of a core"
            )
            if is_whole := not said["gaps"] and said["frames"] > said["possible"] / 2:
                break
        if not is_whole:
            return best
        best = legs
    return best


def resident_mb(pid: int) -> float:
    """Return what the worker itself has in memory, without the children that mix recordings."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def growth(seconds: float) -> float:
    """Return by how many megabytes a worker grew in a while of calls, after a first one of the same size."""
    with tempfile.TemporaryDirectory() as folder, worker(Path(folder), 20) as (url, pid):
        load(url, 4, 2, 5)
        before = resident_mb(pid)
        load(url, 4, 2, seconds)
        return resident_mb(pid) - before


def run(runs: int, quick: bool) -> list[Row]:
    """Return the rows."""
    times, seconds = (3, 2.0) if quick else (20, 10.0)
    setup: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        bare = asyncio.run(direct(times))
        naive = asyncio.run(stock(Path(folder), times))
        passed = asyncio.run(through(Path(folder), False, times))
        mixed = asyncio.run(through(Path(folder), True, times))
    legs_passed = most(2, PASSED[:1] if quick else PASSED, seconds, setup)
    legs_mixed = most(3, MIXED[:1] if quick else MIXED, seconds, setup)
    grown = growth(3 if quick else 60)
    return [
        Row("delay between two peers without a server, p95", p95(bare), "ms"),
        Row("delay through a recording worker, p95", p95(passed), "ms", GOAL_DELAY_MS, stock=p95(naive)),
        Row("the same, mixed for a listener, p95", p95(mixed), "ms", GOAL_DELAY_MS, stock=p95(naive)),
        Row("from an offer to a connection, p95", p95(setup), "ms", GOAL_SETUP_MS),
        Row("legs passed through on one core without a gap", legs_passed, "legs", GOAL_PASSED, more_is_better=True),
        Row("legs mixed on one core without a gap", legs_mixed, "legs", GOAL_MIXED, more_is_better=True),
        Row("memory after a minute of calls", max(grown, 0.1), "MB", GOAL_GROWTH_MB),
    ]


def p95(values: list[float]) -> float:
    """Return the value that 95 of 100 stay below."""
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


def main() -> None:
    """Run calls for a long time."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.voice", description="Does a media worker grow in a long call?"
    )
    parser.add_argument("--minutes", type=float, default=60)
    grown = growth(parser.parse_args().minutes * 60)
    print(f"memory grew by {grown:.1f} MB")
    sys.exit(grown > GOAL_GROWTH_MB)


if __name__ == "__main__":
    main()
