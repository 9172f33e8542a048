"""What is played to legs, key presses, and who hears whom by the flags of a leg."""

from __future__ import annotations

import numpy as np
import pytest
from av import AudioFrame
from av import open as av_open

from tests.support.tones import Peer, media_worker

VERA, ADA, BEN, SOUND = 440, 660, 1000, 1500
ALL = (VERA, ADA, BEN, SOUND)


def write_tone(path, pitch: float, seconds: float) -> None:
    """Write a WAV at 16 kHz: a sound as somebody else would bring it."""
    at = np.arange(round(16_000 * seconds)) / 16_000
    pcm = (np.sin(2 * np.pi * pitch * at) * 8000).astype(np.int16)
    with av_open(str(path), "w") as out:
        stream = out.add_stream("pcm_s16le", rate=16_000, layout="mono")
        frame = AudioFrame.from_ndarray(pcm.reshape(1, -1), "s16", "mono")
        frame.sample_rate = 16_000
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


@pytest.mark.annex("H5")
async def test_a_held_visitor_hears_music_alone_and_a_whisper_reaches_the_agent_alone(tmp_path):
    sounds = tmp_path / "sounds"
    sounds.mkdir()
    write_tone(sounds / "music.wav", SOUND, 2)
    (sounds / "broken.wav").write_bytes(b"RIFF nothing of the kind")
    async with media_worker(tmp_path / "tapes", "--sounds", str(sounds)) as worker:
        await worker.do("PUT", "/rooms/call", {"legs": 3})
        vera, ada, ben = Peer(VERA), Peer(ADA), Peer(BEN)
        await worker.join("call", "vera", vera, "contact")
        await worker.join("call", "ada", ada)
        await worker.join("call", "ben", ben, "supervisor")
        await ben.ear.hears(VERA, ADA, of=ALL)
        await worker.do("PATCH", "/rooms/call/legs/ben", {"heard": "agent"})
        await ada.ear.hears(VERA, BEN, of=ALL)
        await vera.ear.hears(ADA, of=ALL)
        await worker.do("PATCH", "/rooms/call/legs/ben", {"heard": "all"})
        await vera.ear.hears(ADA, BEN, of=ALL)
        await worker.do("DELETE", "/rooms/call/legs/ben")

        await worker.do("PATCH", "/rooms/call/legs/vera", {"held": True})
        await worker.do("POST", "/rooms/call/play", {"sound": "music.wav", "to": ["vera"], "loop": True})
        await vera.ear.hears(SOUND, of=ALL)
        await ada.ear.hears(of=ALL)
        vera.ear.forget()
        await vera.ear.hears(SOUND, of=ALL, for_seconds=2.5)  # longer than the sound: it goes round
        await worker.do("DELETE", "/rooms/call/play?to=vera")
        await worker.event("play.done", sound="music", reason="stopped")
        await worker.do("PATCH", "/rooms/call/legs/vera", {"held": False})
        await vera.ear.hears(ADA, of=ALL)
        await ada.ear.hears(VERA, of=ALL)
        await worker.do("PATCH", "/rooms/call/legs/ada", {"muted": True})
        await vera.ear.hears(of=ALL)
        await ada.ear.hears(VERA, of=ALL)
        assert (await worker.ask("POST", "/rooms/call/play", {"sound": "broken.wav"}))[1]["code"] == "bad_sound"
        assert (await worker.ask("POST", "/rooms/call/play", {"sound": "../tapes"}))[1]["code"] == "no_sound"
        for peer in (vera, ada, ben):
            await peer.close()
