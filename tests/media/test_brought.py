"""Sound files that somebody brings: each usual kind becomes a sound of ours, and whatever is none opens nothing and is refused."""

from __future__ import annotations

import asyncio
import io
import json
import os
import random
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from media.sound.brought import LOUDNESS, NotTaken, evened
from tests.support.brought import samples_of_file, tone_file
from tests.support.tones import ROOT, heard_in

pytestmark = pytest.mark.annex("P7", "H5")
PITCH, OTHER = 700.0, 1300.0
FORMATS = [
    ("wav", "pcm_s16le"),
    ("wav", "pcm_f32le"),
    ("mp3", "libmp3lame"),
    ("ogg", "libopus"),
    ("ogg", "flac"),
    ("flac", "flac"),
    ("adts", "aac"),
    ("ipod", "aac"),
    ("mov", "pcm_s16le"),
    ("webm", "libopus"),
    ("aiff", "pcm_s16be"),
    ("caf", "pcm_s16le"),
]


def made(folder: Path, data: bytes, seconds: int = 60) -> tuple[dict[str, Any], Path]:
    """Return what the command says of a file, and the path of what it wrote."""
    source, target = folder / "brought", folder / "sound.ogg"
    source.write_bytes(data)
    command = [sys.executable, "-m", "media.sound.brought", str(source), str(target), "--seconds", str(seconds)]
    done = subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, timeout=60)
    assert done.stdout, done.stderr.decode()
    return json.loads(done.stdout), target


@pytest.mark.parametrize(("kind", "codec"), FORMATS, ids=[f"{kind} {codec}" for kind, codec in FORMATS])
def test_a_sound_of_each_usual_kind_becomes_one_of_ours_as_loud_as_the_others(tmp_path, kind, codec):
    rate = 48_000 if codec == "libopus" else 44_100
    said, target = made(tmp_path, tone_file(PITCH, 2, kind, codec, rate=rate, loud=0.02))
    assert said.keys() == {"seconds"} and 1.9 < said["seconds"] < 2.2
    assert target.read_bytes()[:4] == b"OggS"
    pcm = samples_of_file(target.read_bytes())
    middle = pcm[24_000:72_000].astype(float) / 32767
    assert heard_in(pcm[24_000:72_000], (PITCH, OTHER)) == {PITCH}
    assert abs(float(np.sqrt(np.mean(middle * middle))) / LOUDNESS - 1) < 0.15


def test_the_picture_of_a_song_is_no_reason_to_refuse_it(tmp_path):
    song = io.BytesIO()
    with av.open(song, "w", format="mp4") as file:
        sound, film = file.add_stream("aac", rate=48_000, layout="mono"), file.add_stream("mjpeg", rate=1)
        film.width = film.height = 64
        film.pix_fmt = "yuvj420p"
        picture = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), "rgb24")
        file.mux(film.encode(picture))
        file.mux(film.encode(None))
        at = np.arange(96_000) / 48_000
        wave = (np.sin(2 * np.pi * PITCH * at) * 9000).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(wave.reshape(1, -1), "s16", "mono")
        frame.sample_rate = 48_000
        file.mux(sound.encode(frame))
        file.mux(sound.encode(None))
    assert made(tmp_path, song.getvalue())[0].get("seconds") == pytest.approx(2, abs=0.2)


def test_a_loud_one_is_made_quieter_and_pauses_between_words_change_nothing():
    at = np.arange(48_000) / 48_000
    word = np.sin(2 * np.pi * 300 * at).astype(np.float32)
    alone, spoken = evened(word), evened(np.concatenate([word, np.zeros(480_000, np.float32), word]))
    for wave in (alone, spoken):
        assert abs(float(np.sqrt(np.mean(wave[:48_000] ** 2))) / LOUDNESS - 1) < 0.05
    clicked = np.concatenate([word * 0.01, np.ones(3, np.float32), word * 0.01])
    assert float(np.abs(evened(clicked)).max()) <= 0.9
    assert float(np.sqrt(np.mean(evened(clicked)[:48_000] ** 2))) > LOUDNESS * 0.5, "one click makes nothing quiet"
    broken = np.array([np.nan, np.inf, -np.inf] * 4800, np.float32)
    assert np.isfinite(evened(broken)).all()
    with pytest.raises(NotTaken):
        evened(np.full(48_000, 0.0001, np.float32))


GARBAGE = random.Random(7).randbytes(200_000)
BAD = {
    "nothing": b"",
    "a text": b"Dear caller, this call is recorded.\n" * 200,
    "noise of bytes": GARBAGE,
    "noise behind a beginning of MP3": b"\xff\xfb\x90\x64" + GARBAGE,
    "noise behind a beginning of ID3": b"ID3\x04\x00\x00\x00\x00\x00\x21" + GARBAGE,
    "noise behind a beginning of WAV": b"RIFF\x00\x00\x10\x00WAVE" + GARBAGE,
    "noise behind a beginning of Ogg": b"OggS\x00\x02" + GARBAGE,
    "noise behind a beginning of MP4": b"\x00\x00\x00\x18ftypM4A " + GARBAGE,
    "noise behind a beginning of WebM": b"\x1a\x45\xdf\xa3" + GARBAGE,
    "a page": b"<!doctype html><title>x</title><audio src=x>",
    "a picture": b"\x89PNG\r\n\x1a\n" + GARBAGE[:500],
    "a WAV of nothing": tone_file(PITCH, 1)[:44],
    "half of a header": tone_file(PITCH, 1)[:30],
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_no_sound_is_refused(tmp_path, what):
    said, _ = made(tmp_path, BAD[what])
    assert said.get("code") in ("unreadable", "silent"), said


def test_silence_is_refused_and_so_is_what_lasts_too_long(tmp_path):
    assert made(tmp_path, tone_file(PITCH, 2, loud=0))[0]["code"] == "silent"
    assert made(tmp_path, tone_file(PITCH, 3.2, channels=1), seconds=3)[0]["code"] == "too_long"
    assert made(tmp_path, tone_file(PITCH, 2.9, channels=1), seconds=3)[0]["seconds"] == pytest.approx(2.9, abs=0.1)
    # A file that says little and unpacks to hours is left at the first second too many.
    long = tone_file(0, 1800, "flac", "flac", rate=8000, channels=1)
    assert len(long) < 500_000 and made(tmp_path, long)[0]["code"] == "too_long"


async def test_a_playlist_opens_no_other_file_and_no_address(tmp_path):
    secret = tmp_path / "secret.wav"
    secret.write_bytes(tone_file(OTHER, 1))
    came = []
    server = await asyncio.start_server(lambda reader, writer: came.append(writer.close()), "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/secret.wav"
    lists = {
        "ffconcat": f"ffconcat version 1.0\nfile '{secret}'\nfile '{address}'\n",
        "hls": f"#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:1,\n{secret}\n#EXTINF:1,\n{address}\n#EXT-X-ENDLIST\n",
        "m3u": f"#EXTM3U\n{secret}\n{address}\n",
        "pls": f"[playlist]\nFile1={secret}\nFile2={address}\n",
        "dash": f'<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period><BaseURL>{address}</BaseURL></Period></MPD>',
        "sdp": f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=audio {address.split(':')[2][:4]} RTP/AVP 0\n",
        "behind ID3": f"ID3\x04\x00\x00\x00\x00\x00\x00#EXTM3U\n{secret}\n{address}\n",
        "behind RIFF": f"RIFF0000WAVE#EXTM3U\n{secret}\n{address}\n",
    }
    for name, text in lists.items():
        said, target = await asyncio.to_thread(made, tmp_path, text.encode())
        assert said.get("code") == "unreadable", (name, said)
        assert target.stat().st_size == 0, name
    server.close()
    assert came == []


def test_the_process_can_open_nothing_once_it_looks_at_the_file(tmp_path):
    wanted = tmp_path / "secret"
    wanted.write_text("secret")
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]
    program = (
        "import socket\nfrom media.sound.brought import confine\nconfine()\n"
        f"for deed in (lambda: open({str(wanted)!r}), lambda: socket.create_connection(('127.0.0.1', {port}))):\n"
        "    try:\n        deed()\n        print('opened')\n    except OSError as error:\n        print(error.errno)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True
    )
    server.close()
    assert done.stdout.split() == [b"24", b"24"], done.stderr.decode()
