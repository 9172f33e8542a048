"""What is played to legs, key presses, and who hears whom by the flags of a leg."""

from __future__ import annotations

import asyncio
import io
import itertools
import struct
from typing import Any

import numpy as np
import pytest
from aiortc.codecs import CODECS
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from aiortc.rtp import RtpPacket
from av import AudioFrame
from av import open as av_open

from media.sound.sounds import Sounds
from media.sound.writing import write
from tests.support.tones import PATIENCE, Peer, media_worker

VERA, ADA, BEN, SOUND = 440, 660, 1000, 1500
ALL = (VERA, ADA, BEN, SOUND)


def ogg(pitch: float, seconds: float) -> bytes:
    """Return a tone as the hub gives one to a worker."""
    file = io.BytesIO()
    write(file, np.sin(2 * np.pi * pitch * np.arange(round(48_000 * seconds)) / 48_000) * 0.25)
    return file.getvalue()


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


@pytest.mark.annex("H5")
async def test_a_sound_that_is_given_to_the_worker_is_played_by_its_name_and_those_used_last_are_kept(
    tmp_path, monkeypatch
):
    async def give(name: str, data: bytes) -> tuple[int, Any]:
        async with worker.http.put(f"{worker.url}/sounds/{name}", data=data) as answer:
            return answer.status, await answer.json()

    tone = ogg(SOUND, 3)
    async with media_worker(tmp_path / "tapes") as worker:
        await worker.do("PUT", "/rooms/call")
        vera = Peer(VERA)
        await worker.join("call", "vera", vera, "contact")
        play = {"sound": "12.hold.1", "to": ["vera"], "loop": True}
        assert (await worker.ask("POST", "/rooms/call/play", play))[1]["code"] == "no_sound"
        status, said = await give("12.hold.1", tone)
        assert status == 200 and 3 <= said["seconds"] < 3.1
        await worker.do("POST", "/rooms/call/play", play)
        await vera.ear.hears(SOUND, of=ALL)
        await worker.do("DELETE", "/rooms/call/play")
        await give("12.consent.2", ogg(BEN, 0.5))
        await worker.do("POST", "/rooms/call/play", {"sound": "12.consent.2"})
        await worker.event("play.done", sound="12.consent.2", reason="ended")
        room = await worker.do("GET", "/rooms/call")
        assert (room["plays"], room["played"]) == ([], ["12.consent.2"]), "what was stopped has not come to its end"
        assert (await give("bad", b"OggS and no more"))[1]["code"] == "bad_sound"
        assert (await give("..", tone))[0] in (400, 404)
        assert (await give("large", b"x" * 5_000_000))[1]["code"] == "too_large"
        await vera.close()
    monkeypatch.setattr("media.sound.sounds.KEPT", 5)
    sounds = Sounds(None)
    for name in ("first", "second"):
        sounds.take(name, tone)
    assert sounds.given("first") is None and sounds.given("second")


@pytest.mark.annex("H5")
async def test_keys_pressed_in_a_browser_are_told_once_and_keys_are_sent_to_it(tmp_path, monkeypatch):
    events = RTCRtpCodecParameters(mimeType="audio/telephone-event", clockRate=48000, channels=1, payloadType=110)
    monkeypatch.setitem(CODECS, "audio", [*CODECS["audio"], events])
    async with media_worker(tmp_path) as worker:
        await worker.do("PUT", "/rooms/call")
        vera, ada = Peer(VERA), Peer(ADA)
        got: list[tuple[int, int, bool]] = []
        receiver = vera.pc.getReceivers()[0]
        take = receiver._handle_rtp_packet

        async def taken(packet: RtpPacket, arrival_time_ms: int) -> None:
            if packet.payload_type == 110:  # the stock library has no decoder for it
                got.append((packet.timestamp, packet.payload[0], bool(packet.payload[1] & 0x80)))
            else:
                await take(packet, arrival_time_ms)

        receiver._handle_rtp_packet = taken
        await worker.join("call", "vera", vera, "contact")
        await worker.join("call", "ada", ada)
        await ada.ear.hears(VERA)
        sender = vera.pc.getSenders()[0]
        for number, (key, timestamp) in enumerate([(4, 9600)] * 6 + [(4, 96_000)] * 6 + [(10, 192_000)] * 2):
            packet = RtpPacket(payload_type=110, sequence_number=number, timestamp=timestamp)
            packet.ssrc, packet.payload = 77, struct.pack("!BBH", key, 10, 960)
            await sender.transport._send_rtp(bytes(packet.serialize()))
        async with asyncio.timeout(PATIENCE):
            while len(told := [e["digit"] for e in worker.events if e["type"] == "leg.dtmf"]) < 3:
                await asyncio.sleep(0.02)
        assert told == ["4", "4", "*"]
        await worker.do("POST", "/rooms/call/legs/vera/dtmf", {"digits": "7#"})
        async with asyncio.timeout(PATIENCE):
            while sum(end for _, _, end in got) < 6:
                await asyncio.sleep(0.02)
        assert [key for key, _ in itertools.groupby(key for _, key, _ in got)] == [7, 11]
        assert len({timestamp for timestamp, _, _ in got}) == 2
        async with asyncio.timeout(PATIENCE):  # and afterwards sound is passed through again
            while not (await worker.do("GET", "/rooms/call"))["passing"]:
                await asyncio.sleep(0.02)
        await vera.ear.hears(ADA, of=ALL)
        assert (await worker.ask("POST", "/rooms/call/legs/vera/dtmf", {"digits": "x"}))[1]["code"] == "invalid"
        for peer in (vera, ada):
            await peer.close()
