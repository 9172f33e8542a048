"""Recordings: each leg apart and all together, nothing of a pause, what a killed worker leaves, and a disk that is full."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from media.recording.ogg import whole_part
from tests.support.tones import PATIENCE, RATE, ROOT, Peer, level, media_worker

VERA, ADA, SECRET = 440, 660, 1200


def sound(path: Path) -> np.ndarray:
    """Return the samples of a file, at 48 kHz, as any player would decode it."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    with av.open(str(path)) as container:
        frames = [one.to_ndarray().reshape(-1) for f in container.decode(audio=0) for one in resampler.resample(f)]
    return np.concatenate(frames)


def loudest(pcm: np.ndarray, pitch: float) -> float:
    """Return how loud a tone is in the loudest tenth of a second."""
    return max(level(pcm[at : at + RATE // 10], pitch) for at in range(0, len(pcm) - RATE // 10, RATE // 20))


async def until(true) -> None:
    """Wait until something is true."""
    async with asyncio.timeout(PATIENCE):
        while not true():
            await asyncio.sleep(0.05)


def written(path: Path) -> float:
    """Return the seconds of whole pages in a file that grows."""
    return whole_part(path).samples / RATE if path.exists() else 0.0


@pytest.mark.annex("P7")
async def test_both_legs_are_recorded_apart_and_mixed_and_nothing_of_a_pause(tmp_path):
    async with media_worker(tmp_path) as worker:
        await worker.do("PUT", "/rooms/call", {"record": {"name": "acme/call-1"}})
        vera, ada = Peer(VERA), Peer(ADA)
        await worker.join("call", "vera", vera, "contact")
        await worker.join("call", "ada", ada)
        await ada.ear.hears(VERA)
        await until(lambda: written(tmp_path / "acme/call-1.vera.ogg.part") >= 1)
        await worker.do("POST", "/rooms/call/recording", {"state": "paused", "name": "acme/call-1"})
        vera.tone.pitch = SECRET
        await ada.ear.hears(SECRET, of=(VERA,), for_seconds=0.5)
        vera.tone.pitch = VERA
        await ada.ear.hears(VERA, of=(SECRET,))
        await worker.do("POST", "/rooms/call/recording", {"state": "on", "name": "acme/call-1"})
        assert (await worker.do("GET", "/rooms/call"))["passing"]
        before = written(tmp_path / "acme/call-1.vera.ogg.part")
        await until(lambda: written(tmp_path / "acme/call-1.vera.ogg.part") >= before + 1)
        assert (await worker.ask("POST", "/rooms/call/recording", {"state": "on", "name": "other"}))[1][
            "code"
        ] == "recording"
        await worker.do("DELETE", "/rooms/call")
        closed = await worker.event("recording.closed", name="acme/call-1")
        mixed = await worker.event("recording.mixed", name="acme/call-1")
        assert not [event for event in worker.events if event["type"] == "recording.failed"]
        await vera.close()
        await ada.close()
        assert (await worker.ask("PUT", "/rooms/again", {"record": {"name": "acme/call-1"}}))[1]["code"] == "recorded"

    folder = tmp_path / "acme"
    assert sorted(file.name for file in folder.iterdir()) == [
        "call-1.ada.ogg", "call-1.json", "call-1.ogg", "call-1.peaks.json", "call-1.vera.ogg",
    ]  # fmt: skip
    legs = {one["leg"]: sound(folder / one["file"]) for one in closed["files"]}
    whole = sound(folder / mixed["file"])
    for leg, own, foreign in (("vera", VERA, ADA), ("ada", ADA, VERA)):
        assert loudest(legs[leg], own) > 3000 and loudest(legs[leg], foreign) < 300
    assert loudest(whole, VERA) > 3000 and loudest(whole, ADA) > 3000
    assert loudest(legs["vera"], SECRET) < 300 and loudest(whole, SECRET) < 300
    facts = json.loads((folder / "call-1.json").read_text())
    marks = {mark["what"]: mark["at_ms"] for mark in facts["marks"]}
    for one in closed["files"]:  # the pause is silence of its own length, so the legs still lie beside each other
        pcm = legs[one["leg"]]
        assert abs(len(pcm) / RATE + one["offset_ms"] / 1000 - closed["seconds"]) < 0.5
        middle = round(((marks["paused"] + marks["resumed"]) / 2 - one["offset_ms"]) / 1000 * RATE)
        assert np.abs(pcm[middle - 4800 : middle + 4800]).max() < 100
    peaks = json.loads((folder / mixed["peaks"]).read_text())
    assert abs(len(whole) / RATE - peaks["seconds"]) < 0.1
    assert 900 <= len(peaks["peaks"]) <= 1000 and 10 < max(peaks["peaks"]) <= 100


@pytest.mark.annex("P7")
async def test_a_killed_worker_loses_the_last_seconds_only(tmp_path):
    part = tmp_path / "call.vera.ogg.part"
    async with media_worker(tmp_path) as worker:
        await worker.do("PUT", "/rooms/call", {"record": {"name": "call"}})
        vera, ada = Peer(VERA), Peer(ADA)
        await worker.join("call", "vera", vera, "contact")
        await worker.join("call", "ada", ada)
        await until(lambda: written(part) >= 2)
        beside = subprocess.run(
            [sys.executable, "-m", "media", "recover", "--folder", tmp_path], cwd=ROOT, capture_output=True, check=True
        )
        assert beside.stdout == b"" and part.exists()  # what is being written is left alone
        os.kill(worker.process.pid, signal.SIGKILL)
        await worker.process.wait()
        await vera.close()
        await ada.close()
    kept = written(part)
    with part.open("ab") as file:
        file.write(b"OggS half a page")
    async with media_worker(tmp_path) as worker:
        closed = await worker.event("recording.closed", name="call", recovered=True)
        mixed = await worker.event("recording.mixed", name="call")
    seconds = {one["leg"]: one["seconds"] for one in closed["files"]}
    assert seconds["vera"] == pytest.approx(kept, abs=0.01) and seconds["ada"] > 0
    assert not part.exists()
    assert whole_part(tmp_path / "call.vera.ogg").size == (tmp_path / "call.vera.ogg").stat().st_size
    assert loudest(sound(tmp_path / "call.vera.ogg"), VERA) > 3000
    assert loudest(sound(tmp_path / mixed["file"]), ADA) > 3000


@contextlib.contextmanager
def small_disk(folder: Path, size: str = "40k"):
    """Give (a folder with room for two seconds of sound, what its writer's process has to do first)."""
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True)
    if mounted.returncode:  # nobody who may mount: files of a limited size fail in the same way
        yield lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (12_000, 12_000))
        return
    try:
        yield None
    finally:
        subprocess.run(["umount", "-l", folder], check=True)  # somebody may be mixing


@pytest.mark.annex("P7")
async def test_a_full_disk_ends_the_recording_and_never_the_call(tmp_path):
    with small_disk(tmp_path / "tapes") as limit:
        async with media_worker(tmp_path / "tapes", preexec=limit) as worker:
            await worker.do("PUT", "/rooms/call", {"record": {"name": "call"}})
            vera, ada = Peer(VERA), Peer(ADA)
            await worker.join("call", "vera", vera, "contact")
            await worker.join("call", "ada", ada)
            failed = await worker.event("recording.failed", name="call", reason="disk_full")
            await worker.event("recording.closed", name="call")
            ada.ear.forget()
            await ada.ear.hears(VERA)
            assert (await worker.do("GET", "/rooms/call"))["recording"] is None
            assert failed["room"] == "call"
            await vera.close()
            await ada.close()
        kept = [path for path in (tmp_path / "tapes").iterdir() if path.name == "call.vera.ogg"]
        assert kept and loudest(sound(kept[0]), VERA) > 3000


@pytest.mark.annex("P7")
async def test_what_a_muted_leg_and_a_supervisor_say_is_in_no_file(tmp_path):
    async with media_worker(tmp_path) as worker:
        await worker.do("PUT", "/rooms/call", {"legs": 3, "record": {"name": "call"}})
        vera, ada, ben = Peer(VERA), Peer(SECRET), Peer(1500)
        await worker.join("call", "vera", vera, "contact")
        await worker.join("call", "ada", ada, muted=True)
        await worker.join("call", "ben", ben, "supervisor", heard="agent")
        await ada.ear.hears(VERA, 1500)
        await until(lambda: written(tmp_path / "call.vera.ogg.part") >= 1)
        await worker.do("DELETE", "/rooms/call")
        mixed = await worker.event("recording.mixed", name="call")
        for peer in (vera, ada, ben):
            await peer.close()
    assert not (tmp_path / "call.ben.ogg").exists()
    whole = sound(tmp_path / mixed["file"])
    assert loudest(whole, VERA) > 3000 and loudest(whole, SECRET) < 300 and loudest(whole, 1500) < 300
